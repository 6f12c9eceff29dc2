import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { compare } from '../../scripts/facts-diff/compare.mts';
import { nixlRelease, readNixl } from '../../scripts/facts-diff/nixl.mts';
import { readUcx, ucxRelease } from '../../scripts/facts-diff/ucx.mts';
import type { Entry, Statement } from '../../scripts/facts-diff/upstream.mts';
import { readVllm } from '../../scripts/facts-diff/vllm.mts';

const root = join(import.meta.dirname, '../..');
const checkouts = join(import.meta.dirname, 'checkouts');
const temporary: string[] = [];

afterAll(async () => {
  for (const folder of temporary) await rm(folder, { recursive: true });
});

/** `NAME=DEFAULT`, or the name alone. */
function entriesOf({ tables }: Statement, name: string): string[] {
  const entries = tables.find((table) => table.name === name)?.entries ?? new Map<string, Entry>();
  return [...entries].map(([key, { value }]) => (value === undefined ? key : `${key}=${value}`)).sort();
}

test('reads a vLLM checkout: fields, connectors, keys, variables, flags, metrics', async () => {
  const moved: string[] = [];
  const statement = await readVllm(join(checkouts, 'vllm'), (reason) => moved.push(reason));
  expect(moved).toEqual([]);
  expect(entriesOf(statement, 'fields')).toEqual([
    'kv_buffer_size=1000000000',
    'kv_connector',
    'kv_device',
    'kv_ip=127.0.0.1',
    'kv_port=14579',
  ]);
  expect(entriesOf(statement, 'connectors')).toEqual(['PipeConnector', 'WireConnector']);
  expect(entriesOf(statement, 'extra keys')).toEqual(['first_key', 'second_key', 'third_key']);
  expect(entriesOf(statement, 'environment')).toEqual(['VLLM_ALPHA=localhost', 'VLLM_BETA=2', 'VLLM_GAMMA']);
  expect(entriesOf(statement, 'flags')).toEqual([
    'api-count',
    'chat-template',
    'host',
    'kv-config',
    'model',
    'tensor-size',
  ]);
  expect(entriesOf(statement, 'metrics')).toEqual(['vllm:wire_bytes', 'vllm:wire_seconds']);
  const where = statement.tables.find(({ name }) => name === 'flags')?.entries.get('kv-config')?.where;
  expect(where).toBe('vllm/engine/arg_utils.py:4');
});

test('a part of vLLM that moved away is named, and the others are still compared', async () => {
  const checkout = await mkdtemp(join(tmpdir(), 'facts-diff-'));
  temporary.push(checkout);
  await cp(join(checkouts, 'vllm'), checkout, { recursive: true });
  await rm(join(checkout, 'vllm/envs.py'));
  await writeFile(join(checkout, 'vllm/config/kv_transfer.py'), 'class Renamed:\n    x: int = 1\n');
  const moved: string[] = [];
  const statement = await readVllm(checkout, (reason) => moved.push(reason));
  expect(moved).toEqual([
    'vLLM fields: there is no class KVTransferConfig',
    'vLLM environment: there is no vllm/envs.py',
  ]);
  expect(entriesOf(statement, 'connectors')).toHaveLength(2);
});

test('reads a NIXL checkout: constants, templates, numbers with marks, plugins and their parameters', async () => {
  const statement = await readNixl(join(checkouts, 'nixl'));
  expect(await nixlRelease(join(checkouts, 'nixl'))).toBe('9.8.7');
  expect(entriesOf(statement, 'environment')).toEqual([
    'NIXL_BUFFER=4096',
    'NIXL_DIR',
    'NIXL_SWITCH=true',
    'NIXL_TIMEOUT=5000',
  ]);
  expect(entriesOf(statement, 'backends')).toEqual(['WIRE']);
  expect(entriesOf(statement, 'backend parameters')).toEqual(['WIRE device', 'WIRE num_threads=8']);
});

test('reads a UCX checkout: included tables under both prefixes, macros, overridden defaults', async () => {
  const statement = await readUcx(join(checkouts, 'ucx'));
  expect(await ucxRelease(join(checkouts, 'ucx'))).toBe('7.3.1');
  expect(entriesOf(statement, 'environment')).toEqual([
    // The table itself, which `WIRE_` includes with other defaults.
    'UCX_ALLOC=heap',
    'UCX_BASE_ALLOC=huge,thp',
    'UCX_BASE_MAX_EPS=8',
    'UCX_MAX_EPS=inf',
    'UCX_MD_ALLOC=heap',
    'UCX_MD_MAX_EPS=inf',
    'UCX_UCM_EVENTS=y',
    // Included twice with different defaults: neither is claimed.
    'UCX_WIRE_ALLOC',
    'UCX_WIRE_MAX_EPS',
    'UCX_WIRE_POLL=16',
    'UCX_WIRE_SIZE',
    'UCX_WIRE_TX_BUFS_GROW=1024',
    'UCX_WIRE_TX_MAX_BUFS=-1',
  ]);
});

test('names what is lacking, too much, and contradicted; equal values in other spellings are equal', () => {
  const upstream = statementOf([
    ['A', '1'],
    ['B', '8kb'],
    ['C', 'y'],
    ['D', '1.0s'],
    ['E', '64,1kb'],
    ['F', 'old'],
    ['G', undefined],
    ['H', 'auto'],
  ]);
  const ours = statementOf([
    ['A', '1'],
    ['B', '8K'],
    ['C', 'yes'],
    ['D', '1s'],
    ['E', '64,1K'],
    ['F', 'new'],
    ['G', 'x'],
    ['Z', undefined],
  ]);
  expect(compare(upstream, ours).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'lacks H',
    'surplus Z',
    'contradicts F',
  ]);
});

test('a name that a release may have is neither lacking nor too much', () => {
  const may: Statement = {
    library: 'ucx',
    tables: [{ name: 'environment', entries: new Map([['MAYBE', { certain: false }]]) }],
  };
  expect(compare(statementOf([]), may)).toEqual([]);
  expect(compare(statementOf([['MAYBE', undefined]]), may)).toEqual([]);
});

function statementOf(entries: readonly (readonly [string, string | undefined])[]): Statement {
  const table = entries.map(([name, value]): [string, Entry] => [name, value === undefined ? {} : { value }]);
  return { library: 'ucx', tables: [{ name: 'environment', entries: new Map(table) }] };
}

test('the command prints one line for each difference and ends with 1; without a checkout it ends with 2', async () => {
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, ['scripts/facts-diff/main.mts', ...words], { cwd: root }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  const found = await run('--vllm', join(checkouts, 'vllm'));
  expect(found.code).toBe(1);
  expect(found.stdout).toContain('connectors: we lack `WireConnector`');
  expect(found.stdout).toContain('connectors: upstream has no `NixlConnector`');
  const nothing = await run();
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain('--vllm PATH');
  const absent = await run('--ucx', join(checkouts, 'nowhere'));
  expect(absent.code).toBe(2);
  expect(absent.stderr).toContain('there is no configure.ac');
});
