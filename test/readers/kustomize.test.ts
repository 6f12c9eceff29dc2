import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../server/src/analysis';
import { type Engine, knownText } from '../../server/src/model';
import { shown, Tree } from '../workspace/support';
import { environmentOf, openOf, shown as shownValue } from './support';

const config = '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}';

const deployment = (name = 'prefill', more = '') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels: { app: ${name}, tier: gpu }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: sidecar
          image: busybox
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args: [m, --kv-transfer-config, '${config}']
          env:
            - { name: POD_IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
            - { name: VLLM_NIXL_SIDE_CHANNEL_HOST, value: $(POD_IP) }
            - { name: UCX_TLS, value: rcx }
${more}`;

const patchOf = (container: string, name = 'prefill') => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  template:
    spec:
      containers:
        - name: vllm
${container}`;

interface Made {
  readonly analysis: Analysis;
  readonly engines: readonly Engine[];
}

/** What a kustomization makes of files beside it, as one that people apply. */
async function make(kustomization: string, files: Readonly<Record<string, string>>): Promise<Made> {
  const tree = new Tree({ ...files, 'app/kustomization.yaml': kustomization });
  const analysis = await tree.analyze('app/kustomization.yaml', { topmost: true });
  return { analysis, engines: analysis.deployment.engines };
}

async function makeOne(kustomization: string, files: Readonly<Record<string, string>>): Promise<Engine> {
  const { engines, analysis } = await make(kustomization, files);
  expect(analysis.unchecked.map(({ reason }) => reason)).toEqual([]);
  expect(engines).toHaveLength(1);
  return engines[0]!;
}

const flags = ({ flags: { list } }: Engine) => list.map(({ name, value }) => [name, knownText(value)]);

describe('a strategic merge patch', () => {
  const patched = (container: string) =>
    makeOne('resources: [prefill.yaml]\npatches: [{ path: patch.yaml }]\n', {
      'app/prefill.yaml': deployment(),
      'app/patch.yaml': patchOf(container),
    });

  it('merges containers and variables by name; those of the patch come first', async () => {
    const engine = await patched(`          env:
            - { name: NEW, value: $(POD_IP) }
            - { name: UCX_TLS, value: "rc,cuda_copy,cuda_ipc" }
`);
    expect(environmentOf(engine)).toEqual({
      // The address is defined behind it now.
      NEW: '$(POD_IP)',
      UCX_TLS: 'rc,cuda_copy,cuda_ipc',
      POD_IP: '‹field status.podIP›',
      VLLM_NIXL_SIDE_CHANNEL_HOST: '‹field status.podIP›',
    });
    expect(openOf(engine)).toEqual({ environment: [], flags: [] });
  });

  it('replaces arguments, and takes away what is null or deleted', async () => {
    const engine = await patched(`          args: [n, --port, "8100", --kv-transfer-config, '${config}']
          env:
            - { name: UCX_TLS, $patch: delete }
            - { name: POD_IP, value: "10.0.0.1", valueFrom: null }
`);
    expect(flags(engine)).toEqual([
      ['port', '8100'],
      ['kv-transfer-config', config],
    ]);
    expect(environmentOf(engine)).toEqual({ POD_IP: '10.0.0.1', VLLM_NIXL_SIDE_CHANNEL_HOST: '10.0.0.1' });
  });

  it('replaces a whole list where it says so', async () => {
    const engine = await patched(`          env:
            - $patch: replace
            - { name: ONLY, value: this }
`);
    expect(environmentOf(engine)).toEqual({ ONLY: 'this' });
  });

  it('replaces lists of kinds that kustomize has no schema of', async () => {
    const set = (container: string) => `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: { name: prefill }
spec:
  leaderWorkerTemplate:
    workerTemplate:
      spec:
        containers:
          - name: vllm
${container}`;
    const engine = await makeOne('resources: [prefill.yaml]\npatches: [{ path: patch.yaml }]\n', {
      'app/prefill.yaml': set(`            image: vllm/vllm-openai:v0.25.1
            args: [m, --kv-transfer-config, '${config}']
            env: [{ name: A, value: b }]
`),
      'app/patch.yaml': set(`            image: vllm/vllm-openai:v0.26.0
            args: [n, --kv-transfer-config, '${config}']
`),
    });
    expect(environmentOf(engine)).toEqual({});
    expect(engine.versions.vllm?.version).toBe('0.26.0');
  });

  it('stands inline, in the older list, and for what its target says', async () => {
    const patch = patchOf('          env: [{ name: UCX_TLS, value: tcp }]\n');
    const inline = patch.replace(/^/gm, '      ');
    for (const kustomization of [
      `resources: [prefill.yaml]\npatches:\n  - patch: |-\n${inline}`,
      `resources: [prefill.yaml]\npatchesStrategicMerge:\n  - |-\n${inline}`,
      `resources: [prefill.yaml]\npatches:\n  - target: { kind: Deployment, name: "pre.*" }\n    patch: |-\n${inline}`,
      `resources: [prefill.yaml]\npatches:\n  - target: { labelSelector: "app=prefill,tier!=cpu" }\n    patch: |-\n${inline}`,
    ]) {
      expect(environmentOf(await makeOne(kustomization, { 'app/prefill.yaml': deployment() })).UCX_TLS).toBe('tcp');
    }
  });

  it('is not applied to what its target does not mean', async () => {
    const inline = patchOf('          env: [{ name: UCX_TLS, value: tcp }]\n').replace(/^/gm, '      ');
    for (const target of ['{ name: "refill" }', '{ labelSelector: "app in (prefill)" }', '{ kind: StatefulSet }']) {
      const kustomization = `resources: [prefill.yaml]\npatches:\n  - target: ${target}\n    patch: |-\n${inline}`;
      const { engines } = await make(kustomization, { 'app/prefill.yaml': deployment() });
      expect(engines.map((engine) => environmentOf(engine).UCX_TLS ?? 'none')).not.toContain('tcp');
    }
  });
});

describe('a JSON patch', () => {
  const patched = (operations: string) =>
    make(
      `resources: [prefill.yaml]\npatches:\n  - target: { kind: Deployment }\n    patch: |-\n${operations.replace(/^/gm, '      ')}\n`,
      { 'app/prefill.yaml': deployment() },
    );
  const vllm = '/spec/template/spec/containers/1';

  it('adds, replaces, removes, moves and copies', async () => {
    const { engines, analysis } = await patched(`- { op: add, path: ${vllm}/args/1, value: --port=8100 }
- { op: add, path: ${vllm}/args/-, value: --headless }
- { op: replace, path: ${vllm}/env/2/value, value: tcp }
- { op: test, path: /spec/replicas, value: 1 }
- { op: add, path: /spec/template/metadata/annotations, value: {} }
- { op: add, path: /spec/template/metadata/annotations/a~1b, value: c }
- { op: move, from: ${vllm}/env/0, path: ${vllm}/env/- }
- { op: copy, from: ${vllm}/image, path: /spec/template/spec/containers/0/image }
- { op: remove, path: /spec/selector }`);
    expect(analysis.unchecked).toEqual([]);
    const engine = engines.find(({ name }) => name === 'vllm')!;
    expect(flags(engine)).toEqual([
      ['port', '8100'],
      ['kv-transfer-config', config],
      ['headless', undefined],
    ]);
    expect(engine.environment.variables.map(({ name, value }) => `${name}=${shownValue(value)}`)).toEqual([
      'VLLM_NIXL_SIDE_CHANNEL_HOST=$(POD_IP)',
      'UCX_TLS=tcp',
      'POD_IP=‹field status.podIP›',
    ]);
    expect(engine.pod!.annotations.list.map(({ key, value }) => [key, knownText(value)])).toEqual([['a/b', 'c']]);
  });

  it.each([
    `{ op: replace, path: ${vllm}/command, value: [a] }`,
    `{ op: remove, path: ${vllm}/env/3 }`,
    `{ op: add, path: /spec/nowhere/else, value: 1 }`,
    `{ op: test, path: /spec/replicas, value: 2 }`,
    `{ op: increase, path: /spec/replicas }`,
  ])('that does not fit leaves the manifests to themselves: %s', async (operation) => {
    const { analysis } = await patched(`- ${operation}`);
    expect(analysis.claims).toEqual([]);
    expect(analysis.unchecked.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^its manifests are read one by one: /),
    ]);
  });
});

