import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, writeTree } from '../support/cli';

const pod = (role: string, env: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${role} }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, --block-size, "64", --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_${role}"}']
      env:
        - { name: VLLM_NIXL_SIDE_CHANNEL_HOST, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
${env}`;
const tls = '        - { name: UCX_TLS, value: "rc,sm" }\n';
const device = (name: string) => `        - { name: UCX_NET_DEVICES, value: "${name}" }\n`;

const HOST_MEMORY =
  'E1102 12:31:07.512873     214 ucx_utils.cpp:582] VRAM memory is detected as host by UCX. UCX is likely';
const DEVICE = "UCX  WARN  network device 'mxl5_0:1' is not available, please use one or more of: 'eth0'(tcp)";
const BLOCKS = 'AssertionError: Remote P worker with different block size is not supported';
const EXPIRED = 'Releasing expired KV blocks for request cmpl-1 which were retrieved by 0 remote worker(s)';

/** The contract of `nixl-lint explain --format json`, as a JSON Schema that allows nothing else. */
const position = {
  type: 'object',
  additionalProperties: false,
  required: ['line', 'character'],
  properties: { line: { type: 'integer', minimum: 0 }, character: { type: 'integer', minimum: 0 } },
};
const range = {
  type: 'object',
  additionalProperties: false,
  required: ['start', 'end'],
  properties: { start: position, end: position },
};
const sentence = { type: 'string', minLength: 1 };
const validate = new Ajv({ allErrors: true }).compile({
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion', 'lines', 'explanations'],
  properties: {
    schemaVersion: { const: 1 },
    lines: { type: 'integer', minimum: 0 },
    explanations: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'count', 'firstLine', 'lastLine', 'text', 'cause', 'fix', 'rules', 'sources', 'blame'],
        properties: {
          id: { type: 'string', pattern: '^[a-z0-9-]+$' },
          count: { type: 'integer', minimum: 1 },
          firstLine: { type: 'integer', minimum: 1 },
          lastLine: { type: 'integer', minimum: 1 },
          text: sentence,
          cause: sentence,
          fix: sentence,
          rules: { type: 'array', items: { type: 'string', pattern: '^[a-z0-9-]+$' } },
          range: {
            type: 'object',
            additionalProperties: false,
            required: ['library'],
            properties: {
              library: { enum: ['vllm', 'nixl', 'ucx'] },
              since: sentence,
              sinceBy: sentence,
              until: sentence,
              goneBy: sentence,
            },
          },
          sources: { type: 'array', minItems: 1, items: sentence },
          blame: {
            type: 'array',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['file', 'range', 'message'],
              properties: { file: sentence, range, message: sentence, rule: sentence },
            },
          },
        },
      },
    },
  },
});

interface Explained {
  readonly id: string;
  readonly count: number;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly text: string;
  readonly cause: string;
  readonly fix: string;
  readonly blame: readonly {
    readonly file: string;
    readonly range: {
      readonly start: { readonly line: number; readonly character: number };
      readonly end: { readonly character: number };
    };
    readonly message: string;
    readonly rule?: string;
  }[];
}

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'nixl explain '));
});

afterEach(() => rm(cwd, { recursive: true }));

const run = (args: readonly string[], input?: string | Uint8Array) =>
  runCli(['explain', ...args], { cwd, ...(input !== undefined && { input }) });

async function json(args: readonly string[], input?: string | Uint8Array) {
  const { code, stdout, stderr } = await run([...args, '--format', 'json'], input);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(stdout) as { lines: number; explanations: Explained[] };
  validate(report);
  expect(validate.errors ?? []).toEqual([]);
  return report;
}

/** What is to blame, as `file:characters rule`. */
function blamed({ blame }: Explained, files: Readonly<Record<string, string>>): string[] {
  return blame.map(({ file, range: { start, end }, rule }) => {
    const covers = files[file]!.split('\n')[start.line]!.slice(start.character, end.character);
    return `${file}:${covers}${rule === undefined ? '' : ` ${rule}`}`;
  });
}

describe('a log', () => {
  it('is read from a file or from standard input', async () => {
    const log = `fine\n${HOST_MEMORY}\n${HOST_MEMORY}\n`;
    await writeTree(cwd, { 'engine.log': log });
    const report = await json(['engine.log']);
    expect(report).toMatchObject({
      lines: 3,
      explanations: [{ id: 'gpu-memory-as-host', count: 2, firstLine: 2, lastLine: 3, text: HOST_MEMORY, blame: [] }],
    });
    expect(await json(['-'], log)).toEqual(report);
  });

  it('is told in words', async () => {
    const { code, stdout } = await run(['-'], `vLLM API server version 0.25.1\n${HOST_MEMORY}\n`);
    expect(code).toBe(0);
    expect(stdout).toContain('UCX takes GPU memory for host memory  gpu-memory-as-host, line 2\n');
    expect(stdout).toContain(`2 | ${HOST_MEMORY}\n`);
    expect(stdout).toContain('  do     Remove `UCX_TLS`, or add `cuda_copy` to it;');
    expect(stdout).toContain('docs/rules/ucx-tls-no-gpu-copy.md');
    expect(stdout).toContain('Standard input: 1 message explained (2 lines read, vLLM 0.25.1)\n');
  });

  it('in which nothing is known says so, and is no failure', async () => {
    const { code, stdout } = await run(['-'], 'all is well\n');
    expect([code, stdout]).toEqual([
      0,
      'Standard input: nothing known in it (1 line read). Only texts that we can explain were looked for: that is no proof of health.\n',
    ]);
    expect(await json(['-'], '')).toEqual({ schemaVersion: 1, lines: 0, explanations: [] });
  });

  it('may hold what a terminal would obey, and secrets', async () => {
    const { stdout } = await run(['-'], 'HF_TOKEN=hf_abcdefghijklmnopqrst \u001b[2JNIXL_ERR_BACKEND \u009b31m\n');
    expect(stdout).toContain('HF_TOKEN=*** NIXL_ERR_BACKEND');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('\u009b');
  });
});

describe('advice', () => {
  const fix = async (args: readonly string[], log: string) => (await json(args, log)).explanations[0]!.fix;

  it('is that of the release that ran', async () => {
    expect(await fix(['-'], `vLLM API server version 0.25.1\n${EXPIRED}\n`)).toMatch(/^Let decode .*kv_lease_duration/);
    expect(await fix(['-', '--vllm-version', '0.21.0'], `vLLM API server version 0.25.1\n${EXPIRED}\n`)).toMatch(
      /^Let decode .*ABORT/,
    );
    expect(await fix(['-'], EXPIRED)).toMatch(/^From 0\.22\.0: .*kv_lease_duration.* Up to 0\.21\.x: .*ABORT/);
  });

  it('says exactly what the log says', async () => {
    const { explanations } = await json(['-'], 'Remote NIXL agent engine ID mismatch. Expected a-1,received b-2.\n');
    expect(explanations[0]!.cause).toMatch(/Decode asked for `a-1` and found `b-2`\.$/);
  });
});

describe('the configuration', () => {
  const files = {
    'prefill.yaml': pod('producer', tls + device('mxl5_0:1')),
    'sub/decode.yaml': pod('consumer', device('mlx5_0:1')),
  };

  beforeEach(() => writeTree(cwd, files));

  it('is to blame where a rule of the message finds it', async () => {
    const { explanations } = await json(['-', '.'], HOST_MEMORY);
    expect(blamed(explanations[0]!, files)).toEqual(['prefill.yaml:rc,sm ucx-tls-no-gpu-copy']);
  });

  it('is to blame where it says what the log says', async () => {
    const { explanations } = await json(['-', '.'], DEVICE);
    expect(blamed(explanations[0]!, files)).toEqual(['prefill.yaml:mxl5_0:1']);
    expect(explanations[0]!.blame[0]!.message).toBe('`UCX_NET_DEVICES` is `mxl5_0:1` here.');
  });

  it('is to blame where it governs the message', async () => {
    const { explanations } = await json(['-', '.'], BLOCKS);
    expect(blamed(explanations[0]!, files)).toEqual(['prefill.yaml:64', 'sub/decode.yaml:64']);
    const mismatch = await json(
      ['-', 'sub'],
      'NIXL compatibility hash mismatch. Local: 5d41402abc4b, Remote: 7d793037a076.',
    );
    expect(blamed(mismatch.explanations[0]!, files)).toEqual([
      'sub/decode.yaml:vllm/vllm-openai:v0.25.1',
      'sub/decode.yaml:Qwen/Qwen3-32B',
    ]);
  });

  it('is not to blame when it says nothing of it', async () => {
    const { stdout } = await run(['-', 'sub'], HOST_MEMORY);
    expect(stdout).toContain('no line of the named configuration governs it');
  });

  it('is shown with its place', async () => {
    const { stdout } = await run(['-', 'prefill.yaml'], HOST_MEMORY);
    expect(stdout).toMatch(
      / {2}where {2}prefill\.yaml:11:\d+ {2}`UCX_TLS` lists no `cuda_copy`.* ucx-tls-no-gpu-copy\n/,
    );
  });

  it('names a flag or variable that the message itself names', async () => {
    await writeTree(cwd, {
      'run.sh': `export VLLM_NIXL_CHANEL=1\nexport UCX_TSL=tcp\nvllm serve m --kv-transfer-config '{}'\n`,
    });
    const text = 'export VLLM_NIXL_CHANEL=1\nexport UCX_TSL=tcp\n';
    const { explanations } = await json(
      ['-', 'run.sh', '--vllm-version', '0.25.1'],
      'Unknown vLLM environment variable detected: VLLM_NIXL_CHANEL\nunused environment variable: UCX_TSL (maybe: UCX_TLS?)\n',
    );
    const lines = explanations.map(({ blame }) => blame.map(({ range }) => text.split('\n')[range.start.line]));
    expect(lines).toEqual([['export VLLM_NIXL_CHANEL=1'], ['export UCX_TSL=tcp']]);
  });
});

describe('wrong use', () => {
  it.each([
    [[], 'Name a log'],
    [['nowhere.log'], 'nowhere.log: there is no such file.'],
    [['.'], 'is a folder; name a log.'],
    [['-', '-'], '`-` stands for the log only.'],
    [['-', '--format', 'xml'], 'use pretty or json'],
    [['-', '--vllm-version', 'latest'], 'not a release'],
    [['-', '--fast'], '--fast'],
  ])('ends with 2: %j', async (args, says) => {
    const { code, stdout, stderr } = await run(args, '');
    expect(stderr).toContain(says);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('is a compressed log', async () => {
    await writeTree(cwd, { 'engine.log.gz': gzipSync(HOST_MEMORY) });
    const { code, stdout, stderr } = await run(['engine.log.gz']);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'engine.log.gz: is compressed. Unpack it first: `zcat engine.log.gz | nixl-lint explain -`.\n',
    ]);
  });

  it('is a path that is not there; the log is explained all the same', async () => {
    const { code, stdout, stderr } = await run(['-', 'nowhere'], HOST_MEMORY);
    expect([code, stderr]).toEqual([2, 'nowhere: there is no such file or folder.\n']);
    expect(stdout).toContain('gpu-memory-as-host');
  });

  it('has a help of its own', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^nixl-lint explain reads a log/);
  });
});

it('takes the same memory for a large log as for a small one', async () => {
  const line = `(EngineCore_DP0 pid=1) INFO 11-02 12:30:07 [loggers.py:127] ${'x'.repeat(200)}\n${HOST_MEMORY}\n`;
  await writeTree(cwd, { 'small.log': line, 'large.log': line.repeat(300_000) });
  const small = await run(['small.log']);
  const large = await run(['large.log']);
  expect(large.stdout).toContain('300000 lines, 2 to 600000');
  expect(large.memory - small.memory).toBeLessThan(60);
}, 60_000);
