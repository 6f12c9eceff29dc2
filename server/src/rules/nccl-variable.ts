import { lookupEnv } from '../knowledge/environment';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { opensSideChannel, usesUcx } from './support/nixl-engine';
import { UCX_NET_DEVICES } from './support/ucx-devices';
import { code } from './support/words';

export const ncclVariable = rule({
  id: 'nccl-variable',
  title: 'NCCL variable in an engine that uses NCCL for nothing',
  category: 'environment',
  severity: 'info',
  *check(engine) {
    if (opensSideChannel(engine) !== 'yes' || !usesUcx(engine)) return;
    const { tensor, pipeline, data } = engine.parallel;
    if (tensor !== 1 || pipeline !== 1 || data !== 1) return;
    for (const variable of engine.environment.effective()) {
      const twin = lookupEnv(variable.name)?.ucxTwin;
      if (!variable.name.startsWith('NCCL_IB_') || (!twin?.startsWith('UCX_IB_') && twin !== UCX_NET_DEVICES)) continue;
      if (engine.environment.get(twin)) continue;
      yield finding(
        variable.nameText.place(),
        'info',
        `${code(variable.name)} has no effect on NIXL, and this engine has one rank, so that NCCL carries nothing either. For KV transfers the same is set by ${code(twin)}.`,
      );
    }
  },
});

export const page = (): Page => ({
  description: `
NIXL moves KV blocks through UCX, which reads none of NCCL's variables: \`NCCL_IB_HCA\` does not choose its NIC, nor
\`NCCL_IB_GID_INDEX\` its GID. Between the ranks of one engine NCCL does use them, so this is only noted for an engine with a
single rank, where the UCX variable is not set.`,
  sources: [
    'https://github.com/LMCache/LMCache/pull/1516',
    'https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/env.html',
  ],
  examples: [
    {
      title: 'One rank',
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
        - name: NCCL_IB_HCA
          value: mlx5_0
        - name: NCCL_IB_GID_INDEX
          value: "3"
`,
      findings: [
        { covers: 'NCCL_IB_HCA', severity: 'info', message: 'set by `UCX_NET_DEVICES`' },
        { covers: 'NCCL_IB_GID_INDEX', severity: 'info', message: 'UCX_IB_GID_INDEX' },
      ],
    },
    {
      title: 'Ranks that NCCL connects',
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
        - --tensor-parallel-size=8
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: NCCL_IB_HCA
          value: mlx5_0
`,
    },
    {
      title: 'Both are set',
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
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: NCCL_IB_HCA
          value: mlx5_0
        - name: UCX_NET_DEVICES
          value: mlx5_0:1
`,
    },
    {
      title: 'Flags that are not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `export NCCL_IB_HCA=mlx5_0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' "$@"
`,
    },
  ],
});