describe('what a kustomization sets itself', () => {
  it('are images, with the places of their parts', async () => {
    const files = { 'app/prefill.yaml': deployment() };
    const image = async (entry: string) =>
      knownText((await makeOne(`resources: [prefill.yaml]\nimages: [${entry}]\n`, files)).image);
    expect(await image('{ name: vllm/vllm-openai, newTag: v0.26.0 }')).toBe('vllm/vllm-openai:v0.26.0');
    expect(await image('{ name: vllm/vllm-openai, newName: my/vllm }')).toBe('my/vllm:v0.25.1');
    expect(await image('{ name: vllm/vllm-openai, digest: "sha256:abc" }')).toBe('vllm/vllm-openai@sha256:abc');
    expect(await image('{ name: vllm/vllm-openai, newTag: v1, digest: "sha256:abc" }')).toBe(
      'vllm/vllm-openai:v1@sha256:abc',
    );
    expect(await image('{ name: vllm/vllm-openai, tagSuffix: -cu129 }')).toBe('vllm/vllm-openai:v0.25.1-cu129');
    expect(await image('{ name: vllm-openai, newTag: v0.26.0 }')).toBe('vllm/vllm-openai:v0.25.1');
  });

  it('are names, namespaces, labels and numbers', async () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: decode }\nspec: { selector: { app: prefill } }\n';
    const { analysis, engines } = await make(
      `resources: [prefill.yaml, service.yaml]
namePrefix: dev-
nameSuffix: "-1"
namespace: llm
commonLabels: { team: a }
labels: [{ pairs: { extra: b } }, { pairs: { shown: c }, includeTemplates: true }]
commonAnnotations: { note: d }
replicas: [{ name: prefill, count: 3 }]
`,
      { 'app/prefill.yaml': deployment(), 'app/service.yaml': service },
    );
    expect(analysis.unchecked).toEqual([]);
    const { pod } = engines[0]!;
    expect(pod).toMatchObject({ label: 'pod `dev-prefill-1`', replicas: { number: 3 } });
    expect(knownText(pod!.object!.namespace)).toBe('llm');
    const pairs = (labels: { list: readonly { key: string; value: Parameters<typeof knownText>[0] }[] } | undefined) =>
      Object.fromEntries(labels!.list.map(({ key, value }) => [key, knownText(value)]));
    expect(pairs(pod!.labels)).toEqual({ app: 'prefill', team: 'a', shown: 'c' });
    expect(pairs(pod!.annotations)).toEqual({ note: 'd' });
    const [own] = analysis.deployment.services;
    expect(own).toMatchObject({ name: 'dev-decode-1' });
    expect(pairs(own!.selector)).toEqual({ app: 'prefill', team: 'a' });
  });
});

