import { describe, expect, test } from 'vitest';
import { analyze } from '../../server/src/analysis';

/** What the files of public repositories taught, cut down to the lines that matter. */
interface Case {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** `severity rule: covered text`, in the order of the file; none: nothing may be reported above a hint. */
  readonly found: readonly string[];
}

const producer = `'{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'`;
const consumer = `'{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'`;

const cases: readonly Case[] = [
  {
    name: 'quoted JSON whose last line stands as far left as its list',
    file: 'prefill.yaml',
    text: `config:
  deployment:
      - vllm
      - serve
      - Qwen/Qwen3-32B
      - --kv-transfer-config
      - '{
        "kv_connector": "NixlConnector",
        "kv_role": "kv_producer",
        "kv_connector_extra_config": {
          "backends": ["UCX"]
        }
      }'
`,
    found: [],
  },
  {
    name: 'env with a name that is computed, before the port',
    file: 'pd.sh',
    text: `env "$AFFINITY=$GPU_P" VLLM_NIXL_SIDE_CHANNEL_PORT=5559 vllm serve "$MODEL" --port 8100 --kv-transfer-config ${producer} &
env "$AFFINITY=$GPU_D" VLLM_NIXL_SIDE_CHANNEL_PORT=6000 vllm serve "$MODEL" --port 8200 --kv-transfer-config ${consumer} &
`,
    found: [],
  },
  {
    name: 'env with a name that is computed, which may be that of the port',
    file: 'pd.sh',
    text: `env "$SETTING=$PORT_P" vllm serve "$MODEL" --port 8100 --kv-transfer-config ${producer} &
env "$SETTING=$PORT_D" vllm serve "$MODEL" --port 8200 --kv-transfer-config ${consumer} &
`,
    found: [],
  },
  {
    name: 'a wrapper that may set the port from its own arguments',
    file: 'pd.sh',
    text: `./on-node.sh 0 vllm serve "$MODEL" --port 8100 --kv-transfer-config ${producer} &
./on-node.sh 1 vllm serve "$MODEL" --port 8200 --kv-transfer-config ${consumer} &
`,
    found: [],
  },
  {
    name: 'a test that starts the same pair twice, one after the other',
    file: 'accuracy.sh',
    text: `PREFILL_PORT=\${PREFILL_PORT:-8100}
run_baseline() {
  VLLM_NIXL_SIDE_CHANNEL_PORT=5559 vllm serve "$MODEL" --port "$PREFILL_PORT" --kv-transfer-config ${producer} &
  stop_engines
}
run_changed() {
  VLLM_NIXL_SIDE_CHANNEL_PORT=5559 vllm serve "$MODEL" --port "$PREFILL_PORT" --kv-transfer-config ${producer} &
  stop_engines
}
run_baseline
run_changed
`,
    found: [],
  },
  {
    name: 'TCP over an interface, with what GPU memory needs',
    file: 'pod.yaml',
    text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, --kv-transfer-config, ${producer}]
      env:
        - { name: VLLM_NIXL_SIDE_CHANNEL_HOST, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
        - { name: UCX_TLS, value: 'tcp,cuda_copy' }
        - { name: UCX_NET_DEVICES, value: eth0 }
`,
    found: [],
  },
  {
    name: 'quotes that a shell inside double-quoted YAML removes',
    file: 'serving.yaml',
    text: `apiVersion: example.com/v1
kind: Serving
metadata:
  name: pd
spec:
  template:
    spec:
      containers:
        - name: engine
          command:
            - bash
            - -c
            - "pip install mooncake-transfer-engine && python3 -m vllm.entrypoints.openai.api_server \\
              --kv-transfer-config {\\"kv_connector\\":\\"MooncakeConnector\\",\\"kv_role\\":\\"kv_producer\\"} \\
              --max-model-len 2048"
`,
    found: ['error quotes-lost: {\\"kv_connector\\":\\"MooncakeConnector\\",\\"kv_role\\":\\"kv_producer\\"}'],
  },
  {
    name: 'a variable between single quotes in a script of a ConfigMap',
    file: 'scripts.yaml',
    text: `apiVersion: v1
kind: ConfigMap
metadata:
  name: scripts
data:
  prefill.sh: |
    export ENGINE_ID="\${GROUP}_\${RANK}"
    vllm serve "$MODEL" --kv-transfer-config '{"kv_connector": "NixlConnector",
      "kv_role": "kv_producer", "engine_id": "$ENGINE_ID"}'
`,
    found: ['warning unexpanded-variable: $ENGINE_ID'],
  },
  {
    name: 'a role with a wildcard address, in pods of a custom kind',
    file: 'serving.yaml',
    text: `apiVersion: workload.example.com/v1
kind: ModelServing
metadata:
  name: pd
spec:
  template:
    roles:
      - name: prefill
        entryTemplate:
          spec:
            containers:
              - name: leader
                command: [sh, -c]
                args:
                  - vllm serve /models/Qwen3-8B --kv-transfer-config ${producer}
                env:
                  - { name: VLLM_NIXL_SIDE_CHANNEL_HOST, value: 0.0.0.0 }
                  - { name: UCX_TLS, value: ^gga }
      - name: decode
        entryTemplate:
          spec:
            containers:
              - name: leader
                command: [sh, -c]
                args:
                  - vllm serve /models/Qwen3-8B --kv-transfer-config ${consumer}
                env:
                  - { name: VLLM_NIXL_SIDE_CHANNEL_HOST, value: 0.0.0.0 }
                  - { name: UCX_TLS, value: ^gga }
`,
    found: ['warning side-channel-host-wildcard: 0.0.0.0'],
  },
  {
    name: "vLLM's gRPC server",
    file: 'workers.sh',
    text: `VLLM_NIXL_SIDE_CHANNEL_PORT=5600 python3 -m vllm.entrypoints.grpc_server --model "$MODEL" --port 50051 \\
  --kv-transfer-config '{"kv_connector":"NixlConector","kv_role":"kv_producer"}' "\${EXTRA[@]}" &
`,
    found: ['error unknown-connector: NixlConector'],
  },
  {
    name: 'a server of another project that has a flag of the same name',
    file: 'serve.sh',
    text: `python -m atom.entrypoints.openai_server --model "$MODEL" \\
  --kv-transfer-config '{"kv_role":"kv_producer","proxy_ip":"10.0.0.1","proxy_ping_port":36367}'
`,
    found: [],
  },
];

describe('files of public repositories', () => {
  for (const { name, file, text, found } of cases) {
    test(name, () => {
      const { problems } = analyze({ name: file, text });
      const lines = problems
        .filter(({ severity }) => severity !== 'hint')
        .map(({ severity, rule, start, end }) => `${severity} ${rule}: ${text.slice(start, end)}`);
      expect(lines).toEqual(found);
    });
  }
});
