import { type Deployment, type Engine, knownText, type Pod, type Service, sameNamespace } from '../model';
import { type Page, rule } from './rule';
import { SIDE_CHANNEL_PORT } from './support/environment';
import { finding } from './support/findings';
import { opensSideChannel } from './support/nixl-engine';
import { enginesIn } from './support/pod-listeners';
import { code } from './support/words';

/** Variables that every engine with a side channel reads as a number while it starts. */
const NUMBERS = ['VLLM_PORT', SIDE_CHANNEL_PORT] as const;

export const serviceLinkVariable = rule({
  id: 'service-link-variable',
  title: 'Service whose name makes a variable that the engine reads',
  category: 'environment',
  severity: 'warning',
  *checkDeployment(deployment) {
    for (const service of deployment.services) {
      // The kubelet knows only Services with an address of their own (`pkg/kubelet/envvars`).
      if (service.headless !== false || knownText(service.type) === 'ExternalName') continue;
      const name = `${service.name.toUpperCase().replaceAll('-', '_')}_PORT`;
      const variable = NUMBERS.find((number) => number === name);
      const pod = variable && deployment.pods.find((one) => getsIt(one, service, variable, deployment));
      if (!variable || !pod) continue;
      yield finding(
        service.place,
        'warning',
        `For a Service of this name Kubernetes sets ${code(variable)} to \`tcp://ADDRESS:PORT\` in ${pod.label}, where vLLM wants a number: a pod that starts while the Service is there fails. Rename the Service, or set \`enableServiceLinks: false\` in the pod.`,
        [],
        [{ place: pod.place, message: 'the pod' }],
      );
    }
  },
});

function getsIt(pod: Pod, service: Service, variable: string, deployment: Deployment): boolean {
  if (pod.enableServiceLinks.on !== true || !pod.object) return false;
  if (sameNamespace(service.object, pod.object) !== true) return false;
  return enginesIn(pod, deployment).some(
    (engine) => opensSideChannel(engine) === 'yes' && leavesOpen(engine, variable),
  );
}

/** What the manifest sets wins over what the kubelet adds; that wins over what the image sets. */
function leavesOpen({ environment, container }: Engine, variable: string): boolean {
  return !environment.get(variable) && !!container && container.environment.open.every(({ kind }) => kind === 'image');
}

export const page = (): Page => ({
  description: `
For every Service of the namespace that has an address, Kubernetes sets variables in the pods that start after it:
\`<NAME>_SERVICE_HOST\`, \`<NAME>_PORT=tcp://ADDRESS:PORT\` and more. A Service called \`vllm\` makes \`VLLM_PORT\`, one called
\`vllm-nixl-side-channel\` makes \`VLLM_NIXL_SIDE_CHANNEL_PORT\`, and vLLM stops because it reads a number there. Other names
that begin with \`vllm\` only cause warnings about variables that vLLM does not know.

Nothing is reported for headless Services, which make none, for pods with \`enableServiceLinks: false\`, and where the
container sets the variable itself or something unseen may.`,
  sources: [
    'vllm:vllm/envs.py@v0.25.1',
    'vllm#18209',
    'https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables',
  ],
  examples: [
    {
      title: 'A Service called vllm',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Service
metadata:
  name: vllm
spec:
  selector: { app: decode }
  ports:
    - port: 8000
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
  labels: { app: decode }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
      findings: [{ covers: 'vllm', severity: 'warning', message: '`VLLM_PORT`' }],
    },
    {
      title: 'A Service for the side channel',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Service
metadata:
  name: vllm-nixl-side-channel
spec:
  selector: { app: prefill }
  ports:
    - port: 5600
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
  labels: { app: prefill }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`,
      findings: [{ covers: 'vllm-nixl-side-channel', severity: 'warning', message: '`VLLM_NIXL_SIDE_CHANNEL_PORT`' }],
    },
    {
      title: 'Switched off, headless, or set by the container',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Service
metadata:
  name: vllm
spec:
  selector: { app: decode }
  ports:
    - port: 8000
---
apiVersion: v1
kind: Service
metadata:
  name: vllm-nixl-side-channel
spec:
  clusterIP: None
  selector: { app: decode }
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
  labels: { app: decode }
spec:
  enableServiceLinks: false
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - name: VLLM_PORT
          value: "20000"
`,
    },
    {
      title: 'A template may switch it off',
      kind: 'open',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Service
metadata:
  name: vllm
spec:
  selector: { app: decode }
  ports:
    - port: 8000
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  {{- toYaml .Values.podSpec | nindent 2 }}
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
    },
  ],
});
