import { lookupFlag } from '../knowledge';
import { type Container, type Deployment, type Engine, knownInteger, knownText, type Pod, placeOf } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import {
  enginesByContainer,
  fileWords,
  gpusOf,
  isAsWritten,
  placed,
  serviceOf,
  setResource,
  staysAsWritten,
} from './support/pods';
import { code } from './support/words';

/** The most GPUs that a fix asks for: usual nodes have no more. */
const PER_NODE = 8;
const CONTEXT = 'prefill-context-parallel-size';
const EXECUTOR = 'distributed-executor-backend';

export const gpuCount = rule({
  id: 'gpu-count',
  title: 'GPUs that do not fit the parallel sizes',
  category: 'pods',
  severity: 'error',
  *checkDeployment(deployment) {
    for (const engines of enginesByContainer(deployment).values()) {
      if (!engines.some(usesNixl)) continue;
      yield* judge(engines, deployment);
      yield* judgeService(engines);
    }
  },
});

export const page = (): Page => ({
  description: `
An engine takes one GPU for each rank: tensor × pipeline × local data-parallel ranks. A container that asks for fewer than one
of its engines needs cannot start it: vLLM counts the devices and stops ("World size … is larger than the number of available
GPUs"). With more than all its engines use, the rest stays idle, and nobody else can have it.

In a LeaderWorkerSet and other groups of pods, the GPUs of all pods of a group count. Nothing is reported with dynamic resource
allocation, with Ray outside such a group, where sizes come from a chart, a script's variable or a patch, or in a privileged
container, which sees all GPUs of its node.`,
  sources: [
    'vllm:vllm/config/parallel.py@v0.25.1',
    'https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/',
    'https://lws.sigs.k8s.io/docs/concepts/',
  ],
  examples: [
    {
      title: 'Fewer than the ranks',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --tensor-parallel-size=4
            - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
          resources:
            limits:
              nvidia.com/gpu: "2"
            requests:
              nvidia.com/gpu: "2"
`,
      findings: [{ covers: '2', severity: 'error', message: '`--tensor-parallel-size` 4 needs 4' }],
      fixed: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --tensor-parallel-size=4
            - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
          resources:
            limits:
              nvidia.com/gpu: "4"
            requests:
              nvidia.com/gpu: "4"
`,
    },
    {
      title: "Tensor times data-parallel ranks, under Dynamo's operator",
      kind: 'bad',
      file: 'graph.yaml',
      text: `apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata:
  name: disagg
spec:
  components:
    - name: VllmPrefillWorker
      type: prefill
      podTemplate:
        spec:
          containers:
            - name: main
              image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.0
              command: ["python3", "-m", "dynamo.vllm"]
              args:
                - --model=Qwen/Qwen3-32B
                - --tensor-parallel-size=2
                - --data-parallel-size-local=2
                - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_both"}
              resources:
                limits: { nvidia.com/gpu: 2 }
`,
      findings: [
        { covers: '2', severity: 'error', message: '`--tensor-parallel-size` 2 × `--data-parallel-size-local` 2' },
      ],
    },
    {
      title: 'More than the ranks',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
      resources:
        limits: { nvidia.com/gpu: 4 }
`,
      findings: [{ covers: '4', severity: 'info', message: '3 stay idle' }],
    },
    {
      title: 'A group of pods with too few',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata:
  name: decode
spec:
  leaderWorkerTemplate:
    size: 2
    workerTemplate:
      spec:
        containers:
          - name: vllm
            image: vllm/vllm-openai:v0.25.1
            args:
              - Qwen/Qwen3-32B
              - --tensor-parallel-size=16
              - --distributed-executor-backend=ray
              - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
            resources:
              limits: { nvidia.com/gpu: 4 }
`,
      findings: [{ covers: '4', severity: 'error', message: 'the 2 pods of a group have 8' }],
    },
    {
      title: 'One for each rank, and two engines in a container',
      kind: 'good',
      file: 'pd.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --tensor-parallel-size=2
        - --data-parallel-size=2
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
      resources:
        limits: { nvidia.com/gpu: 4 }
---
apiVersion: v1
kind: Pod
metadata:
  name: both
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: ["bash", "-c"]
      args:
        - |
          vllm serve a/b --port 8100 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
          vllm serve a/b --port 8200 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
      resources:
        limits: { nvidia.com/gpu: 2 }
`,
    },
    {
      title: 'A group that has them together',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata:
  name: decode
spec:
  leaderWorkerTemplate:
    size: 2
    leaderTemplate:
      spec:
        containers:
          - name: vllm
            image: vllm/vllm-openai:v0.25.1
            args:
              - Qwen/Qwen3-32B
              - --tensor-parallel-size=8
              - --distributed-executor-backend=ray
              - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
            resources:
              limits: { nvidia.com/gpu: 4 }
    workerTemplate:
      spec:
        containers:
          - name: vllm
            image: vllm/vllm-openai:v0.25.1
            command: ["ray", "start", "--block", "--address=$(LWS_LEADER_ADDRESS):6379"]
            resources:
              limits: { nvidia.com/gpu: 4 }
`,
    },
    {
      title: 'A cluster of Ray, whose other nodes are not in sight',
      kind: 'open',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: ["bash", "-c"]
      args:
        - |
          ray start --address "$HEAD:6379"
          vllm serve a/b --tensor-parallel-size 16 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
      resources:
        limits: { nvidia.com/gpu: 8 }
`,
    },
    {
      title: 'Services of Compose',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  decode:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B --tensor-parallel-size 4 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
    ipc: host
    deploy:
      resources:
        reservations:
          devices: [{ driver: nvidia, count: 2, capabilities: [gpu] }]
`,
      findings: [{ covers: '2', severity: 'error', message: 'the service reserves 2' }],
      fixed: `services:
  decode:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B --tensor-parallel-size 4 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
    ipc: host
    deploy:
      resources:
        reservations:
          devices: [{ driver: nvidia, count: 4, capabilities: [gpu] }]
`,
    },
    {
      title: 'Services of Compose that have enough, or all',
      kind: 'good',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B --tensor-parallel-size 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
    ipc: host
    gpus: all
  decode:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B --tensor-parallel-size 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
    ipc: host
    deploy:
      resources:
        reservations:
          devices: [{ driver: nvidia, device_ids: ["2", "3"], capabilities: [gpu] }]
`,
    },
    {
      title: 'A size from outside, and GPUs by a claim',
      kind: 'open',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: ["bash", "-c"]
      args:
        - vllm serve a/b -tp $TP --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      resources:
        limits: { nvidia.com/gpu: 2 }
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  resourceClaims:
    - { name: gpus, resourceClaimTemplateName: four-gpus }
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --tensor-parallel-size=4
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      resources:
        claims: [{ name: gpus }]
        limits: { nvidia.com/gpu: 1 }
`,
    },
    {
      title: "KServe's field for the size",
      kind: 'bad',
      file: 'llm.yaml',
      text: `apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata:
  name: qwen
spec:
  model: { uri: hf://Qwen/Qwen3-8B, name: Qwen/Qwen3-8B }
  parallelism: { tensor: 2 }
  template:
    containers:
      - name: main
        image: vllm/vllm-openai:v0.25.1
        env:
          - name: VLLM_ADDITIONAL_ARGS
            value: --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
        resources:
          limits: { nvidia.com/gpu: 1 }
`,
      findings: [{ covers: '1', severity: 'warning', message: '`--tensor-parallel-size` 2 needs 2 GPUs' }],
    },
    {
      title: "KServe's field beside a command that does not take it, and enough GPUs",
      kind: 'good',
      file: 'llm.yaml',
      text: `apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata:
  name: qwen
spec:
  model: { uri: hf://Qwen/Qwen3-8B, name: Qwen/Qwen3-8B }
  parallelism: { tensor: 2 }
  template:
    containers:
      - name: main
        image: vllm/vllm-openai:v0.25.1
        command: [vllm, serve, Qwen/Qwen3-8B]
        args: ['--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
        resources:
          limits: { nvidia.com/gpu: 1 }
---
apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata:
  name: other
spec:
  model: { uri: hf://Qwen/Qwen3-8B, name: Qwen/Qwen3-8B }
  parallelism: { tensor: 2 }
  template:
    containers:
      - name: main
        image: vllm/vllm-openai:v0.25.1
        env:
          - name: VLLM_ADDITIONAL_ARGS
            value: --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
        resources:
          limits: { nvidia.com/gpu: 2 }
`,
    },
    {
      title: 'A patch',
      kind: 'open',
      file: 'patch.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      containers:
        - name: vllm
          args:
            - Qwen/Qwen3-32B
            - --tensor-parallel-size=4
            - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
          resources:
            limits: { nvidia.com/gpu: 1 }
`,
    },
  ],
});

function* judge(engines: readonly Engine[], deployment: Deployment): Iterable<Finding> {
  const [first] = engines;
  const place = first && placed(first);
  const gpus = place && gpusOf(place.container);
  if (!first || !place || !gpus || !staysAsWritten(place) || seesOtherGpus(first, place)) return;
  if (engines.some(({ conditional }) => conditional)) return;
  const { pod, container } = place;
  const { resource, count } = gpus;
  const group = pod.groupRole && groupOf(pod, gpus.count, deployment);
  if (pod.groupRole && !group) return;
  for (const engine of engines) {
    const need = needOf(engine, group !== undefined && group.pods > 1);
    const available = need?.spread ? group!.gpus : count;
    if (!need || need.ranks <= available) continue;
    const wanted = need.spread ? undefined : need.ranks;
    const has = need.spread
      ? `the ${group!.pods} pods of a group have ${available} together`
      : `the container gets ${available}`;
    yield finding(
      placeOf(resource.value),
      // A configuration that the object names may bring a command of its own.
      isKserve(engine) ? 'warning' : 'error',
      `${need.words} needs ${need.ranks} GPUs, and ${has}: vLLM does not start. Ask for more ${code(resource.name)}, or make the size smaller.`,
      [
        wanted !== undefined && wanted <= PER_NODE
          ? fix(`Ask for ${wanted}`, false, ...setResource(container, resource.name, `${wanted}`))
          : undefined,
      ],
      need.places.map((where) => ({ place: where.place, message: where.label })),
    );
    return;
  }
  yield* reportIdle(engines, gpus.count, group);
}

/** A service of Compose gets the GPUs that it reserves, and no others. */
function* judgeService(engines: readonly Engine[]): Iterable<Finding> {
  const [engine, ...others] = engines;
  const container = engine && others.length === 0 ? serviceOf(engine) : undefined;
  const gpus = container && gpusOf(container);
  if (!engine || !gpus || engine.conditional || container.privileged.place || container.service.devices.length > 0)
    return;
  const { environment } = engine;
  if (['NVIDIA_VISIBLE_DEVICES', 'RAY_ADDRESS'].some((name) => environment.get(name))) return;
  if (!environment.open.every(({ kind }) => kind === 'image' || kind === 'host')) return;
  const need = needOf(engine, false);
  const { resource, count } = gpus;
  if (!need || need.ranks <= count) return;
  yield finding(
    placeOf(resource.value),
    'error',
    `${need.words} needs ${need.ranks} GPUs, and the service reserves ${count}: vLLM does not start. Reserve more, or make the size smaller.`,
    [
      need.ranks <= PER_NODE
        ? fix(`Reserve ${need.ranks}`, false, ...setResource(container, resource.name, `${need.ranks}`))
        : undefined,
    ],
    need.places.map((where) => ({ place: where.place, message: where.label })),
  );
}

/** A container that may see more GPUs than it asks for. */
function seesOtherGpus(engine: Engine, { container, pod }: { container: Container; pod: Pod }): boolean {
  const { privileged, claims, environment } = container;
  return (
    privileged.on === true ||
    (privileged.place !== undefined && privileged.on === undefined) ||
    claims.length > 0 ||
    pod.resourceClaims.length > 0 ||
    ['NVIDIA_VISIBLE_DEVICES', 'RAY_ADDRESS'].some(
      (name) => environment.get(name) !== undefined || engine.environment.get(name) !== undefined,
    )
  );
}

function isKserve({ pod }: Engine): boolean {
  return pod?.object?.kind === 'LLMInferenceService';
}

interface Group {
  readonly pods: number;
  readonly gpus: number;
}

/** The pods that work together with this one, and their GPUs. */
function groupOf(pod: Pod, own: number, { pods }: Deployment): Group | undefined {
  const size = pod.groupSize.number;
  if (size === undefined || size < 1 || pod.groupRole === 'worker') return undefined;
  if (pod.groupRole === 'any' || size === 1) return { pods: size, gpus: size * own };
  const workers = pods.filter(
    (other) => other.groupRole === 'worker' && other.object === pod.object && other.name === pod.name,
  );
  const [worker] = workers;
  const counts = worker?.containers.flatMap((container) => gpusOf(container)?.count ?? []);
  const [each] = counts ?? [];
  if (workers.length !== 1 || counts?.length !== 1 || each === undefined) return undefined;
  return { pods: size, gpus: own + (size - 1) * each };
}

interface Need {
  /** At least as many GPUs as this. */
  readonly ranks: number;
  /** Ranks may lie in other pods of the group. */
  readonly spread: boolean;
  readonly words: string;
  readonly places: readonly { readonly place: ReturnType<typeof placeOf>; readonly label: string }[];
}

/** The GPUs that one engine certainly needs: what is not known counts as one. */
function needOf(engine: Engine, grouped: boolean): Need | undefined {
  const { flags, parallel } = engine;
  const backend = knownText(flags.get(EXECUTOR)?.value);
  const elsewhere =
    (flags.all(EXECUTOR).length > 0 && backend !== 'mp' && backend !== 'uni') ||
    flags.all('data-parallel-backend').length > 0 ||
    fileWords(engine).ray;
  const severalNodes = flags.all('nnodes').length > 0 || flags.all('node-rank').length > 0;
  if (!grouped && (elsewhere || severalNodes)) return undefined;
  // What is not in sight may be one of these flags; Dynamo's operator and KServe's presets add none for a single pod.
  const addsNone = engine.pod?.object?.kind.startsWith('Dynamo') || isKserve(engine);
  if (!grouped && flags.open.length > 0 && !addsNone) return undefined;
  if (backend === 'external_launcher' || parallel.dataLocal === 0) return undefined;
  const local = flags.get('data-parallel-size-local') ? parallel.dataLocal : undefined;
  const onlySize = !flags.list.some(({ name }) => /^data-parallel-(?!size$)/.test(name));
  const data = grouped ? (elsewhere || severalNodes ? undefined : local) : (local ?? (onlySize ? parallel.data : 1));
  const dataFlag = local === undefined ? 'data-parallel-size' : 'data-parallel-size-local';
  const factors = [
    ['tensor-parallel-size', parallel.tensor],
    ['pipeline-parallel-size', parallel.pipeline],
    [CONTEXT, knownInteger(flags.get(CONTEXT)?.value)],
    [dataFlag, data],
  ] as const;
  const counted = factors.filter(([, size]) => size !== undefined && size > 1);
  return {
    ranks: counted.reduce((product, [, size]) => product * size!, 1),
    spread: grouped && (elsewhere || severalNodes || data === undefined),
    words: counted.map(([name, size]) => `${code(`--${name}`)} ${size}`).join(' × ') || 'The engine',
    places: counted.flatMap(([name]) => {
      const value = flags.get(name)?.value;
      return value ? [{ place: placeOf(value), label: `\`--${name}\`` }] : [];
    }),
  };
}

