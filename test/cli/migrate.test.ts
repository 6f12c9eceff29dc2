import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, writeTree } from '../support/cli';

const CONFIG = '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}';
const script = `# nixl: vllm=0.11.1
export VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.1
export VLLM_NIXL_ABORT_REQUEST_TIMEOUT=300
vllm serve a/b --kv-transfer-config '${CONFIG}'
`;
const migrated = `# nixl: vllm=0.22.0
export VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.1
vllm serve a/b --gpu-memory-utilization=0.9 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{"kv_lease_duration":300}}'
`;
/** Nothing mends it: the connector is gone, and the one that takes its place has other settings. */
const stuck = `# nixl: vllm=0.23.0
vllm serve a/b --kv-transfer-config '{"kv_connector":"P2pNcclConnector","kv_role":"kv_producer"}'
`;

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'nixl migrate '));
});

afterEach(() => rm(cwd, { recursive: true }));

const run = (...args: string[]) => runCli(['migrate', ...args], { cwd });
const read = (name: string) => readFile(join(cwd, name), 'utf8');

describe('exit codes', () => {
  it('are 0 when nothing is left to do by hand, and 1 when something is', async () => {
    await writeTree(cwd, { 'serve.sh': script, 'stuck.sh': stuck, 'other.txt': 'nothing of ours\n' });
    expect((await run('--to', '0.22.0', 'serve.sh')).code).toBe(0);
    expect((await run('--to', '0.24.0', 'stuck.sh')).code).toBe(1);
    expect((await run('--to', '0.24.0', '--write', '.')).code).toBe(1);
    expect((await run('--to', '0.22.0', 'other.txt')).code).toBe(0);
  });

  it.each([
    [[], 'Say where to with `--to VERSION`'],
    [['--to', 'nightly', '.'], '`--to nightly`: not a release'],
    [['--to', '0.22.0', '--from', 'old', '.'], '`--from old`: not a release'],
    [['--to', '0.22.0'], 'Name the files or folders'],
    [['--to', '0.22.0', '-'], 'standard input'],
    [['--to', '0.22.0', '--format', 'sarif', '.'], 'use pretty, json or diff'],
    [['--to', '0.22.0', '--platform', 'tpu9', '.'], 'use one of cuda'],
    [['--to', '0.22.0', '--fast', '.'], '--fast'],
  ])('are 2 for %j', async (args, says) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(says);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('are 2 for a path that is not there; the others are looked at', async () => {
    await writeTree(cwd, { 'serve.sh': script });
    const { code, stdout, stderr } = await run('--to', '0.22.0', 'serve.sh', 'nowhere.sh');
    expect([code, stderr]).toEqual([2, 'nowhere.sh: there is no such file or folder.\n']);
    expect(stdout).toContain('+# nixl: vllm=0.22.0');
  });

  it('--help says what it does', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('nixl-lint migrate [--from VERSION] --to VERSION');
  });
});

describe('a dry run', () => {
  it('prints the diff and what is left, and touches nothing', async () => {
    await writeTree(cwd, { 'serve.sh': script, 'stuck.sh': stuck });
    const { stdout } = await run('--to', '0.24.0', '.');
    expect(stdout).toContain('--- a/serve.sh\n+++ b/serve.sh\n');
    expect(stdout).toContain('-export VLLM_NIXL_ABORT_REQUEST_TIMEOUT=300\n');
    expect(stdout).toMatch(/Left to do by hand\n {2}stuck\.sh:2:55 vllm serve\n {6}error {2}`P2pNcclConnector`/);
    expect(stdout).toContain('1 thing left to do by hand (2 files read).');
    expect(await read('serve.sh')).toBe(script);
    expect(await readdir(cwd)).toEqual(['serve.sh', 'stuck.sh']);
  });

  it('gives a patch that makes the same of the files as --write', async () => {
    await writeTree(cwd, { 'serve.sh': script });
    const { stdout, code } = await run('--to', '0.22.0', '--format', 'diff', '.');
    expect(code).toBe(0);
    const added = stdout.split('\n').filter((line) => line.startsWith('+') && !line.startsWith('+++'));
    expect(added.map((line) => line.slice(1))).toEqual(
      migrated.split('\n').filter((line) => line !== '' && !script.includes(line)),
    );
  });

  it('shows no control characters of a file', async () => {
    await writeTree(cwd, { 'serve.sh': `# \u001b[2J\n${script}` });
    const { stdout } = await run('--to', '0.22.0', 'serve.sh');
    expect(stdout).not.toContain('\u001b');
    expect((await run('--to', '0.22.0', '--color', 'serve.sh')).stdout).toContain('\u001b[32m+# nixl: vllm=0.22.0');
  });
});

