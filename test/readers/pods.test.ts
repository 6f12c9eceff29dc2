// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are manifests.
import { describe, expect, test } from 'vitest';
import {
  type Container,
  type Deployment,
  hasCapability,
  isClosed,
  isRoleStated,
  knownText,
  labelOf,
  type Pod,
  quantity,
  resourcesOf,
  sameNamespace,
  selects,
  volumeAt,
} from '../../server/src/model';
import { covered, environmentOf, flagLines, read, reason, shown } from './support';

const official = 'vllm/vllm-openai:v0.25.1';

const lines = (text: string, indent: number) => text.replace(/^(?=.)/gm, ' '.repeat(indent));

/** A Deployment: what stands in its pod, in its container, and beside its template. */
function deployment(pod: string, container = '', more = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: decode }
spec:
${lines(more, 2)}
  template:
    metadata:
      labels: { app: decode }
    spec:
${lines(pod, 6)}
      containers:
        - name: vllm
          image: ${official}
          args: [m]
${lines(container, 10)}
`;
}

const podOf = (text: string, options = {}): Pod => read('a.yaml', text, options).pods[0]!;
const containerOf = (text: string): Container => podOf(text).containers[0]!;
const reasons = ({ open }: { readonly open: Pod['open'] }) => open.map(reason);

describe('a pod', () => {
  test('switches are what is written, else Kubernetes’ default', () => {
    const pod = podOf(deployment('hostNetwork: true\nhostPID: false\nenableServiceLinks: false'));
    expect([pod.hostNetwork.on, pod.hostPID.on, pod.hostIPC.on, pod.enableServiceLinks.on]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(pod.hostNetwork.place && covered(pod.hostNetwork.place)).toBe('true');
    expect(pod.hostIPC.place).toBeUndefined();
    expect(podOf(deployment('')).enableServiceLinks.on).toBe(true);
  });

  test('nothing is missing where more may come', () => {
    const open = (text: string, options = {}) => {
      const pod = podOf(text, options);
      return [pod.hostIPC.on, pod.enableServiceLinks.on, pod.containers.every(isClosed), reasons(pod)];
    };
    expect(open(deployment(''))).toEqual([false, true, true, []]);
    expect(open(deployment('{{- toYaml .Values.pod | nindent 6 }}'))).toEqual([
      undefined,
      undefined,
      false,
      ['template {{- toYaml .Values.pod | nindent 6 }}'],
    ]);
    expect(open(deployment('hostIPC: {{ .Values.ipc }}'))[0]).toBeUndefined();
    expect(open(deployment(''), { files: { 'kustomization.yaml': 'resources: [a.yaml]' } })).toEqual([
      undefined,
      undefined,
      false,
      ['overlay kustomization.yaml'],
    ]);
    expect(open(deployment('').replace('kind: Deployment', 'kind: Fleet'))[3]).toEqual([
      'wrapper the Fleet controller',
    ]);
  });

  test('is a part of another manifest where a container has no image', () => {
    const pod = podOf(deployment('').replace(`image: ${official}`, 'env: [{name: UCX_TLS, value: tcp}]'));
    expect([pod.hostNetwork.on, pod.replicas.number, pod.network.mayBeHost]).toEqual([undefined, undefined, true]);
    expect(reasons(pod)).toEqual(['include the manifest that this is a part of']);
  });

  test('is called as it is written where a template makes its name', () => {
    const pod = podOf(deployment('').replace('{ name: decode }', '{ name: "{{ .Release.Name }}-decode" }'));
    expect([pod.label, shown(pod.object?.name)]).toEqual([
      'pod `{{ .Release.Name }}-decode`',
      '‹template {{ .Release.Name }}›-decode',
    ]);
  });

  test('volumes and what is mounted of them', () => {
    const pod = podOf(
      deployment(
        [
          'volumes:',
          '- {name: shm, emptyDir: {medium: Memory, sizeLimit: 2Gi}}',
          '- {name: scripts, configMap: {name: launch, items: [{key: run.sh, path: bin/run.sh}]}}',
          '- {name: node, hostPath: {path: /dev/shm}}',
          '- {name: models, persistentVolumeClaim: {claimName: cache}}',
          '- {name: token, secret: {secretName: hf}}',
          '- name: rest',
        ].join('\n'),
        'volumeMounts: [{name: shm, mountPath: /dev/shm/}, {name: scripts, mountPath: /opt, subPath: bin}]',
      ),
    );
    expect(pod.volumes.map(({ name, kind, source }) => [knownText(name), kind, knownText(source)])).toEqual([
      ['shm', 'emptyDir', undefined],
      ['scripts', 'configMap', 'launch'],
      ['node', 'hostPath', '/dev/shm'],
      ['models', 'persistentVolumeClaim', 'cache'],
      ['token', 'secret', 'hf'],
      ['rest', undefined, undefined],
    ]);
    const shm = volumeAt(pod, pod.containers[0]!, '/dev/shm');
    expect([knownText(shm?.medium), quantity(shm?.sizeLimit)]).toEqual(['Memory', 2 ** 31]);
    expect(pod.volumes[1]?.items?.map(({ key, path }) => [knownText(key), knownText(path)])).toEqual([
      ['run.sh', 'bin/run.sh'],
    ]);
    expect(volumeAt(pod, pod.containers[0]!, '/opt')).toBe(pod.volumes[1]);
    expect(volumeAt(pod, pod.containers[0]!, '/models')).toBeUndefined();
  });

  test('claims of devices, spread, host name', () => {
    const pod = podOf(
      deployment(
        [
          'resourceClaims: [{name: gpus, resourceClaimTemplateName: t}]',
          'hostname: decode-0',
          'subdomain: peers',
          'topologySpreadConstraints: [{maxSkew: 1}]',
        ].join('\n'),
        'resources: {claims: [{name: gpus}]}',
      ),
    );
    expect([pod.resourceClaims, pod.containers[0]!.claims].map((list) => list.map(knownText))).toEqual([
      ['gpus'],
      ['gpus'],
    ]);
    expect([knownText(pod.hostname), knownText(pod.subdomain), pod.spread !== undefined]).toEqual([
      'decode-0',
      'peers',
      true,
    ]);
  });

  test('how many there are', () => {
    const count = (text: string, options = {}) => podOf(text, options).replicas.number;
    expect(count(deployment(''))).toBe(1);
    expect(count(deployment('', '', 'replicas: 4'))).toBe(4);
    expect(count(deployment('', '', 'replicas: {{ .Values.replicas }}'))).toBeUndefined();
    expect(count(deployment(''), { files: { 'kustomization.yaml': 'resources: [a.yaml]' } })).toBeUndefined();
    expect(count(deployment('').replace('kind: Deployment', 'kind: DaemonSet'))).toBeUndefined();
    const scaled = (max: number) =>
      `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: x}
