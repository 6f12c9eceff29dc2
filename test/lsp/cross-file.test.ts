import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver-protocol';
import { writeTree } from '../support/cli';
import { ABILITIES, LspClient, PUSH_ABILITIES } from '../support/lsp-client';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: prefill }
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
          envFrom: [{ configMapRef: { name: settings } }]
`;
const settings = (host: string) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  VLLM_NIXL_SIDE_CHANNEL_HOST: ${host}
`;

let folder: string;
let client: LspClient;
const uri = (path: string) => pathToFileURL(join(folder, path)).href;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nixl-cross-file-'));
});

afterEach(async () => {
  client.process.kill();
  await rm(folder, { recursive: true });
});

async function start(files: Readonly<Record<string, string>>, capabilities = ABILITIES as object): Promise<void> {
  await writeTree(folder, files);
  client = new LspClient();
  await client.initialize(capabilities, {}, [{ uri: pathToFileURL(folder).href, name: 'workspace' }]);
}

const changedOnDisk = (path: string) =>
  client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uri(path), type: 2 }] });

/** The rules of the diagnostics that a client gets when it asks. */
async function pulled(path: string): Promise<Diagnostic[]> {
  const report = await client.pull(uri(path));
  return 'items' in report ? (report.items as Diagnostic[]) : [];
}

const rules = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code }) => code);

describe('an object in another file', () => {
  it('that nobody has open has the finding shown in it, and the finding goes when the file changes', async () => {
    await start({ 'k8s/deployment.yaml': deployment, 'k8s/settings.yaml': settings('localhost') });
    await client.open(uri('k8s/deployment.yaml'), deployment);
    expect(rules(await pulled('k8s/deployment.yaml'))).toEqual([]);
    const shown = await client.until(() =>
      client.published.findLast(
        ({ uri: own, diagnostics }) => own === uri('k8s/settings.yaml') && diagnostics.length > 0,
      ),
    );
    expect(rules(shown.diagnostics)).toEqual(['side-channel-host-loopback']);
    const [{ relatedInformation = [] }] = shown.diagnostics as [Diagnostic];
    expect(relatedInformation.map(({ location }) => location.uri)).toEqual([uri('k8s/deployment.yaml')]);
    // Files beside are watched from then on.
    const watched = await client.until(() =>
      client.registered.findLast(({ method }) => method === 'workspace/didChangeWatchedFiles'),
    );
    expect(JSON.stringify(watched.registerOptions)).toContain('**/*.{yaml,yml,json}');

    await writeTree(folder, { 'k8s/settings.yaml': settings('0.0.0.0') });
    const refreshes = client.refreshes;
    await changedOnDisk('k8s/settings.yaml');
    await client.until(() => client.refreshes > refreshes);
    await pulled('k8s/deployment.yaml');
    const again = await client.until(() =>
      client.published.findLast(
        ({ uri: own, diagnostics }) =>
          own === uri('k8s/settings.yaml') && rules(diagnostics)[0] === 'side-channel-host-wildcard',
      ),
    );
    expect(again.diagnostics).toHaveLength(1);
  });

  it('counts as an editor shows it, not as it is stored', async () => {
    await start({ 'k8s/deployment.yaml': deployment, 'k8s/settings.yaml': settings('localhost') }, PUSH_ABILITIES);
    await client.open(uri('k8s/settings.yaml'), settings('localhost'));
    await client.open(uri('k8s/deployment.yaml'), deployment);
    await client.until(() =>
      client.published.some(
        ({ uri: own, diagnostics }) => own === uri('k8s/settings.yaml') && diagnostics.length === 1,
      ),
    );
    // The change in one document says something new about the other, which is told at once.
    await client.change(uri('k8s/settings.yaml'), 2, settings('10.1.2.3'));
    const news = await client.until(() =>
      client.published.findLast(
        ({ uri: own, diagnostics, version }) =>
          own === uri('k8s/settings.yaml') && version === 2 && rules(diagnostics)[0] === 'side-channel-host-fixed',
      ),
    );
    expect(news.diagnostics).toHaveLength(1);
    await client.change(uri('k8s/settings.yaml'), 3, 'kind: Nothing\n');
    const deploymentNews = await client.until(() =>
      client.published.findLast(({ uri: own, version }) => own === uri('k8s/deployment.yaml') && version === 1),
    );
    expect(rules(deploymentNews.diagnostics)).toEqual([]);
  });
});

