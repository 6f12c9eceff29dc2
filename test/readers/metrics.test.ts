import { describe, expect, test } from 'vitest';
import { analyze } from '../../server/src/analysis';

/** Form and name of what a file asks for, each with the characters that it stands on. */
function metrics(file: string, text: string): string[] {
  const { deployment, files } = analyze({ name: file, text });
  return deployment.metrics.map(({ form, name, place }) => {
    const found = files.locate(place)!;
    expect(text.slice(found.start, found.end)).toBe(name);
    return `${form} ${name}`;
  });
}

describe('where names of metrics stand', () => {
  test('alerts and recording rules, in files of Prometheus and in PrometheusRule', () => {
    const groups = `groups:
  - name: pd
    rules:
      - record: vllm:failed:rate5m
        expr: sum(rate(vllm:nixl_num_failed_transfers_total[5m]))
      - alert: Failed
        expr: |
          # a comment with vllm:x
          vllm:failed:rate5m > 0
            and vllm:num_requests_running > 0
        annotations:
          summary: 'vllm:num_requests_waiting {{ $value }}'
`;
    const expected = [
      'record vllm:failed:rate5m',
      'query vllm:nixl_num_failed_transfers_total',
      'query vllm:failed:rate5m',
      'query vllm:num_requests_running',
    ];
    expect(metrics('alerts.yml', groups)).toEqual(expected);
    expect(metrics('vllm.rules', groups)).toEqual(expected);
    const object = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n${groups.replace(/^/gm, '  ')}`;
    expect(metrics('rule.yaml', object)).toEqual(expected);
  });

  test('dashboards, as files, in ConfigMaps, in values of a chart and in a resource of their own', () => {
    const dashboard = {
      panels: [
        {
          title: 'vllm:not_a_query',
          targets: [{ expr: 'sum(vllm:num_requests_running{pod="$pod"})', legendFormat: 'vllm:x' }],
        },
        { panels: [{ targets: [{ expr: 'rate(vllm:prompt_tokens_total[$__rate_interval])' }] }] },
      ],
      templating: {
        list: [
          { definition: 'label_values(vllm:cache_config_info, model_name)', query: { query: 'metrics(vllm:kv_.*)' } },
        ],
      },
    };
    const json = JSON.stringify(dashboard, undefined, 2);
    const expected = [
      'query vllm:num_requests_running',
      'query vllm:prompt_tokens_total',
      'query vllm:cache_config_info',
    ];
    expect(metrics('dashboard.json', json)).toEqual(expected);
    const block = json.replace(/^/gm, '      ');
    expect(metrics('cm.yaml', `apiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: |-\n${block}\n`)).toEqual(expected);
    expect(metrics('cm.yaml', `apiVersion: v1\nkind: ConfigMap\ndata:\n  dashboard: |-\n${block}\n`)).toEqual(expected);
    expect(metrics('values.yaml', `dashboards:\n  default:\n    json: |-\n${block}\n`)).toEqual(expected);
    const resource = `apiVersion: grafana.integreatly.org/v1beta1\nkind: GrafanaDashboard\nspec:\n  json: >\n${block}\n`;
    expect(metrics('grafana.yaml', resource)).toEqual(expected);
  });

  test('rules in a ConfigMap, where they are two layers deep', () => {
    const text = `apiVersion: v1
kind: ConfigMap
data:
  rules.yml: |
    groups:
      - rules:
          - alert: A
            expr: "vllm:kv_cache_usage_perc > 0.9"
`;
    expect(metrics('cm.yaml', text)).toEqual(['query vllm:kv_cache_usage_perc']);
  });

  test('Perses', () => {
    const text = `kind: Dashboard
spec:
  panels:
    a:
      queries:
        - kind: TimeSeriesQuery
          spec:
            plugin:
              kind: PrometheusTimeSeriesQuery
              spec:
                query: |-
                  sum by (pod) (vllm:num_requests_waiting)
`;
    expect(metrics('perses.yaml', text)).toEqual(['query vllm:num_requests_waiting']);
  });

  test('autoscalers', () => {
    const keda = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
spec:
  triggers:
    - type: prometheus
      metadata:
        metricName: vllm:what_i_call_it
        query: sum(vllm:num_requests_waiting)
`;
    expect(metrics('keda.yaml', keda)).toEqual(['query vllm:num_requests_waiting']);
    const hpa = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec:
  metrics:
    - type: Pods
      pods: { metric: { name: vllm:num_requests_running }, target: { type: AverageValue, averageValue: 5 } }
    - type: External
      external: { metric: { name: "prometheus.googleapis.com|vllm:num_requests_waiting|gauge" } }
    - type: External
      external: { metric: { name: my_queue } }
`;
    expect(metrics('hpa.yaml', hpa)).toEqual(['alias vllm:num_requests_running', 'alias vllm:num_requests_waiting']);
    const adapter = `rules:
  custom:
    - seriesQuery: 'vllm:num_requests_waiting{namespace!="",pod!=""}'
      name: { matches: "^vllm:(.*)$", as: "vllm_$1" }
      metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)'
    - seriesQuery: '{__name__=~"^vllm:.*"}'
`;
    expect(metrics('adapter.yaml', adapter)).toEqual(['query vllm:num_requests_waiting']);
  });

  test('arguments of a scheduler that reads the engines itself, and lists of names', () => {
    const text = `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: epp
          image: ghcr.io/llm-d/llm-d-inference-scheduler:v0.5.0
          args:
            - --kv-cache-usage-percentage-metric
            - vllm:kv_cache_usage_perc
            - --total-queued-requests-metric=vllm:num_requests_waiting
            - --image=vllm:latest
`;
    expect(metrics('epp.yaml', text)).toEqual(['alias vllm:kv_cache_usage_perc', 'alias vllm:num_requests_waiting']);
  });

  test('what a relabelling matches is a pattern, and no name', () => {
    const text = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
spec:
  endpoints:
    - metricRelabelings:
        - { action: keep, sourceLabels: [__name__], regex: "vllm:(gpu_cache_usage_perc|num_requests_running)" }
`;
    expect(metrics('monitor.yaml', text)).toEqual([]);
  });

  test('a chart', () => {
    const text = `{{- if .Values.alerts }}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
spec:
  groups:
    - rules:
        - alert: A
          expr: sum(vllm:num_requests_running{ {{- .Values.selector }} }) > {{ .Values.limit }} or vllm:{{ .Values.name }} > 1
          annotations:
            summary: {{ "{{ $labels.pod }}" }}
{{- end }}
`;
    expect(metrics('templates/rule.yaml', text)).toEqual(['query vllm:num_requests_running']);
  });

  test('a script that applies them', () => {
    const text = `#!/bin/bash
kubectl apply -f - <<EOF
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
spec:
  groups:
    - rules:
        - alert: A
          expr: vllm:num_requests_running > 1
EOF
`;
    expect(metrics('apply.sh', text)).toEqual(['query vllm:num_requests_running']);
  });
});

