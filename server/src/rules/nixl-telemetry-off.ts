import { behaviour } from '../knowledge/behaviours';
import { nixlReadsAsFalse } from '../knowledge/env-values';
import { type Page, rule } from './rule';
import { known, setValue, valuePlace } from './support/environment';
import { finding, fix } from './support/findings';
import { opensSideChannel } from './support/nixl-engine';
import { applies, named, releases } from './support/versions';
import { code } from './support/words';

const ENABLE = 'NIXL_TELEMETRY_ENABLE';

export const nixlTelemetryOff = rule({
  id: 'nixl-telemetry-off',
  title: 'NIXL telemetry switched off while vLLM reads it',
  category: 'telemetry',
  severity: 'error',
  *check(engine) {
    // NIXL's own file says nothing about connectors: whoever names a vLLM there has one that uses NIXL, most likely.
    const inFile = engine.entry === 'nixl config file' && engine.versions.vllm !== undefined;
    if (opensSideChannel(engine) !== 'yes' && !inFile) return;
    const enable = known(engine, ENABLE);
    if (!enable || !nixlReadsAsFalse(enable.text)) return;
    const wins = behaviour('telemetry-off-wins').range;
    const nixl = applies(wins, engine);
    const vllm = applies(behaviour('telemetry-requested').range, engine);
    if (nixl === 'no' || vllm === 'no') return;
    const certain = nixl === 'yes' && vllm === 'yes';
    const on = inFile ? 'true' : 'y';
    yield finding(
      valuePlace(enable.variable),
      certain ? (inFile ? 'warning' : 'error') : 'info',
      `${code(ENABLE)} is ${code(enable.text)}: ${certain ? named(engine, 'nixl') : releases(wins)} then answers vLLM's request for the telemetry of a finished transfer with an error, and vLLM counts the transfer as failed. Remove the variable or write ${code(on)}.`,
      [fix(`Write ${code(on)}`, false, setValue(enable.variable, on))],
    );
  },
});

export const page = (): Page => ({
  description: `
From 0.12.0 on vLLM asks NIXL for the telemetry of every finished transfer. Up to NIXL 1.3 that request beat
\`NIXL_TELEMETRY_ENABLE\`; from 1.4.0 on the variable wins, each question raises an error, and vLLM counts the finished transfer
as failed: every request is computed again or fails.

Remove the variable: nothing is exported unless an exporter or a folder is configured.`,
  sources: ['vllm#58038', 'nixl#2266', 'nixl:src/core/nixl_agent.cpp@v1.4.0'],
  examples: [
    {
      title: "NIXL's own file",
      kind: 'bad',
      file: 'nixl.cfg',
      text: `# nixl: vllm=0.30.0 nixl=1.4.1
NIXL_TELEMETRY_ENABLE = false
`,
      findings: [{ covers: 'false', severity: 'warning', message: 'write `true`' }],
      fixed: `# nixl: vllm=0.30.0 nixl=1.4.1
NIXL_TELEMETRY_ENABLE = true
`,
    },
    {
      title: 'By the release of vLLM',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.30.0
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: NIXL_TELEMETRY_ENABLE
          value: "n"
`,
      findings: [{ covers: 'n', severity: 'error', message: 'counts the transfer as failed' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.30.0
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: NIXL_TELEMETRY_ENABLE
          value: "y"
`,
    },
    {
      title: 'Up to 1.3 vLLM wins',
      kind: 'version',
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
        - name: NIXL_TELEMETRY_ENABLE
          value: "n"
`,
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'prefill.sh',
      text: `export NIXL_TELEMETRY_ENABLE=false
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'false', severity: 'info', message: 'NIXL from 1.4.0 on' }],
    },
    {
      title: 'On',
      kind: 'good',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.30.0
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: NIXL_TELEMETRY_ENABLE
          value: "y"
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
      image: vllm/vllm-openai:v0.30.0
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: NIXL_TELEMETRY_ENABLE
          value: '{{ .Values.telemetry }}'
`,
    },
  ],
});
