import { lookupEnv } from '../knowledge/environment';
import { lookupFlag } from '../knowledge/flags';
import type { Container, Engine, Place, Value } from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { SIDE_CHANNEL_HOST, SIDE_CHANNEL_PORT } from './support/environment';
import { finding } from './support/findings';
import { opensSideChannel, usesNixl } from './support/nixl-engine';
import { code } from './support/words';

/** `$(NAME)`, alone: what Kubernetes would replace. Anything else between the brackets is a command, which it does not run. */
const REFERENCE = /^\$\(([A-Za-z_][\w.-]*)\)$/;

/** Names that Kubernetes makes from the Services of the namespace (kubelet, `pkg/kubelet/envvars`). */
const OF_A_SERVICE = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;

export const undefinedReference = rule({
  id: 'undefined-reference',
  title: 'Reference to a variable that nothing sets',
  category: 'environment',
  severity: 'error',
  *check(engine) {
    const { container } = engine;
    if (!container || !usesNixl(engine) || !isSettled(container) || !isPlain(engine)) return;
    yield* inVariables(engine, container);
    yield* inFlags(engine, container);
  },
});

function* inVariables(engine: Engine, container: Container): Iterable<Finding> {
  for (const { name, value, via } of engine.environment.effective()) {
    const fact = lookupEnv(name);
    if (via !== 'kubernetes' || !fact || fact.owner === 'other') continue;
    for (const { text, place } of referencesIn(value)) {
      if (!isUndefined(text, container)) continue;
      const fatal = isFatal(engine, name);
      const severity: Severity = fatal ? 'error' : 'warning';
      yield finding(
        place,
        severity,
        `${problem(text)}, so that ${code(name)} is these characters${fatal ?? ''}. ${advice(text, name)}`,
      );
    }
  }
}

function* inFlags(engine: Engine, container: Container): Iterable<Finding> {
  for (const { name, spelled, value } of engine.flags.list) {
    const fact = lookupFlag(`--${name}`)?.fact;
    if (!value || !fact) continue;
    for (const { text, place } of referencesIn(value)) {
      const reference = REFERENCE.exec(text);
      if (!reference || !isUndefined(text, container)) continue;
      const fatal = fact.type === 'integer';
      const outcome = fatal ? ', which is no number: vLLM does not start' : '';
      yield finding(
        place,
        fatal ? 'error' : 'warning',
        `${problem(text)}, so that ${code(spelled)} gets these characters${outcome}. Set ${code(reference[1]!)} in the \`env\` of the container.`,
      );
    }
  }
}

/** Does everything that Kubernetes replaces references by stand here? What an image sets it does not look at. */
function isSettled({ environment }: Container): boolean {
  return environment.open.every(({ kind }) => kind === 'image');
}

/** Kinds whose controllers set no variables, or only those of their own prefix. */
function isPlain({ pod }: Engine): boolean {
  const kind = pod?.object?.kind ?? '';
  return /^(?:Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Rollout|LeaderWorkerSet)$/.test(
    kind,
  );
}

/** Names that controllers set: LeaderWorkerSet's own, and those for TPUs. */
const OF_A_CONTROLLER = /^(?:LWS|TPU|KUBERNETES)_/;

interface Reference {
  readonly text: string;
  readonly place: Place;
}

/** The references of a value that its reader could not replace. */
function referencesIn(value: Value): readonly Reference[] {
  if (value.kind === 'known') return [];
  if (value.kind === 'unknown') {
    const { source, span } = value.place;
    const text = source.text.slice(span.start, span.end);
    return value.reason.kind === 'variable' && value.reason.detail === text ? [{ text, place: value.place }] : [];
  }
  const { source } = value;
  return source.holes().flatMap(({ start, end, reason }) => {
    const text = source.text.slice(start, end);
    return reason.kind === 'variable' && reason.detail === text ? [{ text, place: source.place({ start, end }) }] : [];
  });
}

function isUndefined(text: string, container: Container): boolean {
  const name = REFERENCE.exec(text)?.[1];
  if (name === undefined) return text.startsWith('$(');
  return !container.environment.get(name) && !OF_A_SERVICE.test(name) && !OF_A_CONTROLLER.test(name);
}

function problem(text: string): string {
  const name = REFERENCE.exec(text)?.[1];
  return name === undefined
    ? `Kubernetes runs no commands: ${code(text)} stays as it is`
    : `Nothing in the \`env\` of this container sets ${code(name)}: ${code(text)} stays as it is`;
}

/** What follows for the two variables without which there is no handshake; none for others. */
function isFatal(engine: Engine, name: string): string | undefined {
  if (opensSideChannel(engine) !== 'yes') return undefined;
  if (name === SIDE_CHANNEL_HOST) return ': the listener cannot bind and the engine hangs while starting';
  if (name === SIDE_CHANNEL_PORT) return ': vLLM stops when it reads it';
  return undefined;
}

function advice(text: string, variable: string): string {
  const name = REFERENCE.exec(text)?.[1];
  if (name !== undefined) return `Set ${code(name)} further up in the list.`;
  return variable === SIDE_CHANNEL_HOST
    ? 'Use the pod IP (fieldRef status.podIP).'
    : 'Write the value, or let a script set it.';
}

export const page = (): Page => ({
  description: `
Kubernetes replaces \`$(NAME)\` in \`command\`, \`args\` and \`env[].value\` when the container's \`env\` or \`envFrom\` sets NAME, and
leaves it as it is otherwise. What an image sets does not count, and nothing is run: \`$(hostname -i)\` stays, too. As the
side channel's host such a text cannot be bound, as a port it is no number.

Nothing is reported where a Secret, a ConfigMap out of sight, an operator, an overlay or a template may set the name, for
the variables that a controller sets (\`LWS_LEADER_ADDRESS\`), for those that Kubernetes makes from Services, and in the words
of a shell.`,
  sources: [
    'https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/',
    'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
  ],
  examples: [
    {
      title: 'Nothing sets the pod IP',
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
      args: [Qwen/Qwen3-32B, '--port=$(API_LISTENER)', '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_HOST
          value: $(POD_IP)
        - name: UCX_NET_DEVICES
          value: $(RDMA_DEVICE):1
`,
      findings: [
        { covers: '$(API_LISTENER)', severity: 'error', message: 'which is no number' },
        { covers: '$(POD_IP)', severity: 'error', message: 'the listener cannot bind' },
        { covers: '$(RDMA_DEVICE)', severity: 'warning', message: 'Nothing in the `env`' },
      ],
    },
    {
      title: 'A command',
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
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_HOST
          value: $(hostname -i)
`,
      findings: [{ covers: '$(hostname -i)', severity: 'error', message: 'Kubernetes runs no commands' }],
    },
    {
      title: 'Set, given by a controller, or made from a Service',
      kind: 'good',
      file: 'prefill.yaml',
      text: `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata:
  name: prefill
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
              - --data-parallel-address=$(LWS_LEADER_ADDRESS)
              - --data-parallel-rpc-port=$(HEAD_SERVICE_PORT)
              - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
            env:
              - name: POD_IP
                valueFrom: { fieldRef: { fieldPath: status.podIP } }
              - name: VLLM_NIXL_SIDE_CHANNEL_HOST
                value: $(POD_IP)
`,
    },
    {
      title: 'A Secret may set it',
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
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      envFrom:
        - secretRef: { name: addresses }
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_HOST
          value: $(POD_IP)
`,
    },
  ],
});
