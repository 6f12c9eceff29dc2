import { lookupMetric } from '../../knowledge/metrics';
import {
  EXPIRED,
  FAILED,
  KV_USAGE,
  PROMPT_TOKENS,
  PROMPT_TOKENS_BY_SOURCE,
  WAITING,
  WAITING_BY_REASON,
  XFER_TIME,
} from '../model/families';
import type { VerdictKind, Watched, WatchedEndpoint } from '../verdict';
import { isOfRay } from './support/ray';
import { code, list } from './support/words';

/** A family that verdicts need, those of the same page without which its absence says nothing, and what stays unseen. */
interface Needed {
  readonly family: string;
  readonly beside: readonly string[];
  readonly unseen: string;
}

const NEEDED: readonly Needed[] = [
  { family: EXPIRED, beside: [XFER_TIME, FAILED], unseen: 'KV that expires on prefill' },
  {
    family: PROMPT_TOKENS_BY_SOURCE,
    beside: [XFER_TIME, PROMPT_TOKENS, WAITING, KV_USAGE],
    unseen: 'where prompt tokens come from',
  },
  {
    family: WAITING_BY_REASON,
    beside: [XFER_TIME, PROMPT_TOKENS, WAITING, KV_USAGE],
    unseen: 'requests that wait for KV',
  },
];

export const metricMissing: VerdictKind = {
  id: 'metric-missing',
  about:
    "NIXL's figures are there, but the release of vLLM is too old for some of them. Names the first release that has each, and what cannot be seen until then.",
  *look(watched) {
    const pages = new Map<string, WatchedEndpoint[]>();
    for (const endpoint of watched.endpoints) {
      if (endpoint.state !== 'ok' || hides(watched, endpoint)) continue;
      const missing = NEEDED.filter(
        ({ family, beside }) => !endpoint.families.has(family) && beside.every((one) => endpoint.families.has(one)),
      );
      const key = missing.map(({ family }) => family).join(' ');
      if (missing.length > 0) pages.set(key, [...(pages.get(key) ?? []), endpoint]);
    }
    for (const [key, endpoints] of pages) {
      const missing = key.split(' ').map((family) => NEEDED.find((one) => one.family === family)!);
      const since = (family: string) => lookupMetric(family)!.range.since!;
      const [first] = endpoints;
      const others = endpoints.length - 1;
      yield {
        id: 'metric-missing',
        severity: 'info',
        title: 'Older vLLM shows less',
        endpoint: first!.label,
        engine: null,
        message: `${first!.label}${others > 0 ? ` (and ${others} more)` : ''} does not show ${list(missing.map(({ family }) => `${code(family)} (vLLM ${since(family)} and newer)`))}, which hides ${list(missing.map(({ unseen }) => unseen))}. Update vLLM to see them; a rule that drops metrics on the way would look the same.`,
        evidence: endpoints
          .slice(0, 8)
          .map(({ label }) => `${label}: ${missing.map(({ family }) => family).join(', ')} missing`),
        settings: [],
        sources: [...new Set(missing.flatMap(({ family }) => lookupMetric(family)!.sources.map(({ text }) => text)))],
      };
    }
  },
};

/** Ray shows counters with their first event, and the Rust front end has not all families: there absence proves no release. */
function hides(watched: Watched, { label, openMetrics }: WatchedEndpoint): boolean {
  return openMetrics || watched.engines.some((engine) => engine.id.endpoint === label && isOfRay(engine));
}