spec:
  predictor:
    minReplicas: 2
    maxReplicas: ${max}
    containers: [{name: vllm, image: "${official}"}]
`;
    expect([count(scaled(2)), count(scaled(3))]).toEqual([2, undefined]);
  });

  test('annotations of Multus on an LLMInferenceService are those of its pods', () => {
    const pod = podOf(`apiVersion: serving.kserve.io/v1alpha2
kind: LLMInferenceService
metadata:
  name: q
  annotations: { k8s.v1.cni.cncf.io/networks: roce, other: x }
spec:
  template:
    containers: [{ name: main, args: [--port, "1"] }]
`);
    expect(pod.annotations.list.map(({ key }) => key)).toEqual(['k8s.v1.cni.cncf.io/networks']);
  });
});

describe('a container', () => {
  test('resources', () => {
    const container = containerOf(
      deployment('', 'resources: {limits: {nvidia.com/gpu: 8, memory: 1.5Gi}, requests: {cpu: 500m, memory: 1G}}'),
    );
    expect(resourcesOf(container).map(({ name, value }) => [name, quantity(value)])).toEqual([
      ['nvidia.com/gpu', 8],
      ['memory', 1.5 * 2 ** 30],
      ['cpu', 0.5],
    ]);
    expect(isClosed(container)).toBe(true);
    expect(isClosed(containerOf(deployment('', 'resources: {{ toYaml .Values.resources }}')))).toBe(false);
  });

  test.each([
    ['securityContext: {capabilities: {add: [IPC_LOCK]}}', true],
    ['securityContext: {capabilities: {add: [CAP_IPC_LOCK]}}', true],
    ['securityContext: {capabilities: {add: [ALL]}}', true],
    ['securityContext: {privileged: true}', true],
    ['securityContext: {capabilities: {add: [SYS_PTRACE], drop: [ALL]}}', false],
    ['', false],
    ['securityContext: {capabilities: {add: ["{{ .Values.cap }}"]}}', undefined],
    ['securityContext: {{ toYaml .Values.context }}', undefined],
  ])('capabilities: %s', (text, expected) => {
    expect(hasCapability(containerOf(deployment('', text)), 'IPC_LOCK')).toBe(expected);
  });

  test('the pod’s own security context counts where the container has none', () => {
    const container = containerOf(deployment('securityContext: {runAsUser: 1000, runAsNonRoot: true}'));
    expect([knownText(container.runAsUser), container.runAsNonRoot.on]).toEqual(['1000', true]);
  });

  test('probes', () => {
    const container = containerOf(
      deployment(
        '',
        [
          'livenessProbe: {httpGet: {path: /health, port: http, scheme: HTTPS}, failureThreshold: 3, periodSeconds: 10}',
          'startupProbe: {exec: {command: [sh]}, initialDelaySeconds: "{{ .Values.delay }}"}',
          'readinessProbe:',
          '  tcpSocket: {port: 8000}',
          '  {{- toYaml .Values.probe | nindent 12 }}',
        ].join('\n'),
      ),
    );
    expect(
      container.probes.map((probe) => [
        probe.kind,
        probe.handler,
        knownText(probe.port),
        knownText(probe.path),
        knownText(probe.failureThreshold),
        isClosed(probe),
      ]),
    ).toEqual([
      ['startup', 'exec', undefined, undefined, undefined, true],
      ['readiness', 'tcp', '8000', undefined, undefined, false],
      ['liveness', 'http', 'http', '/health', '3', true],
    ]);
    expect(shown(container.probes[0]?.initialDelaySeconds)).toBe('‹template {{ .Values.delay }}›');
    expect(covered(container.probes[2]!.place)).toBe('livenessProbe');
  });

  test('an image out of a repository and a tag', () => {
    const text = deployment('').replace(`image: ${official}`, 'image: {repository: vllm/vllm-openai, tag: v0.20.0}');
    const [engine] = read('a.yaml', text).engines;
    expect([shown(engine?.image), engine?.versions.vllm?.version]).toEqual(['vllm/vllm-openai:v0.20.0', '0.20.0']);
  });

  test('kinds', () => {
    const pod = podOf(
      deployment('initContainers:\n- {name: a, image: x}\n- {name: b, image: y, restartPolicy: Always}'),
    );
    expect(pod.containers.map(({ name, kind }) => [knownText(name), kind])).toEqual([
      ['vllm', 'main'],
      ['a', 'init'],
      ['b', 'sidecar'],
    ]);
  });
});

describe('labels and selectors', () => {
  const from = (text: string, host = 'a.yaml') => read(host, text);
  const service = (selector: string) =>
    from(`apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  selector: ${selector}\n`).services[0]!.selector!;
  const labels = (text: string, kind = 'Deployment') =>
    podOf(deployment('').replace('{ app: decode }', text).replace('kind: Deployment', `kind: ${kind}`)).labels;

  test.each([
    ['{app: decode}', '{app: decode, x: y}', true],
    ['{app: decode, x: y}', '{app: decode}', false],
    ['{app: prefill}', '{app: decode}', false],
    ['{app: "{{ .Values.app }}"}', '{app: decode}', undefined],
    ['{app: decode}', '{app: "{{ .Values.app }}"}', undefined],
    ['{app: decode, apps.kubernetes.io/pod-index: "0"}', '{app: decode}', undefined],
    ['{}', '{app: decode}', true],
  ])('%s of %s', (selector, given, expected) => {
    expect(selects(service(selector), labels(given))).toBe(expected);
  });

  test('a controller that we do not know may add labels, but changes none', () => {
    expect(selects(service('{x: y}'), labels('{app: decode}', 'StormService'))).toBeUndefined();
    expect(selects(service('{app: prefill}'), labels('{app: decode}', 'StormService'))).toBe(false);
  });

  test('the last of two counts', () => {
    expect(knownText(labelOf(labels('{app: a, app: b}'), 'app')?.value)).toBe('b');
  });

  test('namespaces', () => {
    const objects = (first: string, second: string) =>
      [first, second].map(
        (namespace) =>
          from(`apiVersion: v1\nkind: Service\nmetadata: {name: s${namespace}}\nspec: {}\n`).services[0]!.object,
      ) as [Pod['object'] & object, Pod['object'] & object];
    expect(sameNamespace(...objects('', ''))).toBe(true);
    expect(sameNamespace(...objects(', namespace: a', ', namespace: a'))).toBe(true);
    expect(sameNamespace(...objects(', namespace: a', ', namespace: b'))).toBe(false);
    expect(sameNamespace(...objects(', namespace: a', ''))).toBeUndefined();
    expect(sameNamespace(...objects(', namespace: a', ', namespace: "{{ .N }}"'))).toBeUndefined();
  });
});

describe('objects beside the pods', () => {
  test('a Service', () => {
    const { services } = read(
      'a.yaml',
      `apiVersion: v1
