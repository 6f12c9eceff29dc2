import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createMessageConnection,
  type Diagnostic,
  DiagnosticSeverity,
  type Hover,
  IPCMessageReader,
  IPCMessageWriter,
  type MarkupContent,
} from 'vscode-languageserver-protocol/node';
import { bundle, NODE } from '../support/bundles';
import { ABILITIES, LspClient, PUSH_ABILITIES } from '../support/lsp-client';

const uri = 'file:///project/prefill.yaml';

const pod = (config: string) => `apiVersion: v1
kind: Pod
metadata: { name: prefill }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      env:
        - { name: VLLM_NIXL_SIDE_CHANNEL_HOST, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
      command: [sh, -c]
      args:
        - |
          vllm serve m --kv-transfer-config '${config}'
`;
const good = pod('{"kv_connector":"NixlConnector","kv_role":"kv_producer"}');
const bad = pod('{"kv_connector":"NixlConnector","kv_role":"kv_prefill"}');

const clients: LspClient[] = [];

async function start(
  capabilities: Parameters<typeof LspClient.start>[0] = ABILITIES,
  options = {},
): Promise<LspClient> {
  const client = await LspClient.start(capabilities, options);
  clients.push(client);
  return client;
}

afterEach(() => {
  for (const { process } of clients.splice(0)) process.kill();
});

/** What a diagnostic covers, with its rule. */
function shown(text: string, { range, code }: Diagnostic): string {
  const lines = text.split('\n');
  return `${code}: ${lines[range.start.line]!.slice(range.start.character, range.end.character)}`;
}

describe('starting and stopping', () => {
  it('says what it can do, by what the client can', async () => {
    const client = new LspClient();
    clients.push(client);
    const { capabilities, serverInfo } = await client.initialize(ABILITIES);
    expect(serverInfo).toMatchObject({ name: 'nixl-language-server', version: expect.stringMatching(/^\d/) });
    expect(capabilities).toMatchObject({
      textDocumentSync: { openClose: true, change: 2 },
      diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false },
      hoverProvider: true,
      completionProvider: { triggerCharacters: expect.arrayContaining(['"']) },
      codeActionProvider: { codeActionKinds: expect.arrayContaining(['quickfix']) },
      executeCommandProvider: { commands: ['nixl.openRulePage'] },
    });
    const plain = new LspClient();
    clients.push(plain);
    const bare = await plain.initialize({});
    expect(bare.capabilities).not.toHaveProperty('diagnosticProvider');
    expect(bare.capabilities).not.toHaveProperty('executeCommandProvider');
  });

  it('ends with 0 after shutdown and with 1 without', async () => {
    expect(await (await start()).stop()).toBe(0);
    expect(await (await start()).exit()).toBe(1);
  });

  it('ends when its client is gone', async () => {
    const client = await start();
    client.process.stdin!.end();
    expect(await client.ended()).toBe(1);
  });

  it('also speaks over the channel that Node opens to its children', async () => {
    const child = fork(bundle('server.js'), ['--node-ipc'], { execPath: NODE, execArgv: [], silent: true });
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    connection.listen();
    const params = { processId: process.pid, rootUri: null, capabilities: {} };
    expect(await connection.sendRequest('initialize', params)).toMatchObject({ capabilities: { hoverProvider: true } });
    await connection.sendRequest('shutdown');
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await connection.sendNotification('exit');
    expect(await ended).toBe(0);
    connection.dispose();
  });

  it('says how it is used when nothing says how to talk to it', async () => {
    const client = new LspClient([]);
    expect(await client.ended()).toBe(2);
  });
});

describe('pulled diagnostics', () => {
  it('are exact, with source, code and page', async () => {
    const client = await start();
    await client.open(uri, bad);
    const report = await client.pull(uri);
    expect(report.kind).toBe('full');
    const items = 'items' in report ? report.items : [];
    expect(items.map((item) => shown(bad, item))).toEqual(['unknown-role: kv_prefill']);
    expect(items[0]).toMatchObject({
      source: 'nixl',
      severity: DiagnosticSeverity.Error,
      codeDescription: { href: expect.stringMatching(/^file:.*\/docs\/rules\/unknown-role\.md$/) },
    });
    expect(client.published).toEqual([]);
  });

  it('are not sent again when the client has them', async () => {
    const client = await start();
    await client.open(uri, bad);
    const first = await client.pull(uri);
    const id = first.resultId!;
    expect(await client.pull(uri, id)).toEqual({ kind: 'unchanged', resultId: id });
    await client.change(uri, 2, `${bad}# a comment\n`);
    expect(await client.pull(uri, id)).toEqual({ kind: 'unchanged', resultId: id });
    await client.change(uri, 3, good);
    expect(await client.pull(uri, id)).toMatchObject({ kind: 'full', items: [] });
    expect(await client.pull(uri)).toMatchObject({ kind: 'full', items: [] });
  });

  it('are empty for documents that nobody opened', async () => {
    const client = await start();
    expect(await client.pull('file:///nobody.yaml')).toEqual({ kind: 'full', items: [] });
  });
});

