import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExplainParams, ExplainResult } from '../../server/src/lsp/protocol';
import { LspClient } from '../support/lsp-client';

const uri = 'file:///project/p%20d/prefill.yaml';
const manifest = `apiVersion: v1
kind: Pod
metadata: { name: prefill }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - { name: UCX_TLS, value: "rc,sm" }
`;
const LINE = 'E1102 12:31:07.512873     214 ucx_utils.cpp:582] VRAM memory is detected as host by UCX.';

let client: LspClient;
let folder: string;

beforeEach(async () => {
  client = await LspClient.start();
  folder = await mkdtemp(join(tmpdir(), 'nixl explain '));
});

afterEach(async () => {
  client.process.kill();
  await rm(folder, { recursive: true });
});

const ask = (params: ExplainParams) => client.connection.sendRequest<ExplainResult>('nixl/explain', params);

async function page(params: ExplainParams) {
  const result = await ask(params);
  if ('problem' in result) throw new Error(result.problem);
  const lines = result.text.split('\n');
  const links = result.links.map(({ range: { start, end }, target }) => {
    expect(start.line).toBe(end.line);
    return [lines[start.line]!.slice(start.character, end.character), target] as const;
  });
  return { text: result.text, links: new Map(links) };
}

describe('nixl/explain', () => {
  it('explains a text, with links to the lines of open documents and to the pages of rules', async () => {
    await client.open(uri, manifest);
    const { text, links } = await page({ text: `fine\n${LINE}\n`, name: 'prefill.log' });
    expect(text).toMatch(/^# prefill\.log\n\n1 message explained \(2 lines read\)\.\n/);
    expect(text).toContain('## UCX takes GPU memory for host memory\n\nLine 2:\n\n    E1102 12:31:07');
    expect(text).toMatch(
      /- Where: p d\/prefill\.yaml:10:36 {2}`UCX_TLS` lists no `cuda_copy`.* \(ucx-tls-no-gpu-copy\)\n/,
    );
    expect(links.get('p d/prefill.yaml:10:36')).toBe(`${uri}#L10,36`);
    expect(links.get('ucx-tls-no-gpu-copy')).toMatch(/^file:.*\/docs\/rules\/ucx-tls-no-gpu-copy\.md$/);
    expect(links.get('nixl#334')).toBe('https://github.com/ai-dynamo/nixl/issues/334');
  });

  it('reads a file itself', async () => {
    const log = join(folder, 'engine.log');
    await writeFile(log, `${'fine\n'.repeat(1000)}${LINE}\n`);
    const { text } = await page({ uri: pathToFileURL(log).href });
    expect(text).toMatch(/^# engine\.log\n\n1 message explained \(1,001 lines read\)\./);
    expect(text).not.toContain('- Where:');
  });

  it('says that nothing is known', async () => {
    await client.open(uri, manifest);
    const { text } = await page({ text: 'fine' });
    expect(text).toMatch(/^# Text\n\nNothing known in it \(1 line read\)\./);
  });

  it('says why a log cannot be read', async () => {
    expect(await ask({ uri: pathToFileURL(join(folder, 'nowhere')).href })).toEqual({
      problem: 'The file cannot be read (ENOENT).',
    });
    expect(await ask({ uri: pathToFileURL(folder).href })).toEqual({ problem: 'The file cannot be read (EISDIR).' });
    expect(await ask({ uri: 'untitled:x' })).toEqual({ problem: 'The file cannot be read (ERR_INVALID_URL_SCHEME).' });
    await writeFile(join(folder, 'x.gz'), Uint8Array.from([0x1f, 0x8b, 8, 0]));
    expect(await ask({ uri: pathToFileURL(join(folder, 'x.gz')).href })).toEqual({
      problem: 'The file is compressed. Unpack it first.',
    });
  });
});
