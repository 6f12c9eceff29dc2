import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, writeTree } from '../support/cli';
import { readReport } from './json';

/** What every run of a bad file must stay within. */
const LIMIT = { seconds: 5, megabytes: 500 };
/** A run that hangs is ended after so long on the wall, where a busy machine counts too. */
const PATIENCE = 25_000;
const MEGABYTE = 1024 * 1024;

const serve = (role: string) =>
  `vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"${role}"}'\n`;
const pod = (args: string) => `apiVersion: v1
kind: Pod
metadata: { name: vllm }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: ${args}
`;

/** An alias bomb: every line is ten times the one before. */
function bomb(levels: number): string {
  const lines = ['a0: &a0 [vllm, vllm, vllm, vllm, vllm, vllm, vllm, vllm, vllm, vllm]'];
  for (let level = 1; level <= levels; level += 1) {
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  return `${lines.join('\n')}\n${pod(`*a${levels}`)}`;
}

const large = `# vllm\n${'key: "some words that say nothing at all, over and over again"\n'.repeat((50 * MEGABYTE) / 64)}`;

/** Bad files, and what must be said about each; `undefined`: nothing need be. */
const FILES: Readonly<Record<string, readonly [content: string | Uint8Array, says: RegExp | undefined]>> = {
  'empty.yaml': ['', undefined],
  'nul.yaml': [Buffer.from('vllm: \0\0\0'), /not a text file/],
  'latin1.yaml': [Buffer.from('# vllm caf\xe9\n', 'latin1'), /not UTF-8 text/],
  'utf16.sh': [Buffer.from(`\ufeff${serve('kv_prefill')}`, 'utf16le'), undefined],
  'random.yaml': [Buffer.concat([Buffer.from('vllm '), randomBytes(100_000)]), /not a text file|not UTF-8/],
  'random.txt': [randomBytes(1000).toString('latin1').replaceAll('\0', ''), undefined],
  'surrogates.sh': [Buffer.from(`vllm serve m --kv-transfer-config '{"kv_role":"\\ud800"}'\n`), undefined],
  'surrogate-bytes.yaml': [Buffer.from([0x76, 0x6c, 0x6c, 0x6d, 0xed, 0xa0, 0x80]), /not UTF-8 text/],
  'truncated.yaml': [pod(`['--kv-transfer-config={"kv_connector":"Nixl`).trimEnd(), undefined],
  'flow.yaml': [`vllm: ${'['.repeat(10_000)}`, /200 levels/],
  'flow-map.yaml': [`vllm: ${'{a: '.repeat(10_000)}`, /200 levels/],
  'block.yaml': [
    `vllm:\n${Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth + 1)}a:`).join('\n')}`,
    /200 levels/,
  ],
  'dashes.yaml': [`vllm:\n${'- '.repeat(10_000)}a`, /200 levels/],
  'deep.json': [`{"vllm": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`, /200 levels/],
  'deep-config.yaml': [pod(`['--kv-transfer-config=${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}']`), /200 levels/],
  'deep-word.sh': [`vllm serve m --kv-transfer-config '${'['.repeat(10_000)}'\n`, /200 levels/],
  'deep-shell.sh': [`vllm serve ${'$('.repeat(10_000)}`, undefined],
  'deep-groups.sh': [`${'('.repeat(10_000)}vllm serve m${')'.repeat(10_000)}\n`, undefined],
  'deep-if.sh': [`${'if true; then\n'.repeat(5000)}vllm serve m\n${'fi\n'.repeat(5000)}`, undefined],
  'deep-braces.sh': [`vllm serve ${'\u0024{a:-'.repeat(5000)}${'}'.repeat(5000)}\n`, undefined],
  'bomb.yaml': [bomb(9), undefined],
  'self.yaml': [`a: &a [*a, *a]\nb: &b { <<: *b, vllm: *a }\n${pod('*a')}`, undefined],
  'variables.sh': [`A=vllm\n${Array.from({ length: 60 }, () => 'A="$A$A"').join('\n')}\n$A serve m\n`, undefined],
  'functions.sh': [`f() { f; f; vllm serve m; }\nf\n`, undefined],
  'fanout.sh': [
    `${Array.from({ length: 40 }, (_, n) => `f${n}() { f${n + 1}; f${n + 1}; }`).join('\n')}\nf40() { vllm serve m; }\nf0\n`,
    undefined,
  ],
  'quotes.sh': [`vllm serve '${'"'.repeat(50_000)}\n`, undefined],
  'backslashes.sh': [`vllm serve ${'\\'.repeat(100_000)}\n`, undefined],
  'long-line.yaml': [pod(`["--kv-transfer-config={\\"kv_role\\":\\"${'x'.repeat(MEGABYTE)}\\"}"]`), undefined],
  'many-documents.yaml': [`${'---\nvllm: 1\n'.repeat(20_000)}`, undefined],
  'many-args.yaml': [pod(`[${'"--port=1", '.repeat(50_000)}]`), undefined],
  'many-variables.env': [`VLLM_NIXL_SIDE_CHANNEL_PORT=1\n${'UCX_TLS=rc\n'.repeat(50_000)}`, undefined],
  Dockerfile: [`FROM vllm/vllm-openai\n${'ENV A=b \\\n'.repeat(20_000)}`, undefined],
  'many-ignores.sh': [`vllm serve m\n${'# nixl: ignore[unknown-role]\n'.repeat(3000)}`, undefined],
  'many-pairs.yaml': [`# vllm\n${'a: b\n'.repeat(200_000)}`, /120,000 lines and values/],
  'pairs.yaml': [`# vllm\n${'a: b\n'.repeat(59_000)}`, undefined],
  'pair-documents.yaml': [`---\n# vllm\n${'a: b\n'.repeat(9000)}`.repeat(20), /200,000 lines and values/],
  'open-quotes.yaml': [`# vllm\n${"a: '\n".repeat(59_000)}`, undefined],
  'open-items.yaml': [`# vllm\n${'- "x\n'.repeat(59_000)}`, undefined],
  'empty-lines.yaml': [`# vllm\n${'\n'.repeat(119_000)}`, undefined],
  'templates.yaml': [`# vllm\n${'a: {{ x }}\n'.repeat(29_000)}`, undefined],
  'template-line.yaml': [`# vllm\n${'{{ if x }} '.repeat(59_000)}`, undefined],
  'template-comments.yaml': [`# vllm\n${'{{/* } }\n'.repeat(39_000)}`, undefined],
  'long-values.env': [
    `VLLM_NIXL_SIDE_CHANNEL_HOST=${'a.'.repeat(200_000)}\nUCX_RC_TIMEOUT=${'1'.repeat(200_000)}x\nUCX_RNDV_THRESH=${'9'.repeat(200_000)}kkk\n`,
    undefined,
  ],
  'huge.yaml': [large, /8 MB/],
  'huge.sh': [large.replaceAll('key: ', 'key=x; '), /8 MB/],
  'huge-other.yaml': [large.slice('# vllm\n'.length), undefined],
  'huge-bundle.yaml': [`${`---\n${large.slice(8)}`}---\n${pod(`['--kv-transfer-config={"kv_role":"x"}']`)}`, undefined],
  'huge.bin': [Buffer.alloc(50 * MEGABYTE), /not a text file/],
};

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'nixl-bad-'));
  await writeTree(cwd, { 'good/bad-role.sh': serve('kv_prefill') });
  for (const [name, [content]] of Object.entries(FILES)) await writeTree(cwd, { [`bad/${name}`]: content });
});

