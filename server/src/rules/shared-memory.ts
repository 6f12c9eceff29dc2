import { type Engine, type Flag, knownText, placeOf, quantity, resourceOf, type Volume, volumeAt } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import { opensSideChannel, usesNixl } from './support/nixl-engine';
import { fileWords, gpusOf, isAsWritten, type Placed, placed, serviceOf } from './support/pods';
import { code } from './support/words';

const SHM = '/dev/shm';
const ADVICE = `mount an ${code('emptyDir')} with ${code('medium: Memory')} at ${code(SHM)}`;

export const sharedMemory = rule({
  id: 'shared-memory',
  title: 'Workers of one engine without room in /dev/shm',
  category: 'pods',
  severity: 'warning',
  *check(engine) {
    yield* inService(engine);
    const place = placed(engine);
    if (!place || place.container.kind === 'init' || !exchanges(engine)) return;
    yield* tooLarge(place);
    if (mounts(place)) return;
    const flag = severalWorkers(engine, place);
    const written = isAsWritten(place);
    const forgotten = place.pod.volumes.find((volume) => isForgotten(volume, place));
    if (forgotten && (written || isKserve(place))) {
      const rest = written
        ? `so that ${code(SHM)} keeps Kubernetes' default of 64 MiB`
        : `and KServe's presets mount ${code(KSERVE_VOLUME)} at ${code(SHM)} instead`;
      yield finding(
        placeOf(forgotten.name),
        written && flag ? 'warning' : 'info',
        `No container mounts the memory volume ${code(knownText(forgotten.name)!)}, ${rest}. ${written ? `Mount it at ${code(SHM)}` : `Call it ${code(KSERVE_VOLUME)}, or mount it`}.`,
      );
      return;
    }
    if (!flag?.value || !written || place.pod.hostIPC.on !== false) return;
    if (engine.platform === 'tpu' || engine.platform === 'cpu') return;
    yield finding(
      placeOf(flag.value),
      'warning',
      `The workers of this engine exchange data through ${code(SHM)}, which has Kubernetes' default of 64 MiB here: NCCL can fail ("No space left on device") or a worker die of a bus error. ${ADVICE.charAt(0).toUpperCase()}${ADVICE.slice(1)}.`,
    );
  },
});

