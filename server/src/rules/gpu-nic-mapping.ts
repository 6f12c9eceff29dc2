import { lookupEnv } from '../knowledge/environment';
import type { Engine } from '../model';
import { type Finding, type Page, rule } from './rule';
import { isQuoted, known, partOf } from './support/environment';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { actor, severityIn } from './support/versions';
import { code } from './support/words';

const MAPPING = 'VLLM_GPU_NIC_PCIE_MAPPING';
const VARIABLES = 'VLLM_NIC_SELECTION_VARS';

/** `0000:1b:00.0`, `1b:00.0`: a PCI address with its function. */
const ADDRESS = /^(?:(?:0x)?[\da-f]{1,8}:)?(?:0x)?[\da-f]{1,2}:(?:0x)?[01]?[\da-f]\.(?:0x)?[0-7]$/i;

export const gpuNicMapping = rule({
  id: 'gpu-nic-mapping',
  title: 'GPU to NIC mapping that stops the workers',
  category: 'environment',
  severity: 'error',
  *check(engine) {
    if (!usesNixl(engine)) return;
    yield* alone(engine, MAPPING, VARIABLES);
    yield* alone(engine, VARIABLES, MAPPING);
    yield* pairs(engine);
  },
});

export const page = (): Page => ({
  description: `
\`VLLM_GPU_NIC_PCIE_MAPPING\` (pairs \`gpu=nic\` of PCI addresses) and \`VLLM_NIC_SELECTION_VARS\` (the variables that get the NIC,
such as \`UCX_NET_DEVICES:1\`) belong together: with one alone every worker stops, and so it does at a pair that cannot be read.`,
  sources: ['vllm#42083', 'vllm:vllm/v1/executor/vllm_net_devices.py@v0.25.1'],
  examples: [
    {
      title: 'One of the two',
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
        - name: VLLM_GPU_NIC_PCIE_MAPPING
          value: 0000:1b:00.0=0000:1c:00.0
`,
      findings: [{ covers: 'VLLM_GPU_NIC_PCIE_MAPPING', severity: 'error', message: 'Set both or neither' }],
    },
    {
      title: 'A pair that is none',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
export VLLM_GPU_NIC_PCIE_MAPPING=0000:1b:00.0=0000:1c:00.0,0000:2b:00.0:0000:2c:00.0
export VLLM_NIC_SELECTION_VARS=UCX_NET_DEVICES:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '0000:2b:00.0:0000:2c:00.0', severity: 'error', message: 'no pair' }],
    },
    {
      title: 'Both',
      kind: 'good',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
export VLLM_GPU_NIC_PCIE_MAPPING=0000:1b:00.0=0000:1c:00.0,2b:00.0=2c:00.0
export VLLM_NIC_SELECTION_VARS=UCX_NET_DEVICES:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Something else may set the other',
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
      envFrom:
        - configMapRef:
            name: nics
      env:
        - name: VLLM_GPU_NIC_PCIE_MAPPING
          value: 0000:1b:00.0=0000:1c:00.0
`,
    },
    {
      title: 'Before 0.23.0',
      kind: 'version',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.19.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_GPU_NIC_PCIE_MAPPING
          value: 0000:1b:00.0=0000:1c:00.0
`,
    },
  ],
});

function* alone(engine: Engine, given: string, missing: string): Iterable<Finding> {
  const variable = engine.environment.get(given);
  const fact = lookupEnv(given);
  if (!variable || !fact || !engine.environment.absent(missing) || known(engine, given)?.text === '') return;
  const severity = severityIn(fact.range, engine, 'error');
  if (!severity) return;
  yield finding(
    variable.nameText.place(),
    severity,
    `${code(given)} is set without ${code(missing)}: ${actor(fact.range, engine)} stops every worker. Set both or neither.`,
  );
}

function* pairs(engine: Engine): Iterable<Finding> {
  const mapping = known(engine, MAPPING);
  const fact = lookupEnv(MAPPING);
  const severity = mapping && fact && severityIn(fact.range, engine, 'error');
  if (!severity || isQuoted(mapping.text)) return;
  let start = 0;
  for (const segment of mapping.text.split(',')) {
    const end = start + segment.length;
    const [gpu = '', nic] = segment.replaceAll(' ', '').split(/=(.*)/s);
    const readable = nic !== undefined && ADDRESS.test(gpu) && ADDRESS.test(nic);
    if (segment.trim() !== '' && !readable) {
      yield finding(
        partOf(mapping.variable, start, end),
        severity,
        `${code(segment.trim())} is no pair of PCI addresses: ${actor(fact.range, engine)} stops every worker. Write it as ${code('0000:1b:00.0=0000:1c:00.0')}.`,
      );
    }
    start = end + 1;
  }
}
