import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type {
  ApplyWorkspaceEditParams,
  ClientCapabilities,
  CodeAction,
  TextDocumentEdit,
} from 'vscode-languageserver-protocol';
import type { MigrateResult } from '../../server/src/lsp/protocol';
import { ABILITIES, LspClient } from '../support/lsp-client';

const URI = 'file:///deploy/prefill.yaml';
const text = `services:
  prefill:
    image: vllm/vllm-openai:v0.21.0
    environment:
      VLLM_NIXL_SIDE_CHANNEL_HOST: prefill
      VLLM_NIXL_ABORT_REQUEST_TIMEOUT: "300"
    command:
      - a/b
      - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
`;
const at = (line: number, character: number) => ({ start: { line, character }, end: { line, character } });
const ON_IMAGE = at(2, 20);

/** A client that asks for the edit of an action when it is chosen. */
const LATER: ClientCapabilities = {
  ...ABILITIES,
  textDocument: {
    ...ABILITIES.textDocument,
    codeAction: {
      ...ABILITIES.textDocument.codeAction,
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
  },
};

let client: LspClient;

afterEach(async () => {
  expect(await client.stop()).toBe(0);
});

async function actions(range = ON_IMAGE, only?: string[]): Promise<CodeAction[]> {
  const all = await client.codeActions(URI, range, only);
  return all.filter(({ kind }) => kind === 'refactor.rewrite.migrate.nixl');
}

/** What the edits of one document make of its text. */
function edited({ edit }: Pick<CodeAction, 'edit'>): string {
  const [change, ...others] = (edit?.documentChanges ?? []) as TextDocumentEdit[];
  expect(others).toEqual([]);
  expect(change!.textDocument).toEqual({ uri: URI, version: 1 });
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }) =>
    lines.slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
  return change!.edits
    .map((one) => ({
      start: offset(one.range.start),
      end: offset(one.range.end),
      newText: 'newText' in one ? one.newText : '',
    }))
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}

describe('the code action', () => {
  it('moves the document to the newest release or the next', async () => {
    client = await LspClient.start(ABILITIES);
    await client.open(URI, text);
    const [newest, next, ...others] = await actions();
    expect(others).toEqual([]);
    expect(newest?.title).toMatch(/^Migrate to vLLM 0\.\d+\.\d+$/);
    expect(next?.title).toBe('Migrate to vLLM 0.22.0');
    expect(edited(next!)).toBe(`services:
  prefill:
    image: vllm/vllm-openai:v0.22.0
    environment:
      VLLM_NIXL_SIDE_CHANNEL_HOST: prefill
    command:
      - a/b
      - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{"kv_lease_duration":300}}
`);
  });

  it('stands where the release is, and at the configuration', async () => {
    client = await LspClient.start(ABILITIES);
    await client.open(URI, text);
    expect(await actions(at(8, 12))).toHaveLength(2);
    expect(await actions(at(7, 9))).toEqual([]);
    expect(await actions(ON_IMAGE, ['quickfix'])).toEqual([]);
    expect(await actions(ON_IMAGE, ['refactor'])).toHaveLength(2);
  });

  it('does not stand where the release is not known, or the newest', async () => {
    client = await LspClient.start(ABILITIES);
    await client.open(URI, text.replace('v0.21.0', 'latest'));
    expect(await actions()).toEqual([]);
    await client.change(URI, 2, text.replace('v0.21.0', 'v0.99.0'));
    expect(await actions()).toEqual([]);
  });

  it('has its edit when the client asks for it', async () => {
    client = await LspClient.start(LATER);
    await client.open(URI, text);
    const [, next] = await actions();
    expect(next).toMatchObject({ title: 'Migrate to vLLM 0.22.0' });
    expect(next?.edit).toBeUndefined();
    const resolved = await client.connection.sendRequest<CodeAction>('codeAction/resolve', next);
    expect(edited(resolved)).toContain('kv_lease_duration');
  });

  it('takes the text of an open file before the one on disk, and edits both', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nixl migrate '));
    try {
      const uri = pathToFileURL(join(folder, 'compose.yaml')).href;
      const env = pathToFileURL(join(folder, 'own.env')).href;
      await writeFile(join(folder, 'own.env'), 'VLLM_NIXL_SIDE_CHANNEL_HOST=prefill\n');
      client = await LspClient.start(ABILITIES);
      const unsaved = 'VLLM_NIXL_SIDE_CHANNEL_HOST=prefill\nVLLM_NIXL_ABORT_REQUEST_TIMEOUT=300\n';
      await client.open(env, unsaved, 'dotenv');
      const compose = text.replace(/ {4}environment:\n(?: {6}.*\n)+(?= {4}command)/, '    env_file: own.env\n');
      await client.open(uri, compose);
      const all = await client.codeActions(uri, ON_IMAGE);
      const next = all.find(({ title }) => title === 'Migrate to vLLM 0.22.0');
      const changes = next?.edit?.documentChanges as TextDocumentEdit[];
      expect(changes.map(({ textDocument }) => textDocument.uri).sort()).toEqual([uri, env].sort());
      const removed = changes.find(({ textDocument }) => textDocument.uri === env)!.edits;
      expect(removed).toEqual([
        { range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } }, newText: '' },
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the request', () => {
  it('applies what is safe and tells the rest', async () => {
    client = await LspClient.start(ABILITIES);
    const applied: ApplyWorkspaceEditParams[] = [];
    client.connection.onRequest('workspace/applyEdit', (params: ApplyWorkspaceEditParams) => {
      applied.push(params);
      return { applied: true };
    });
    await client.open(URI, text.replace('NixlConnector', 'P2pNcclConnector'));
    const migrate = (version: string) =>
      client.connection.sendRequest<MigrateResult>('nixl/migrate', { uri: URI, version });
    const result = await migrate('0.24');
    expect(result).toMatchObject({ applied: true, left: [expect.stringContaining('line 9: `P2pNcclConnector`')] });
    expect(applied.map(({ label }) => label)).toEqual(['Migrate to vLLM 0.24.0']);
    expect(result.edits).toBeGreaterThan(0);
    expect(await migrate('nightly')).toEqual({ applied: false, edits: 0, left: [], notes: [] });
  });

  it('answers for a document that is not open, or says nothing to us', async () => {
    client = await LspClient.start(ABILITIES);
    const nothing = { applied: false, edits: 0, left: [], notes: [] };
    const migrate = (uri: string) => client.connection.sendRequest('nixl/migrate', { uri, version: '0.22.0' });
    expect(await migrate('file:///nowhere.yaml')).toEqual(nothing);
    await client.open('file:///plain.yaml', 'a: 1\n');
    expect(await migrate('file:///plain.yaml')).toEqual(nothing);
  });
});
