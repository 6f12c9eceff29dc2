import { type Page, rule } from './rule';
import { refusedInNixlConfig } from './support/nixl-config-values';
import { refusedValues } from './support/variable-values';

export const nixlValue = rule({
  id: 'nixl-value',
  title: 'Value that NIXL cannot read',
  category: 'environment',
  severity: 'error',
  check: (engine) =>
    engine.entry === 'nixl config file' ? refusedInNixlConfig(engine) : refusedValues(engine, 'nixl', () => false),
});

export const page = (): Page => ({
  description: `
NIXL's booleans changed twice: \`true\` counts from 1.0.0 on only, and from then on every other spelling, the empty one
included, stops the agent, where older releases warned and took it for off. Log levels are \`TRACE\`, \`DEBUG\`, \`INFO\`, \`WARN\`,
\`ERROR\` and \`FATAL\` in any case; \`WARNING\` is none of them and leaves the default.

NIXL's own file (TOML, from 1.2.0 on) has types: a boolean is \`true\` or \`false\`, a number a number, both without quotes, and
all else is a text in quotes. The spellings of the environment do not count there.`,
  sources: [
    'nixl:src/utils/common/configuration.h@v1.0.0',
    'nixl:src/utils/common/nixl_log.cpp@v1.4.0',
    'nixl:src/core/nixl_agent.cpp@0.9.0',
    'nixl:src/utils/common/toml_traits.h@v1.4.0',
  ],
  examples: [
    {
      title: 'No level of NIXL',
      kind: 'bad',
      file: 'prefill.env',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT=5600
NIXL_LOG_LEVEL=WARNING
`,
      findings: [{ covers: 'WARNING', severity: 'warning', message: 'Write `WARN`' }],
      fixed: `VLLM_NIXL_SIDE_CHANNEL_PORT=5600
NIXL_LOG_LEVEL=WARN
`,
    },
    {
      title: 'A spelling that stops the agent',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: nixl=1.3.0
export NIXL_TELEMETRY_ENABLE=enabled
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'enabled', severity: 'error' }],
    },
    {
      title: 'True before 1.0.0',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: nixl=0.10.1
export NIXL_TELEMETRY_ENABLE=true
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'true', severity: 'warning', message: 'Write `y`' }],
    },
    {
      title: 'True from 1.0.0 on',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: nixl=1.3.0
export NIXL_TELEMETRY_ENABLE=true
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A unit of systemd',
      kind: 'bad',
      file: 'prefill.service',
      text: `[Service]
Environment=NIXL_LOG_LEVEL=verbose VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.5
ExecStart=/usr/bin/vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'verbose', severity: 'warning', message: 'keeps its default' }],
    },
    {
      title: 'Spellings of the environment in a file with types',
      kind: 'bad',
      file: 'nixl.cfg',
      assume: { nixl: '1.4.1' },
      text: `NIXL_TELEMETRY_ENABLE = "y"
NIXL_TELEMETRY_PROMETHEUS_PORT = "9091"
NIXL_TELEMETRY_BUFFER_SIZE = 0
NIXL_TELEMETRY_DIR = 5
`,
      findings: [
        { covers: '"y"', severity: 'error', message: 'Write `true`' },
        { covers: '"9091"', severity: 'warning', message: 'Write `9091`' },
        { covers: '0', severity: 'warning', message: 'above 0' },
        { covers: '5', severity: 'warning', message: 'a text in quotes' },
      ],
    },
    {
      title: 'Types of the file',
      kind: 'good',
      file: 'nixl.cfg',
      text: `NIXL_TELEMETRY_ENABLE = true
NIXL_TELEMETRY_PROMETHEUS_PORT = 0x2383
NIXL_TELEMETRY_RUN_INTERVAL = 00:00:01.5
NIXL_TELEMETRY_DIR = '/var/run/nixl'
NIXL_DISABLE_CUDA_ADDR_WA = 1
`,
    },
    {
      title: 'Levels in any case',
      kind: 'good',
      file: 'prefill.env',
      text: `NIXL_LOG_LEVEL=info
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
        - name: NIXL_LOG_LEVEL
          value: '{{ .Values.level }}'
`,
    },
  ],
});
