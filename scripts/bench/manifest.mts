/** The document that all numbers are about: 50 Kubernetes objects on 2,000 lines, half of them vLLM engines. */

const LINES_PER_DOCUMENT = 40;
export const DOCUMENTS = 50;

/** A prefill or decode Deployment of exactly 39 lines, so that with its separator it takes 40. */
function engine(index: number): string[] {
  const role = index % 4 === 0 ? 'prefill' : 'decode';
  const lines = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${role}-${index}
  labels: { app: llm-${index}, role: ${role} }
spec:
  replicas: 2
  selector:
    matchLabels: { app: llm-${index}, role: ${role} }
  template:
    metadata:
      labels: { app: llm-${index}, role: ${role} }
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          command: ["/bin/bash", "-c"]
          args:
            - |
              exec vllm serve Qwen/Qwen3-32B \\
                --port 8000 --tensor-parallel-size 4 \\
                --max-model-len 32768 --gpu-memory-utilization 0.9 \\
                --kv-transfer-config '{"kv_connector": "NixlConnector", "kv_role": "${role === 'prefill' ? 'kv_producer' : 'kv_consumer'}",
                  "kv_connector_extra_config": {"num_threads": 4}}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              valueFrom: { fieldRef: { fieldPath: status.podIP } }
            - name: VLLM_NIXL_SIDE_CHANNEL_PORT
              value: "5600"
            - name: UCX_TLS
              value: rc,cuda_copy,cuda_ipc,sm,tcp
          ports:
            - { name: http, containerPort: 8000 }
            - { name: nixl, containerPort: 5600 }
          resources:
            requests: { cpu: "16", memory: 128Gi }
            limits: { nvidia.com/gpu: "4", rdma/ib: "1" }`.split('\n');
  return pad(lines);
}

/** A ConfigMap that has nothing to do with us. */
function other(index: number): string[] {
  const lines = ['apiVersion: v1', 'kind: ConfigMap', 'metadata:', `  name: settings-${index}`, 'data:'];
  return pad(lines, (line) => `  key-${line}: "value ${line} of ${index}"`);
}

function pad(lines: string[], filler: (line: number) => string = () => '# —'): string[] {
  const padded = [...lines];
  while (padded.length < LINES_PER_DOCUMENT - 1) padded.push(filler(padded.length));
  return padded;
}

/** The whole manifest. */
export function manifest(): string {
  const documents = Array.from({ length: DOCUMENTS }, (_, index) => (index % 2 === 0 ? engine(index) : other(index)));
  return `${documents.map((lines) => lines.join('\n')).join('\n---\n')}\n`;
}