describe('the releases that count', () => {
  const text = 'groups:\n  - rules:\n      - { alert: A, expr: "vllm:num_requests_running > 1" }\n';
  const versions = (comment: string, vllm?: string) =>
    analyze({ name: 'a.yaml', text: comment + text }, { assumptions: { vllm } }).deployment.metrics[0]!.versions;

  test('come from a comment, then from the settings', () => {
    expect(versions('').vllm).toBeUndefined();
    expect(versions('', '0.12.0').vllm).toMatchObject({ version: '0.12.0', from: 'setting' });
    expect(versions('# nixl: vllm=0.11.0\n', '0.12.0').vllm).toMatchObject({ version: '0.11.0', from: 'comment' });
  });

  test('imply that of the NIXL exporter', () => {
    expect(versions('# nixl: vllm=0.25.1\n').nixl).toMatchObject({ from: 'implied' });
  });
});

test('a long or deep file costs no more than its size', () => {
  const many = Array.from(
    { length: 3_000 },
    (_, index) => `      - { alert: A${index}, expr: "vllm:a{{{{[[[[<<<<" }\n`,
  );
  expect(metrics('a.yaml', `groups:\n  - rules:\n${many.join('')}`)).toHaveLength(3_000);
  const long = `groups:\n  - rules:\n      - expr: "${'vllm:a + '.repeat(20_000)}"\n`;
  expect(metrics('a.yaml', long)).toEqual([]);
});
