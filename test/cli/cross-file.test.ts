import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli, writeTree } from '../support/cli';
import { readReport } from './json';

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'nixl-cross-'));
});

afterEach(() => rm(cwd, { recursive: true }));

async function check(files: Readonly<Record<string, string>>, ...paths: string[]) {
  await writeTree(cwd, files);
  return readReport(await runCli(['--format', 'json', ...paths], { cwd }));
}

const deployment = (name: string, role: string, more: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"${role}"}']
${more}`;
const local = '          env: [{ name: VLLM_NIXL_SIDE_CHANNEL_HOST, value: localhost }]\n';
const own =
  '          env: [{ name: VLLM_NIXL_SIDE_CHANNEL_HOST, valueFrom: { fieldRef: { fieldPath: status.podIP } } }]\n';

describe('a ConfigMap in another file', () => {
  const files = {
    'k8s/prefill.yaml': deployment(
      'prefill',
      'kv_producer',
      '          envFrom: [{ configMapRef: { name: settings } }]\n',
    ),
    'k8s/settings.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n',
  };

  it('has the finding, whether it was named or not', async () => {
    for (const path of ['.', 'k8s', 'k8s/prefill.yaml']) {
      const { findings, files: count, unchecked } = await check(files, path);
      expect(findings.map(({ file, rule, range }) => [file, rule, range.start])).toEqual([
        ['k8s/settings.yaml', 'side-channel-host-loopback', { line: 5, character: 31 }],
      ]);
      expect(findings[0]!.related.map(({ file, message }) => [file, message])).toEqual([
        ['k8s/prefill.yaml', '`vllm` takes it from here'],
      ]);
      expect({ count, unchecked }).toEqual({ count: 2, unchecked: [] });
    }
  });

  it('that is gone, or there twice, is not checked and no finding', async () => {
    const without = await check({ 'k8s/prefill.yaml': files['k8s/prefill.yaml'] }, '.');
    expect(without.findings).toEqual([]);
    expect(without.unchecked.map(({ reason }) => reason)).toEqual([
      'more variables may come: it comes from the ConfigMap `settings`',
    ]);
    const twice = { ...files, 'k8s/prod.yaml': files['k8s/settings.yaml'].replace('localhost', '10.0.0.1') };
    const both = await check(twice, '.');
    expect(both.findings).toEqual([]);
    expect(both.unchecked.map(({ reason }) => reason)).toEqual([
      'more variables may come: several ConfigMaps `settings` differ',
    ]);
  });
});

describe('kustomizations', () => {
  const patch = (more: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: prefill }
spec:
  template:
    spec:
      containers:
        - name: vllm
${more}`;
  const files = {
    'base/prefill.yaml': deployment('prefill', 'kv_producer', local),
    'base/kustomization.yaml': 'resources: [prefill.yaml]\n',
    'overlays/good/kustomization.yaml': 'resources: [../../base]\npatches: [{ path: patch.yaml }]\n',
    'overlays/good/patch.yaml': patch(own.replace('value: localhost', '')),
  };
  const fixed = { ...files, 'overlays/good/patch.yaml': patch(own) };
  const shown = ({ findings }: Awaited<ReturnType<typeof check>>) =>
    findings.map(({ file, rule, severity }) => `${severity} ${file} ${rule}`);

  it('decide about the manifests that they list: what an overlay mends is mended', async () => {
    const { findings, unchecked, files: count } = await check(fixed, '.');
    expect({ findings, unchecked, count }).toEqual({ findings: [], unchecked: [], count: 4 });
    // Nobody knows of the overlay where only the base is looked at.
    expect(shown(await check(fixed, 'base'))).toEqual(['warning base/prefill.yaml side-channel-host-loopback']);
  });

  it('of which one mends it and one does not', async () => {
    const other = { ...fixed, 'overlays/bad/kustomization.yaml': 'resources: [../../base]\n' };
    expect(shown(await check(other, '.'))).toEqual(['warning base/prefill.yaml side-channel-host-loopback']);
  });

  it('that cannot be followed leave the manifests to themselves', async () => {
    const broken = {
      ...fixed,
      'overlays/good/kustomization.yaml': 'resources: [../../base, gone.yaml]\npatches: [{ path: patch.yaml }]\n',
    };
    const report = await check(broken, '.');
    expect(shown(report)).toEqual(['warning base/prefill.yaml side-channel-host-loopback']);
    expect(report.unchecked.map(({ file, reason }) => `${file}: ${reason}`)).toContain(
      'overlays/good/kustomization.yaml: its manifests are read one by one: `gone.yaml` is not there',
    );
  });

  it('are topmost only where the whole repository was looked at', async () => {
    const missing = {
      ...fixed,
      'base/prefill.yaml': deployment('prefill', 'kv_producer', ''),
      'overlays/good/patch.yaml': patch('          env: []\n'),
    };
    await mkdir(join(cwd, '.git'));
    expect(shown(await check(missing, '.'))).toEqual(['warning overlays/good/patch.yaml side-channel-host-unset']);
    expect(shown(await check(missing, 'overlays'))).toEqual([]);
    expect(shown(await check(missing, 'base'))).toEqual([]);
  });

  it('that list each other end', async () => {
    const report = await check(
      {
        'a/kustomization.yaml': 'resources: [../b, prefill.yaml]\n',
        'a/prefill.yaml': files['base/prefill.yaml'],
        'b/kustomization.yaml': 'resources: [../a]\n',
      },
      '.',
    );
    expect(shown(report)).toEqual(['warning a/prefill.yaml side-channel-host-loopback']);
    expect(report.unchecked.filter(({ reason }) => /leads back/.test(reason))).toHaveLength(2);
  });
});

describe('prefill and decode in two files', () => {
  it('are one pair, also when one of them is checked alone', async () => {
    const files = {
      'prefill.yaml': deployment('prefill', 'kv_producer', local),
      'decode.yaml': deployment('decode', 'kv_consumer', own),
    };
    for (const path of ['.', 'prefill.yaml']) {
      const { findings } = await check(files, path);
      expect(findings.map(({ severity, rule }) => [severity, rule])).toEqual([['error', 'side-channel-host-loopback']]);
      expect(findings[0]!.related.map(({ file }) => file)).toEqual(['decode.yaml']);
    }
  });
});

describe('the values of a chart', () => {
  it('are known in its templates', async () => {
    const { findings } = await check(
      {
        'chart/Chart.yaml': 'name: x\n',
        'chart/values.yaml': 'role: kv_prefill\n',
        'chart/templates/prefill.yaml': deployment('{{ .Release.Name }}', '{{ .Values.role }}', own),
      },
      '.',
    );
    expect(findings.map(({ file, rule }) => [file, rule])).toEqual([['chart/values.yaml', 'unknown-role']]);
  });
});

describe('a tree of many files', () => {
  it('that say nothing to us costs little time, and no memory', async () => {
    const line = 'key: "a value that somebody needs"\n'.repeat(60);
    const files = Object.fromEntries(
      Array.from({ length: 4_000 }, (_, index) => [`p${index % 40}/${index}.yaml`, line]),
    );
    await writeTree(cwd, files);
    const result = await runCli(['--format', 'json', '.'], { cwd });
    expect(readReport(result).files).toBe(4_000);
    expect(result.memory).toBeLessThan(200);
    // Ten thousand a second, and what starting takes, on a machine that has other things to do.
    expect(result.processor).toBeLessThan(3);
  });
});