kind: Service
metadata: { name: peers, namespace: llm }
spec:
  type: ClusterIP
  clusterIP: None
  publishNotReadyAddresses: true
  selector: { app: decode }
  ports:
    - { name: nixl, port: 5600, targetPort: nixl, protocol: TCP }
    - port: 80
---
apiVersion: v1
kind: Service
metadata: { name: api }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: "{{ .Release.Name }}-api" }
spec: {}
---
apiVersion: v1
kind: Service
metadata: { name: templated }
spec:
  {{- toYaml .Values.spec | nindent 2 }}
`,
    );
    expect(
      services.map(({ name, headless, publishNotReadyAddresses, selector, ports }) => [
        name,
        headless,
        publishNotReadyAddresses.on,
        selector?.list.map(({ key }) => key),
        ports.map(({ port, targetPort }) => [knownText(port), knownText(targetPort)]),
      ]),
    ).toEqual([
      [
        'peers',
        true,
        true,
        ['app'],
        [
          ['5600', 'nixl'],
          ['80', undefined],
        ],
      ],
      ['api', false, false, undefined, [['80', undefined]]],
      ['templated', undefined, undefined, undefined, []],
    ]);
    expect(covered(services[0]!.place)).toBe('peers');
  });

  test('a ConfigMap', () => {
    const [map] = read(
      'a.yaml',
      `apiVersion: v1
