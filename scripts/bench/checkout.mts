/** A checkout as large repositories are: 2,000 files of 50 MB, of which 120 manifests start vLLM engines. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const FILES = 2_000;
export const RELEVANT = 120;
const MEGABYTES = 50;

/** Applications, each in a folder of its own: prefill, decode, a Service, a ConfigMap, and a kustomization for every third. */
const APPS = RELEVANT / 2;

/** Files that say nothing to us, by their endings, and what a line of one looks like. */
const OTHERS: readonly (readonly [ending: string, line: (index: number) => string])[] = [
  [
    'go',
    (index) =>
      `\tif err := handler${index}(ctx, request); err != nil { return nil, fmt.Errorf("step ${index}: %w", err) }`,
  ],
  [
    'py',
    (index) =>
      `    values[${index}] = transform(values[${index}], scale=${index % 7}, bias=offsets.get("k${index}", 0))`,
  ],
  ['md', (index) => `${index}. The operator reconciles the object until its status says that step ${index} is done.`],
  [
    'json',
    (index) => `  "key${index}": { "name": "value ${index}", "enabled": ${index % 2 === 0}, "weight": ${index} },`,
  ],
  ['yaml', (index) => `  key-${index}: "value ${index} of a setting that somebody needs"`],
];

/** Writes the checkout; the result is the texts of the manifests that say something to us. */
export async function writeCheckout(folder: string): Promise<string[]> {
  const relevant: string[] = [];
  const files = new Map<string, string>([['.git/HEAD', 'ref: refs/heads/main\n']]);
  for (let app = 0; app < APPS; app += 1) {
    const at = `deploy/team-${app % 12}/app-${app}`;
    for (const role of ['prefill', 'decode'] as const) {
      const text = manifest(app, role);
      relevant.push(text);
      files.set(`${at}/${role}.yaml`, text);
    }
    files.set(
      `${at}/service.yaml`,
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: app-${app}\nspec:\n  selector:\n    app: app-${app}\n`,
    );
    files.set(`${at}/settings.yaml`, settings(app));
    if (app % 3 === 0)
      files.set(`${at}/kustomization.yaml`, 'resources: [prefill.yaml, decode.yaml, service.yaml, settings.yaml]\n');
  }
  const left = FILES - files.size + 1;
  const size = (MEGABYTES * 1024 * 1024) / left;
  for (let index = 0; index < left; index += 1) {
    const [ending, line] = OTHERS[index % OTHERS.length]!;
    files.set(`src/part-${index % 40}/file-${index}.${ending}`, filled(line, size));
  }
  await write(folder, files);
  return relevant;
}

/** Writes a file of many pods, each of which takes its variables from a ConfigMap in a file of its own. */
export async function writeFanOut(folder: string, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const files = new Map(numbers.map((index): [string, string] => [`settings-${index}.yaml`, settings(index)]));
  files.set('pods.yaml', numbers.map(pod).join('---\n'));
  await write(folder, files);
}

/** Writes files of some kilobytes that say nothing to us. */
export async function writeOthers(folder: string, count: number): Promise<void> {
  const files = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const [ending, line] = OTHERS[index % OTHERS.length]!;
    files.set(`part-${index % 100}/file-${index}.${ending}`, filled(line, 4_000));
  }
  await write(folder, files);
}

async function write(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const folders = new Set([...files.keys()].map((path) => dirname(join(folder, path))));
  for (const one of folders) await mkdir(one, { recursive: true });
  for (const [path, text] of files) await writeFile(join(folder, path), text);
}

function filled(line: (index: number) => string, size: number): string {
  const lines: string[] = [];
  for (let length = 0, index = 0; length < size; index += 1) {
    const next = line(index);
    lines.push(next);
    length += next.length + 1;
  }
  return `${lines.join('\n')}\n`;
}

function settings(app: number): string {
  const values = Array.from({ length: 20 }, (_, index) => `  SETTING_${index}: "value ${index}"\n`).join('');
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-${app}-settings\ndata:\n${values}`;
}

function pod(app: number): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: engine-${app}
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_both"}
      envFrom:
        - configMapRef: { name: app-${app}-settings }
`;
}

/** A Deployment of about a hundred lines, as they are written in the guides of llm-d. */
export function manifest(app: number, role: 'prefill' | 'decode'): string {
  const kvRole = role === 'prefill' ? 'kv_producer' : 'kv_consumer';
  const variables = Array.from(
    { length: 8 },
    (_, index) => `            - name: APP_OPTION_${index}\n              value: "on"\n`,
  );
  return `# Model server of application ${app}.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${app}-${role}
  labels:
    app: app-${app}
    llm-d.ai/role: ${role}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app-${app}
      llm-d.ai/role: ${role}
  template:
    metadata:
      labels:
        app: app-${app}
        llm-d.ai/role: ${role}
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          command: ["/bin/bash", "-c"]
          args:
            - |
              set -e
              # One engine on the cards of this pod.
              exec vllm serve Qwen/Qwen3-32B \\
                --port 8000 \\
                --tensor-parallel-size 4 \\
                --max-model-len 32768 \\
                --gpu-memory-utilization 0.9 \\
                --kv-transfer-config '{"kv_connector": "NixlConnector", "kv_role": "${kvRole}",
                  "kv_connector_extra_config": {"num_threads": 4}}'
          envFrom:
            - configMapRef:
                name: app-${app}-settings
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
            - name: VLLM_NIXL_SIDE_CHANNEL_PORT
              value: "5600"
            - name: UCX_TLS
              value: rc,cuda_copy,cuda_ipc,sm,tcp
${variables.join('')}          ports:
            - name: http
              containerPort: 8000
            - name: nixl
              containerPort: 5600
          readinessProbe:
            httpGet:
              path: /health
              port: 8000
            periodSeconds: 5
          resources:
            requests:
              cpu: "16"
              memory: 128Gi
            limits:
              nvidia.com/gpu: "4"
              rdma/ib: "1"
          securityContext:
            capabilities:
              add: [IPC_LOCK]
          volumeMounts:
            - name: shm
              mountPath: /dev/shm
            - name: models
              mountPath: /models
      volumes:
        - name: shm
          emptyDir:
            medium: Memory
            sizeLimit: 16Gi
        - name: models
          persistentVolumeClaim:
            claimName: models
      terminationGracePeriodSeconds: 130
`;
}
