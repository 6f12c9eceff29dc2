import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundle, NODE } from '../support/bundles';
import { runCli, writeTree } from '../support/cli';
import { readReport } from './json';

const good = `vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'\n`;
const bad = good.replace('kv_producer', 'kv_prefill');

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'nixl lint '));
});

afterEach(() => rm(cwd, { recursive: true }));

const run = (...args: string[]) => runCli(args, { cwd });

async function json(...args: string[]) {
  return readReport(await run('--format', 'json', ...args));
}

describe('exit codes', () => {
  beforeEach(() => writeTree(cwd, { 'good.sh': good, 'bad.sh': bad }));

  it('are 0 without and 1 with an error finding', async () => {
    expect((await run('good.sh')).code).toBe(0);
    expect((await run('bad.sh')).code).toBe(1);
    expect((await run('check', '.')).code).toBe(1);
  });

  it('follow the severity that the user gives', async () => {
    expect((await run('--rule', 'unknown-role=warning', 'bad.sh')).code).toBe(0);
    expect((await run('--rule', 'unknown-role=warning', '--max-warnings', '0', 'bad.sh')).code).toBe(1);
    expect((await run('--rule', 'unknown-role=warning', '--max-warnings=1', 'bad.sh')).code).toBe(0);
    expect((await run('--rule=unknown-role=off', '--max-warnings=0', 'bad.sh')).code).toBe(0);
  });

  it('are 2 for a path that is not there, and the report is still printed', async () => {
    const result = await run('--format=json', 'bad.sh', 'nowhere.yaml');
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('nowhere.yaml: there is no such file or folder.');
    expect(readReport(result).findings.map(({ rule }) => rule)).toEqual(['unknown-role']);
  });

  it.each([
    [['--format', 'xml', '.'], 'use pretty or json'],
    [['--format', 'sarif', '.'], 'not available yet'],
    [['--format', 'github', '.'], 'not available yet'],
    [['--format', 'junit', '.'], 'not available yet'],
    [['--config', 'x.json', '.'], 'not available yet'],
    [['plan', '.'], 'not available yet'],
    [['fix', '.'], 'not available yet'],
    [['--fast', '.'], '--fast'],
    [['--rule', 'unknown-role', '.'], 'ID=LEVEL'],
    [['--rule', 'unknown-role=loud', '.'], 'ID=LEVEL'],
    [['--rule', 'no-such-rule=off', '.'], 'there is no rule `no-such-rule`'],
    [['--max-warnings', 'many', '.'], 'not a number'],
    [['--vllm-version', 'latest', '.'], 'not a release'],
    [['--platform', 'tpu9', '.'], 'use one of cuda'],
    [['--format=json', '--format=pretty', '.'], 'Only one report'],
    [['--output=a', '--output=b', '.'], 'more `--output`'],
    [[], 'Name files or folders'],
  ])('are 2 for %j', async (args, says) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(says);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('are 2 when a report cannot be written, which is then printed', async () => {
    const { code, stdout, stderr } = await run('--output', 'no/such/folder/report', 'good.sh');
    expect([code, stderr]).toEqual([2, 'no/such/folder/report: cannot be written (ENOENT).\n']);
    expect(stdout).toContain('1 file read');
  });
});

describe('what is read', () => {
  it('is a verb where a verb stands, and a folder where a path stands', async () => {
    await writeTree(cwd, { 'rules/bad.sh': bad, 'check/bad.sh': bad });
    expect((await json('./rules')).findings).toHaveLength(1);
    expect((await json('check', './check')).findings).toHaveLength(1);
    expect((await run('--', 'rules')).code).toBe(1);
  });

  it('is what Git would see of a folder', async () => {
    await writeTree(cwd, {
      '.gitignore': 'ignored/\n*.local.sh\n!kept.local.sh\n/only-here.sh\n',
      'a.sh': bad,
      'b.local.sh': bad,
      'kept.local.sh': bad,
      'only-here.sh': bad,
      'ignored/c.sh': bad,
      'deep/only-here.sh': bad,
      'deep/.gitignore': '!b.local.sh\nx.sh\n',
      'deep/b.local.sh': bad,
      'deep/x.sh': bad,
      'deep/er/x.sh': bad,
      'node_modules/d.sh': bad,
      '.git/hooks/e.sh': bad,
      '.github/f.sh': bad,
    });
    const { findings } = await json('.');
    const seen = ['.github/f.sh', 'a.sh', 'deep/b.local.sh', 'deep/only-here.sh', 'kept.local.sh'];
    expect(findings.map(({ file }) => file)).toEqual(seen);
  });

  it('obeys what stands above the named folder, as far as the repository goes', async () => {
    await writeTree(cwd, {
      '.gitignore': '*.sh\n',
      'repo/.git/HEAD': 'ref: refs/heads/main\n',
      'repo/.gitignore': 'x.sh\nbuilt/\n',
      'repo/folder/x.sh': bad,
      'repo/folder/y.sh': bad,
      'repo/built/y.sh': bad,
    });
    const files = async (path: string) => (await json(path)).findings.map(({ file }) => file);
    expect(await files('repo/folder')).toEqual(['repo/folder/y.sh']);
    // Named outright, although its repository ignores it.
    expect(await files('repo/built')).toEqual(['repo/built/y.sh']);
    expect(await files('repo')).toEqual(['repo/folder/y.sh']);
  });

  it('is every file that is named outright, once', async () => {
    await writeTree(cwd, { '.gitignore': '*\n', 'a.sh': bad, 'node_modules/b.sh': bad });
    const report = await json('.', 'a.sh', './a.sh', 'node_modules/b.sh');
    expect(report.findings.map(({ file }) => file)).toEqual(['a.sh', 'node_modules/b.sh']);
    expect(report.files).toBe(2);
  });

  it('follows links that are named and none that are met', async () => {
    await writeTree(cwd, { 'real/a.sh': bad });
    await symlink('..', join(cwd, 'real/loop'));
    await symlink('real/a.sh', join(cwd, 'link.sh'));
    expect((await json('.')).findings.map(({ file }) => file)).toEqual(['real/a.sh']);
    expect((await json('link.sh')).findings.map(({ file }) => file)).toEqual(['link.sh']);
  });

  it('is named relative to the working directory, with slashes', async () => {
    await writeTree(cwd, { 'with space/ünï.sh': bad, 'sub/c.sh': bad });
    const { findings } = readReport(
      await runCli(['--format=json', join(cwd, 'with space'), 'c.sh'], { cwd: join(cwd, 'sub') }),
    );
    expect(findings.map(({ file }) => file)).toEqual(['../with space/ünï.sh', 'c.sh']);
  });

  it('is standard input for `-`, under the name that is given', async () => {
    const args = ['--format=json', '-', '--stdin-filename', 'manifests/pre fill.sh'];
    const { findings } = readReport(await runCli(args, { cwd, input: bad }));
    expect(findings.map(({ file, rule }) => [file, rule])).toEqual([['manifests/pre fill.sh', 'unknown-role']]);
    const unnamed = readReport(await runCli(['--format=json', '-'], { cwd, input: `#!/bin/sh\n${bad}` }));
    expect(unnamed.findings).toHaveLength(1);
  });

  it('includes files that others refer to, and finds there what is wrong there', async () => {
    await writeTree(cwd, {
      'app/compose.yaml': `services:
  a: &a
    image: vllm/vllm-openai:v0.25.1
    env_file: ../env/shared.env
    command: ["--model=m", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
  b: *a
`,
      'env/shared.env': 'NIXL_LOG_LEVEL=LOUD\n',
    });
    const report = await json('app');
    expect(report.files).toBe(2);
    const found = report.findings.filter(({ rule }) => rule === 'nixl-value');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      file: 'env/shared.env',
      range: { start: { line: 0, character: 15 }, end: { line: 0, character: 19 } },
    });
    expect(found[0]!.related.some(({ message }) => message.includes('`b`'))).toBe(true);
    expect((await json('.')).findings.filter(({ rule }) => rule === 'nixl-value')).toEqual(found);
  });
});

