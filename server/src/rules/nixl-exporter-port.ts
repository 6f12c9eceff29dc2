import { behaviour } from '../knowledge/behaviours';
import { nixlReadsAsFalse } from '../knowledge/env-values';
import { type Engine, knownInteger, knownText } from '../model';
import { type Page, rule, type Severity } from './rule';
import { known, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { opensSideChannel } from './support/nixl-engine';
import { applies, atMost, named } from './support/versions';
import { code } from './support/words';

const EXPORTER = 'NIXL_TELEMETRY_EXPORTER';
const ENABLE = 'NIXL_TELEMETRY_ENABLE';
const PORT = 'NIXL_TELEMETRY_PROMETHEUS_PORT';
/** Flags with which the ranks of one engine may run on several nodes. */
const SPREADING = ['nnodes', 'distributed-executor-backend', 'data-parallel-backend'] as const;

export const nixlExporterPort = rule({
  id: 'nixl-exporter-port',
  title: 'NIXL telemetry exporter with one port for several ranks',
  category: 'telemetry',
  severity: 'error',
  *check(engine) {
    if (opensSideChannel(engine) !== 'yes') return;
    const exporter = known(engine, EXPORTER);
    if (!exporter || (exporter.text !== 'prometheus' && exporter.text !== 'doca')) return;
    const ranks = ranksOf(engine);
    const outcome = judge(engine);
    // Port 0 is another one for everybody.
    if (ranks < 2 || !outcome || !sharesPort(engine) || isSpread(engine)) return;
    yield finding(
      valuePlace(exporter.variable),
      // What a DOCA exporter does at a port that is taken was not read.
      isCertain(engine) && exporter.text === 'prometheus' ? outcome.severity : atMost(outcome.severity, 'warning'),
      `The ${ranks} ranks of this engine share one port of the ${code(exporter.text)} exporter: ${outcome.words}. Leave the exporter out; vLLM's own \`vllm:nixl_*\` metrics need none.`,
    );
  },
});

export const page = (): Page => ({
  description: `
Every rank of an engine is a process with a NIXL agent of its own, and each of them opens the exporter's one port
(\`NIXL_TELEMETRY_PROMETHEUS_PORT\`, 9090). With NIXL 1.4 the second one throws and the worker does not start; before, it logged
an error and went on without an exporter, so that the metrics of one rank only were seen. It is a warning where the port may be
set out of sight, and nothing is reported where the ranks may run on several nodes.

vLLM's own \`vllm:nixl_*\` metrics need no exporter.`,
  sources: ['nixl#1838', 'nixl:src/plugins/telemetry/prometheus/prometheus_exporter.cpp@v1.3.2'],
  examples: [
    {
      title: 'Four ranks',
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
        - --tensor-parallel-size=4
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: NIXL_TELEMETRY_EXPORTER
          value: prometheus
`,
      findings: [{ covers: 'prometheus', severity: 'error', message: 'The 4 ranks' }],
    },
    {
      title: 'In a script',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.30.0 nixl=1.4.1
export NIXL_TELEMETRY_EXPORTER=prometheus
vllm serve Qwen/Qwen3-32B -tp 4 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      // The port may come from outside the script, and be 0.
      findings: [{ covers: 'prometheus', severity: 'warning', message: 'does not start' }],
    },
    {
      title: 'Ranks on two nodes',
      kind: 'good',
      file: 'prefill.yaml',
      text: `# nixl: nixl=1.4.1
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --tensor-parallel-size=2
        - --nnodes=2
        - --node-rank=0
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: NIXL_TELEMETRY_EXPORTER
          value: prometheus
`,
    },
    {
      title: 'The port may come from a ConfigMap',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `# nixl: nixl=1.4.1
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --tensor-parallel-size=4
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      envFrom:
        - configMapRef:
            name: telemetry
      env:
        - name: NIXL_TELEMETRY_EXPORTER
          value: prometheus
`,
      findings: [{ covers: 'prometheus', severity: 'warning' }],
    },
    {
      title: 'Up to 1.3 the metrics of one rank are left',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: nixl=1.3.2
export NIXL_TELEMETRY_ENABLE=y NIXL_TELEMETRY_EXPORTER=prometheus
vllm serve Qwen/Qwen3-32B -tp 4 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'prometheus', severity: 'warning', message: 'go on without it' }],
    },
    {
      title: 'One rank',
      kind: 'good',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.30.0 nixl=1.4.1
export NIXL_TELEMETRY_EXPORTER=prometheus
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Ranks that are not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.30.0 nixl=1.4.1
export NIXL_TELEMETRY_EXPORTER=prometheus
vllm serve Qwen/Qwen3-32B -tp $TP --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});

/** Processes with an agent: those that are certainly there. */
function ranksOf({ parallel }: Engine): number {
  return (parallel.tensor ?? 1) * (parallel.pipeline ?? 1) * (parallel.dataLocal ?? 1);
}

/** May the ranks run on several nodes, each with a port of its own? */
function isSpread(engine: Engine): boolean {
  return SPREADING.some((name) => {
    const flag = engine.flags.get(name);
    return flag !== undefined && knownText(flag.value) !== 'mp';
  });
}

/** Are all ranks on one node, and are the exporter's switch and port certainly as we see them? */
function isCertain(engine: Engine): boolean {
  return (
    SPREADING.every((name) => engine.flags.get(name) || engine.flags.absent(name)) &&
    [ENABLE, PORT].every((name) => engine.environment.get(name) || engine.environment.absent(name))
  );
}

function judge(engine: Engine): { readonly severity: Severity; readonly words: string } | undefined {
  const enable = engine.environment.get(ENABLE);
  const text = known(engine, ENABLE)?.text;
  if (enable && (text === undefined || nixlReadsAsFalse(text))) return undefined;
  const fatal = applies(behaviour('exporter-clash-fatal').range, engine);
  const lost = applies(behaviour('exporter-clash-lost').range, engine);
  const stops = 'the second one to come throws and its worker does not start';
  if (fatal === 'yes') return { severity: 'error', words: `with ${named(engine, 'nixl')} ${stops}` };
  // Before 1.4 the exporter counts only together with the switch.
  if (lost === 'yes') {
    return enable ? { severity: 'warning', words: 'all but one of them go on without it' } : undefined;
  }
  if (fatal === 'unknown') return { severity: 'info', words: `with NIXL 1.4 ${stops}` };
  return undefined;
}

function sharesPort(engine: Engine): boolean {
  const port = engine.environment.get(PORT);
  return port === undefined || (knownInteger(port.value) ?? 0) > 0;
}
