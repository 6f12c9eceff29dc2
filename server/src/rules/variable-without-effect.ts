import { lookupEnv } from '../knowledge/environment';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { opensSideChannel } from './support/nixl-engine';
import { code } from './support/words';

const PREFIXES = ['NIXL_', 'VLLM_NIXL_'];

export const variableWithoutEffect = rule({
  id: 'variable-without-effect',
  title: 'NIXL variable that does nothing for KV transfers of vLLM',
  category: 'environment',
  severity: 'info',
  *check(engine) {
    if (opensSideChannel(engine) !== 'yes') return;
    for (const variable of engine.environment.effective()) {
      if (variable.via === 'shell' || !PREFIXES.some((prefix) => variable.name.startsWith(prefix))) continue;
      const reason = lookupEnv(variable.name)?.inert;
      if (!reason) continue;
      yield finding(
        variable.nameText.place(),
        'info',
        `${code(variable.name)} does nothing for KV transfers: ${reason}. Remove it, unless a program of your own reads it.`,
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Some names look like settings and are none here: vLLM exchanges NIXL's metadata over its own side channel and needs no etcd,
and names such as \`NIXL_UCX_TLS\` or \`NIXL_ROLE\` belong to scripts, not to NIXL.

Only noted, and only where a container gets the variable: a script may well read its own.`,
  sources: [
    'nixl:src/core/nixl_agent.cpp@v1.4.0',
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1',
  ],
  examples: [
    {
      title: 'Metadata that vLLM exchanges itself',
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
        - name: NIXL_ETCD_ENDPOINTS
          value: http://etcd:2379
`,
      findings: [{ covers: 'NIXL_ETCD_ENDPOINTS', severity: 'info', message: 'over its own side channel' }],
    },
    {
      title: 'A name that only scripts know',
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
        - name: NIXL_UCX_TLS
          value: rc
`,
      findings: [{ covers: 'NIXL_UCX_TLS', severity: 'info', message: 'does not read it' }],
    },
    {
      title: "A script's own variable",
      kind: 'good',
      file: 'prefill.sh',
      text: `export NIXL_ROLE=prefill
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Variables that NIXL reads',
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
        - name: NIXL_LOG_LEVEL
          value: INFO
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
        - name: 'NIXL_{{ .Values.name }}'
          value: "1"
`,
    },
  ],
});