describe('pushed diagnostics', () => {
  it('come with the version that they are about', async () => {
    const client = await start(PUSH_ABILITIES);
    await client.open(uri, bad);
    const first = await client.publishedFor(uri, 1);
    expect(first.diagnostics.map((item) => shown(bad, item))).toEqual(['unknown-role: kv_prefill']);
    const line = bad.split('\n').findIndex((text) => text.includes('kv_prefill'));
    const character = bad.split('\n')[line]!.indexOf('kv_prefill');
    const range = { start: { line, character }, end: { line, character: character + 'kv_prefill'.length } };
    await client.change(uri, 2, 'kv_producer', range);
    expect((await client.publishedFor(uri, 2)).diagnostics).toEqual([]);
  });

  it('are the same as pulled ones', async () => {
    const pulling = await start();
    const pushing = await start(PUSH_ABILITIES);
    await pulling.open(uri, bad);
    await pushing.open(uri, bad);
    const report = await pulling.pull(uri);
    const { diagnostics } = await pushing.publishedFor(uri, 1);
    expect('items' in report && report.items).toEqual(diagnostics);
  });

  it('come for the newest text of a storm of edits, and not for all of it', async () => {
    const client = await start(PUSH_ABILITIES);
    await client.open(uri, good);
    await client.publishedFor(uri, 1);
    const before = await client.stats();
    const edits = 300;
    for (let edit = 2; edit <= edits; edit += 1)
      void client.change(uri, edit, edit === edits ? bad : `${good}# ${edit}\n`);
    const { diagnostics } = await client.publishedFor(uri, edits);
    expect(diagnostics.map((item) => shown(bad, item))).toEqual(['unknown-role: kv_prefill']);
    const versions = client.published.map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => a! - b!));
    const { analyses } = await client.stats();
    expect(analyses - before.analyses).toBeLessThan(edits / 2);
  });

  it('go when the document is closed, and stay away when it was closed meanwhile', async () => {
    const client = await start(PUSH_ABILITIES);
    await client.open(uri, bad);
    await client.close(uri);
    await client.open(uri, good, 'yaml', 7);
    expect((await client.publishedFor(uri, 7)).diagnostics).toEqual([]);
    const cleared = client.published.findIndex(
      ({ version, diagnostics }) => version === undefined && diagnostics.length === 0,
    );
    expect(cleared).toBeGreaterThanOrEqual(0);
    expect(client.published.slice(cleared).some(({ diagnostics }) => diagnostics.length > 0)).toBe(false);
  });
});

describe('work', () => {
  it('is one document per edit', async () => {
    const client = await start();
    const documents = Array.from({ length: 30 }, (_, index) => good.replace('prefill', `p${index}`));
    const text = documents.join('---\n');
    await client.open(uri, text);
    await client.pull(uri);
    const before = await client.stats();
    expect(before.documentsParsed).toBe(30);
    const line = text.split('\n').findIndex((content) => content.includes('p17'));
    await client.change(uri, 2, 'x', { start: { line, character: 19 }, end: { line, character: 19 } });
    await client.pull(uri);
    const after = await client.stats();
    expect(after.documentsParsed - before.documentsParsed).toBe(1);
    expect(after.analyses - before.analyses).toBe(1);
  });

  it('is done once for a version, whoever asks', async () => {
    const client = await start();
    await client.open(uri, bad);
    await Promise.all([client.pull(uri), client.hover(uri, 12, 40), client.completion(uri, 12, 40), client.pull(uri)]);
    expect((await client.stats()).analyses).toBe(1);
  });

  it('is nothing for a file without a word of ours', async () => {
    const client = await start();
    await client.open(uri, 'a: b\n');
    await client.pull(uri);
    expect(await client.stats()).toEqual({ analyses: 1, documentsParsed: 0, rulesRun: 0 });
    expect(client.statuses).toEqual([]);
  });
});

describe('documents of any kind', () => {
  it.each([
    ['untitled:Untitled-1', 'yaml'],
    ['vscode-vfs://github/owner/repo/prefill.yaml', 'yaml'],
    ['git:/project/prefill.yaml?%7B%22ref%22%3A%22%22%7D', 'yaml'],
    ['file:///c%3A/work/pre%20fill%20%5B1%5D.yaml', 'helm'],
    ['file:///project/prefill.yaml', 'plaintext'],
  ])('%s as %s', async (name, languageId) => {
    const client = await start();
    await client.open(name, bad, languageId);
    expect(await client.pull(name)).toMatchObject({ items: [{ code: 'unknown-role' }] });
  });
});

