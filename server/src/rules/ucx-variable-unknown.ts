import { type Page, rule } from './rule';
import { unknownVariables } from './support/variable-names';

export const ucxVariableUnknown = rule({
  id: 'ucx-variable-unknown',
  title: 'UCX_ variable that UCX does not have',
  category: 'ucx',
  severity: 'warning',
  check: (engine) => unknownVariables(engine, 'ucx'),
});

export const page = (): Page => ({
  description: `
UCX knows more than a thousand variables. One that it does not know is listed in a single warning when the worker is created, and has
no effect.

Judged by the table of names, not by that warning: UCX also lists correct names whose component is not loaded on a host.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0'],
  examples: [
    {
      title: 'Two letters change places',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TSL
          value: rc,tcp,cuda_copy
`,
      findings: [{ covers: 'UCX_TSL', severity: 'warning', message: 'Write `UCX_TLS`' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: rc,tcp,cuda_copy
`,
    },
    {
      title: 'The singular',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    environment:
      - UCX_NET_DEVICE=mlx5_0:1
    command: ["Qwen/Qwen3-32B", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`,
      findings: [{ covers: 'UCX_NET_DEVICE', severity: 'warning', message: 'UCX_NET_DEVICES' }],
    },
    {
      title: 'A name like no other',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_FOO_BAR_BAZ=1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'UCX_FOO_BAR_BAZ', severity: 'warning', message: 'UCX warns about it' }],
    },
    {
      title: 'Umbrella names, and names of builds',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_IB_GID_INDEX=3
export UCX_RC_TIMEOUT=1s
export UCX_MM_ERROR_HANDLING=n
export UCX_HOME=/opt/ucx
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'An MPI job',
      kind: 'good',
      file: 'job.sh',
      text: `export UCX_TSL=rc
mpirun ./solver
`,
    },
    {
      title: 'A name that Helm makes',
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
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: 'UCX_{{ .Values.name }}'
          value: "1"
`,
    },
  ],
});
