import { tmpdir } from 'node:os';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { knownReleases, newestRelease } from '../../server/src/knowledge';
import { connectorSchema, kvTransferConfigSchema } from '../../server/src/knowledge/versioned-schema';
import { runCli } from '../support/cli';

const run = (...args: string[]) => runCli(['schema', ...args], { cwd: tmpdir() });

describe('nixl-lint schema', () => {
  it('prints the whole object of the newest release, and nothing else', async () => {
    const { code, stdout, stderr } = await run();
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(kvTransferConfigSchema(newestRelease('vllm')));
  });

  it.each([
    ['kv-transfer-config', '0.12.0'],
    ['NixlConnector', '0.22.0'],
    ['MultiConnector', '0.25.1'],
  ])('prints %s of vLLM %s, which a strict validator takes', async (name, release) => {
    const { code, stdout } = await run(name, '--vllm-version', release);
    expect(code).toBe(0);
    const schema = JSON.parse(stdout);
    expect(schema.$id).toMatch(new RegExp(`^urn:nixl-vllm:.*${name}.*:${release}$`));
    expect(() => new Ajv2020({ strict: true }).compile(schema)).not.toThrow();
    expect(schema).toEqual(
      name === 'kv-transfer-config' ? kvTransferConfigSchema(release) : connectorSchema(name, release),
    );
  });

  it('lists what there is in a release', async () => {
    const { code, stdout } = await run('--list', '--vllm-version=0.10.1');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'kv-transfer-config',
      'NixlConnector',
      'LMCacheConnectorV1',
      'MultiConnector',
      'P2pNcclConnector',
      'SharedStorageConnector',
      '',
    ]);
  });

  it('takes a release newer than the tables for the newest one, and says so', async () => {
    const { code, stdout, stderr } = await run('--vllm-version', '0.99.0');
    expect(code).toBe(0);
    expect(stderr).toContain(`vLLM 0.99.0 is newer than what is known: this is vLLM ${newestRelease('vllm')}.`);
    const { $id, title, $comment, ...rest } = JSON.parse(stdout);
    expect([$id, title]).toEqual([expect.stringContaining('0.99.0'), expect.stringContaining('0.99.0')]);
    expect($comment).toBeDefined();
    expect(kvTransferConfigSchema(newestRelease('vllm'))).toMatchObject(rest);
  });

  it.each(knownReleases('vllm').slice(-2))('says that %s was not read in source', async (release) => {
    expect(JSON.parse((await run('--vllm-version', release)).stdout).$comment).toContain('Not verified beyond');
  });

  it.each([
    [['Nixl'], 'Do you mean `NixlConnector`'],
    [['kv-transfer-confg'], 'Do you mean `kv-transfer-config`'],
    [['Nothing'], 'there is no schema of this name. `nixl-lint schema --list`'],
    [['NixlPushConnector', '--vllm-version=0.20.0'], 'vLLM 0.20.0 does not have it (from 0.24.0)'],
    [['P2pNcclConnector'], 'does not have it (0.9.2 to 0.23.x)'],
    [['FlexKVConnectorV1'], 'any key is taken'],
    [['TPUConnector'], 'any key is taken'],
    [['NixlConnector', 'MultiConnector'], 'One name at a time'],
    [['--list', 'NixlConnector'], 'takes no name'],
    [['--vllm-version', 'latest'], 'not a release'],
    [['--vllm-version', '0.8.5'], 'before 0.9.0'],
    [['--nixl-version', '1.0.0'], '--nixl-version'],
  ])('refuses %j', async (args, says) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(says);
    expect(stderr).toContain('See `nixl-lint schema --help`.');
    expect([code, stdout]).toEqual([2, '']);
  });

  it('explains itself', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: nixl-lint schema [NAME]');
  });
});