describe('a replacement', () => {
  it('makes the fields unknown that it writes', async () => {
    const { analysis, engines } = await make(
      `resources: [prefill.yaml]
configurations: [names.yaml]
replacements:
  - source: { kind: ConfigMap, name: x, fieldPath: data.a }
    targets:
      - select: { kind: Deployment }
        fieldPaths:
          - spec.template.spec.containers.[name=vllm].env.[name=UCX_TLS].value
          - spec.replicas
      - select: { kind: Service }
        fieldPaths: [spec.selector]
`,
      { 'app/prefill.yaml': deployment(), 'app/names.yaml': 'nameReference: [{ kind: ServiceAccount }]\n' },
    );
    expect(analysis.unchecked.map(({ reason }) => reason)).toEqual([
      '`UCX_TLS` is not known: `kustomization.yaml` may change it',
    ]);
    expect(environmentOf(engines[0]!).UCX_TLS).toBe('‹overlay kustomization.yaml›');
    expect(engines[0]!.pod!.replicas.number).toBeUndefined();
  });
});

describe('a generator of ConfigMaps', () => {
  const from = `          envFrom: [{ configMapRef: { name: settings } }]\n`;
  const files = { 'app/prefill.yaml': deployment('prefill', from) };

  it('takes literals, files of variables and whole files, and findings lie there', async () => {
    const { analysis, engines } = await make(
      `resources: [prefill.yaml]
configMapGenerator:
  - name: settings
    literals: [UCX_LOG_LEVEL=loud, "A='b=c'", "B=\\"x", C=]
    envs: [more.env]
    files: [scripts/start.sh, renamed=note.txt]
`,
      {
        ...files,
        'app/more.env': '# comment\n\n  UCX_RNDV_SCHEME=quick\r\nEMPTY\nQUOTED="kept"\n',
        'app/scripts/start.sh': 'echo\n',
        'app/note.txt': 'x',
      },
    );
    const own = Object.fromEntries(
      engines[0]!.environment.variables.map(({ name, value }) => [name, knownText(value)]),
    );
    expect(own).toMatchObject({
      UCX_RNDV_SCHEME: 'quick',
      EMPTY: '',
      QUOTED: '"kept"',
      UCX_LOG_LEVEL: 'loud',
      A: 'b=c',
      B: '"x',
      C: '',
      'start.sh': 'echo\n',
      renamed: 'x',
    });
    expect(shown(analysis)).toEqual([
      'app/kustomization.yaml: ucx-value: loud',
      'app/more.env: ucx-value: quick',
      'app/prefill.yaml: ucx-tls-unknown: rcx',
    ]);
    expect(openOf(engines[0]!).environment).toEqual([]);
  });

  it('merges into, or replaces, one of a base', async () => {
    const base = {
      'base/prefill.yaml': deployment('prefill', from),
      'base/kustomization.yaml':
        'resources: [prefill.yaml]\nconfigMapGenerator: [{ name: settings, literals: [A=1, B=2] }]\n',
    };
    const made = (behavior: string) =>
      make(
        `resources: [../base]\nconfigMapGenerator: [{ name: settings, behavior: ${behavior}, literals: [B=3, C=4] }]\n`,
        base,
      );
    const values = ({ engines }: Made) => {
      const { A, B, C } = environmentOf(engines[0]!);
      return [A, B, C];
    };
    expect(values(await made('merge'))).toEqual(['1', '3', '4']);
    expect(values(await made('replace'))).toEqual([undefined, '3', '4']);
    expect((await made('create')).analysis.claims).toEqual([]);
  });

  it('leaves out what is no text, and knows a script that a container runs', async () => {
    const { analysis } = await make(
      `resources: [prefill.yaml]\nconfigMapGenerator: [{ name: scripts, files: [start.sh, missing.bin] }]\n`,
      {
        'app/prefill.yaml': deployment()
          .replace(/args: .*/, 'command: [bash, /s/start.sh]\n          volumeMounts: [{ name: s, mountPath: /s }]')
          .concat('      volumes: [{ name: s, configMap: { name: scripts } }]\n'),
        'app/start.sh': `vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_prefill"}'\n`,
      },
    );
    expect(shown(analysis)).toContain('app/start.sh: unknown-role: kv_prefill');
    // The script is judged here only, because a container runs it.
    expect(analysis.claims.map(({ file }) => file)).toContain('app/start.sh');
    const unused = await make(
      'resources: [prefill.yaml]\nconfigMapGenerator: [{ name: scripts, files: [start.sh] }]\n',
      { 'app/prefill.yaml': deployment(), 'app/start.sh': 'vllm serve m\n' },
    );
    expect(unused.analysis.claims.map(({ file }) => file)).toEqual(['app/prefill.yaml']);
  });
});

