// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are scripts and manifests.
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../server/src/model';
import { covered, environmentOf, flagLines, misplaced, openOf, plainConfig, read, readOne } from './support';

const official = 'vllm/vllm-openai:v0.11.0';

/** A Pod with one container, its lines indented as in a file. */
const pod = (container: string, spec = '') =>
  [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    '  name: decode',
    'spec:',
    ...(spec ? [`  ${spec}`] : []),
    '  containers:',
    '    - name: vllm',
    ...container.split('\n').map((line) => (line ? `      ${line}` : line)),
    '',
  ].join('\n');

const one = (container: string, spec?: string) => readOne('pod.yaml', pod(container, spec));
const environment = (lines: string, image = official) => one(`image: ${image}\nargs: [--model, m]\nenv:\n${lines}`);

describe('arguments', () => {
  const json = '{"kv_connector":"NixlConnector","kv_role":"kv_both"}';
  test.each([
    [
      'a list',
      `image: ${official}\ncommand: [vllm, serve, m]\nargs: ["--port", "8000", --kv-transfer-config, '${json}']`,
    ],
    [
      'command and arguments in one list',
      `image: x\ncommand: ["vllm", "serve", m, --port, "8000", --kv-transfer-config, '${json}']`,
    ],
    [
      'joined by =',
      `image: x\ncommand: [vllm, serve]\nargs:\n  - m\n  - --port=8000\n  - --kv_transfer_config=${json}`,
    ],
    [
      'arguments of the image',
      `image: ${official}\nargs:\n- --model\n- m\n- --port\n- "8000"\n- --kv-transfer-config\n- '${json}'`,
    ],
    ['a number', `image: ${official}\nargs: [--model, m, --port, 8000, --kv-transfer-config, '${json}']`],
    [
      'a script',
      `image: x\ncommand: ["/bin/sh", "-c"]\nargs:\n  - |\n    # first\n    exec vllm serve m --port 8000 \\\n      --kv-transfer-config '${json}'`,
    ],
    [
      'a script in the command',
      `image: x\ncommand: [bash, -lc, "vllm serve m --port 8000 --kv-transfer-config '${json.replaceAll('"', '\\"')}'"]`,
    ],
    [
      'a folded script',
      `image: x\ncommand: [bash, -c]\nargs:\n  - >-\n    vllm serve m\n    --port 8000\n    --kv-transfer-config '${json}'`,
    ],
    [
      'a wrapper that hands all on',
      `image: x\ncommand: [bash, -c, 'exec "$@"', --]\nargs: [vllm, serve, m, --port, "8000", --kv-transfer-config, '${json}']`,
    ],
    ['an image that we do not know', `image: my/own:1\nargs: [m, --port, "8000", --kv-transfer-config, '${json}']`],
    [
      'a program that we do not know',
      `image: my/own:1\ncommand: [/start]\nargs: [m, --port, "8000", --kv-transfer-config, '${json}']`,
    ],
  ])('%s', (_, container) => {
    const engine = one(container);
    expect(flagLines(engine).filter((line) => !line.startsWith('model'))).toEqual([
      'port 8000',
      `kv-transfer-config ${json}`,
    ]);
    expect(plainConfig(engine)).toEqual(JSON.parse(json));
    expect(engine).toMatchObject({ name: 'vllm', network: { kind: 'pod', label: 'pod `decode`' } });
    const root = engine.kvTransfer?.root;
    const role = root?.type === 'object' ? root.members[1] : undefined;
    expect(role && covered(role.keyText.place())).toBe('kv_role');
  });

  test('who may add flags', () => {
    const open = (container: string) => openOf(one(container)).flags;
    expect(open(`image: ${official}\nargs: [--model, m]`)).toEqual([]);
    expect(open('image: x\ncommand: [vllm, serve, m]')).toEqual([]);
    expect(open('image: my/own:1\nargs: [--kv-transfer-config, x]')).toEqual(['image my/own:1']);
    expect(open('image: x\ncommand: [/start]\nargs: [--kv-transfer-config, x]')).toEqual(['wrapper /start']);
    expect(open('image: x\ncommand: [python3, -m, dynamo.vllm]')).toEqual(['wrapper dynamo.vllm']);
  });

  test('$(NAME) is replaced by a variable of the container, $$ is a dollar sign', () => {
    const engine = one(
      [
        'image: x',
        'command: [vllm, serve, m]',
        'args: ["--port=$(PORT)", "--host=$(HOST)", "--api-key=$(ELSEWHERE)", "--root-path=$$(PORT)"]',
        'env:',
        '- {name: PORT, value: "80$(SUFFIX)"}',
        '- {name: SUFFIX, value: "00"}',
        '- {name: PORT, value: "81$(SUFFIX)"}',
        '- {name: HOST, valueFrom: {fieldRef: {fieldPath: status.podIP}}}',
      ].join('\n'),
    );
    expect(flagLines(engine)).toEqual([
      'port 8100',
      'host ‹field status.podIP›',
      'api-key ‹variable $(ELSEWHERE)›',
      'root-path $(PORT)',
    ]);
    const port = engine.flags.get('port')?.value;
    expect(port?.kind === 'known' && covered(port.source.place({ start: 0, end: 2 }))).toBe('81');
    expect(port?.kind === 'known' && covered(port.source.place({ start: 2, end: 4 }))).toBe('00');
  });

  test('a shell gets what Kubernetes leaves', () => {
    const engine = one(
      [
        'image: x',
        'command: [sh, -c]',
        'args: ["vllm serve m --port $(PORT) --host $(hostname) --root-path $ROOT"]',
        'env:',
        '- {name: PORT, value: "8000"}',
        '- {name: ROOT, value: /x}',
      ].join('\n'),
    );
    expect(flagLines(engine)).toEqual(['port 8000', 'host ‹command $(hostname)›', 'root-path /x']);
  });
});

