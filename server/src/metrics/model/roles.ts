import type { EngineRole } from '../../../../protocol/metrics';
import type { EngineId, EngineWindow } from '../window';
import { EXPIRED, FAILED, FINISHED, GENERATION_TOKENS, PROMPT_TOKENS_BY_SOURCE, XFER_TIME } from './families';
import { sumsOf } from './figures';
import type { Role } from './stretch';

/** Labels whose values say what an engine is for: KServe's, and names of what it runs in. */
const TELLING: readonly string[] = ['llm_isvc_role', 'dynamo_component', 'role', 'pod', 'container', 'job', 'instance'];

/** The role that an engine's labels or the name of its endpoint give away. */
export function roleByLabels({ labels, endpoint }: EngineId): EngineRole | undefined {
  for (const name of TELLING) {
    const role = roleByName(labels[name]);
    if (role) return role;
  }
  return roleByName(endpoint);
}

function roleByName(name: string | undefined): EngineRole | undefined {
  if (name === undefined) return undefined;
  const prefill = /prefill/i.test(name);
  // `prefill-decode` names a pair, not a side.
  return prefill === /decode/i.test(name) ? undefined : prefill ? 'prefill' : 'decode';
}

/** What an engine's counters give away about its part in exchanging KV. */
interface Conduct {
  readonly transfers: number;
  /** Prompt tokens came from elsewhere: over NIXL, or from a tier below such as memory of the host. */
  readonly external: boolean;
  /** It gives answers of one token, as prefill is asked for. */
  readonly brief: boolean;
  readonly failures: boolean;
  readonly expires: boolean;
  readonly computes: boolean;
  readonly finishes: boolean;
  /** Its release tells the sources of prompt tokens apart. */
  readonly sources: boolean;
}

function conductOf(window: EngineWindow): Conduct {
  const moved = (family: string) => Math.max(window.lifetime(family) ?? 0, window.counter(family) ?? 0) > 0;
  const sources = window.counterBy(PROMPT_TOKENS_BY_SOURCE, 'source');
  const finished = window.counter(FINISHED) ?? 0;
  const generated = window.counter(GENERATION_TOKENS);
  return {
    transfers: Math.max(window.lifetime(XFER_TIME) ?? 0, sumsOf(window, XFER_TIME)?.count ?? 0),
    external: (sources?.external_kv_transfer ?? 0) > 0,
    brief: finished > 0 && generated !== null && generated <= finished * BRIEF,
    failures: moved(FAILED),
    expires: moved(EXPIRED),
    computes: (sources?.local_compute ?? 0) > 0,
    finishes: moved(FINISHED),
    sources: sources !== null,
  };
}

/**
 * The roles that engines of one model show by what they do, in the order given; nothing where it tells too little. Who
 * uses KV that came over NIXL decodes. Where decode pulls, transfers are counted there; where prefill pushes, on the other
 * side: counting transfers alone says nothing of the side where releases tell the sources of tokens apart.
 * @param windows since their first pages, so that what happened long ago counts too
 */
export function rolesByConduct(windows: readonly EngineWindow[]): readonly (EngineRole | undefined)[] {
  const conducts = windows.map(conductOf);
  const moves = conducts.some(({ transfers }) => transfers > 0);
  const pulled = conducts.some(({ external, brief, transfers }) => external && !brief && transfers > 0);
  // Tokens that an offloading connector loads, in front of NIXL, have the same source: where nothing was transferred, or
  // others count what they pull and this one counts nothing, they are such.
  const receives = ({ external, brief, transfers }: Conduct) =>
    external && !brief && moves && (transfers > 0 || !pulled);
  const receivers = conducts.filter(receives);
  const pushed = receivers.length > 0 && receivers.every(({ transfers }) => transfers === 0);
  const mutual = receivers.length > 1 && conducts.every((conduct) => receives(conduct) && conduct.expires);
  return conducts.map((conduct) => {
    if (receives(conduct)) return mutual ? 'both' : 'decode';
    if (conduct.transfers > 0) {
      if (!conduct.sources) return 'decode';
      if (pushed) return 'prefill';
      // A transfer may be done shortly before its tokens are counted; many are not.
      return conduct.computes && !conduct.external && conduct.transfers >= SURE ? 'prefill' : undefined;
    }
    if (conduct.failures && receivers.length === 0) return conduct.expires ? undefined : 'decode';
    if (conduct.expires) return 'prefill';
    if (conduct.external && !pulled) return undefined;
    const fetched = receivers.length > 0 || conducts.some(({ transfers, sources }) => transfers > 0 && !sources);
    return fetched && conduct.finishes ? 'prefill' : undefined;
  });
}

/** Tokens of a mean answer up to which it is thought to be the prefill part of a request, which asks for one. */
const BRIEF = 2;

/** Transfers without a token that came with them, after which it was this side that sent them. */
const SURE = 10;

/** Configuration before labels before conduct. */
export function roleOf(
  id: EngineId,
  configured: EngineRole | undefined,
  byConduct: EngineRole | undefined,
): Role | undefined {
  // `both` says what an engine may do: what it does says more.
  if (configured === 'prefill' || configured === 'decode') return { role: configured, from: 'configuration' };
  const labelled = roleByLabels(id);
  if (labelled) return { role: labelled, from: 'labels' };
  if (byConduct && byConduct !== 'both') return { role: byConduct, from: 'behaviour' };
  if (configured) return { role: configured, from: 'configuration' };
  return byConduct && { role: byConduct, from: 'behaviour' };
}
