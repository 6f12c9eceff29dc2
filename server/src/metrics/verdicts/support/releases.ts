import { behaviour } from '../../../knowledge/behaviours';
import { lookupEnv } from '../../../knowledge/environment';
import { lookupExtraKey } from '../../../knowledge/extra-config';
import { newestRelease, oldestRelease } from '../../../knowledge/horizon';
import { lookupMetric } from '../../../knowledge/metrics';
import { type At, compareVersions, holds, parseVersion, valuesAt } from '../../../knowledge/version';
import type { Watched } from '../../verdict';
import type { EngineWindow } from '../../window';
import { hintsOf } from './engines';

/**
 * What is known about an engine's vLLM: what the configuration says, unless its page shows that something else runs there;
 * else what the page betrays.
 */
export function releaseOf(watched: Watched, engine: EngineWindow): At {
  const said = hintsOf(watched, engine)?.versions?.vllm;
  const endpoint = watched.endpoints.find(({ label }) => label === engine.id.endpoint);
  const shown = endpoint && releasesOfPage(endpoint.families);
  if (!shown) return said;
  const fits = said === undefined || holds({ library: 'vllm', since: shown.from, until: shown.to }, said) !== 'no';
  return fits && said !== undefined ? said : `${shown.from}..${shown.to}`;
}

/** The releases whose pages have these families: no older than the youngest of them, no newer than the last of those that went. */
export function releaseOfPage(families: ReadonlySet<string>): At {
  const shown = releasesOfPage(families);
  return shown && `${shown.from}..${shown.to}`;
}

function releasesOfPage(families: ReadonlySet<string>): { readonly from: string; readonly to: string } | undefined {
  let from = oldestRelease('vllm');
  let to = newestRelease('vllm');
  for (const family of families) {
    const fact = lookupMetric(family);
    if (fact?.exposedBy !== 'vllm' || fact.confidence !== 'source') continue;
    const { since } = fact.range;
    const last = fact.range.goneBy ?? fact.range.until;
    if (since !== undefined && isBefore(from, since)) from = since;
    if (last !== undefined && isBefore(last, to)) to = last;
  }
  return isBefore(to, from) ? undefined : { from, to };
}

function isBefore(a: string, b: string): boolean {
  return compareVersions(parseVersion(a)!, parseVersion(b)!) < 0;
}

const TIMEOUT = 'VLLM_NIXL_ABORT_REQUEST_TIMEOUT';
const LEASE = 'kv_lease_duration';

/** What holds KV on prefill, and for how long unless it is set: in words, and by which settings. */
export function leaseOf(release: At): { readonly words: string; readonly lease: boolean; readonly timeout: boolean } {
  const { range } = behaviour('leases-renewed');
  const leased = holds(range, release);
  const lease = `\`${LEASE}\` (${leaseSeconds()} s unless it is set)`;
  const timeouts = valuesAt(lookupEnv(TIMEOUT)!.defaults, 'vllm', release);
  const timeout = `\`${TIMEOUT}\` (${[...timeouts].reverse().join(' or ')} s unless it is set)`;
  switch (leased) {
    case 'yes':
      return { words: lease, lease: true, timeout: false };
    case 'no':
      return { words: timeout, lease: false, timeout: true };
    case 'unknown':
      return { words: `${lease}, before vLLM ${range.since} ${timeout}`, lease: true, timeout: true };
  }
}

function leaseSeconds(): string {
  return String(lookupExtraKey('NixlConnector', LEASE)?.defaults[0]?.value);
}