it('a document over the limits costs only itself', async () => {
  const client = await start();
  const deep = 'file:///project/deep.yaml';
  await client.open(deep, `vllm: ${'['.repeat(10_000)}\n`);
  expect(await client.pull(deep)).toMatchObject({ items: [] });
  expect(client.statuses).toMatchObject([
    { uri: deep, text: 'Not checked', detail: expect.stringContaining('200 levels') },
  ]);
  expect(await client.hover(deep, 0, 3000)).toBeNull();
  expect(await client.completion(deep, 0, 3000)).toMatchObject({ items: [] });
  await client.open(uri, bad);
  expect(await client.pull(uri)).toMatchObject({ items: [{ code: 'unknown-role' }] });
});

describe('hover, completion, actions', () => {
  it('explain', async () => {
    const client = await start();
    await client.open(uri, bad);
    const line = bad.split('\n').findIndex((text) => text.includes('kv_role'));
    const character = bad.split('\n')[line]!.indexOf('kv_role');
    const hover = (await client.hover(uri, line, character + 2)) as Hover;
    expect((hover.contents as MarkupContent).value).toContain('`kv_role`');
    expect(hover.range).toEqual({ start: { line, character }, end: { line, character: character + 7 } });
    expect(await client.hover(uri, 0, 0)).toBeNull();
  });

  it('offer what fits', async () => {
    const client = await start();
    await client.open(uri, bad);
    const line = bad.split('\n').findIndex((text) => text.includes('kv_prefill'));
    const { items } = await client.completion(uri, line, bad.split('\n')[line]!.indexOf('kv_prefill') + 3);
    expect(items.map(({ label }) => label)).toEqual(['kv_producer', 'kv_consumer', 'kv_both']);
  });

  it('mend, silence and lead to the page', async () => {
    const client = await start();
    await client.open(uri, bad, 'yaml', 4);
    const line = bad.split('\n').findIndex((text) => text.includes('kv_prefill'));
    const at = { line, character: bad.split('\n')[line]!.indexOf('kv_prefill') + 1 };
    const actions = await client.codeActions(uri, { start: at, end: at });
    expect(actions.map(({ title }) => title)).toEqual([
      'Write `kv_producer`',
      'Ignore this unknown-role finding with a comment',
      'Open the page about unknown-role',
    ]);
    expect(actions[0]).toMatchObject({
      kind: 'quickfix',
      diagnostics: [{ code: 'unknown-role' }],
      edit: { documentChanges: [{ textDocument: { uri, version: 4 }, edits: [{ newText: 'kv_producer' }] }] },
    });
    const { command, arguments: args } = actions[2]!.command!;
    await client.connection.sendRequest('workspace/executeCommand', { command, arguments: args });
    expect(client.shown).toMatchObject([{ uri: expect.stringContaining('docs/rules/unknown-role.md') }]);
    expect(await client.codeActions(uri, { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } })).toEqual(
      [],
    );
  });

  it('survive positions outside the text', async () => {
    const client = await start();
    await client.open(uri, bad);
    expect(await client.hover(uri, 10_000, 10_000)).toBeNull();
    expect(await client.completion(uri, 10_000, 10_000)).toMatchObject({ items: [] });
    expect(await client.hover('file:///nobody.yaml', 0, 0)).toBeNull();
  });
});

describe('settings', () => {
  it('are asked for by resource and once', async () => {
    const client = await start();
    const asked: (string | undefined)[] = [];
    client.settings = (scope) => {
      asked.push(scope);
      return scope === uri ? { rules: { 'unknown-role': 'hint' } } : { rules: { 'unknown-role': 'off' } };
    };
    const other = 'file:///project/decode.yaml';
    await client.open(uri, bad);
    await client.open(other, bad);
    expect(await client.pull(uri)).toMatchObject({ items: [{ severity: DiagnosticSeverity.Hint }] });
    expect(await client.pull(other)).toMatchObject({ items: [] });
    await client.pull(uri);
    expect(asked).toEqual([uri, other]);
  });

  it('count from when they change', async () => {
    const client = await start();
    await client.open(uri, bad);
    expect(await client.pull(uri)).toMatchObject({ items: [{ severity: DiagnosticSeverity.Error }] });
    client.settings = () => ({ rules: { 'unknown-role': 'info' } });
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.until(() => client.refreshes > 0);
    expect(await client.pull(uri)).toMatchObject({ items: [{ severity: DiagnosticSeverity.Information }] });
    expect(client.registered.map(({ method }) => method)).toContain('workspace/didChangeConfiguration');
  });

  it('come along for clients that are not asked', async () => {
    const client = await start(
      { ...PUSH_ABILITIES, workspace: {} },
      { settings: { rules: { 'unknown-role': 'hint' }, vllmVersion: 7, platform: ['x'] } },
    );
    await client.open(uri, bad);
    expect((await client.publishedFor(uri, 1)).diagnostics).toMatchObject([{ severity: DiagnosticSeverity.Hint }]);
    const settings = { nixl: { rules: { 'unknown-role': 'off' } } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings });
    await client.until(() => client.published.length > 1);
    expect(client.published.at(-1)?.diagnostics).toEqual([]);
  });
});