describe('--write', () => {
  it('changes the files, and a second time nothing', async () => {
    await writeTree(cwd, { 'serve.sh': script });
    const first = await run('--to', '0.22.0', '--write', '.');
    expect([first.code, await read('serve.sh')]).toEqual([0, migrated]);
    expect(first.stdout).toContain('1 file written; nothing left to do by hand');
    for (const args of [[], ['--from', '0.11.1']]) {
      const again = await run('--to', '0.22.0', '--write', ...args, '.');
      expect([again.code, await read('serve.sh')]).toEqual([0, migrated]);
      expect(again.stdout).toContain('0 files written');
    }
    const checked = await runCli(['--format', 'json', '.'], { cwd });
    expect(JSON.parse(checked.stdout).findings).toEqual([]);
  });

  it('keeps mode, line breaks and byte order mark, and leaves nothing beside', async () => {
    const windows = `\ufeff${script.replaceAll('\n', '\r\n')}`;
    await writeTree(cwd, { 'serve.sh': windows });
    await chmod(join(cwd, 'serve.sh'), 0o754);
    expect((await run('--to', '0.22.0', '--write', '.')).code).toBe(0);
    expect(await read('serve.sh')).toBe(`\ufeff${migrated.replaceAll('\n', '\r\n')}`);
    expect((await stat(join(cwd, 'serve.sh'))).mode & 0o777).toBe(0o754);
    expect(await readdir(cwd)).toEqual(['serve.sh']);
  });

  it.each(['utf16le', 'utf16be'] as const)('keeps the encoding: %s', async (encoding) => {
    const bytes = (text: string) => {
      const buffer = Buffer.from(`\ufeff${text}`, 'utf16le');
      return encoding === 'utf16be' ? buffer.swap16() : buffer;
    };
    await writeTree(cwd, { 'serve.sh': bytes(script) });
    expect((await run('--to', '0.22.0', '--write', '.')).code).toBe(0);
    expect(await readFile(join(cwd, 'serve.sh'))).toEqual(bytes(migrated));
  });

  it('does not write a file that is read-only, and says so', async () => {
    await writeTree(cwd, { 'a.sh': script, 'b.sh': script });
    await chmod(join(cwd, 'a.sh'), 0o444);
    const { code, stderr, stdout } = await run('--to', '0.22.0', '--write', '.');
    expect([code, stderr]).toEqual([2, 'a.sh: read-only: not written.\n']);
    expect(stdout).toContain('1 file written');
    expect([await read('a.sh'), await read('b.sh')]).toEqual([script, migrated]);
    expect(await readdir(cwd)).toEqual(['a.sh', 'b.sh']);
  });

  it('writes what a link leads to, and the link stays', async () => {
    await writeTree(cwd, { 'real/serve.sh': script });
    await symlink('real/serve.sh', join(cwd, 'link.sh'));
    expect((await run('--to', '0.22.0', '--write', 'link.sh')).code).toBe(0);
    expect((await lstat(join(cwd, 'link.sh'))).isSymbolicLink()).toBe(true);
    expect(await read('real/serve.sh')).toBe(migrated);
  });

  it('writes a file once that is named twice', async () => {
    await writeTree(cwd, { 'serve.sh': script });
    await symlink('serve.sh', join(cwd, 'link.sh'));
    expect((await run('--to', '0.22.0', '--write', 'serve.sh', 'link.sh', 'serve.sh')).code).toBe(0);
    expect(await read('serve.sh')).toBe(migrated);
  });

  it('touches no file that was not named, nor one that does not concern us', async () => {
    const compose = `services:
  prefill:
    image: vllm/vllm-openai:v0.21.0
    env_file: own.env
    command: [a/b, --kv-transfer-config, '${CONFIG}']
`;
    const env = 'VLLM_NIXL_SIDE_CHANNEL_HOST=prefill\nVLLM_NIXL_ABORT_REQUEST_TIMEOUT=300\n';
    await writeTree(cwd, { 'compose.yaml': compose, 'own.env': env, 'README.md': 'vllm==0.11.0\n' });
    const alone = await run('--to', '0.22.0', '--write', 'compose.yaml');
    expect(alone.code).toBe(1);
    expect(alone.stdout).toContain('own.env was not named');
    expect(await read('own.env')).toBe(env);
    const all = await run('--to', '0.22.0', '--write', '.');
    expect(all.code).toBe(0);
    expect(await read('own.env')).toBe('VLLM_NIXL_SIDE_CHANNEL_HOST=prefill\n');
    expect(await read('README.md')).toBe('vllm==0.11.0\n');
  });

  it('lists what cannot be read, and goes on', async () => {
    await writeTree(cwd, { 'serve.sh': script });
    await writeFile(join(cwd, 'broken.sh'), Buffer.from([0x76, 0xff, 0x6c, 0x6c, 0x6d]));
    const { stdout, code } = await run('--to', '0.22.0', '--write', 'serve.sh', 'broken.sh');
    expect(code).toBe(0);
    expect(stdout).toContain('Not checked\n  broken.sh  not UTF-8 text');
    expect(await read('serve.sh')).toBe(migrated);
  });
});