describe('kustomizations that build upon others', () => {
  const base = {
    'base/prefill.yaml': deployment(),
    'base/kustomization.yaml': 'resources: [prefill.yaml]\nnamePrefix: b-\n',
  };

  it('meet objects by the names of every step', async () => {
    for (const name of ['prefill', 'b-prefill']) {
      const engine = await makeOne('resources: [../base]\nnamePrefix: a-\npatches: [{ path: patch.yaml }]\n', {
        ...base,
        'app/patch.yaml': patchOf('          env: [{ name: UCX_TLS, value: tcp }]\n', name),
      });
      expect(environmentOf(engine).UCX_TLS).toBe('tcp');
      expect(engine.pod!.label).toBe('pod `a-b-prefill`');
    }
  });

  it('use components, which change what is there', async () => {
    const engine = await makeOne('resources: [../base]\ncomponents: [../efa]\n', {
      ...base,
      'efa/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{ path: patch.yaml }]\n',
      'efa/patch.yaml': patchOf('          env: [{ name: UCX_TLS, value: tcp }]\n'),
    });
    expect(environmentOf(engine).UCX_TLS).toBe('tcp');
  });

  it('bring prefill and decode together', async () => {
    const { analysis } = await make('resources: [prefill, decode]\n', {
      'app/prefill/kustomization.yaml': 'resources: [prefill.yaml]\n',
      'app/prefill/prefill.yaml': deployment().replace('$(POD_IP)', 'localhost').replace('rcx', 'tcp'),
      'app/decode/kustomization.yaml': 'resources: [decode.yaml]\n',
      'app/decode/decode.yaml': deployment('decode').replace('kv_producer', 'kv_consumer').replace('rcx', 'tcp'),
    });
    expect(analysis.problems.map(({ rule, severity, file }) => [rule, severity, file])).toContainEqual([
      'side-channel-host-loopback',
      'error',
      'app/prefill/prefill.yaml',
    ]);
  });

  it('are open where something else may build upon them', async () => {
    const tree = new Tree({ ...base, 'base/prefill.yaml': deployment().replace(/.*VLLM_NIXL.*\n/, '') });
    const open = await tree.analyze('base/kustomization.yaml');
    expect(openOf(open.deployment.engines[0]!).environment).toEqual(['overlay kustomization.yaml']);
    expect(shown(open)).toEqual(['base/prefill.yaml: ucx-tls-unknown: rcx']);
    const closed = await tree.analyze('base/kustomization.yaml', { topmost: true });
    expect(shown(closed)).toContain('base/prefill.yaml: side-channel-host-unset: vllm');
  });
});