function* reportIdle(engines: readonly Engine[], count: number, group: Group | undefined): Iterable<Finding> {
  const place = placed(engines[0]!)!;
  if (!isAsWritten(place) || (group && group.pods > 1) || !engines.every(isWholeInSight)) return;
  if (engines.some(mayRunAgain)) return;
  const used = engines.reduce((sum, { parallel, flags }) => {
    const context = knownInteger(flags.get(CONTEXT)?.value) ?? 1;
    return sum + parallel.tensor! * parallel.pipeline! * parallel.dataLocal! * context;
  }, 0);
  if (used < 1 || used >= count) return;
  const { resource } = gpusOf(place.container)!;
  yield finding(
    placeOf(resource.value),
    'info',
    `The container asks for ${count} GPUs, and ${engines.length > 1 ? 'its engines use' : 'vLLM uses'} ${used} (tensor × pipeline × local data-parallel ranks): ${count - used} ${count - used === 1 ? 'stays' : 'stay'} idle. Ask for ${used}, or raise ${code('--tensor-parallel-size')}.`,
  );
}

/** True when a loop or a launcher may start more engines from the same words. */
function mayRunAgain(engine: Engine): boolean {
  return (
    (engine.turns?.length !== undefined && engine.turns.length > 0 && engine.replicated) || fileWords(engine).launcher
  );
}

/** True when every number of ranks is known and no flag that we do not know may be one. */
function isWholeInSight({ parallel, flags }: Engine): boolean {
  const { tensor, pipeline, dataLocal } = parallel;
  if (tensor === undefined || pipeline === undefined || !dataLocal || flags.open.length > 0) return false;
  if (flags.all(CONTEXT).length > 0 && knownInteger(flags.get(CONTEXT)?.value) === undefined) return false;
  if (flags.list.some(({ name }) => name === 'nnodes' || name === 'node-rank')) return false;
  return !flags.list.some((flag) => /parallel|world|rank/.test(flag.name) && !lookupFlag(flag.spelled));
}