describe('environment', () => {
  test('values, in effect order', () => {
    const engine = environment(
      [
        '- name: UCX_TLS',
        '  value: tcp',
        '- name: HOST',
        '  valueFrom: {fieldRef: {fieldPath: status.podIP}}',
        '- name: VLLM_NIXL_SIDE_CHANNEL_HOST',
        '  value: $(HOST)',
        '- name: LATER',
        '  value: $(NOT_YET):1',
        '- name: NOT_YET',
        '  value: "x"',
        '- name: TOKEN',
        '  valueFrom: {secretKeyRef: {name: hf, key: token}}',
        '- name: MAPPED',
        '  valueFrom: {configMapKeyRef: {name: cm, key: k}}',
        '- name: NUMBER',
        '  value: 5600',
        '- name: EMPTY',
        '- name: UCX_TLS',
        '  value: all',
      ].join('\n'),
    );
    expect(environmentOf(engine)).toEqual({
      UCX_TLS: 'all',
      HOST: '‹field status.podIP›',
      VLLM_NIXL_SIDE_CHANNEL_HOST: '‹field status.podIP›',
      LATER: '$(NOT_YET):1',
      NOT_YET: 'x',
      TOKEN: '‹secret hf›',
      MAPPED: '‹config-map cm›',
      NUMBER: '5600',
      EMPTY: '',
    });
    expect(engine.environment.open).toEqual([]);
    expect(engine.environment.absent('UCX_NET_DEVICES')).toBe(true);
    expect(misplaced(engine)).toEqual([]);
  });

  test.each([
    ['an official image', official, 'env: []', []],
    ['a mirror of it', 'mirror.io/vllm/vllm-openai:v0.11.0', 'env: []', ['image mirror.io/vllm/vllm-openai:v0.11.0']],
    ['an image of its own', 'my/vllm:1', 'command: [vllm, serve]', ['image my/vllm:1']],
    ['a Secret', official, 'envFrom: [{secretRef: {name: hf}}]', ['secret hf']],
    ['a ConfigMap', official, 'envFrom: [{configMapRef: {name: nixl}}]', ['config-map nixl']],
    ['a launcher', official, 'command: [python3, -m, dynamo.vllm]', ['wrapper dynamo.vllm']],
  ])('who may set others: %s', (_, image, more, expected) => {
    expect(openOf(one(`image: ${image}\n${more}`)).environment).toEqual(expected);
  });

  test('a variable without a known name may be any', () => {
    const engine = environment('- {name: "UCX_{{ .Values.name }}", value: tcp}');
    expect(environmentOf(engine)).toEqual({});
    expect(openOf(engine).environment).toEqual(['template {{ .Values.name }}']);
  });

  test('a script exports over the container', () => {
    const engine = one(
      [
        'image: x',
        'command: [bash, -c]',
        'args:',
        '- |',
        '  export UCX_TLS=tcp VLLM_NIXL_SIDE_CHANNEL_HOST=$POD_IP',
        '  unset NIXL_LOG_LEVEL',
        '  vllm serve m',
        'env:',
        '- {name: UCX_TLS, value: all}',
        '- {name: NIXL_LOG_LEVEL, value: INFO}',
        '- {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}',
      ].join('\n'),
    );
    expect(environmentOf(engine)).toEqual({
      UCX_TLS: 'tcp',
      POD_IP: '‹field status.podIP›',
      VLLM_NIXL_SIDE_CHANNEL_HOST: '‹field status.podIP›',
    });
  });
});

