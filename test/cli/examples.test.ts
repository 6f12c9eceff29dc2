import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../support/cli';
import { readReport } from './json';

const examples = join(import.meta.dirname, '../../examples');

interface Expected {
  readonly file: string;
  readonly covers: string;
  readonly rule: string;
  readonly severity: string;
}

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'nixl-examples-'));
  await cp(examples, cwd, { recursive: true });
});

afterEach(() => rm(cwd, { recursive: true }));

/** What is found, with the characters that it covers. */
async function found(): Promise<Expected[]> {
  const { findings } = readReport(await runCli(['--format=json', '.'], { cwd }));
  const shown = findings.map(async ({ file, rule, severity, range }) => {
    const lines = (await readFile(join(cwd, file), 'utf8')).split('\n');
    expect(range.start.line).toBe(range.end.line);
    return { file, covers: lines[range.start.line]!.slice(range.start.character, range.end.character), rule, severity };
  });
  return sorted(await Promise.all(shown));
}

/** In any order: that of the report is a matter of its own. */
function sorted(list: readonly Expected[]): Expected[] {
  return [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

async function expected(): Promise<Expected[]> {
  return sorted(JSON.parse(await readFile(join(examples, 'expected.json'), 'utf8')));
}

async function replace(file: string, ...pairs: readonly (readonly [from: string, to: string])[]): Promise<void> {
  let text = await readFile(join(cwd, file), 'utf8');
  for (const [from, to] of pairs) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  await writeFile(join(cwd, file), text);
}

it('the examples hold the mistakes that were planted in them', async () => {
  expect(await found()).toEqual(await expected());
});

it('nothing is found once they are mended', async () => {
  await replace(
    '1p1d/prefill-decode.yaml',
    ['kv_load_failure_polcy', 'kv_load_failure_policy'],
    ['value: localhost', 'valueFrom: { fieldRef: { fieldPath: status.podIP } }'],
    ['rc,sm,self', 'rc,cuda_copy,cuda_ipc,sm,self'],
    ['NIXLConnector', 'NixlConnector'],
    ['value: mlx5_0', 'value: mlx5_0:1'],
  );
  await replace(
    'multi-node/node0.sh',
    ['"UCX"', '["UCX"]'],
    ['VLLM_NIXL_SIDE_CHANNEL_PORT=5602', 'VLLM_NIXL_SIDE_CHANNEL_PORT=5620'],
    ['kv_consummer', 'kv_consumer'],
  );
  await replace('multi-node/compose.yaml', [
    '"kv_lease_duration":60',
    '"kv_connector_extra_config":{"kv_lease_duration":60}',
  ]);
  await replace(
    'multi-node/node1.env',
    ['VLLM_NIXL_ABORT_REQUEST_TIMEOUT=480\n', ''],
    ['UCX_MEMTYPE_CACHE=false', 'UCX_MEMTYPE_CACHE=n'],
    ['NIXL_LOG_LEVEL=WARNING', 'NIXL_LOG_LEVEL=WARN'],
  );
  expect(await found()).toEqual([]);
});

it('the names of the files do not matter', async () => {
  const names: Readonly<Record<string, string>> = {
    '1p1d/prefill-decode.yaml': '1p1d/everything.yml',
    'multi-node/node0.sh': 'multi-node/launch',
    'multi-node/compose.yaml': 'multi-node/docker-compose.second-node.yml',
    'multi-node/node1.env': 'multi-node/.env.node1',
  };
  await replace('multi-node/compose.yaml', ['env_file: node1.env', 'env_file: ./.env.node1']);
  for (const [from, to] of Object.entries(names)) await rename(join(cwd, from), join(cwd, to));
  const renamed = (await expected()).map((one) => ({ ...one, file: names[one.file]! }));
  expect(await found()).toEqual(sorted(renamed));
});

it('how the JSON is quoted does not matter', async () => {
  const quote = (json: string) => json.replaceAll('"', '\\"');
  const text = await readFile(join(cwd, 'multi-node/node0.sh'), 'utf8');
  const json = /KV_CONFIG='([^']*)'/.exec(text)![1]!;
  await replace(
    'multi-node/node0.sh',
    [`'${json}'`, `"${quote(json)}"`],
    [
      '"{\\"kv_connector\\": \\"NixlConnector\\", \\"kv_role\\": \\"kv_consummer\\"}"',
      '\'{"kv_connector": "NixlConnector", "kv_role": "kv_consummer"}\'',
    ],
  );
  const decode = '{"kv_connector":"NIXLConnector","kv_role":"kv_consumer"}';
  await replace('1p1d/prefill-decode.yaml', [`'${decode}'`, `"${quote(decode)}"`]);
  const lease = '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_lease_duration":60}';
  await replace('multi-node/compose.yaml', [`--kv-transfer-config=${lease}`, `"--kv-transfer-config=${quote(lease)}"`]);
  const requoted = (await expected()).map((one) => ({
    ...one,
    covers: one.covers === '"UCX"' ? '\\"UCX\\"' : one.covers,
  }));
  expect(await found()).toEqual(sorted(requoted));
});

it('whether it stands in a shell line or in args does not matter', async () => {
  const text = await readFile(join(cwd, '1p1d/prefill-decode.yaml'), 'utf8');
  const command = /command: \["\/bin\/bash", "-c"\]\n +args:\n( +)- \|\n[^']*'([^']*)'\n/.exec(text)!;
  const [script = '', indent = '', json = ''] = command;
  const words = [
    'Qwen/Qwen3-32B',
    '--port',
    '"8000"',
    '--tensor-parallel-size',
    '"4"',
    '--kv-transfer-config',
    `'${json}'`,
  ];
  const args = [`command: [vllm, serve]`, `${indent.slice(2)}args:`, ...words.map((word) => `${indent}- ${word}`)];
  await replace('1p1d/prefill-decode.yaml', [script, `${args.join('\n')}\n`]);
  expect(await found()).toEqual(await expected());
});