kind: ConfigMap
metadata: { name: nixl }
data:
  UCX_TLS: rc,cuda_copy
  host: "{{ .Values.host }}"
  number: 5600
  list: [a]
binaryData:
  blob: AAEC
`,
    ).configMaps;
    expect(
      map?.data.map(({ key, text, unknown }) => [key, text?.known && text.text, unknown && reason(unknown)]),
    ).toEqual([
      ['UCX_TLS', 'rc,cuda_copy', undefined],
      ['host', false, 'template {{ .Values.host }}'],
      ['number', '5600', undefined],
      ['list', undefined, 'syntax list'],
      ['blob', undefined, 'syntax binaryData'],
    ]);
    expect(map && covered(map.data[0]!.place)).toBe('rc,cuda_copy');
  });

  const policies = (spec: string): Deployment['policies'] =>
    read(
      'a.yaml',
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n${lines(spec, 2)}\n`,
    ).policies;

  test('a NetworkPolicy', () => {
    const [policy] = policies(
      [
        'podSelector: {matchLabels: {app: decode}}',
        'policyTypes: [Ingress]',
        'ingress:',
        '- ports: [{port: 8000}, {port: 5600, endPort: 5607, protocol: TCP}]',
        '- from: [{podSelector: {}}]',
      ].join('\n'),
    );
    expect(policy?.ingress).toBe(true);
    expect(policy?.selector.list.map(({ key }) => key)).toEqual(['app']);
    expect(
      policy?.rules.map(({ ports, narrowed }) => [
        ports?.map(({ port, endPort }) => [knownText(port), knownText(endPort)]),
        narrowed,
      ]),
    ).toEqual([
      [
        [
          ['8000', undefined],
          ['5600', '5607'],
        ],
        false,
      ],
      [undefined, true],
    ]);
  });

  test.each([
    ['podSelector: {}', true],
    ['podSelector: {}\npolicyTypes: [Egress]', false],
    ['podSelector: {}\npolicyTypes: ["{{ .Values.type }}"]', undefined],
  ])('which limits what comes in: %s', (spec, ingress) => {
    expect(policies(spec)[0]?.ingress).toBe(ingress);
  });

  test('expressions leave open what is chosen', () => {
    const [policy] = policies('podSelector: {matchExpressions: [{key: app, operator: Exists}]}');
    expect(policy && reasons(policy.selector)).toEqual(['pattern matchExpressions']);
  });

  test('an InferencePool, of both versions', () => {
    const pools = [
      'selector: {matchLabels: {app: d}}\ntargetPorts: [{number: 8000}]',
      'selector: {app: d}\ntargetPortNumber: 8000',
    ]
      .map(
        (spec) =>
          `apiVersion: inference.networking.k8s.io/v1\nkind: InferencePool\nmetadata: {name: p}\nspec:\n${lines(spec, 2)}\n`,
      )
      .map((text) => read('a.yaml', text).pools[0]!);
    for (const { selector, targetPorts } of pools) {
      expect(selector?.list.map(({ key, value }) => [key, knownText(value)])).toEqual([['app', 'd']]);
      expect(targetPorts.map(knownText)).toEqual(['8000']);
    }
  });

  test('proxies with their flags', () => {
    const { proxies, listeners } = read(
      'a.yaml',
      deployment(
        [
          'initContainers:',
          '- name: routing-proxy',
          '  image: ghcr.io/llm-d/llm-d-router-disagg-sidecar:v0.9.0',
          '  restartPolicy: Always',
          '  command: [/app/pd-sidecar, --port=8000]',
          '  args: [--model-server-port=$(ENGINE), --secure-proxy=false]',
          '  env: [{name: ENGINE, value: "8200"}]',
        ].join('\n'),
      ),
    );
    const [sidecar] = proxies;
    expect(sidecar?.flags.list.map(({ name, values }) => [name, ...values.map(shown)])).toEqual([
      ['port', '8000'],
      ['model-server-port', '8200'],
      ['secure-proxy', 'false'],
    ]);
    expect([sidecar?.kind, sidecar?.pod?.name, sidecar?.container?.kind]).toEqual(['sidecar', 'decode', 'sidecar']);
    expect(listeners.map(({ port }) => port)).toEqual([8000]);
  });

  test('a proxy in a script', () => {
    const { proxies } = read(
      'a.sh',
      'python3 toy_proxy_server.py --port 9000 --prefiller-ports 8100 &\nvllm serve m\n',
    );
    expect(proxies.map(({ kind, flags }) => [kind, flags.list.map(({ name }) => name)])).toEqual([
      ['proxy', ['port', 'prefiller-ports']],
    ]);
  });
});

