import { lookupMetric, metricNames, metricThere } from '../knowledge/metrics';
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
import { named, releases } from './support/versions';
import { code } from './support/words';

function check(known: KnownUse, deployment: Deployment): Finding | undefined {
  const { use, fact } = known;
  if (!isEarlier(known)) return undefined;
  const before = lookupMetric(
    metricNames(use.versions).find((name) => lookupMetric(name)?.replacedBy === fact.name) ?? '',
  );
  if (before && asksFor(before, known, deployment)) return undefined;
  const { library } = fact.range;
  return finding(
    use.place,
    limited('warning', known),
    `${code(use.name)} is a metric of ${releases(fact.range)}: ${named(use, library)} does not have it yet, and ${nothing(known)}.${
      before ? ` There it is ${code(sameSeries(before, known) ?? before.name)}.` : ''
    }`,
    [before && metricThere(before, use.versions) === 'yes' ? askInstead(before, known, true) : undefined],
  );
}

export const metricNotYet = rule({
  id: 'metric-not-yet',
  title: 'Metric that this release does not have yet',
  category: 'metrics',
  severity: 'warning',
  checkDeployment: (deployment) => knownUses(deployment).flatMap((known) => check(known, deployment) ?? []),
});

export const page = (): Page => ({
  description: `
A query for a metric that does not exist gives nothing, and no error: the panel stays empty, the alert never fires. Most of
what tells about transfers is young: the first NIXL metrics came with vLLM 0.11.1, expired requests with 0.15.0, tokens by
their source with 0.16.0.

Only where the release is known. A file that asks for the former name of the metric, too, serves several releases.`,
  sources: ['vllm#26811', 'vllm#32340', 'vllm#33290', 'vllm#38435'],
  examples: [
    {
      title: 'An alert that can not fire',
      kind: 'bad',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.14.0
groups:
  - name: pd
    rules:
      - alert: KvExpired
        expr: increase(vllm:nixl_num_kv_expired_reqs_total[5m]) > 0
`,
      findings: [
        {
          covers: 'vllm:nixl_num_kv_expired_reqs_total',
          severity: 'warning',
          message: 'vLLM from 0.15.0 on: vLLM 0.14.0 does not have it yet',
        },
      ],
    },
    {
      title: 'It had another name',
      kind: 'bad',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.9.1
groups:
  - name: pd
    rules:
      - alert: KvCacheFull
        expr: vllm:kv_cache_usage_perc > 0.95
`,
      findings: [
        { covers: 'vllm:kv_cache_usage_perc', severity: 'warning', message: 'There it is `vllm:gpu_cache_usage_perc`' },
      ],
      fixed: `# nixl: vllm=0.9.1
groups:
  - name: pd
    rules:
      - alert: KvCacheFull
        expr: vllm:gpu_cache_usage_perc > 0.95
`,
    },
    {
      title: 'A counter of the NIXL exporter, before it got its ending',
      kind: 'bad',
      file: 'alerts.yaml',
      text: `# nixl: nixl=1.0.1
groups:
  - name: nixl
    rules:
      - alert: NothingReceived
        expr: sum(rate(agent_rx_bytes_total[5m])) == 0
`,
      findings: [{ covers: 'agent_rx_bytes_total', severity: 'warning', message: 'There it is `agent_rx_bytes`' }],
      fixed: `# nixl: nixl=1.0.1
groups:
  - name: nixl
    rules:
      - alert: NothingReceived
        expr: sum(rate(agent_rx_bytes[5m])) == 0
`,
    },
    {
      title: 'It is there',
      kind: 'version',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.15.0
groups:
  - name: pd
    rules:
      - alert: KvExpired
        expr: increase(vllm:nixl_num_kv_expired_reqs_total[5m]) > 0
`,
    },
    {
      title: 'A release that is not known',
      kind: 'open',
      file: 'alerts.yaml',
      text: `groups:
  - name: pd
    rules:
      - alert: KvExpired
        expr: increase(vllm:nixl_num_kv_expired_reqs_total[5m]) > 0
`,
    },
    {
      title: 'A release known only from threads',
      kind: 'version',
      file: 'alerts.yaml',
      text: `# nixl: vllm=0.25.1
groups:
  - name: pd
    rules:
      - alert: ReadAfterExpiry
        expr: increase(vllm:nixl_num_notifications_after_expiry_total[5m]) > 0
`,
      findings: [{ covers: 'vllm:nixl_num_notifications_after_expiry_total', severity: 'info' }],
    },
    {
      title: 'A panel for old and new engines',
      kind: 'good',
      file: 'dashboard.json',
      assume: { vllm: '0.9.1' },
      text: `{ "targets": [{ "expr": "vllm:kv_cache_usage_perc" }, { "expr": "vllm:gpu_cache_usage_perc" }] }
`,
    },
  ],
});