export const page = (): Page => ({
  description: `
The workers of an engine with tensor or pipeline ranks pass messages, and NCCL passes data, through \`/dev/shm\`. Kubernetes
gives a container 64 MiB there, which is too little for most: mount an \`emptyDir\` with \`medium: Memory\` at that path. A
memory volume that is declared and that no container mounts does nothing.

What is in such a volume counts against the memory limit of the container: a \`sizeLimit\` above it can never be reached, since
the container is killed before. Nothing is missed with \`hostIPC: true\`, or where an operator (Dynamo, KServe) brings the volume.

Docker gives a container 64 MB as well: a service of Compose has \`shm_size\` for it, or \`ipc: host\`. An engine that certainly has no
KV connector is left to other tools.`,
  sources: [
    'https://github.com/vllm-project/production-stack/issues/276',
    'vllm#1710',
    'vllm:docs/deployment/k8s.md@v0.25.1',
    'https://kubernetes.io/docs/concepts/storage/volumes/#emptydir',
  ],
  examples: [
    {
      title: 'Tensor parallelism with the default',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --tensor-parallel-size=4
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      resources:
        limits: { nvidia.com/gpu: 4 }
`,
      findings: [{ covers: '4', severity: 'warning', message: '64 MiB' }],
    },
    {
      title: 'Declared and not mounted',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --tensor-parallel-size=2
            - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
          volumeMounts:
            - { name: models, mountPath: /models }
      volumes:
        - name: models
          emptyDir: {}
        - name: dshm
          emptyDir:
            medium: Memory
`,
      findings: [{ covers: 'dshm', severity: 'warning', message: 'No container mounts' }],
    },
    {
      title: "Beside KServe's preset, which mounts another name",
      kind: 'bad',
      file: 'llm.yaml',
      text: `apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata:
  name: decode
spec:
  template:
    containers:
      - name: main
        image: vllm/vllm-openai:v0.25.1
        env:
          - name: VLLM_ADDITIONAL_ARGS
            value: >-
              --tensor-parallel-size 8
              --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
    volumes:
      - name: shm
        emptyDir: { medium: Memory, sizeLimit: 40Gi }
`,
      findings: [{ covers: 'shm', severity: 'info', message: '`dshm`' }],
    },
    {
      title: 'Larger than the memory of the container',
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
        limits: { nvidia.com/gpu: 1, memory: 32Gi }
      volumeMounts:
        - { name: dshm, mountPath: /dev/shm }
  volumes:
    - name: dshm
      emptyDir: { medium: Memory, sizeLimit: 64Gi }
`,
      findings: [{ covers: '64Gi', severity: 'info', message: 'memory limit' }],
    },
    {
      title: 'Memory at /dev/shm, or the one of the node',
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
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
      volumeMounts:
        - { name: dshm, mountPath: /dev/shm }
  volumes:
    - name: dshm
      emptyDir: { medium: Memory, sizeLimit: 16Gi }
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  hostIPC: true
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --tensor-parallel-size=2
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
    },
    {
      title: 'One worker, and two in two pods',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
---
apiVersion: leaderworkerset.x-k8s.io/v1
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
              - --pipeline-parallel-size=2
              - --nnodes=2
              - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
            resources:
              limits: { nvidia.com/gpu: 1 }
`,
    },
    {
      title: 'An engine without a connector',
      kind: 'good',
      file: 'serve.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: serve
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, --tensor-parallel-size=4]
      env:
        - { name: VLLM_NIXL_SIDE_CHANNEL_PORT, value: "5600" }
      resources:
        limits: { nvidia.com/gpu: 4 }
`,
    },
    {
      title: 'A service of Compose',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  decode:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B --tensor-parallel-size 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
    gpus: all
`,
      findings: [{ covers: '2', severity: 'warning', message: "Docker's default of 64 MB" }],
    },
    {
      title: 'Services of Compose that say what they have',
      kind: 'good',
      file: 'compose.yaml',
      text: `services:
  one:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B -tp 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'
    shm_size: 16gb
  two:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B -tp 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'
    ipc: host
  three:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B -tp 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'
    volumes: [/dev/shm:/dev/shm]
  four:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'
`,
    },
    {
      title: "Volumes that a template adds, and Dynamo's, which brings its own",
      kind: 'open',
      file: 'templates/decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --tensor-parallel-size=2
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      {{- with .Values.volumeMounts }}
      volumeMounts:
        {{- toYaml . | nindent 8 }}
      {{- end }}
---
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: disagg
spec:
  services:
    VllmDecodeWorker:
      extraPodSpec:
        mainContainer:
          image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.0
          command: ["python3", "-m", "dynamo.vllm"]
          args: ["--model", "a/b", "--tensor-parallel-size", "2", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_both"}']
`,
    },
  ],
});

/** The room of an engine that exchanges no blocks is the business of others. */
function exchanges(engine: Engine): boolean {
  return usesNixl(engine) && opensSideChannel(engine) !== 'no';
}

/** A service of Compose: Docker gives it 64 MB. */
function* inService(engine: Engine): Iterable<Finding> {
  const container = serviceOf(engine);
  const flag = container && severalWorkers(engine, { container });
  if (!container || !flag?.value || container.service.sharedMemory || !exchanges(engine)) return;
  // Workers of other nodes may be meant.
  if (engine.flags.list.some(({ name }) => name === 'nnodes' || name === 'node-rank')) return;
  if (engine.platform === 'tpu' || engine.platform === 'cpu') return;
  yield finding(
    placeOf(flag.value),
    'warning',
    `The workers of this engine exchange data through ${code(SHM)}, which has Docker's default of 64 MB here: NCCL can fail ("No space left on device") or a worker die of a bus error. Give the service a ${code('shm_size')}, or ${code('ipc: host')}.`,
  );
}

/** The flag that puts several workers of one engine into the container. */
function severalWorkers(
  engine: Engine,
  { pod, container }: Pick<Placed, 'container'> & Partial<Pick<Placed, 'pod'>>,
): Flag | undefined {
  const { parallel, flags } = engine;
  const gpus = gpusOf(container)?.count;
  // In a group, and with Ray, the workers may be elsewhere.
  const elsewhere = pod?.groupRole !== undefined || fileWords(engine).ray;
  if (elsewhere ? gpus === undefined || gpus < 2 : gpus === 1) return undefined;
  if ((parallel.tensor ?? 1) > 1) return flags.get('tensor-parallel-size');
  return (parallel.pipeline ?? 1) > 1 && !elsewhere ? flags.get('pipeline-parallel-size') : undefined;
}

function isMemory({ kind, medium, name }: Volume): boolean {
  return kind === 'emptyDir' && knownText(medium) === 'Memory' && knownText(name) !== undefined;
}

/** True when something is, or may be, mounted where shared memory is. */
function mounts({ container }: Placed): boolean {
  return container.mounts.some(({ path }) => {
    const text = knownText(path)?.replace(/\/+$/, '');
    return text === undefined || text === SHM || text === '/dev';
  });
}

/** True for a memory volume that no container in sight mounts. */
function isForgotten(volume: Volume, { pod }: Placed): boolean {
  if (!isMemory(volume) || pod.hostIPC.on === true) return false;
  const name = knownText(volume.name);
  return !pod.containers.some(({ mounts: all }) => all.some((mount) => (knownText(mount.volume) ?? name) === name));
}

/** KServe merges a pod with its presets, which mount a volume of this name at `/dev/shm`. */
const KSERVE_VOLUME = 'dshm';

function isKserve({ pod, container }: Placed): boolean {
  return (
    pod.object?.kind === 'LLMInferenceService' &&
    [...pod.open, ...container.open].every(({ kind }) => kind === 'wrapper') &&
    !pod.volumes.some(({ name }) => knownText(name) === KSERVE_VOLUME)
  );
}

/** What is in a memory volume counts against the memory of the container that writes it. */
function* tooLarge({ pod, container }: Placed): Iterable<Finding> {
  const limit = container.limits.find(({ name }) => name === 'memory');
  const most = limit && quantity(resourceOf(container, 'memory')?.value);
  const volume = volumeAt(pod, container, SHM);
  const size = volume && quantity(volume.sizeLimit);
  if (!volume?.sizeLimit || !isMemory(volume) || !limit || most === undefined || size === undefined || size <= most)
    return;
  yield finding(
    placeOf(volume.sizeLimit),
    'info',
    `${code(knownText(volume.sizeLimit)!)} at ${code(SHM)} is more than the container's memory limit of ${code(knownText(limit.value)!)}, against which it counts: the container is killed before the volume is full. Raise the limit, or write less here.`,
    [],
    [{ place: placeOf(limit.value), message: 'the memory limit' }],
  );
}
