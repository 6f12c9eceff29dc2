import { lookupMetric, type MetricFact, metricThere } from '../knowledge/metrics';
import { holds } from '../knowledge/version';
import type { Deployment } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import {
  askInstead,
  asksFor,
  isEarlier,
  type KnownUse,
  knownUses,
  limited,
  nothing,
  sameSeries,
} from './support/metrics';
import { named, releases, versionOf } from './support/versions';
import { code } from './support/words';

/** Labels that only the router's own metric of the name has; see `alsoExposedBy`. */
const routersLabels = new Set(['server']);

function isRouters({ use, fact }: KnownUse, { metrics }: Deployment): boolean {
  return (
    fact.alsoExposedBy.length > 0 &&
    (use.labels.some((label) => routersLabels.has(label)) ||
      metrics.some(({ name }) => fact.alsoExposedBy.some((router) => lookupMetric(name)?.exposedBy === router)))
  );
}

function check(known: KnownUse, deployment: Deployment): Finding | undefined {
  const { use, fact } = known;
  if (fact.range.until === undefined || isRouters(known, deployment)) return undefined;
  const there = metricThere(fact, use.versions);
  const hidden = there === 'yes' && fact.hidden && holds(fact.hidden, versionOf(use, fact.range.library)) === 'yes';
  if ((there === 'yes' && !hidden) || (there === 'no' && isEarlier(known))) return undefined;
  const other = replacement(fact);
  if (other && asksFor(other, known, deployment)) return undefined;
  const gone = there === 'no';
  return finding(
    use.place,
    limited(gone ? 'warning' : 'info', known),
    `${code(use.name)} ${hidden ? whenHidden(known) : whenGone(known, gone)}.${others(fact)}${instead(known)}`,
    [askInstead(other, known, gone)],
  );
}

function replacement({ replacedBy }: MetricFact): MetricFact | undefined {
  return replacedBy === undefined ? undefined : lookupMetric(replacedBy);
}

function whenHidden({ use, fact }: KnownUse): string {
  return `is hidden in ${named(use, fact.range.library)} unless \`--show-hidden-metrics-for-version\` is given, and later releases do not have it`;
}

function whenGone(known: KnownUse, gone: boolean): string {
  const { use, fact } = known;
  const { range } = fact;
  const who = gone ? named(use, range.library) : 'newer releases';
  return `is a metric of ${releases(range)}: ${who} ${gone ? 'does' : 'do'} not have it, and ${nothing(known)}`;
}

function others({ alsoExposedBy }: MetricFact): string {
  return alsoExposedBy.includes('production-stack') ? ' The router of production-stack has its own of this name.' : '';
}

/** What to write instead, and from which release on where that is not clear. */
function instead(known: KnownUse): string {
  const { insteadUse } = known.fact;
  const other = replacement(known.fact);
  if (!other) return insteadUse ? ` Use ${insteadUse}.` : '';
  const when = metricThere(other, known.use.versions) === 'yes' ? '' : ` (${releases(other.range)})`;
  return ` Use ${code(sameSeries(other, known) ?? other.name)}${when}.`;
}

export const metricRemoved = rule({
  id: 'metric-removed',
  title: 'Metric that this release no longer has',
  category: 'metrics',
  severity: 'warning',
  checkDeployment: (deployment) => knownUses(deployment).flatMap((known) => check(known, deployment) ?? []),
});

