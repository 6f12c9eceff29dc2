import { type Page, rule } from './rule';
import { known, setValue, valuePlace } from './support/environment';
import { finding, fix } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { allOf, code } from './support/words';

const VARIABLE = 'NVIDIA_DRIVER_CAPABILITIES';

/** What vLLM needs of the driver, and what it is for. */
const NEEDED: Readonly<Record<string, string>> = { compute: 'the CUDA driver', utility: 'NVML, which finds the GPUs' };

/** The notations whose variables the container runtime reads: what a script exports comes too late. */
const READ_BY_RUNTIME = ['kubernetes', 'config-map', 'compose', 'docker-run', 'env-file', 'dockerfile'];

export const driverCapabilities = rule({
  id: 'driver-capabilities',
  title: 'Driver capabilities without what vLLM needs',
  category: 'pods',
  severity: 'warning',
  *check(engine) {
    const found = known(engine, VARIABLE);
    if (!found || !usesNixl(engine) || !READ_BY_RUNTIME.includes(found.variable.via)) return;
    if (engine.platform !== undefined && engine.platform !== 'cuda') return;
    const given = found.text.split(',').map((word) => word.trim());
    const missing = Object.keys(NEEDED).filter((name) => !given.includes(name));
    // Empty is the same as not set; in quotes it is another mistake.
    if (found.text.trim() === '' || given.includes('all') || missing.length === 0 || /["']/.test(found.text)) return;
    const mended = [...given.filter((word) => word !== ''), ...missing].join(',');
    yield finding(
      valuePlace(found.variable),
      'warning',
      `${code(VARIABLE)} leaves out ${allOf(missing)} (${missing.map((name) => NEEDED[name]).join('; ')}): unless the runtime ignores it (CDI), vLLM finds no usable GPU in the container. Write ${code(mended)}, or remove it.`,
      [fix(`Write ${code(mended)}`, false, setValue(found.variable, mended))],
    );
  },
});

export const page = (): Page => ({
  description: `
NVIDIA's container runtime mounts the parts of the driver that \`NVIDIA_DRIVER_CAPABILITIES\` names, and \`compute,utility\` where it
is not set. A value that names others and leaves these out (\`video\`, \`graphics\`, \`utility\` alone) hides the CUDA driver or NVML
from vLLM. A runtime in CDI mode ignores the variable, so this is a warning.`,
  sources: [
    'https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html#driver-capabilities',
    'vllm:vllm/platforms/__init__.py@v0.25.1',
  ],
  examples: [
    {
      title: 'NVML alone',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - name: NVIDIA_DRIVER_CAPABILITIES
          value: utility
`,
      findings: [{ covers: 'utility', severity: 'warning', message: '`compute`' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - name: NVIDIA_DRIVER_CAPABILITIES
          value: utility,compute
`,
    },
    {
      title: 'Both, all, or empty',
      kind: 'good',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    environment:
      NVIDIA_DRIVER_CAPABILITIES: video,compute,utility
    command: ["Qwen/Qwen3-32B", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
  decode:
    image: vllm/vllm-openai:v0.25.1
    environment:
      NVIDIA_DRIVER_CAPABILITIES: all
    command: ["Qwen/Qwen3-32B", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
  other:
    image: vllm/vllm-openai:v0.25.1
    environment:
      NVIDIA_DRIVER_CAPABILITIES: ""
    command: ["Qwen/Qwen3-32B", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
    },
    {
      title: 'A value from elsewhere, and an export that no runtime reads',
      kind: 'open',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: ["bash", "-c"]
      args:
        - |
          export NVIDIA_DRIVER_CAPABILITIES=utility
          vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
      env:
        - name: NVIDIA_DRIVER_CAPABILITIES
          valueFrom: { configMapKeyRef: { name: gpu, key: capabilities } }
`,
    },
  ],
});