describe('a kustomization that nobody has open', () => {
  const patch = `apiVersion: apps/v1
kind: Deployment
metadata: { name: prefill }
spec:
  template:
    spec:
      containers:
        - name: vllm
          env: [{ name: VLLM_NIXL_SIDE_CHANNEL_HOST, valueFrom: { fieldRef: { fieldPath: status.podIP } } }]
          envFrom: []
`;
  const base = deployment.replace(
    'envFrom: [{ configMapRef: { name: settings } }]',
    'env: [{ name: VLLM_NIXL_SIDE_CHANNEL_HOST, value: localhost }]',
  );

  it('decides about the manifests that it lists, once the workspace was looked through', async () => {
    await start({
      'base/deployment.yaml': base,
      'base/kustomization.yaml': 'resources: [deployment.yaml]\n',
      'overlays/prod/kustomization.yaml': 'resources: [../../base]\npatches: [{ path: patch.yaml }]\n',
      'overlays/prod/patch.yaml': patch,
    });
    await client.open(uri('base/deployment.yaml'), base);
    // At first only the manifest itself and what lies beside it is known.
    expect(rules(await pulled('base/deployment.yaml'))).toEqual(['side-channel-host-loopback']);
    await client.until(() => client.refreshes > 0);
    expect(rules(await pulled('base/deployment.yaml'))).toEqual([]);

    // A mistake in the base that no patch takes away is found in the base, with what the overlay knows.
    const broken = base.replace('kv_producer', 'kv_prefill');
    await client.change(uri('base/deployment.yaml'), 2, broken);
    expect(rules(await pulled('base/deployment.yaml'))).toEqual(['unknown-role']);

    // And one that the patch brings in, in the patch.
    await client.open(uri('overlays/prod/patch.yaml'), patch);
    expect(rules(await pulled('overlays/prod/patch.yaml'))).toEqual([]);
    await client.change(uri('base/deployment.yaml'), 3, base);
    const wrong = patch.replace('valueFrom: { fieldRef: { fieldPath: status.podIP } }', 'value: "127.0.0.1"');
    await client.change(uri('overlays/prod/patch.yaml'), 2, wrong);
    expect(rules(await pulled('overlays/prod/patch.yaml'))).toEqual(['side-channel-host-loopback']);
    expect(rules(await pulled('base/deployment.yaml'))).toEqual([]);

    // It changes on disk.
    const refreshes = client.refreshes;
    await writeTree(folder, { 'overlays/prod/kustomization.yaml': 'resources: [../../base]\n' });
    await changedOnDisk('overlays/prod/kustomization.yaml');
    await client.until(() => client.refreshes > refreshes);
    expect(rules(await pulled('base/deployment.yaml'))).toEqual(['side-channel-host-loopback']);
  });

  it('is known for as long as its folder belongs to the workspace', async () => {
    await writeTree(folder, {
      'one/base/deployment.yaml': base,
      'one/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
      'two/kustomization.yaml': 'resources: [../one/base]\npatches: [{ path: patch.yaml }]\n',
      'two/patch.yaml': patch,
    });
    const workspaceFolder = (name: string) => ({ uri: uri(name), name });
    client = new LspClient();
    await client.initialize(ABILITIES, {}, [workspaceFolder('one')]);
    const refreshed = async (act: () => Promise<void>) => {
      const before = client.refreshes;
      await act();
      await client.until(() => client.refreshes > before);
      return rules(await pulled('one/base/deployment.yaml'));
    };
    const change = (added: string[], removed: string[]) =>
      client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
        event: { added: added.map(workspaceFolder), removed: removed.map(workspaceFolder) },
      });
    const opened = await refreshed(async () => {
      await client.open(uri('one/base/deployment.yaml'), base);
      await pulled('one/base/deployment.yaml');
    });
    expect(opened).toEqual(['side-channel-host-loopback']);
    expect(await refreshed(() => change(['two'], []))).toEqual([]);
    expect(await refreshed(() => change([], ['two']))).toEqual(['side-channel-host-loopback']);
  });
});

describe('prefill and decode in two files', () => {
  const side = (name: string, role: string, size: number) =>
    deployment
      .replace('name: prefill', `name: ${name}`)
      .replace('kv_producer', role)
      .replace('[m, ', `[m, --block-size=${size}, `)
      .replace(
        'envFrom: [{ configMapRef: { name: settings } }]',
        'env: [{ name: VLLM_NIXL_SIDE_CHANNEL_HOST, valueFrom: { fieldRef: { fieldPath: status.podIP } } }]',
      );

  it('are compared as they are edited, and told of where decode is', async () => {
    const [prefill, decode] = [side('prefill', 'kv_producer', 16), side('decode', 'kv_consumer', 24)];
    await start({ 'prefill.yaml': prefill, 'decode.yaml': decode });
    await client.open(uri('prefill.yaml'), prefill);
    await client.open(uri('decode.yaml'), decode);
    expect(rules(await pulled('prefill.yaml'))).toEqual([]);
    expect(rules(await pulled('decode.yaml'))).toEqual(['pair-mismatch']);
    await client.change(uri('prefill.yaml'), 2, side('prefill', 'kv_producer', 8));
    expect(rules(await pulled('decode.yaml'))).toEqual([]);
    await client.change(uri('decode.yaml'), 2, side('decode', 'kv_consumer', 20));
    expect(rules(await pulled('prefill.yaml'))).toEqual([]);
    expect(rules(await pulled('decode.yaml'))).toEqual(['pair-mismatch']);
  });
});

describe('the scan of the workspace', () => {
  it('reads nothing before there is something of ours', async () => {
    await start({ 'notes.yaml': 'a: b\n', 'base/kustomization.yaml': 'resources: [x.yaml]\n' });
    await client.open(uri('notes.yaml'), 'a: b\n');
    expect(rules(await pulled('notes.yaml'))).toEqual([]);
    expect(client.refreshes).toBe(0);
    expect(client.registered.map(({ method }) => method)).not.toContain('workspace/didChangeWatchedFiles');
  });
});
