import { type Page, rule } from './rule';
import { isNeverOpened, needsHardware } from './support/ucx-transports';
import { refusedValues } from './support/variable-values';

export const ucxValue = rule({
  id: 'ucx-value',
  title: 'Value that UCX cannot read',
  category: 'ucx',
  severity: 'error',
  check: (engine) =>
    refusedValues(
      engine,
      'ucx',
      (fact) => isNeverOpened(fact, engine),
      (fact) => needsHardware(fact, engine),
    ),
});

export const page = (): Page => ({
  description: `
UCX reads each type in its own way: booleans are \`y\` and \`n\` (\`true\` is not one), sizes are whole numbers with a suffix
(\`1.5m\` is not), words are exact. What a wrong value does depends on where the variable lives:

| scope | examples | effect |
| --- | --- | --- |
| global, memory hooks | \`UCX_MEMTYPE_CACHE\`, \`UCX_LOG_LEVEL\` | dropped without any message |
| context | \`UCX_RNDV_THRESH\`, \`UCX_PROTO_ENABLE\` | the context fails, and NIXL with it |
| memory domain | \`UCX_IB_GID_INDEX\`, \`UCX_CUDA_COPY_*\` | an error in the log, and the domain's transports vanish |
| interface | \`UCX_RC_TIMEOUT\`, \`UCX_TCP_*\` | the worker fails, and NIXL with it |

Settings of an interface are read when it is opened: not when \`UCX_TLS\` shuts its transport out, and those of RDMA devices
only where there are some, so that they are a warning unless \`UCX_TLS\` asks for RDMA.`,
  sources: [
    'ucx:src/ucs/config/parser.c@v1.22.0',
    'ucx:src/ucs/config/global_opts.c@v1.22.0',
    'ucx:src/ucp/core/ucp_context.c@v1.22.0',
  ],
  examples: [
    {
      title: 'Transfers that do not go through UCX',
      kind: 'good',
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
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{"backends":["LIBFABRIC"]}}'
      env:
        - name: UCX_RNDV_THRESH
          value: 1.5m
`,
    },
    {
      title: 'Dropped without a word',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_MEMTYPE_CACHE=false
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'false', severity: 'warning', message: 'without any message' }],
      fixed: `export UCX_MEMTYPE_CACHE=n
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'The context fails',
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
        - name: UCX_RNDV_THRESH
          value: 1.5m
`,
      findings: [{ covers: '1.5m', severity: 'error' }],
    },
    {
      title: 'The memory domain vanishes',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_IB_GID_INDEX=none
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'none', severity: 'warning' }],
    },
    {
      title: 'The worker fails',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TCP_KEEPIDLE=10sec
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '10sec', severity: 'error' }],
    },
    {
      title: 'A setting of RDMA devices, if there are any',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_RC_TIMEOUT=soon
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'soon', severity: 'warning', message: 'cannot create a worker' }],
    },
    {
      title: 'A setting of a transport that is listed',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=rc,cuda_copy
export UCX_RC_TIMEOUT=soon
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'soon', severity: 'error' }],
    },
    {
      title: 'A transport that is not in use reads nothing',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_TLS=rc,cuda_copy
export UCX_TCP_KEEPIDLE=10sec
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Odd, and accepted',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_RNDV_THRESH=8kbytes
export UCX_MAX_RNDV_RAILS=4x
export UCX_RNDV_SCHEME=GET_ZCOPY
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A word that came later',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.18.1
export UCX_FENCE_MODE=ep_based
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'ep_based', severity: 'error' }],
    },
    {
      title: 'An MPI job',
      kind: 'good',
      file: 'job.sh',
      text: `export UCX_MEMTYPE_CACHE=false
mpirun ./solver
`,
    },
    {
      title: 'A value that Helm fills in',
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
        - name: UCX_MEMTYPE_CACHE
          value: '{{ .Values.cache }}'
`,
    },
  ],
});