export const page = (): Page => ({
  description: `
A query for a metric that does not exist gives nothing, and no error: the panel stays empty, the alert never fires, the
autoscaler never scales. vLLM renames a metric in three steps: it shows both, then the old one only with
\`--show-hidden-metrics-for-version\`, then the new one only. The NIXL exporter renamed its counters in one.

Where the file asks for the new name, too, in the same expression or elsewhere, it serves several releases and nothing is
said. State the release that runs with a comment such as \`# nixl: vllm=0.25.1\`, or in the settings: no image stands beside
a query.`,
  sources: ['vllm#18354', 'vllm#24245', 'vllm#29330', 'vllm#32661', 'vllm:docs/usage/metrics.md@v0.25.1'],
  examples: [
    {
      title: 'An alert on a name that changed',
      kind: 'bad',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.25.1
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: vllm
spec:
  groups:
    - name: vllm
      rules:
        - alert: KvCacheFull
          expr: avg by (pod) (vllm:gpu_cache_usage_perc{namespace="pd"}) > 0.95
          for: 5m
`,
      findings: [
        {
          covers: 'vllm:gpu_cache_usage_perc',
          severity: 'warning',
          message: 'is a metric of vLLM up to 0.11.x: vLLM 0.25.1 does not have it',
        },
      ],
      fixed: `# nixl: vllm=0.25.1
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: vllm
spec:
  groups:
    - name: vllm
      rules:
        - alert: KvCacheFull
          expr: avg by (pod) (vllm:kv_cache_usage_perc{namespace="pd"}) > 0.95
          for: 5m
`,
    },
    {
      title: 'Series of a histogram, in a dashboard',
      kind: 'bad',
      file: 'dashboard.json',
      assume: { vllm: '0.15.1' },
      text: `{
  "panels": [
    {
      "title": "TPOT",
      "targets": [
        {
          "expr": "histogram_quantile(0.99, sum by (le) (rate(vllm:time_per_output_token_seconds_bucket[$__rate_interval])))",
          "legendFormat": "{{model_name}}"
        }
      ]
    }
  ]
}
`,
      findings: [
        {
          covers: 'vllm:time_per_output_token_seconds_bucket',
          severity: 'warning',
          message: 'Use `vllm:inter_token_latency_seconds_bucket`',
        },
      ],
      fixed: `{
  "panels": [
    {
      "title": "TPOT",
      "targets": [
        {
          "expr": "histogram_quantile(0.99, sum by (le) (rate(vllm:inter_token_latency_seconds_bucket[$__rate_interval])))",
          "legendFormat": "{{model_name}}"
        }
      ]
    }
  ]
}
`,
    },
    {
      title: 'Hidden before it goes',
      kind: 'version',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.11.0
groups:
  - name: vllm
    rules:
      - record: pd:prefix_hits:rate5m
        expr: rate(vllm:time_per_output_token_seconds_sum[5m])
      - alert: KvCacheFull
        expr: vllm:gpu_cache_usage_perc > 0.95
`,
      findings: [{ covers: 'vllm:gpu_cache_usage_perc', severity: 'info', message: 'is hidden in vLLM 0.11.0' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'scaled-object.yaml',
      text: `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: decode
spec:
  scaleTargetRef:
    name: decode
  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus:9090
        query: max(vllm:gpu_cache_usage_perc{pod=~"decode-.*"})
        threshold: "0.8"
`,
      findings: [
        {
          covers: 'vllm:gpu_cache_usage_perc',
          severity: 'info',
          message:
            'newer releases do not have it, and the query gives nothing. Use `vllm:kv_cache_usage_perc` (vLLM from 0.9.2 on)',
        },
      ],
    },
    {
      title: 'Counters of the NIXL exporter',
      kind: 'bad',
      file: 'alerts.yaml',
      text: `# nixl: nixl=1.4.0
groups:
  - name: nixl
    rules:
      - alert: NothingReceived
        expr: sum(rate(agent_rx_bytes[5m])) == 0
`,
      findings: [{ covers: 'agent_rx_bytes', severity: 'warning', message: 'Use `agent_rx_bytes_total`' }],
      fixed: `# nixl: nixl=1.4.0
groups:
  - name: nixl
    rules:
      - alert: NothingReceived
        expr: sum(rate(agent_rx_bytes_total[5m])) == 0
`,
    },
    {
      title: 'Both names, for old and new engines',
      kind: 'good',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.25.1
groups:
  - name: vllm
    rules:
      - alert: KvCacheFull
        expr: (vllm:kv_cache_usage_perc or vllm:gpu_cache_usage_perc) > 0.95
`,
    },
    {
      title: 'The router has its own of this name',
      kind: 'good',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.25.1
groups:
  - name: router
    rules:
      - record: router:swapped
        expr: sum by (server) (vllm:num_requests_swapped{server=~".+"})
`,
    },
    {
      title: 'A name that Helm or Grafana makes',
      kind: 'open',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.25.1
groups:
  - name: vllm
    rules:
      - alert: KvCacheFull
        expr: vllm:gpu_cache_usage_{{ .Values.unit }} > 0.95 or \${prefix}gpu_cache_usage_perc > 0.95
`,
    },
  ],
});
