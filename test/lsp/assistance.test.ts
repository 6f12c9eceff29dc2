import { afterEach, describe, expect, it } from 'vitest';
import type { CompletionItem, MarkupContent, SignatureHelp, WorkspaceEdit } from 'vscode-languageserver-protocol/node';
import { ABILITIES, LspClient } from '../support/lsp-client';

const uri = 'file:///project/serve.sh';
const text = `vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_r"}'
export UCX_TLS=rc,
`;

const RICH = {
  ...ABILITIES,
  textDocument: {
    ...ABILITIES.textDocument,
    completion: {
      completionItem: {
        ...ABILITIES.textDocument.completion.completionItem,
        tagSupport: { valueSet: [1 as const] },
        resolveSupport: { properties: ['documentation', 'detail'] },
      },
    },
    signatureHelp: {
      signatureInformation: {
        documentationFormat: ['markdown' as const],
        parameterInformation: { labelOffsetSupport: true },
      },
    },
  },
};

const clients: LspClient[] = [];

async function start(capabilities: Parameters<typeof LspClient.start>[0] = RICH, options = {}): Promise<LspClient> {
  const client = await LspClient.start(capabilities, options);
  clients.push(client);
  await client.open(uri, text, 'shellscript');
  return client;
}

afterEach(() => {
  for (const { process } of clients.splice(0)) process.kill();
});

const inKey = [0, text.indexOf('"kv_r"') + 5] as const;

function resolve(client: LspClient, item: CompletionItem): Promise<CompletionItem> {
  return client.connection.sendRequest('completionItem/resolve', item);
}

describe('completion items', () => {
  it('come without what is asked for when they are shown', async () => {
    const client = await start();
    const { items } = await client.completion(uri, ...inKey);
    const device = items.find(({ label }) => label === 'kv_buffer_device')!;
    expect(device).not.toHaveProperty('documentation');
    const whole = await resolve(client, device);
    expect(whole).toMatchObject({ label: 'kv_buffer_device', detail: expect.stringContaining('string') });
    expect((whole.documentation as MarkupContent).value).toContain('key of `--kv-transfer-config`');
  });

  it('of the last answers are known, older ones are given back as they are', async () => {
    const client = await start();
    const [old] = (await client.completion(uri, ...inKey)).items;
    const [near] = (await client.completion(uri, ...inKey)).items;
    for (let count = 0; count < 3; count += 1) await client.completion(uri, ...inKey);
    expect(await resolve(client, old!)).not.toHaveProperty('documentation');
    expect(await resolve(client, near!)).toHaveProperty('documentation');
    expect(await resolve(client, { label: 'x', data: 'nobody’s' })).toEqual({ label: 'x', data: 'nobody’s' });
  });

  it('come whole to a client that does not ask again', async () => {
    const client = await start(ABILITIES);
    const { items } = await client.completion(uri, ...inKey);
    expect(items[0]).toHaveProperty('documentation');
    expect(items[0]).not.toHaveProperty('data');
  });
});

describe('the form of a value', () => {
  it('is shown while it is written', async () => {
    const client = await start();
    const params = { textDocument: { uri }, position: { line: 1, character: 'export UCX_TLS=rc,'.length } };
    const engine = `export UCX_TLS=rc,\nvllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'\n`;
    await client.change(uri, 2, `\n${engine}`);
    const help = await client.connection.sendRequest<SignatureHelp>('textDocument/signatureHelp', params);
    expect(help).toMatchObject({ signatures: [{ label: 'UCX_TLS=[^]NAME[:aux],… | all' }], activeParameter: 1 });
    const nothing = { textDocument: { uri }, position: { line: 0, character: 0 } };
    expect(await client.connection.sendRequest('textDocument/signatureHelp', nothing)).toBeNull();
  });

  it('is announced only to clients that know such help', async () => {
    const rich = new LspClient();
    clients.push(rich);
    expect((await rich.initialize(RICH)).capabilities).toMatchObject({
      signatureHelpProvider: { triggerCharacters: expect.arrayContaining(['^']) },
      completionProvider: { resolveProvider: true },
    });
    const plain = new LspClient();
    clients.push(plain);
    const { capabilities } = await plain.initialize(ABILITIES);
    expect(capabilities).not.toHaveProperty('signatureHelpProvider');
    expect(capabilities).toMatchObject({ completionProvider: { resolveProvider: false } });
  });
});

describe('stating the version', () => {
  const state = (client: LspClient, version: string) =>
    client.connection.sendRequest<{ applied: boolean }>('nixl/stateVersion', { uri, version });

  it('writes it into the document', async () => {
    const client = await start();
    const edits: WorkspaceEdit[] = [];
    client.connection.onRequest('workspace/applyEdit', ({ edit }: { edit: WorkspaceEdit }) => {
      edits.push(edit);
      return { applied: true };
    });
    expect(await state(client, '0.19.1')).toEqual({ applied: true });
    expect(edits).toMatchObject([
      { documentChanges: [{ textDocument: { uri, version: 1 }, edits: [{ newText: '# nixl: vllm=0.19.1\n' }] }] },
    ]);
    expect(await state(client, 'latest')).toEqual({ applied: false });
    expect(edits).toHaveLength(1);
  });

  it('offers the releases, and tells which one counts now', async () => {
    const client = await start();
    const ask = () => client.connection.sendRequest<object>('nixl/versionChoices', { uri });
    expect(await ask()).not.toHaveProperty('current');
    expect(await ask()).toMatchObject({ choices: expect.arrayContaining([{ version: '0.25.1', note: '2026-07-12' }]) });
    await client.change(uri, 2, `# nixl: vllm=0.19.1\n${text}`);
    expect(await ask()).toMatchObject({ current: '0.19.1' });
  });

  it('is offered where a finding depends on it, by the command of a client that has one', async () => {
    const client = await start(RICH, { commands: ['nixl.stateVersion'] });
    const line = text.split('\n')[0]!;
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: line.length } };
    const actions = await client.codeActions(uri, range);
    expect(actions).toContainEqual(
      expect.objectContaining({
        title: 'State the vLLM version…',
        command: expect.objectContaining({ command: 'nixl.stateVersion' }),
      }),
    );
    expect(actions.length).toBeGreaterThan(1);
  });

  it('is an edit on the image for other clients', async () => {
    const client = await start();
    const compose = 'file:///project/compose.yaml';
    const image = '    image: vllm/vllm-openai:v0.25.1';
    await client.open(compose, `services:\n  a:\n${image}\n    command: ["m"]\n`);
    const at = { line: 2, character: image.length - 2 };
    const actions = await client.codeActions(compose, { start: at, end: at });
    expect(actions.find(({ title }) => title === 'State vLLM 0.25.1 in this file')).toMatchObject({
      kind: 'refactor.stateVersion.nixl',
      edit: { documentChanges: [{ edits: [{ newText: '# nixl: vllm=0.25.1\n' }] }] },
    });
  });
});
