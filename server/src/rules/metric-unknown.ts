import { lookupMetric, nearestMetrics, readMetricName } from '../knowledge/metrics';
import { isUnverified } from '../knowledge/releases';
import type { MetricUse } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { recordedNames } from './support/metrics';
import { named, versionOf } from './support/versions';
import { code } from './support/words';

function check(use: MetricUse): Finding | undefined {
  // More colons than one are the mark of a recording rule.
  if (use.form !== 'query' || !/^vllm:[a-z]\w*$/.test(use.name) || readMetricName(use.name)) return undefined;
  const meant = nearestMetrics(use.name, 1)[0];
  if (meant === undefined || lookupMetric(meant)?.exposedBy !== 'vllm') return undefined;
  const version = versionOf(use);
  const known = version !== undefined && !isUnverified('vllm', version);
  return finding(
    use.place,
    known ? 'warning' : 'info',
    `${code(use.name)} is no metric of ${known ? named(use) : 'vLLM'}: unless a plugin or a recording rule brings it, the query gives nothing. Write ${code(meant)}.`,
    [fix(`Write ${code(meant)}`, false, { place: use.place, newText: meant })],
  );
}

export const metricUnknown = rule({
  id: 'metric-unknown',
  title: 'Metric that vLLM does not have',
  category: 'metrics',
  severity: 'warning',
  checkDeployment(deployment) {
    const recorded = recordedNames(deployment);
    return deployment.metrics.flatMap((use) => (recorded.has(use.name) ? [] : (check(use) ?? [])));
  },
});

export const page = (): Page => ({
  description: `
A query for a metric that does not exist gives nothing, and no error.

Only names close to one of vLLM's own are reported. Routers, plugins and forks have metrics with \`vllm:\` in front, too, and
recording rules make more: a name that the same file records, or one with a second colon, is left alone.`,
  sources: ['vllm:vllm/v1/metrics/loggers.py@v0.25.1'],
  examples: [
    {
      title: 'Singular',
      kind: 'bad',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.25.1
groups:
  - name: pd
    rules:
      - alert: TransfersFail
        expr: increase(vllm:nixl_num_failed_transfer_total[5m]) > 0
`,
      findings: [
        {
          covers: 'vllm:nixl_num_failed_transfer_total',
          severity: 'warning',
          message: 'Write `vllm:nixl_num_failed_transfers_total`',
        },
      ],
      fixed: `# nixl: vllm=0.25.1
groups:
  - name: pd
    rules:
      - alert: TransfersFail
        expr: increase(vllm:nixl_num_failed_transfers_total[5m]) > 0
`,
    },
    {
      title: 'Written out, without a known release',
      kind: 'bad',
      file: 'scaled-object.yaml',
      text: `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
spec:
  triggers:
    - type: prometheus
      metadata:
        query: avg(vllm:kv_cache_usage_percent)
`,
      findings: [{ covers: 'vllm:kv_cache_usage_percent', severity: 'info', message: 'vllm:kv_cache_usage_perc' }],
    },
    {
      title: 'Names that the file records',
      kind: 'good',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.25.1
groups:
  - name: pd
    rules:
      - record: vllm:kv_cache_usage_percent
        expr: 100 * vllm:kv_cache_usage_perc
      - record: vllm:ttft:p99
        expr: histogram_quantile(0.99, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket[5m])))
      - alert: Slow
        expr: vllm:ttft:p99 > 2 or vllm:kv_cache_usage_percent > 95
`,
    },
    {
      title: "Others' metrics",
      kind: 'good',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.25.1
groups:
  - name: router
    rules:
      - alert: Router
        expr: vllm:current_qps > 100 and vllm:prefix_cache_miss_total > 0 and vllm:deployment_replicas < 2
`,
    },
    {
      title: 'A pattern, and a name that Grafana makes',
      kind: 'open',
      file: 'dashboard.json',
      assume: { vllm: '0.25.1' },
      text: `{ "targets": [{ "expr": "{__name__=~\\"vllm:nixl_num_failed_transfer.*\\"}" }, { "expr": "vllm:nixl_num_failed_$what" }] }
`,
    },
    {
      title: 'A release newer than what was read',
      kind: 'version',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.32.0
groups:
  - name: pd
    rules:
      - alert: TransfersFail
        expr: increase(vllm:nixl_num_failed_transfer_total[5m]) > 0
`,
      findings: [{ covers: 'vllm:nixl_num_failed_transfer_total', severity: 'info' }],
    },
  ],
});
