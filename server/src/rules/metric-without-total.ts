import { metricThere, readMetricName } from '../knowledge/metrics';
import type { MetricUse } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { recordedNames } from './support/metrics';
import { code } from './support/words';

function check(use: MetricUse): Finding | undefined {
  const name = use.form === 'query' ? readMetricName(use.name) : undefined;
  if (name?.spelling !== 'plain' || name.suffix !== '') return undefined;
  const { fact } = name;
  if (fact.type !== 'counter' || fact.suffixes[0] !== '_total' || metricThere(fact, use.versions) === 'no') {
    return undefined;
  }
  const series = `${use.name}_total`;
  return finding(
    use.place,
    'warning',
    `${code(use.name)} is a counter: its series is ${code(series)}, and the query gives nothing. Write ${code(series)}.`,
    [fix(`Write ${code(series)}`, false, { place: use.place, newText: series })],
  );
}

export const metricWithoutTotal = rule({
  id: 'metric-without-total',
  title: 'Counter without the `_total` of its series',
  category: 'metrics',
  severity: 'warning',
  checkDeployment(deployment) {
    const recorded = recordedNames(deployment);
    return deployment.metrics.flatMap((use) => (recorded.has(use.name) ? [] : (check(use) ?? [])));
  },
});

export const page = (): Page => ({
  description: `
vLLM and LMCache name their counters without \`_total\` in source and in their documentation, and the Prometheus client for
Python adds it: the series that Prometheus has is \`vllm:nixl_num_failed_transfers_total\`. A query for the name alone gives
nothing, and no error.

Ray's spelling of the names is left alone, and so are names in lists of metrics, which some adapter may have made up.`,
  sources: [
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/stats.py@v0.25.1',
    'https://prometheus.github.io/client_python/instrumenting/counter/',
  ],
  examples: [
    {
      title: 'As the documentation writes it',
      kind: 'bad',
      file: 'alerts.yaml',
      text: `groups:
  - name: pd
    rules:
      - alert: TransfersFail
        expr: |
          # on decode
          increase(vllm:nixl_num_failed_transfers{pod=~"decode-.*"}[5m]) > 0
`,
      findings: [
        {
          covers: 'vllm:nixl_num_failed_transfers',
          severity: 'warning',
          message: 'its series is `vllm:nixl_num_failed_transfers_total`',
        },
      ],
      fixed: `groups:
  - name: pd
    rules:
      - alert: TransfersFail
        expr: |
          # on decode
          increase(vllm:nixl_num_failed_transfers_total{pod=~"decode-.*"}[5m]) > 0
`,
    },
    {
      title: 'By its label',
      kind: 'bad',
      file: 'dashboard.json',
      text: `{ "targets": [{ "expr": "rate({__name__=\\"vllm:prompt_tokens\\", pod=\\"$pod\\"}[5m])" }] }
`,
      findings: [{ covers: 'vllm:prompt_tokens', severity: 'warning' }],
      fixed: `{ "targets": [{ "expr": "rate({__name__=\\"vllm:prompt_tokens_total\\", pod=\\"$pod\\"}[5m])" }] }
`,
    },
    {
      title: 'Series, gauges, and a histogram with a name like a counter',
      kind: 'good',
      file: 'alerts.yaml',
      text: `groups:
  - name: pd
    rules:
      - alert: A
        expr: rate(vllm:nixl_num_failed_transfers_total[5m]) > 0 and vllm:num_requests_running == 0
      - alert: B
        expr: rate(vllm:iteration_tokens_total_sum[5m]) == 0
`,
    },
    {
      title: 'Names in a list, and those of Ray',
      kind: 'good',
      file: 'hpa.yaml',
      text: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: decode
spec:
  metrics:
    - type: Pods
      pods:
        metric:
          name: vllm:prompt_tokens
        target:
          type: AverageValue
          averageValue: "100"
    - type: External
      external:
        metric:
          name: ray_vllm_prompt_tokens
        target:
          type: Value
          value: "100"
`,
    },
    {
      title: 'A template makes a part of it',
      kind: 'open',
      file: 'alerts.yaml',
      text: `groups:
  - name: pd
    rules:
      - alert: TransfersFail
        expr: increase(vllm:nixl_num_failed_transfers{{ .Values.suffix }}[5m]) > 0
`,
    },
  ],
});