describe('what is no engine', () => {
  test.each([
    'image: nginx\nargs: [--port, "80"]',
    'image: my/own:1\nenv:\n- {name: UCX_TLS, value: tcp}',
    'image: busybox\ncommand: [sh, -c, "until curl decode:8000; do sleep 1; done"]',
    'image: my/proxy:1\ncommand: [./proxy]\nenv:\n- {name: NIXL_LOG_LEVEL, value: x}',
  ])('%s', (container) => {
    expect(read('pod.yaml', pod(container).replace('name: vllm', 'name: app')).engines).toEqual([]);
  });
});

describe('networks', () => {
  const two = (more: string) =>
    [
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata: {name: pd, namespace: llm}',
      'spec:',
      '  template:',
      '    spec:',
      more,
      '      containers:',
      `        - {name: a, image: "${official}"}`,
      `        - {name: b, image: "${official}"}`,
      '',
    ].join('\n');

  test('the containers of a pod share one', () => {
    const { engines } = read('a.yaml', two(''));
    expect(engines.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(engines[0]?.network).toEqual(engines[1]?.network);
    expect(engines[0]?.network).toEqual({
      key: 'pod a.yaml Deployment/llm/pd spec/template/spec',
      kind: 'pod',
      label: 'pod `pd`',
    });
  });

  test('hostNetwork', () => {
    expect(read('a.yaml', two('      hostNetwork: true')).engines[0]?.network.kind).toBe('host');
    expect(read('a.yaml', two('      hostNetwork: false')).engines[0]?.network.kind).toBe('pod');
    expect(read('a.yaml', two('      hostNetwork: {{ .Values.hostNetwork }}')).engines[0]?.network.kind).toBe(
      'unknown',
    );
  });

  test('init containers run before, unless they are sidecars', () => {
    const init = (policy: string) =>
      two(`      initContainers:\n        - name: c\n          image: ${official}\n${policy}`);
    const keys = (text: string) => new Set(read('a.yaml', text).engines.map(({ network }) => network.key)).size;
    expect(keys(init(''))).toBe(2);
    expect(keys(init('          restartPolicy: Always'))).toBe(1);
  });

  test('a routing sidecar listens in the pod', () => {
    const { listeners, engines } = read(
      'a.yaml',
      two(
        [
          '      initContainers:',
          '        - name: routing-proxy',
          '          image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.4.0',
          '          restartPolicy: Always',
          '          args: [--port=8000, --vllm-port=8200]',
        ].join('\n'),
      ),
    );
    expect(listeners.map(({ port, label, place }) => [port, label, covered(place)])).toEqual([
      [8000, "the routing sidecar's `--port`", '8000'],
    ]);
    expect(listeners[0]?.network).toEqual(engines[0]?.network);
  });

  test('objects without a name are told apart', () => {
    const text = `${two('').replace('name: pd', 'generateName: x-')}---\n${two('').replace('name: pd', 'generateName: y-')}`;
    expect(new Set(read('a.yaml', text).engines.map(({ network }) => network.key)).size).toBe(2);
  });
});

describe('kinds', () => {
  const container = (indent: string, name = 'vllm') =>
    [`- name: ${name}`, `  image: ${official}`, '  args: [--model, m]'].map((line) => indent + line).join('\n');
  const names = (engines: readonly Engine[]) => engines.map(({ name, replicated }) => [name, replicated]);

  test('copies, wherever the number stands', () => {
    const deployment = (replicas: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  replicas: ${replicas}\n  template:\n    spec:\n      containers:\n${container('        ')}\n`;
    expect(names(read('a.yaml', deployment('1')).engines)).toEqual([['vllm', false]]);
    expect(names(read('a.yaml', deployment('2')).engines)).toEqual([['vllm', true]]);
    expect(names(read('a.yaml', deployment('{{ .Values.n }}')).engines)).toEqual([['vllm', false]]);
    const daemonSet = deployment('1').replace('kind: Deployment', 'kind: DaemonSet');
    expect(names(read('a.yaml', daemonSet).engines)).toEqual([['vllm', true]]);
  });

  test('LeaderWorkerSet', () => {
    const text = [
      'apiVersion: leaderworkerset.x-k8s.io/v1',
      'kind: LeaderWorkerSet',
      'metadata: {name: decode}',
      'spec:',
      '  replicas: 1',
      '  leaderWorkerTemplate:',
      '    size: 2',
      '    workerTemplate:',
      '      spec:',
      '        containers:',
      container('          '),
      '',
    ].join('\n');
    expect(names(read('a.yaml', text).engines)).toEqual([['vllm', true]]);
    expect(openOf(readOne('a.yaml', text)).environment).toEqual([]);
  });

  test('a List, and JSON', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'vllm', image: official, args: ['--model', 'm', '--port', '8000'] }] },
    };
    const list = { apiVersion: 'v1', kind: 'List', items: [pod, { ...pod, metadata: { name: 'q' } }] };
    for (const indent of [undefined, 2]) {
      const { engines } = read('a.json', JSON.stringify(list, undefined, indent));
      expect(engines.map(flagLines)).toEqual([
        ['model m', 'port 8000'],
        ['model m', 'port 8000'],
      ]);
      expect(new Set(engines.map(({ network }) => network.key)).size).toBe(2);
    }
  });

  test('DynamoGraphDeployment v1alpha1', () => {
    const { engines } = read(
      'dgd.yaml',
      [
        'apiVersion: nvidia.com/v1alpha1',
        'kind: DynamoGraphDeployment',
        'metadata: {name: g}',
        'spec:',
        '  envs:',
        '    - {name: UCX_TLS, value: tcp}',
        '  services:',
        '    Prefill:',
        '      envFromSecret: hf',
        '      replicas: 2',
        '      envs:',
        '        - {name: NIXL_LOG_LEVEL, value: INFO}',
        '      extraPodSpec:',
        '        mainContainer:',
        '          image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.0',
        '          command: [python3, -m, dynamo.vllm]',
        '          args: [--model, m]',
        '          env:',
        '            - {name: UCX_TLS, value: all}',
        '',
      ].join('\n'),
    );
    expect(names(engines)).toEqual([['Prefill', true]]);
    const [engine] = engines;
    expect(engine?.entry).toBe('dynamo.vllm');
    expect(environmentOf(engine!)).toEqual({ UCX_TLS: 'all', NIXL_LOG_LEVEL: 'INFO' });
    expect(openOf(engine!)).toEqual({
      environment: [
        'secret hf',
        'wrapper the DynamoGraphDeployment controller',
        'image nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.0',
        'wrapper dynamo.vllm',
      ],
      flags: ['wrapper the DynamoGraphDeployment controller', 'wrapper dynamo.vllm'],
    });
    expect(engine?.versions).toMatchObject({ vllm: { version: '0.23.0' }, nixl: { version: '1.1.0' } });
  });

  test('DynamoGraphDeployment v1beta1', () => {
    const { engines } = read(
      'dgd.yaml',
      [
        'apiVersion: nvidia.com/v1beta1',
        'kind: DynamoGraphDeployment',
        'metadata: {name: g}',
        'spec:',
        '  components:',
        '  - name: decode',
        '    multinode: {nodeCount: 2}',
        '    podTemplate:',
        '      spec:',
        '        containers:',
        container('        ', 'main'),
        '',
      ].join('\n'),
    );
    expect(names(engines)).toEqual([['decode', true]]);
  });

  test('LLMInferenceService: flags in a variable, prefill apart from decode', () => {
    const { engines } = read(
      'llm.yaml',
      [
        'apiVersion: serving.kserve.io/v1alpha2',
        'kind: LLMInferenceService',
        'metadata: {name: q}',
        'spec:',
        '  replicas: 2',
        '  template:',
        '    containers:',
        '      - name: main',
        '        env:',
        '          - name: VLLM_ADDITIONAL_ARGS',
        `            value: "--kv_transfer_config '{\\"kv_role\\":\\"kv_consumer\\"}'"`,
        '  prefill:',
        '    template:',
        '      containers:',
        '        - name: main',
        '          args: [--kv-transfer-config, \'{"kv_role":"kv_producer"}\']',
        '',
      ].join('\n'),
    );
    expect(names(engines)).toEqual([
      ['q', true],
      ['prefill', false],
    ]);
    expect(engines.map(plainConfig)).toEqual([{ kv_role: 'kv_consumer' }, { kv_role: 'kv_producer' }]);
    const root = engines[0]?.kvTransfer?.root;
    expect(root?.type === 'object' && covered(root.members[0]!.value.place)).toBe('\\"kv_consumer\\"');
    expect(openOf(engines[0]!).flags).toContain('wrapper the LLMInferenceService controller');
  });

  test('roles of AIBrix, whose gateway replaces addresses', () => {
    const { engines } = read(
      'storm.yaml',
      [
        'apiVersion: orchestration.aibrix.ai/v1alpha1',
        'kind: StormService',
        'metadata: {name: s}',
        'spec:',
        '  template:',
        '    spec:',
        '      roles:',
        '        - name: prefill',
        '          replicas: 2',
        '          template:',
        '            spec:',
        '              containers:',
        container('                '),
        '',
      ].join('\n'),
    );
    expect(engines[0]).toMatchObject({
      replicated: true,
      addressRewrittenBy: 'the AIBrix gateway',
      network: { label: 'pod `prefill`' },
    });
    const labelled = pod(`image: ${official}`).replace(
      '  name: decode',
      '  name: decode\n  labels: {model.aibrix.ai/name: m}',
    );
    expect(readOne('p.yaml', labelled).addressRewrittenBy).toBe('the AIBrix gateway');
    expect(one(`image: ${official}`).addressRewrittenBy).toBeUndefined();
  });

  test('kinds that we have never heard of, by their shape', () => {
    const text = `apiVersion: x/v1\nkind: Fancy\nmetadata: {name: f}\nspec:\n  deep:\n  - er:\n      containers:\n${container('      ')}\n`;
    expect(names(read('a.yaml', text).engines)).toEqual([['vllm', false]]);
  });

  test('Ray Serve, in a file of its own and in a RayService', () => {
    const serve = [
      'applications:',
      '- name: pd',
      '  args:',
      '    prefill_config:',
      '      engine_kwargs:',
      '        tensor_parallel_size: 4',
      '        kv_transfer_config: {kv_connector: NixlConnector, kv_role: kv_both}',
      '      runtime_env:',
      '        env_vars: {UCX_NET_DEVICES: all}',
    ];
    const service = ['apiVersion: ray.io/v1', 'kind: RayService', 'metadata: {name: r}', 'spec:', '  serveConfigV2: |'];
    for (const text of [serve.join('\n'), [...service, ...serve.map((line) => `    ${line}`)].join('\n')]) {
      const engine = readOne('serve.yaml', text);
      expect(engine.entry).toBe('config file');
      expect(engine.parallel.tensor).toBe(4);
      expect(engine.kvTransfer?.form).toBe('file');
      expect(plainConfig(engine)).toEqual({ kv_connector: 'NixlConnector', kv_role: 'kv_both' });
      expect(environmentOf(engine)).toEqual({ UCX_NET_DEVICES: 'all' });
      const root = engine.kvTransfer?.root;
      expect(root?.type === 'object' && covered(root.members[1]!.value.place)).toBe('kv_both');
    }
  });

  test('texts in a ConfigMap', () => {
    const text = [
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata: {name: scripts}',
      'data:',
      '  serve.sh: |',
      '    vllm serve m --port 8000',
      '  kv.json: |',
      '    {"kv_connector": "NixlConnector"}',
      '  notes.txt: vllm is here',
      '',
    ].join('\n');
    const { engines } = read('cm.yaml', text);
    expect(engines.map(({ entry, network }) => [entry, network.kind])).toEqual([
      ['vllm serve', 'unknown'],
      ['json file', 'unknown'],
    ]);
    expect(engines.flatMap(misplaced)).toEqual([]);
  });

  test('Services, by name and headlessness', () => {
    const service = (spec: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: decode}\nspec: {${spec}}\n`;
    const found = (spec: string) =>
      read('s.yaml', service(spec)).services.map(({ name, headless, place }) => [name, headless, covered(place)]);
    expect(found('')).toEqual([['decode', false, 'decode']]);
    expect(found('clusterIP: None')).toEqual([['decode', true, 'decode']]);
    expect(found('clusterIP: "{{ .Values.ip }}"')).toEqual([['decode', undefined, 'decode']]);
  });
});

describe('parts, patches and templates', () => {
  test('a patch says nothing about what it leaves out', () => {
    const text = [
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata: {name: decode}',
      'spec:',
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: vllm',
      '          env:',
      '            - {name: VLLM_NIXL_SIDE_CHANNEL_PORT, value: "5600"}',
      '',
    ].join('\n');
    const engine = readOne('patch.yaml', text);
    expect(environmentOf(engine)).toEqual({ VLLM_NIXL_SIDE_CHANNEL_PORT: '5600' });
    expect(engine.environment.absent('VLLM_NIXL_SIDE_CHANNEL_HOST')).toBe(false);
    expect(engine.flags.absent('kv-transfer-config')).toBe(false);
    expect(openOf(engine).environment).toContain('include the manifest that this is a part of');
  });

  test('a patch with a strategy opens all that is in it', () => {
    const engine = one(`image: ${official}\nargs: [--model, m]`, '$patch: merge');
    expect(openOf(engine)).toEqual({
      environment: ['include the manifest that this patches'],
      flags: ['include the manifest that this patches'],
    });
  });

  test('a kv-transfer-config in a variable that nothing here uses', () => {
    const engine = one('env:\n- name: KV_TRANSFER_CONFIG\n  value: \'{"kv_connector":"NixlConnector"}\'');
    expect(plainConfig(engine)).toEqual({ kv_connector: 'NixlConnector' });
    expect(engine.flags.open.length).toBeGreaterThan(0);
  });

  test('anchors and merge keys', () => {
    const text = [
      'apiVersion: v1',
      'kind: List',
      'items:',
      '- kind: Pod',
      '  apiVersion: v1',
      '  metadata: {name: a}',
      '  spec:',
      '    containers:',
      '    - &c',
      '      name: vllm',
      `      image: ${official}`,
      '      args: [--model, m]',
      '      env: &e',
      '      - {name: UCX_TLS, value: tcp}',
      '- kind: Pod',
      '  apiVersion: v1',
      '  metadata: {name: b}',
      '  spec:',
      '    containers:',
      '    - <<: *c',
      '      args: [--model, n]',
      '',
    ].join('\n');
    const { engines } = read('a.yaml', text);
    expect(engines.map(flagLines)).toEqual([['model m'], ['model n']]);
    expect(engines.map(environmentOf)).toEqual([{ UCX_TLS: 'tcp' }, { UCX_TLS: 'tcp' }]);
    expect(engines.flatMap(misplaced)).toEqual([]);
  });

  test('template blocks open what is around them, templated values are unknown', () => {
    const engine = one(
      [
        `image: ${official}`,
        'args:',
        '- --model',
        '- {{ .Values.model | quote }}',
        '- --port',
        '- "{{ .Values.port }}"',
        'env:',
        '- name: UCX_TLS',
        '  value: tcp,{{ .Values.tls }}',
        '{{- with .Values.env }}',
        '{{- toYaml . | nindent 6 }}',
        '{{- end }}',
      ].join('\n'),
    );
    expect(flagLines(engine)).toEqual([
      'model ‹template {{ .Values.model | quote }}›',
      'port ‹template {{ .Values.port }}›',
    ]);
    expect(environmentOf(engine)).toEqual({ UCX_TLS: 'tcp,‹template {{ .Values.tls }}›' });
    expect(engine.environment.absent('UCX_NET_DEVICES')).toBe(false);
    expect(engine.flags.absent('host')).toBe(false);
  });

  test('alternatives of a template leave a flag unknown', () => {
    const engine = one(
      [
        'image: x',
        'command: [sh, -c]',
        'args:',
        '- |',
        '  vllm serve m \\',
        '  {{- if .Values.a }}',
        '    --port 8000 \\',
        '  {{- else }}',
        '    --port 8001 \\',
        '  {{- end }}',
      ].join('\n'),
    );
    const ports = engine.flags.all('port').map(({ value }) => value?.kind);
    expect(ports.includes('known')).toBe(false);
    expect(engine.flags.absent('port')).toBe(false);
  });

  test('names that a tool fills in are unknown when the manifest shows it', () => {
    const filled = pod(
      'image: x\ncommand: [vllm, serve, m, --port, "${PORT}"]\nenv:\n- {name: UCX_TLS, value: "${TLS}"}',
    );
    expect(environmentOf(readOne('a.yaml', filled))).toEqual({ UCX_TLS: '${TLS}' });
    const evident = filled.replace('name: decode', 'name: ${NAME}');
    expect(environmentOf(readOne('a.yaml', evident))).toEqual({ UCX_TLS: '‹template ${TLS}›' });
    expect(flagLines(readOne('a.yaml', evident))).toEqual(['port ‹template ${PORT}›']);
  });

  test('in a script they are told from the script’s own', () => {
    const engine = readOne(
      'a.yaml',
      pod(
        [
          'image: x:${TAG}',
          'command: [bash, -c]',
          'args:',
          '- |',
          '  PORT=8000',
          `  vllm serve m --port \${PORT} --kv-transfer-config '{"kv_role": "\${ROLE}"}'`,
        ].join('\n'),
      ),
    );
    expect(flagLines(engine)).toEqual(['port 8000', 'kv-transfer-config {"kv_role": "‹template ${ROLE}›"}']);
    expect(openOf(engine).environment).toEqual(['template ${TAG}']);
  });

  test('variables of a role beside the map of its flags', () => {
    const text = [
      'backend:',
      '  prefill_environment: {UCX_TLS: all}',
      '  decode_environment: {UCX_TLS: tcp}',
      '  vllm_config:',
      '    prefill: {kv-transfer-config: \'{"kv_role": "kv_producer"}\', tensor-parallel-size: 1}',
      '    decode: {kv-transfer-config: \'{"kv_role": "kv_consumer"}\', data-parallel-size: 8}',
      'identity: {container: {image: "vllm/vllm-openai:v0.20.0"}}',
      '',
    ].join('\n');
    const { engines } = read('recipe.yaml', text);
    expect(engines.map(environmentOf)).toEqual([{ UCX_TLS: 'all' }, { UCX_TLS: 'tcp' }]);
    expect(engines.map(plainConfig)).toEqual([{ kv_role: 'kv_producer' }, { kv_role: 'kv_consumer' }]);
    expect(engines.map(({ parallel }) => parallel.data)).toEqual([undefined, 8]);
  });

  test('chart values: containers by shape, lists of arguments by content', () => {
    const values = [
      'decode:',
      '  replicas: 2',
      '  containers:',
      '  - name: vllm',
      '    image: ghcr.io/llm-d/llm-d-cuda:v0.5.1',
      '    modelCommand: vllmServe',
      '    args: [--kv-transfer-config, \'{"kv_role":"kv_both"}\']',
      'strategy:',
      '  vllm_args: ["--port", "8001", "--kv-transfer-config", \'{"kv_role":"kv_producer"}\']',
      '  env:',
      '    VLLM_NIXL_SIDE_CHANNEL_HOST: $NODE',
      'other:',
      '  args: [--port, "1"]',
      '',
    ].join('\n');
    const { engines } = read('values.yaml', values);
    expect(engines.map(plainConfig)).toEqual([{ kv_role: 'kv_both' }, { kv_role: 'kv_producer' }]);
    expect(engines.map(({ replicated }) => replicated)).toEqual([true, false]);
    expect(environmentOf(engines[1]!)).toEqual({ VLLM_NIXL_SIDE_CHANNEL_HOST: '‹template $NODE›' });
    for (const engine of engines)
      expect(engine.flags.absent('port') || engine.environment.absent('UCX_TLS')).toBe(false);
  });
});

describe('a kustomization that lists the manifest', () => {
  const manifest = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - image: vllm/vllm-openai:v0.25.1
      args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`;
  const readWith = (files: Record<string, string>) => readOne('deploy/base/prefill.yaml', manifest, { files });

  test('may add variables, flags and host networking', () => {
    const engine = readWith({ 'kustomization.yaml': 'resources: [prefill.yaml]' });
    expect(engine.environment.open.map(({ kind }) => kind)).toContain('overlay');
    expect(engine.flags.absent('port')).toBe(false);
    expect(engine.network).toMatchObject({ kind: 'pod', mayBeHost: true });
  });

  test('in the folder above', () => {
    const engine = readWith({ '../kustomization.yml': 'resources: [base/prefill.yaml]' });
    expect(engine.environment.absent('VLLM_NIXL_SIDE_CHANNEL_HOST')).toBe(false);
  });

  test('is no matter where it lists other files only, or is not there', () => {
    for (const files of [{}, { 'kustomization.yaml': 'resources: [decode.yaml]' }]) {
      const engine = readWith(files);
      expect(engine.environment.absent('VLLM_NIXL_SIDE_CHANNEL_HOST')).toBe(true);
      expect(engine.network.mayBeHost).toBeUndefined();
    }
  });
});
