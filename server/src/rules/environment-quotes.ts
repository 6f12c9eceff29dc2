import { checkEnvValue, type EnvFact, lookupEnv } from '../knowledge/environment';
import { lookupTransport, lookupTransportAlias } from '../knowledge/transports';
import { readUcxList } from '../knowledge/ucx-list';
import type { Engine } from '../model';
import { type Page, rule, type Severity } from './rule';
import {
  isQuoted,
  knownVariables,
  SIDE_CHANNEL_HOST,
  SIDE_CHANNEL_PORT,
  setValue,
  valuePlace,
} from './support/environment';
import { finding, fix } from './support/findings';
import { usesNixl, usesUcx } from './support/nixl-engine';
import { UCX_TLS } from './support/ucx-transports';
import { SEVERITIES } from './support/variable-values';
import { versionsOf } from './support/versions';
import { code } from './support/words';

const WHY: Readonly<Record<string, string>> = {
  kubernetes: 'YAML takes away one pair of quotes only',
  compose: 'Compose takes no quotes away',
  'env-file': 'docker reads an env file without taking quotes away',
};

export const environmentQuotes = rule({
  id: 'environment-quotes',
  title: 'Quotes that become part of a value',
  category: 'environment',
  severity: 'error',
  *check(engine) {
    if (!usesNixl(engine)) return;
    for (const { variable, text } of knownVariables(engine)) {
      const fact = lookupEnv(variable.name);
      if (!fact || fact.owner === 'other' || !isQuoted(text) || (fact.owner === 'ucx' && !usesUcx(engine))) continue;
      const bare = text.slice(1, -1);
      const reason = WHY[variable.via];
      yield finding(
        valuePlace(variable),
        severityOf(fact, text, engine),
        `The quotes belong to the value of ${code(variable.name)}${reason ? `: ${reason}` : ''}. ${fact.reader} gets ${code(text)} and does not know what it is; write ${code(bare)}.`,
        [fix(`Write ${code(bare)}`, false, setValue(variable, bare))],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
A shell takes quotes away, docker's \`--env-file\` and a list entry \`NAME="value"\` in Compose do not, and YAML takes away one
pair only. The process then sees the quotes: a host cannot be resolved, a number is none, and a UCX name that begins or
ends with a quote is unknown.`,
  sources: [
    'https://docs.docker.com/reference/cli/docker/container/run/#env',
    'ucx:src/ucs/config/parser.c@v1.22.0',
    'vllm:vllm/envs.py@v0.25.1',
  ],
  examples: [
    {
      title: 'Quotes inside quotes',
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
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "'5600'"
`,
      findings: [{ covers: "'5600'", severity: 'error', message: 'YAML takes away one pair' }],
      fixed: `apiVersion: v1
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
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
`,
    },
    {
      title: 'A list entry in Compose',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    environment:
      - UCX_TLS="rc,tcp,cuda_copy"
    command: ["Qwen/Qwen3-32B", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`,
      findings: [{ covers: '"rc,tcp,cuda_copy"', severity: 'warning', message: 'Compose takes no quotes away' }],
    },
    {
      title: 'Quotes that the shell takes away',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_TLS="rc,tcp,cuda_copy"
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'docker run',
      kind: 'bad',
      file: 'run.sh',
      text: `docker run --network host --gpus all -e 'UCX_TLS="tcp,cuda_copy"' -e VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.5 \\
  vllm/vllm-openai:v0.25.1 Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '"tcp,cuda_copy"', severity: 'error', message: 'The quotes belong to the value' }],
      fixed: `docker run --network host --gpus all -e 'UCX_TLS=tcp,cuda_copy' -e VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.5 \\
  vllm/vllm-openai:v0.25.1 Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A dotenv file, whose readers take them away',
      kind: 'good',
      file: '.env',
      text: `VLLM_NIXL_SIDE_CHANNEL_HOST="10.0.0.5"
`,
    },
    {
      title: 'A value that Helm quotes',
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
        - name: UCX_TLS
          value: {{ .Values.tls | quote }}
`,
    },
  ],
});

function severityOf(fact: EnvFact, text: string, engine: Engine): Severity {
  if (fact.name === SIDE_CHANNEL_HOST || fact.name === SIDE_CHANNEL_PORT) return 'error';
  if (fact.name === UCX_TLS) {
    const { entries } = readUcxList(text);
    return entries.some(({ name }) => lookupTransport(name) || lookupTransportAlias(name)) ? 'warning' : 'error';
  }
  const verdict = checkEnvValue(fact, text, versionsOf(engine));
  return verdict.ok || !verdict.certain ? 'warning' : SEVERITIES[verdict.consequence];
}
