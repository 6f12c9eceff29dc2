import { readFileSync } from 'node:fs';
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

/** What was not checked: where, and the characters there. */
const unchecked = (report: Awaited<ReturnType<typeof check>>) =>
  report.unchecked.map(({ file, range, reason }) => {
    const line = range ? readFileSync(join(cwd, file), 'utf8').split('\n')[range.start.line]! : '';
    const covered = range ? ` ‹${line.slice(range.start.character, range.end.character)}›` : '';
    return `${file}${covered}: ${reason}`;
  });

describe('a reference that leads nowhere', () => {
  const served = (more: string) =>
    `m ${more} --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'`;
  const script = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  volumes: [{ name: s, configMap: { name: scripts } }]
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: [bash, /scripts/run.sh]
      volumeMounts: [{ name: s, mountPath: /scripts }]
`;

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'a key of a ConfigMap',
      {
        'p.yaml': deployment(
          'p',
          'kv_producer',
          '          env: [{ name: VLLM_NIXL_SIDE_CHANNEL_HOST, valueFrom: { configMapKeyRef: { name: gone, key: k } } }]\n',
        ),
      },
      [
        'p.yaml ‹gone›: `VLLM_NIXL_SIDE_CHANNEL_HOST` is not known: it comes from the ConfigMap `gone`, which is not in sight',
      ],
    ],
    [
      'ConfigMaps that variables are taken from',
      {
        'p.yaml': deployment(
          'p',
          'kv_producer',
          '          envFrom: [{ configMapRef: { name: a } }, { configMapRef: { name: b } }]\n',
        ),
      },
      [
        'p.yaml ‹a›: more variables may come: it comes from the ConfigMap `a`, which is not in sight',
        'p.yaml ‹b›: more variables may come: it comes from the ConfigMap `b`, which is not in sight',
      ],
    ],
    [
      'a script in a volume',
      { 'p.yaml': script },
      [
        'p.yaml ‹scripts›: What `/scripts/run.sh` starts is not known: it comes from the ConfigMap `scripts`, which is not in sight',
      ],
    ],
    [
      'a script that is not in the ConfigMap',
      {
        'p.yaml': script,
        's.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: scripts }\ndata: { other.sh: "" }\n',
      },
      ['p.yaml ‹scripts›: What `/scripts/run.sh` starts is not known: the ConfigMap `scripts` has no text `run.sh`'],
    ],
    [
      'files of variables',
      {
        'compose.yaml': `services:\n  vllm:\n    image: vllm/vllm-openai:v0.25.1\n    env_file: [a.env, b.env]\n    command: >-\n      ${served('')}\n`,
      },
      [
        'compose.yaml ‹a.env›: more variables may come: it depends on `a.env`, which is not read',
        'compose.yaml ‹b.env›: more variables may come: it depends on `b.env`, which is not read',
      ],
    ],
    [
      'the file of a unit',
      { 'x.service': `[Service]\nEnvironmentFile=gone.env\nExecStart=/usr/bin/vllm serve ${served('')}\n` },
      ['x.service ‹gone.env›: more variables may come: it depends on `gone.env`, which is not read'],
    ],
    [
      'a configuration file',
      { 'run.sh': `vllm serve ${served('--config gone.yaml')}\n` },
      ['run.sh ‹gone.yaml›: more flags may come: it depends on `gone.yaml`, which is not read'],
    ],
    [
      'values of a chart',
      {
        'c/Chart.yaml': 'name: c\n',
        'c/templates/p.yaml': deployment('p', '{{ .Values.role }}', own),
      },
      [
        'c/templates/p.yaml ‹"{{ .Values.role }}"›: `kv_role` is not known: `{{ .Values.role }}` is filled in by a template',
      ],
    ],
  ])('is listed where it stands: %s', async (_, files, expected) => {
    const report = await check(files, '.');
    expect(report.findings).toEqual([]);
    expect(unchecked(report)).toEqual(expected);
  });

  it('may replace what is said before it', async () => {
    const settings = (name: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { VLLM_NIXL_SIDE_CHANNEL_HOST: localhost }\n`;
    const from = (first: string, second: string) => ({
      'a.yaml': settings('a'),
      'p.yaml': deployment(
        'p',
        'kv_producer',
        `          envFrom: [{ configMapRef: { name: ${first} } }, { configMapRef: { name: ${second} } }]\n`,
      ),
    });
    expect((await check(from('a', 'gone'), '.')).findings).toEqual([]);
    expect((await check(from('gone', 'a'), '.')).findings.map(({ rule }) => rule)).toEqual([
      'side-channel-host-loopback',
    ]);
  });
});

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
      'more variables may come: it comes from the ConfigMap `settings`, which is not in sight',
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
    expect(unchecked(report)).toContain(
      'overlays/good/kustomization.yaml ‹gone.yaml›: its manifests are read one by one: `gone.yaml` is not there',
    );
  });

  it('of which each reference that leads nowhere is listed once, where it stands', async () => {
    const top = [
      'resources: [../base, gone.yaml, ../nowhere]',
      'components: [../lost]',
      'patches: [{ path: no-patch.yaml }]',
      'patchesStrategicMerge: [no-merge.yaml]',
      'replacements: [{ path: no-replacement.yaml }]',
      'configMapGenerator: [{ name: a, envs: [no.env], files: [script=no.sh] }]',
    ];
    const base = 'resources: [prefill.yaml, vanished.yaml]\n';
    const report = await check(
      { ...files, 'base/kustomization.yaml': base, 'over/kustomization.yaml': `${top.join('\n')}\n` },
      '.',
    );
    const listed = unchecked(report).filter((one) => /not there/.test(one));
    const alone = 'its manifests are read one by one:';
    expect(listed).toEqual([
      `base/kustomization.yaml ‹vanished.yaml›: ${alone} \`vanished.yaml\` is not there`,
      `over/kustomization.yaml ‹gone.yaml›: ${alone} \`gone.yaml\` is not there`,
      `over/kustomization.yaml ‹../nowhere›: ${alone} \`../nowhere\` is not there`,
      `over/kustomization.yaml ‹../lost›: ${alone} \`../lost\` is not there`,
      `over/kustomization.yaml ‹no-patch.yaml›: ${alone} \`no-patch.yaml\` is not there`,
      `over/kustomization.yaml ‹no-merge.yaml›: ${alone} \`no-merge.yaml\` is not there`,
      `over/kustomization.yaml ‹no-replacement.yaml›: ${alone} \`no-replacement.yaml\` is not there`,
      `over/kustomization.yaml ‹no.env›: ${alone} \`no.env\` is not there`,
      'over/kustomization.yaml ‹no.sh›: `no.sh` is not there',
    ]);
  });

  it('say nothing about the absence of what a missing file may hold', async () => {
    await mkdir(join(cwd, '.git'));
    const unset = { 'a/prefill.yaml': deployment('prefill', 'kv_producer', '') };
    const whole = { ...unset, 'a/kustomization.yaml': 'resources: [prefill.yaml]\n' };
    expect(shown(await check(whole, '.'))).toEqual(['warning a/prefill.yaml side-channel-host-unset']);
    for (const more of ['resources: [prefill.yaml, gone.yaml]', 'resources: [prefill.yaml]\ncomponents: [../gone]']) {
      expect(shown(await check({ ...unset, 'a/kustomization.yaml': `${more}\n` }, '.'))).toEqual([]);
    }
  });

  it('in which nothing is of ours are nobody’s business, however broken', async () => {
    const report = await check(
      {
        'a/kustomization.yaml': 'resources: [gone.yaml, web.yaml, ../b]\npatches: [{ path: no.yaml }]\n',
        'a/web.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n',
        'b/kustomization.yaml': 'resources: [../a]\nconfigMapGenerator: [{ name: x, envs: [no.env] }]\n',
      },
      '.',
    );
    expect({ findings: report.findings, unchecked: report.unchecked }).toEqual({ findings: [], unchecked: [] });
  });

  it('of a thousand ConfigMaps are not followed, which is no finding', async () => {
    await mkdir(join(cwd, '.git'));
    const maps = Array.from({ length: 1_000 }, (_, index) => [
      `a/m${index}.yaml`,
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m${index}\ndata:\n  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n`,
    ]);
    const names = maps.map(([name]) => name!.slice(2));
    const references = names.map((name) => `{ configMapRef: { name: ${name.replace('.yaml', '')} } }`);
    const report = await check(
      {
        ...Object.fromEntries(maps),
        'a/prefill.yaml': deployment('prefill', 'kv_producer', `          envFrom: [${references.join(', ')}]\n`),
        'a/kustomization.yaml': `resources: [prefill.yaml, ${names.join(', ')}]\n`,
      },
      '.',
    );
    expect(report.findings).toEqual([]);
    expect([...new Set(report.unchecked.map(({ reason }) => reason))].sort()).toEqual([
      '`VLLM_NIXL_SIDE_CHANNEL_HOST` is not known: ConfigMaps that one document refers to: over the limit',
      'its manifests are read one by one: it lists too much',
      'more flags and variables may come: `kustomization.yaml` may change it',
      'more variables may come: ConfigMaps that one document refers to: over the limit',
    ]);
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
        'a/kustomization.yaml': 'resources: [../b, prefill.yaml, gone.yaml]\n',
        'a/prefill.yaml': files['base/prefill.yaml'],
        'b/kustomization.yaml': 'resources: [../a]\n',
      },
      '.',
    );
    expect(shown(report)).toEqual(['warning a/prefill.yaml side-channel-host-loopback']);
    expect(unchecked(report).filter((one) => /not there|leads back/.test(one))).toEqual([
      'a/kustomization.yaml ‹../b›: its manifests are read one by one: `../b` leads back to where it is listed',
      'a/kustomization.yaml ‹gone.yaml›: its manifests are read one by one: `gone.yaml` is not there',
      'b/kustomization.yaml ‹../a›: its manifests are read one by one: `../a` leads back to where it is listed',
    ]);
  });

  it('that list each other’s levels twice end soon', async () => {
    const levels = Array.from({ length: 18 }, (_, index) => [
      `l${index}/kustomization.yaml`,
      index === 17 ? 'resources: [prefill.yaml]\n' : `resources: [../l${index + 1}, ../l${index + 1}/]\n`,
    ]);
    const report = await check({ ...Object.fromEntries(levels), 'l17/prefill.yaml': files['base/prefill.yaml'] }, '.');
    expect(unchecked(report)).toContain('l0/kustomization.yaml: its manifests are read one by one: it lists too much');
    expect(shown(report)).toEqual(['warning l17/prefill.yaml side-channel-host-loopback']);
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

describe('a Compose file and what Compose puts over it', () => {
  it('are one project, and each finding is there once', async () => {
    const service = (role: string, size: number) =>
      `    image: vllm/vllm-openai:v0.25.1\n    command: [m, --block-size=${size}, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"${role}"}']\n`;
    const files = {
      'compose.yaml': `services:\n  prefill:\n${service('kv_producer', 16)}`,
      'compose.override.yaml': `services:\n  decode:\n${service('kv_consumer', 24)}`,
    };
    for (const path of ['.', 'compose.yaml', 'compose.override.yaml']) {
      const { findings } = await check(files, path);
      expect(findings.filter(({ rule }) => rule === 'pair-mismatch').map(({ file }) => file)).toEqual([
        'compose.override.yaml',
      ]);
    }
  });
});

describe('the values of a chart', () => {
  it('are one deployment in several templates', async () => {
    const template = (role: string, kind: string) =>
      deployment(`'{{ include "x.fullname" . }}-${role}'`, kind, own).replace(
        'args: [m,',
        `args: [m, "--block-size={{ .Values.${role}.block }}",`,
      );
    const files = {
      'chart/Chart.yaml': 'name: x\n',
      'chart/values.yaml': 'prefill: { block: 16 }\ndecode: { block: 24 }\n',
      'chart/templates/prefill/deployment.yaml': template('prefill', 'kv_producer'),
      'chart/templates/decode/deployment.yaml': template('decode', 'kv_consumer'),
    };
    for (const path of ['.', 'chart/templates/prefill/deployment.yaml']) {
      const { findings } = await check(files, path);
      expect(findings.map(({ file, rule, related }) => [file, rule, related[0]?.file])).toEqual([
        ['chart/values.yaml', 'pair-mismatch', 'chart/values.yaml'],
      ]);
    }
  });

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