afterAll(() => rm(cwd, { recursive: true }));

describe('a bad file costs only itself', () => {
  it.each(Object.entries(FILES).map(([name, [, says]]) => [name, says] as const))('%s', async (name, says) => {
    const args = ['--format=json', `bad/${name}`, 'good'];
    const result = await runCli(args, { cwd, limit: PATIENCE });
    expect(result.signal).toBeNull();
    expect(result.stderr).toBe('');
    expect(result.code).toBe(1);
    expect(result.memory).toBeLessThan(LIMIT.megabytes);
    expect(result.processor).toBeLessThan(LIMIT.seconds);
    const { findings, unchecked } = readReport(result);
    expect(findings.filter(({ file }) => file === 'good/bad-role.sh').map(({ rule }) => rule)).toContain(
      'unknown-role',
    );
    const reasons = unchecked.filter(({ file }) => file === `bad/${name}`).map(({ reason }) => reason);
    if (says) expect(reasons).toEqual([expect.stringMatching(says)]);
  });

  it('and all of them together end too; data files that were only met cost no word', async () => {
    const result = await runCli(['--format=json', 'bad', 'good'], { cwd, limit: PATIENCE });
    expect(result.signal).toBeNull();
    const { findings, unchecked } = readReport(result);
    expect(findings.map(({ file }) => file)).toContain('good/bad-role.sh');
    expect(unchecked.map(({ file }) => file)).not.toContain('bad/huge.bin');
  });
});
