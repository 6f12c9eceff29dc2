import { knownInteger } from '../model';
import { type Page, rule } from './rule';
import { valuePlace } from './support/environment';
import { finding } from './support/findings';
import { defaultPort } from './support/listening-flags';
import { usesNixl } from './support/nixl-engine';
import { apiPort } from './support/same-socket';
import { code } from './support/words';

const PORT = 'VLLM_PORT';

export const vllmPort = rule({
  id: 'vllm-port',
  title: 'VLLM_PORT taken for the port of the API server',
  category: 'environment',
  severity: 'info',
  *check(engine) {
    if (!usesNixl(engine)) return;
    const variable = engine.environment.get(PORT);
    const port = variable && knownInteger(variable.value);
    const fallback = defaultPort(engine, 'port');
    if (port === undefined || !variable || fallback === undefined) return;
    const api = apiPort(engine, fallback);
    if (api === undefined || (api !== port && !engine.flags.absent('port'))) return;
    yield finding(
      valuePlace(variable),
      'info',
      `${code(PORT)} is where vLLM looks for ports of its own, not the port of its API server: that is ${api} here. Use \`--port\` for it.`,
    );
  },
});

export const page = (): Page => ({
  description: `
\`VLLM_PORT\` is not the port of the API server, which is \`--port\`: it is where vLLM begins to look for free ports for its own
processes, counting up. Reported when it equals the API port, or when it is set and \`--port\` is not.`,
  sources: ['vllm:vllm/envs.py@v0.25.1', 'vllm#18209'],
  examples: [
    {
      title: 'The port of the API server',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export VLLM_PORT=8100
vllm serve Qwen/Qwen3-32B --port 8100 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '8100', severity: 'info', message: 'not the port of its API server' }],
    },
    {
      title: 'Instead of the flag',
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
        - name: VLLM_PORT
          value: "8100"
`,
      findings: [{ covers: '8100', severity: 'info', message: 'that is 8000 here' }],
    },
    {
      title: 'A range of its own',
      kind: 'good',
      file: 'prefill.sh',
      text: `export VLLM_PORT=20000
vllm serve Qwen/Qwen3-32B --port 8100 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A port that is not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `export VLLM_PORT=8100
vllm serve Qwen/Qwen3-32B --port $PORT --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
