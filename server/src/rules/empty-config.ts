import { flagPlace } from '../model';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { isSwitchedOff } from './support/switched-off';
import { named } from './support/versions';

export const emptyConfig = rule({
  id: 'empty-config',
  title: 'Empty KV transfer configuration',
  category: 'kv-transfer-config',
  severity: 'warning',
  *check(engine) {
    const config = engine.kvTransfer;
    if (!config || !isSwitchedOff(config)) return;
    const { span } = config.place;
    const place = span.end > span.start || !config.flag ? config.place : flagPlace(config.flag);
    yield finding(
      place,
      'warning',
      `The KV transfer configuration is empty: ${named(engine)} starts without KV transfer and says nothing. Give it a connector and a role, or leave the flag out.`,
    );
  },
});

export const page = (): Page => ({
  description: `
An empty value of \`--kv-transfer-config\`, and the word \`None\`, stand for "no KV transfer". vLLM starts without a word, the
engine takes part in nothing, and its peer computes every prompt anew. It is often a variable that was never filled.`,
  sources: ['vllm:vllm/engine/arg_utils.py@v0.25.1', 'vllm:vllm/utils/argparse_utils.py@v0.25.1'],
  examples: [
    {
      title: 'A variable that was never filled',
      kind: 'bad',
      file: 'serve.sh',
      text: `KV_CONFIG=""
vllm serve Qwen/Qwen3-32B --port 8100 --kv-transfer-config "$KV_CONFIG"
`,
      findings: [{ covers: '--kv-transfer-config', severity: 'warning', message: 'is empty' }],
    },
    {
      title: 'The word None',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  decode:
    image: vllm/vllm-openai:v0.25.1
    command: ["Qwen/Qwen3-32B", "--kv-transfer-config", "None"]
`,
      findings: [{ covers: 'None', severity: 'warning' }],
    },
    {
      title: 'A configuration',
      kind: 'good',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A variable from outside',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config "$KV_CONFIG"
`,
    },
  ],
});