describe('options', () => {
  it('--new-defaults leaves defaults to the new release', async () => {
    await writeTree(cwd, { 'serve.sh': script });
    await run('--to', '0.22.0', '--write', '--new-defaults', '.');
    expect(await read('serve.sh')).toBe(migrated.replace(' --gpu-memory-utilization=0.9', ''));
  });

  it('--unsafe takes what is not the same', async () => {
    await writeTree(cwd, { 'stuck.sh': stuck });
    expect((await run('--to', '0.24.0', '--write', '--unsafe', '.')).code).toBe(0);
    expect(await read('stuck.sh')).toContain('"NixlConnector"');
  });

  it('--from says where engines start that do not say it themselves', async () => {
    const silent = script.replace('# nixl: vllm=0.11.1\n', '');
    await writeTree(cwd, { 'serve.sh': silent });
    const unknown = await run('--to', '0.22.0', '.');
    expect(unknown.stdout).toContain('its release is not known');
    expect(unknown.stdout).not.toContain('gpu-memory-utilization');
    const known = await run('--to', '0.22.0', '--from', '0.11.1', '--write', '.');
    expect(known.stdout).toContain('vLLM 0.11.1 (from --from) becomes 0.22.0');
    expect(await read('serve.sh')).toBe(migrated.replace('# nixl: vllm=0.22.0\n', ''));
  });

  it('--to newest is the newest known, which is not verified', async () => {
    await writeTree(cwd, { 'serve.sh': script });
    const { stdout } = await run('--to', 'newest', '.');
    expect(stdout).toMatch(/\+# nixl: vllm=0\.\d+\.\d+\n/);
    expect(stdout).toContain('Not verified beyond vLLM');
  });
});

it('--format json holds all of it', async () => {
  await writeTree(cwd, { 'serve.sh': script, 'stuck.sh': stuck });
  const { stdout, code } = await run('--to', '0.24.0', '--format', 'json', '.');
  expect(code).toBe(1);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    schemaVersion: 1,
    to: { vllm: '0.24.0', nixl: null, ucx: null },
    files: 2,
    written: [],
    unchecked: [],
  });
  expect(report.engines).toEqual([
    {
      file: 'serve.sh',
      range: { start: { line: 3, character: 0 }, end: { line: 3, character: 10 } },
      engine: 'vllm serve',
      from: '0.11.1',
      origin: 'comment',
      standing: 'moves',
    },
    expect.objectContaining({ file: 'stuck.sh', from: '0.23.0', standing: 'moves' }),
  ]);
  const lease = report.changes.find(({ rule }: { rule: string }) => rule === 'vllm-variable-removed');
  expect(lease).toMatchObject({
    file: 'serve.sh',
    kind: 'removal',
    state: 'edit',
    severity: 'warning',
    engines: ['vllm serve'],
    name: 'VLLM_NIXL_ABORT_REQUEST_TIMEOUT',
  });
  expect(lease.proposals.map(({ safe, purpose, chosen }: Record<string, unknown>) => [safe, purpose, chosen])).toEqual([
    [true, 'mend', true],
    [true, 'mend', false],
  ]);
  const port = report.changes.find(({ name }: { name: string }) => name === '--gpu-memory-utilization');
  expect(port).toMatchObject({ kind: 'default', was: '0.9', becomes: '0.92', certain: true, minor: false });
  const edits = report.edits.filter(({ file }: { file: string }) => file === 'serve.sh');
  expect(edits.length).toBe(4);
});