describe('the status', () => {
  it('tells the assumed versions and where they come from', async () => {
    const client = await start();
    await client.open(uri, good);
    await client.pull(uri);
    expect(client.statuses).toEqual([
      {
        uri,
        text: expect.stringContaining('vLLM 0.25.1'),
        detail: expect.stringContaining('from the image'),
        severity: 'info',
      },
    ]);
    await client.change(uri, 2, `${good}# vllm\n`);
    await client.pull(uri);
    expect(client.statuses).toHaveLength(1);
    await client.change(uri, 3, good.replace('v0.25.1', 'latest'));
    await client.pull(uri);
    expect(client.statuses.at(-1)?.text).toContain('any version');
    await client.change(uri, 4, 'a: b\n');
    await client.pull(uri);
    expect(client.statuses.at(-1)).toEqual({ uri, text: '' });
  });
});

describe('files that others refer to', () => {
  let folder: string;
  const compose = `services:
  a:
    image: vllm/vllm-openai:v0.25.1
    env_file: a b.env
    command: ["--model=m", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`;
  const inFolder = (name: string) => pathToFileURL(join(folder, name)).href;

  async function project(env: string | undefined): Promise<void> {
    folder = await mkdtemp(join(tmpdir(), 'nixl lsp '));
    await writeFile(join(folder, 'compose.yaml'), compose);
    if (env !== undefined) await writeFile(join(folder, 'a b.env'), env);
  }

  afterEach(() => folder && rm(folder, { recursive: true, force: true }));

  it('get their diagnostics while they are not open', async () => {
    await project('NIXL_LOG_LEVEL=LOUD\n');
    const client = await start();
    await client.open(inFolder('compose.yaml'), compose, 'dockercompose');
    await client.pull(inFolder('compose.yaml'));
    const sent = await client.until(() => client.published.find((params) => params.uri === inFolder('a b.env')));
    expect(sent.diagnostics).toMatchObject([{ code: 'nixl-value', range: { start: { line: 0, character: 15 } } }]);
    await client.close(inFolder('compose.yaml'));
    const gone = () => client.published.findLast((params) => params.uri === inFolder('a b.env'));
    await client.until(() => gone()?.diagnostics.length === 0);
  });

  it('are watched, and read again when they change', async () => {
    await project(undefined);
    const client = await start(PUSH_ABILITIES);
    const name = inFolder('compose.yaml');
    await client.open(name, compose, 'dockercompose');
    await client.publishedFor(name, 1);
    const watched = await client.until(() =>
      client.registered.findLast(({ method }) => method === 'workspace/didChangeWatchedFiles'),
    );
    expect(watched.registerOptions).toMatchObject({
      watchers: expect.arrayContaining([{ globPattern: '**/a b.env' }]),
    });
    await writeFile(join(folder, 'a b.env'), 'NIXL_LOG_LEVEL=LOUD\n');
    const changes = [{ uri: inFolder('a b.env'), type: 1 }];
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    await client.until(() => client.published.some((params) => params.uri === inFolder('a b.env')));
  });

  it('count as the editor shows them, and take the engine that uses them into account', async () => {
    await project('NIXL_LOG_LEVEL=LOUD\n');
    const client = await start();
    await client.open(inFolder('compose.yaml'), compose, 'dockercompose');
    await client.pull(inFolder('compose.yaml'));
    const removed = 'VLLM_NIXL_ABORT_REQUEST_TIMEOUT=480\n';
    await client.open(inFolder('a b.env'), removed, 'properties');
    const report = await client.pull(inFolder('a b.env'));
    // Removed in the version of the image that the other file names; on its own it would be no more than information.
    expect(report).toMatchObject({ items: [{ code: 'vllm-variable-removed', severity: DiagnosticSeverity.Warning }] });
  });
});