describe('what is not followed', () => {
  it.each([
    ['resources: [prefill.yaml, gone.yaml]\n', '`gone.yaml` is not there'],
    ['resources: [prefill.yaml, ../app]\n', '`../app` leads back to where it is listed'],
    ['resources: [prefill.yaml, ../other]\n', 'leads back to where it is listed'],
    ['resources: [prefill.yaml]\nreplacements: [{ path: r.yaml }]\n', '`r.yaml` is not there'],
    ['resources: [prefill.yaml]\nconfigurations: [images.yaml]\n', '`images` in `images.yaml` is not followed'],
    ['resources: [prefill.yaml]\ntransformers: [t.yaml]\n', '`transformers` in `kustomization.yaml`'],
    ['resources: [prefill.yaml]\nhelmCharts: [{ name: x }]\n', '`helmCharts` in `kustomization.yaml`'],
    ['resources: [prefill.yaml]\npatches: [{ path: patch.yaml }]\n', 'a patch means no object that is listed'],
    ['resources: [prefill.yaml]\npatches: [{ path: gone.yaml }]\n', '`gone.yaml` is not there'],
  ])('leaves the manifests to themselves: %s', async (kustomization, reason) => {
    const { analysis } = await make(kustomization, {
      'app/prefill.yaml': deployment(),
      'app/patch.yaml': patchOf('          env: []\n', 'decode'),
      'app/images.yaml': 'images: [{ path: spec/image }]\n',
      'other/kustomization.yaml': 'resources: [../app]\n',
    });
    expect(analysis.claims).toEqual([]);
    expect(shown(analysis)).toEqual([]);
    expect(analysis.unchecked.map((part) => part.reason)).toEqual([expect.stringContaining(reason)]);
  });

  it('are bases elsewhere: their patches count for what they say', async () => {
    const { analysis } = await make(
      'resources: ["github.com/llm-d/llm-d//guides?ref=main"]\npatches: [{ path: patch.yaml }]\n',
      {
        'app/patch.yaml': patchOf(
          `          args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"x"}']\n`,
        ),
      },
    );
    expect(shown(analysis)).toEqual(['app/patch.yaml: unknown-role: x']);
    expect(analysis.deployment.engines[0]!.pod!.partial ?? analysis.deployment.engines[0]!.pod!.open[0]).toBeDefined();
  });

  it('are files that are too large to be read: what they hold is out of sight', async () => {
    const large = `kind: CustomResourceDefinition\n${'# a line of a definition\n'.repeat(50_000)}`;
    const { analysis, engines } = await make('resources: [prefill.yaml, crd.yaml]\n', {
      'app/prefill.yaml': deployment(),
      'app/crd.yaml': large,
    });
    expect(shown(analysis)).toEqual(['app/prefill.yaml: ucx-tls-unknown: rcx']);
    expect(engines).toHaveLength(1);
  });

  it('does nothing where nothing is ours', async () => {
    const { analysis } = await make('resources: [web.yaml, gone.yaml]\n', { 'app/web.yaml': 'kind: Service\n' });
    expect(analysis.unchecked).toEqual([]);
  });
});
