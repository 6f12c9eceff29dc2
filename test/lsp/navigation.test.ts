import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  DocumentLink,
  DocumentSymbol,
  Location,
  LocationLink,
  SymbolInformation,
} from 'vscode-languageserver-protocol/node';
import { ABILITIES, LspClient } from '../support/lsp-client';

const WORKSPACE = join(import.meta.dirname, '../vscode/workspace');
const FILES = [
  'fleet/decode.yaml',
  'fleet/settings.yaml',
  'kustomized/kustomization.yaml',
  'kustomized/pod.yaml',
] as const;

const RICH = {
  ...ABILITIES,
  textDocument: {
    ...ABILITIES.textDocument,
    definition: { linkSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

let folder = '';
const texts = new Map<string, string>();
const clients: LspClient[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nixl-navigation-'));
  for (const file of FILES) {
    const text = await readFile(join(WORKSPACE, file), 'utf8');
    texts.set(file, text);
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

afterEach(() => {
  for (const { process } of clients.splice(0)) process.kill();
});

const uriOf = (file: string) => pathToFileURL(join(folder, file)).href;

async function start(opened: readonly string[], capabilities: Parameters<typeof LspClient.start>[0] = RICH) {
  const client = await LspClient.start(capabilities);
  clients.push(client);
  for (const file of opened) await client.open(uriOf(file), texts.get(file)!);
  return client;
}

/** The position of some characters of a file, `skip` characters in. */
function at(file: string, around: string, skip = 0) {
  const text = texts.get(file)!;
  const offset = text.indexOf(around) + skip;
  const before = text.slice(0, offset).split('\n');
  const position = { line: before.length - 1, character: before.at(-1)!.length };
  return { textDocument: { uri: uriOf(file) }, position };
}

/** `file:line` of an answer. */
function lines(found: readonly Location[] | null): string[] {
  return (found ?? []).map(({ uri, range }) => `${uri.slice(uri.lastIndexOf('/') + 1)}:${range.start.line + 1}`);
}

describe('the definition', () => {
  const KEY = at.bind(undefined, 'fleet/decode.yaml', 'key: side-channel-port', 8);

  it('comes as a link that tells both ends', async () => {
    const client = await start(['fleet/decode.yaml']);
    const found = await client.connection.sendRequest<LocationLink[]>('textDocument/definition', KEY());
    const { line } = KEY().position;
    expect(found).toEqual([
      {
        originSelectionRange: { start: { line, character: 23 }, end: { line, character: 40 } },
        targetUri: uriOf('fleet/settings.yaml'),
        targetRange: { start: { line: 5, character: 2 }, end: { line: 5, character: 19 } },
        targetSelectionRange: { start: { line: 5, character: 2 }, end: { line: 5, character: 19 } },
      },
    ]);
  });

  it('comes as a location to other clients', async () => {
    const client = await start(['fleet/decode.yaml'], ABILITIES);
    const found = await client.connection.sendRequest<Location[]>('textDocument/definition', KEY());
    expect(lines(found)).toEqual(['settings.yaml:6']);
  });

  it('follows what an editor shows and has not saved', async () => {
    const client = await start(['fleet/decode.yaml', 'fleet/settings.yaml'], ABILITIES);
    await client.change(uriOf('fleet/settings.yaml'), 2, `# one line more\n${texts.get('fleet/settings.yaml')}`);
    const found = await client.connection.sendRequest<Location[]>('textDocument/definition', KEY());
    expect(lines(found)).toEqual(['settings.yaml:7']);
  });

  it('of a path is the file', async () => {
    const client = await start(['kustomized/kustomization.yaml'], ABILITIES);
    const ask = (around: string) =>
      client.connection.sendRequest<Location[] | null>(
        'textDocument/definition',
        at('kustomized/kustomization.yaml', around, 2),
      );
    expect(lines(await ask('pod.yaml'))).toEqual(['pod.yaml:1']);
    expect(await ask('gone.yaml')).toBeNull();
  });

  it('of nothing, and in a file that is not open, is none', async () => {
    const client = await start(['fleet/decode.yaml']);
    const ask = (params: object) => client.connection.sendRequest('textDocument/definition', params);
    expect(await ask(at('fleet/decode.yaml', 'apps/v1', 2))).toBeNull();
    expect(await ask(at('fleet/settings.yaml', 'ConfigMap', 2))).toBeNull();
  });
});

describe('references', () => {
  it('are found in files that are not open', async () => {
    const client = await start(['fleet/settings.yaml']);
    const ask = (includeDeclaration: boolean) =>
      client.connection.sendRequest<Location[]>('textDocument/references', {
        ...at('fleet/settings.yaml', 'side-channel-port', 4),
        context: { includeDeclaration },
      });
    const [use] = lines(await ask(false));
    expect(use).toMatch(/^decode\.yaml:/);
    expect(lines(await ask(true))).toEqual([use, 'settings.yaml:6']);
  });

  it('are looked for again when the file beside has changed', async () => {
    const client = await start(['fleet/settings.yaml']);
    const params = { ...at('fleet/settings.yaml', 'side-channel-port', 4), context: { includeDeclaration: false } };
    const ask = () => client.connection.sendRequest<Location[]>('textDocument/references', params);
    expect(await ask()).toHaveLength(1);
    const other = join(folder, 'fleet/decode.yaml');
    try {
      await writeFile(other, texts.get('fleet/decode.yaml')!.replace('key: side-channel-port', 'key: other'));
      expect(await ask()).toEqual([]);
    } finally {
      await writeFile(other, texts.get('fleet/decode.yaml')!);
    }
  });
});

describe('links', () => {
  it('lead to the files that are there', async () => {
    const client = await start(['kustomized/kustomization.yaml']);
    const params = { textDocument: { uri: uriOf('kustomized/kustomization.yaml') } };
    const links = await client.connection.sendRequest<DocumentLink[]>('textDocument/documentLink', params);
    expect(links.map(({ target, range }) => [target, range.start.line])).toEqual([[uriOf('kustomized/pod.yaml'), 3]]);
  });
});

describe('symbols', () => {
  const params = () => ({ textDocument: { uri: uriOf('fleet/decode.yaml') } });

  it('of a document come in one another', async () => {
    const client = await start(['fleet/decode.yaml']);
    const found = await client.connection.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', params());
    expect(found.map(({ name, detail }) => [name, detail])).toEqual([
      ['vllm-decode', 'headless Service'],
      ['decode', 'Deployment'],
    ]);
    const [engine] = found[1]!.children![0]!.children!;
    expect(engine).toMatchObject({
      name: 'decode engine',
      detail: 'Qwen/Qwen3-8B · NixlConnector · TP 2 · vLLM 0.19.1',
      children: [{ name: 'API server 8000' }, { name: 'NIXL side channel 5700' }],
    });
  });

  it('come one by one to other clients', async () => {
    const client = await start(['fleet/decode.yaml'], ABILITIES);
    const found = await client.connection.sendRequest<SymbolInformation[]>('textDocument/documentSymbol', params());
    expect(found.map(({ containerName }) => containerName)).toEqual([
      undefined,
      'vllm-decode',
      undefined,
      'decode',
      'decode › vllm',
      'decode › vllm › decode engine',
      'decode › vllm › decode engine',
    ]);
  });

  const inWorkspace = async (client: LspClient, query: string) => {
    const found = await client.connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query });
    return found.map(({ name, containerName, location }) => `${containerName} › ${name} ${lines([location])}`);
  };
  const SIDE_CHANNEL =
    'decode › vllm › decode engine › NIXL side channel 5700 · VLLM_NIXL_SIDE_CHANNEL_PORT decode.yaml:27';

  it('of the workspace are those of open documents', async () => {
    const client = await start(['fleet/decode.yaml']);
    expect(await inWorkspace(client, 'side channel 5700')).toEqual([SIDE_CHANNEL]);
    expect(await inWorkspace(client, 'nowhere')).toEqual([]);
  });

  it('of the workspace are those of its other files, too, once it was looked through', async () => {
    const client = new LspClient();
    clients.push(client);
    await client.initialize(RICH, {}, [{ uri: pathToFileURL(folder).href, name: 'workspace' }]);
    await client.open(uriOf('kustomized/pod.yaml'), `${texts.get('kustomized/pod.yaml')}# vllm\n`);
    await client.pull(uriOf('kustomized/pod.yaml'));
    let found: string[] = [];
    // The background takes its turn between two requests.
    while (found.length === 0) found = await inWorkspace(client, 'side channel 5700');
    expect(found).toEqual([SIDE_CHANNEL]);
  });
});

describe('all of it', () => {
  it('is announced', async () => {
    const client = new LspClient();
    clients.push(client);
    expect((await client.initialize(ABILITIES)).capabilities).toMatchObject({
      definitionProvider: true,
      referencesProvider: true,
      documentLinkProvider: {},
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
    });
  });
});

describe('files without a word of ours', () => {
  const FLEET = {
    'named/engine.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: prefill}
spec:
  template:
    metadata:
      labels: {app: prefill}
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.19.1
          args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
          env:
            - {name: VLLM_NIXL_SIDE_CHANNEL_HOST, value: prefill-svc}
          envFrom:
            - configMapRef: {name: site}
`,
    'named/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: prefill-svc
spec:
  selector: {app: prefill}
  ports: [{port: 5600}]
`,
    'named/other.yaml': 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: prefill-svc\n',
    'generated/pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: prefill}
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.19.1
      args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      envFrom:
        - configMapRef: {name: site}
`,
    'generated/kustomization.yaml': `resources: [pod.yaml]
configMapGenerator:
  - name: site
    literals: [LOG_LEVEL=debug]
`,
  };

  beforeAll(async () => {
    for (const [file, text] of Object.entries(FLEET)) {
      texts.set(file, text);
      await mkdir(join(folder, dirname(file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
  });

  const define = (client: LspClient, ...where: Parameters<typeof at>) =>
    client.connection.sendRequest<Location[] | null>('textDocument/definition', at(...where));

  it('define the Services that engines name, open or not', async () => {
    for (const opened of [['named/engine.yaml'], ['named/engine.yaml', 'named/service.yaml']]) {
      const client = await start(opened, ABILITIES);
      expect(lines(await define(client, 'named/engine.yaml', 'value: prefill-svc', 9))).toEqual(['service.yaml:4']);
    }
  });

  it('choose the pods of engines beside', async () => {
    const client = await start(['named/service.yaml'], ABILITIES);
    expect(lines(await define(client, 'named/service.yaml', 'app: prefill', 2))).toEqual(['engine.yaml:3']);
    expect(await define(client, 'named/service.yaml', 'port: 5600', 7)).toBeNull();
  });

  it('are asked where their names are used', async () => {
    const client = await start(['named/service.yaml', 'named/other.yaml'], ABILITIES);
    const ask = (file: string) =>
      client.connection.sendRequest<Location[]>('textDocument/references', {
        ...at(file, 'name: prefill-svc', 8),
        context: { includeDeclaration: true },
      });
    expect(lines(await ask('named/service.yaml'))).toEqual(['engine.yaml:14', 'service.yaml:4']);
    expect(await ask('named/other.yaml')).toEqual([]);
  });

  it('generate the ConfigMaps that are taken over whole', async () => {
    const client = await start(['generated/pod.yaml'], ABILITIES);
    const found = await define(client, 'generated/pod.yaml', 'name: site', 7);
    expect(lines(found)).toEqual(['kustomization.yaml:3']);
  });
});