describe('the role of an engine', () => {
  const role = (text: string, file = 'a.yaml') => {
    const [found] = read(file, text).engines.map((engine) => engine.role);
    return found && [found.role, found.by, found.place && covered(found.place), isRoleStated(found)];
  };
  const json = (kvRole: string) =>
    `args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"${kvRole}"}']`;
  const withArgs = (args: string, name = 'x') =>
    deployment('').replace('args: [m]', args).replace('name: decode', `name: ${name}`);

  test('kv_role, unless it is both', () => {
    expect(role(withArgs(json('kv_producer'), 'decode'))).toEqual(['prefill', 'kv_role', '"kv_producer"', true]);
    expect(role(withArgs(json('kv_both')))).toBeUndefined();
  });

  test('a name, then the file’s', () => {
    expect(role(withArgs('args: [m]', 'my-prefill'))).toEqual(['prefill', 'name', undefined, false]);
    expect(role(withArgs('args: [m]', 'prefill-decode'))).toBeUndefined();
    expect(role(withArgs('args: [m]'), 'deploy/decode.yaml')).toEqual(['decode', 'file', undefined, false]);
  });

  test('Dynamo’s flag, and its variable', () => {
    const worker = (flags: string, env: string) => `apiVersion: v1
kind: Pod
metadata: { name: x }
spec:
  containers:
    - name: main
      image: y
      command: [python3, -m, dynamo.vllm${flags}]
      env: [${env}]
`;
    const variable = '{ name: DYN_VLLM_DISAGGREGATION_MODE, value: decode }';
    expect(role(worker(', --disaggregation-mode, prefill', variable))?.slice(0, 2)).toEqual(['prefill', 'flag']);
    expect(role(worker('', variable))).toEqual(['decode', 'flag', 'decode', true]);
  });

  test('the label of llm-d', () => {
    const labelled = (value: string) => role(deployment('').replace('{ app: decode }', `{ llm-d.ai/role: ${value} }`));
    expect(labelled('prefill')).toEqual(['prefill', 'label', 'prefill', true]);
    expect(labelled('prefill-decode')?.[0]).toBe('both');
    expect(labelled('worker')).toEqual(['decode', 'name', undefined, false]);
  });
});