it('names referenced files from the working directory too, however they are written', async () => {
  const command = `["--model=m", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']`;
  await writeTree(cwd, {
    'sub/compose.yaml': `services:\n  a:\n    image: vllm/vllm-openai:v0.25.1\n    env_file: ${cwd}/x/../x/a.env\n    command: ${command}\n`,
    'x/a.env': 'NIXL_LOG_LEVEL=LOUD\n',
  });
  const args = ['--format=json', 'compose.yaml'];
  const { findings } = readReport(await runCli(args, { cwd: join(cwd, 'sub') }));
  expect(findings.filter(({ rule }) => rule === 'nixl-value').map(({ file }) => file)).toEqual(['../x/a.env']);
});

describe('versions and platform', () => {
  it('are taken from the command line where the files do not say', async () => {
    const key = (line: string) => line.replace('"kv_role"', '"kv_load_failure_policy":"fail","kv_role"');
    await writeTree(cwd, { 'a.sh': key(good), 'b.sh': `# nixl: vllm=0.25.1\n${key(good)}` });
    const files = (version: string) =>
      json('--vllm-version', version, '.').then(({ findings }) => findings.map(({ file }) => file));
    expect(await files('0.9.2')).toEqual(['a.sh']);
    expect(await files('0.25.1')).toEqual([]);
  });
});

