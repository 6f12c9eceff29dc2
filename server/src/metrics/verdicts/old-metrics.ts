import { lookupMetric, type MetricFact } from '../../knowledge/metrics';
import type { VerdictKind, WatchedEndpoint } from '../verdict';
import { flag } from './support/engines';
import { code, list } from './support/words';

export const oldMetrics: VerdictKind = {
  id: 'old-metrics',
  about:
    'A page has metrics that newer releases of vLLM call deprecated or have removed. They work today; dashboards and alerts that use them go blank with an update.',
  *look({ endpoints }) {
    const pages = new Map<string, { readonly facts: readonly MetricFact[]; readonly endpoints: WatchedEndpoint[] }>();
    for (const endpoint of endpoints) {
      if (endpoint.state !== 'ok' && endpoint.state !== 'no-nixl') continue;
      const facts = oldOnes(endpoint.families);
      if (facts.length === 0) continue;
      const key = facts.map(({ name }) => name).join(' ');
      const page = pages.get(key) ?? { facts, endpoints: [] };
      page.endpoints.push(endpoint);
      pages.set(key, page);
    }
    for (const { facts, endpoints: same } of pages.values()) {
      const [first] = same;
      const others = same.length - 1;
      yield {
        id: 'old-metrics',
        severity: 'info',
        title: 'Metrics on their way out',
        endpoint: first!.label,
        engine: null,
        message: `${first!.label}${others > 0 ? ` (and ${others} more)` : ''} still shows ${list(facts.map(({ name }) => code(name)))}, which newer releases of vLLM ${facts.some(({ range }) => range.until) ? 'do not have any more' : 'call deprecated'}. Before you update, change the dashboards and alerts that use ${facts.length > 1 ? 'them' : 'it'}.`,
        evidence: facts.map(wordsOf),
        settings: [flag('show-hidden-metrics-for-version')],
        sources: [...new Set(facts.flatMap(({ sources }) => sources.map(({ text }) => text)))],
      };
    }
  },
};

/** A router of production-stack has some of these names for figures of its own. */
function oldOnes(families: ReadonlySet<string>): readonly MetricFact[] {
  return [...families].sort().flatMap((name) => {
    const fact = lookupMetric(name);
    if (!fact || fact.name !== name || fact.exposedBy !== 'vllm') return [];
    if (fact.deprecated === undefined && fact.range.until === undefined) return [];
    return fact.alsoExposedBy.length > 0 && !families.has('vllm:cache_config_info') ? [] : [fact];
  });
}

function wordsOf({ name, range, deprecated, replacedBy, insteadUse }: MetricFact): string {
  const instead = replacedBy ? `; instead: ${replacedBy}` : insteadUse ? `; instead: ${insteadUse}` : '';
  const went = range.until ? `last in vLLM ${range.until}` : `deprecated from vLLM ${deprecated} on`;
  return `${name}: ${went}${instead}`;
}