describe('variables that controllers set', () => {
  const group = (args: string, size = '4') => `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: { name: g }
spec:
  leaderWorkerTemplate:
    size: ${size}
    workerTemplate:
      spec:
        containers:
          - name: vllm
            image: ${official}
            command: ${args}
`;

  test('their values where the object tells', () => {
    const [engine] = read(
      'a.yaml',
      group('[vllm, serve, m, --nnodes, $(LWS_GROUP_SIZE), --node-rank=$(LWS_WORKER_INDEX)]'),
    ).engines;
    expect(engine && flagLines(engine)).toEqual(['nnodes 4', 'node-rank ‹variable $LWS_WORKER_INDEX›']);
    const [templated] = read(
      'a.yaml',
      group('[vllm, serve, m, --nnodes, $(LWS_GROUP_SIZE)]', '{{ .Values.size }}'),
    ).engines;
    expect(templated && flagLines(templated)).toEqual(['nnodes ‹variable $LWS_GROUP_SIZE›']);
  });

  test('not where an overlay may change the number', () => {
    const files = { 'kustomization.yaml': 'resources: [a.yaml]' };
    const [engine] = read('a.yaml', group('[vllm, serve, m, --nnodes, $(LWS_GROUP_SIZE)]'), { files }).engines;
    expect(engine && flagLines(engine)).toEqual(['nnodes ‹variable $LWS_GROUP_SIZE›']);
  });

  test('a script gets them, too', () => {
    const [engine] = read(
      'a.yaml',
      group('[sh, -c, "vllm serve m --data-parallel-size $((LWS_GROUP_SIZE * 2))"]'),
    ).engines;
    expect(engine?.parallel.data).toBe(8);
  });
});

describe('references to variables', () => {
  const env = (list: string, options = {}) => {
    const [engine] = read('a.yaml', deployment('', `env:\n${list}`), options).engines;
    return engine && environmentOf(engine);
  };
  const late = '- {name: HOST, value: $(POD_IP)}\n- {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}';

  test('what is set later is not replaced, for certain', () => {
    expect(env(late)?.HOST).toBe('$(POD_IP)');
    expect(env('- {name: PATH_, value: "$(PATH_):x"}')?.PATH_).toBe('$(PATH_):x');
  });

  test('unless something unseen may set it before', () => {
    expect(env(late, { files: { 'kustomization.yaml': 'resources: [a.yaml]' } })?.HOST).toBe('‹variable $(POD_IP)›');
    expect(env('- {name: HOST, value: $(API_SERVICE_HOST)}\n- {name: API_SERVICE_HOST, value: x}')?.HOST).toBe(
      '‹variable $(API_SERVICE_HOST)›',
    );
    expect(env(`{{- toYaml .Values.env }}\n${late}`)?.HOST).toBe('‹variable $(POD_IP)›');
  });

  test('what nothing sets may come from elsewhere; two dollars are one', () => {
    expect(env('- {name: A, value: "$(NOBODY) $$(POD_IP) $POD_IP"}')?.A).toBe('‹variable $(NOBODY)› $(POD_IP) $POD_IP');
  });
});