describe('reports', () => {
  beforeEach(() => writeTree(cwd, { 'a.sh': bad, 'b.sh': `export UCX_TLS=$(pick)\n${good}` }));

  it('are for people by default, without colour when nobody looks', async () => {
    const { stdout, stderr } = await run('.');
    const [line = ''] = stdout.split('\n').slice(1);
    const message = /^ {2}1:\d+ {2}error {2}(.*) {2}unknown-role$/.exec(line)?.[1];
    expect(message).toBeDefined();
    expect(stdout.replace(message!, '<message>')).toBe(
      `a.sh
  1:74  error  <message>  unknown-role
     |
   1 | vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_prefill"}'
     |                                                                               ^^^^^^^^^^
     = fix: Write \`kv_producer\`

Not checked
  b.sh:1:16  \`UCX_TLS\` is not known: \`$(pick)\` is computed when it runs

1 error (2 files read, 1 part not checked)
`.replace('1:74', `1:${bad.indexOf('kv_prefill') + 1}`),
    );
    expect(stderr).toBe('');
  });

  it('have colours when asked for', async () => {
    expect((await run('--color', '.')).stdout).toContain('\u001b[1;31merror\u001b[0m');
    expect((await run('.')).stdout).not.toContain('\u001b');
    expect((await run('--color', '--no-color', '.')).stdout).not.toContain('\u001b');
    expect((await run('--color', '--format=json', '.')).stdout).not.toContain('\u001b');
  });

  it('go where the n-th output says', async () => {
    const { stdout } = await run('--format', 'json', '--output', 'out.json', '--format', 'pretty', '.');
    expect(stdout).toContain('unknown-role');
    const written = {
      code: 0,
      signal: null,
      stdout: await readFile(join(cwd, 'out.json'), 'utf8'),
      stderr: '',
      memory: 0,
      processor: 0,
    };
    expect(readReport(written).findings).toHaveLength(1);
  });

  it('can be quiet', async () => {
    const args = ['--rule', 'unknown-role=warning', '--quiet', '--format=json', '--max-warnings=0', '.'];
    const result = await run(...args);
    expect(readReport(result).findings).toEqual([]);
    expect(result.code).toBe(1);
  });

  it('say when nothing was found', async () => {
    expect((await run('b.sh', '--rule', 'kv-both=off')).stdout).toMatch(
      /Nothing found \(1 file read, 1 part not checked\)\n$/,
    );
  });

  it('do not let files steer the terminal', async () => {
    await writeTree(cwd, { 'esc\u001b[2J.sh': bad.replace('kv_prefill', 'kv\u001b[31m\u202e\tred') });
    const { stdout } = await run('.');
    expect(stdout).toContain('kv·[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });

  it('survive a reader that has seen enough', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`many/${index}.sh`, bad]));
    await writeTree(cwd, many);
    const script = '"$0" "$1" --format=json many 2>errors | head -c 10';
    const shell = await promisify(execFile)('sh', ['-c', script, NODE, bundle('cli.js')], { cwd });
    expect(shell.stdout).toBe('{\n  "schem');
    expect(await readFile(join(cwd, 'errors'), 'utf8')).toBe('');
  });
});

it('tells its version and how it is used', async () => {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(await run('--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
  const help = await run('--help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const option of [
    '--format',
    '--output',
    '--vllm-version',
    '--platform',
    '--rule',
    '--stdin-filename',
    '--quiet',
  ]) {
    expect(help.stdout).toContain(option);
  }
});

it('says nothing but the report', async () => {
  await writeTree(cwd, { 'a.sh': good });
  const { stdout, stderr } = await run('--format=json', 'a.sh');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, files: 1, findings: [], unchecked: [] });
});
