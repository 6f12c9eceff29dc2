import type { EndpointState, MetricsUpdate } from '../../protocol/metrics';
import { amount, milliseconds, plural, rate, span } from './format';
import { FAILING, period, type Side, type Sight, sight } from './sight';
import { type Totals, totals } from './totals';

/** `unknown` also while figures are on their way. */
export type Tone = 'good' | 'idle' | 'info' | 'warning' | 'critical' | 'unknown';

export interface Health {
  readonly tone: Tone;
  /** The answer to: do prefill and decode exchange KV, how fast, what fails? */
  readonly text: string;
}

/** One sentence on the whole deployment. It says nothing that the pages do not. */
export function health(update: MetricsUpdate): Health {
  const answering = update.endpoints.filter(({ state }) => state === 'ok' || state === 'stale');
  if (answering.length === 0) return unanswered(update);
  const all = totals(update);
  const seen = sight(update);
  const text = sentence(update, all, seen);
  return { tone: tone(update, all, seen), text: `${text}${elsewhere(update)}` };
}

function unanswered({ endpoints }: MetricsUpdate): Health {
  if (endpoints.length === 0) return { tone: 'unknown', text: 'No endpoint is watched.' };
  const asked = endpoints.filter(({ lastPageAt, problem }) => lastPageAt !== null || problem !== null);
  if (asked.length === 0) return { tone: 'unknown', text: `Asking ${plural(endpoints.length, 'endpoint')}…` };
  return {
    tone: 'critical',
    text: `No endpoint shows figures of NIXL: ${states(endpoints.map(({ state }) => state))}.`,
  };
}

/** The words for states, in tables and sentences alike. */
export const STATE_WORDS: Record<EndpointState, string> = {
  ok: 'ok',
  stale: 'stale',
  down: 'down',
  refused: 'refused',
  'no-nixl': 'without NIXL',
  disabled: 'statistics off',
};

function states(all: readonly EndpointState[]): string {
  const counts = new Map<EndpointState, number>();
  for (const state of all) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, number]) => `${number} ${STATE_WORDS[state]}`).join(', ');
}

function sentence(update: MetricsUpdate, all: Totals, seen: Sight): string {
  const { pairs, recorded, windowSeconds } = update;
  const failures = failing(all);
  const when = period(seen, windowSeconds);
  if (seen.silent) return silence(update, all, seen.silent, when);
  if (!all.transfers) {
    if (all.failed && all.transfers === 0) return `No KV arrives: ${failures} ${when}, and no transfer succeeded.`;
    const counted = update.engines.some(({ window }) => window.transfers !== null);
    if (counted) return nothing(update, all, seen);
    if (failures) return `${capital(failures)} ${when}; how many transfers succeeded is not known.`;
    const moment = recorded === null || recorded.to === recorded.from;
    return moment ? 'The first figures come with the second page.' : 'The pages have no figures of transfers.';
  }
  const both = pairs.some(({ prefill, decode }) => prefill.length > 0 && decode.length > 0);
  const who = both ? 'Prefill and decode exchange KV' : 'KV moves, with one side in sight';
  const rest = failures ? `${failures} ${when}` : all.failed === null ? '' : 'nothing fails';
  return `${who}: ${figures(all)}${rest ? `; ${rest}` : ''}.`;
}

function figures(all: Totals): string {
  const parts = [
    `${amount(all.perSecond)} transfers/s`,
    all.avgMs !== null && `${milliseconds(all.avgMs)} each`,
    `${rate(all.linkLoadMBps)} on the link`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Figures of one who does not answer are not those of now. */
function silence(update: MetricsUpdate, all: Totals, { who, verb, since }: NonNullable<Sight['silent']>, when: string) {
  const long = since === null ? '' : ` for ${span(update.at - since)}`;
  const failures = failing(all);
  const last = all.transfers
    ? `the last figures were ${figures(all)}`
    : all.transfers === 0
      ? 'no transfer is in the last figures'
      : 'how much moves is not known';
  return `${capital(who)} ${verb} not answered with figures${long}; ${last}${failures ? `; ${failures} ${when}` : ''}.`;
}

/** Beside a side that is missing: who is in sight, and when the missing one is the one that counts. */
const OTHER: Record<Side, readonly [string, string]> = {
  decode: ['Prefill', 'unless the connector pushes'],
  prefill: ['Decode', 'if the connector pushes'],
};

/** Nobody in sight counted a transfer. That none was made follows only if those who count were watched all the time. */
function nothing({ windowSeconds }: MetricsUpdate, all: Totals, seen: Sight): string {
  const when = period(seen, windowSeconds);
  const failures = failing(all);
  const working = all.running ? `, with ${plural(all.running, 'request')} running` : '';
  const more = `${working}${failures ? `; ${failures}` : ''}`;
  if (seen.unpaired) {
    return `No transfer was counted ${when}${more}; who prefills and who decodes is not known.`;
  }
  if (seen.uncounted !== null || !seen.whole) {
    const begin = seen.whole
      ? `No transfer was counted ${when}`
      : `Watching for ${span(seen.watchedMs)}: no transfer was counted so far`;
    const unknown = seen.uncounted && `${seen.uncounted.who} ${seen.uncounted.verb} no figures of transfers`;
    return `${begin}${more}${unknown ? `; ${unknown}${seen.whole ? '' : ' yet'}` : ''}.`;
  }
  if (seen.late) {
    const { who, verb, ms } = seen.late;
    return `No transfer was counted ${when}${more}; ${who} ${verb} been in sight for ${span(ms)} only.`;
  }
  const [side] = seen.missing;
  if (side) {
    const [other, counts] = OTHER[side];
    const where = seen.roleless ? 'is not told from the others yet' : 'is not in sight';
    return `${other} counted no transfer ${when}${more}; ${side}, which counts them ${counts}, ${where}.`;
  }
  return `No KV was transferred ${when}${more}.`;
}

function capital(text: string): string {
  return /^(prefill|decode)\b(?!-)/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

/** What went wrong, in order of what it means. Empty: nothing that was counted. */
function failing({ failed, notifications, expired, late }: Totals): string {
  const parts = [
    late && `${plural(late, 'notification')} came too late`,
    failed && `${plural(failed, 'transfer')} failed`,
    expired && `the KV of ${plural(expired, 'request')} expired`,
    notifications && `${plural(notifications, 'notification')} failed`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Endpoints that cannot be seen are part of the answer. */
function elsewhere({ endpoints }: MetricsUpdate): string {
  const unseen = endpoints.filter(({ state }) => state !== 'ok').map(({ state }) => state);
  if (unseen.length === 0) return '';
  return ` ${unseen.length} of ${plural(endpoints.length, 'endpoint')} cannot be seen: ${states(unseen)}.`;
}

function tone({ verdicts, endpoints }: MetricsUpdate, all: Totals, seen: Sight): Tone {
  if (verdicts.some(({ severity }) => severity === 'critical') || (all.failed && all.transfers === 0))
    return 'critical';
  if (verdicts.some(({ severity }) => severity === 'warning') || failing(all)) return 'warning';
  if (seen.silent || (all.transfers && endpoints.some(({ state }) => FAILING.has(state)))) return 'warning';
  if (all.transfers) return 'good';
  const none = !seen.unpaired && !seen.uncounted && !seen.late && seen.missing.length === 0 && seen.whole;
  return none ? 'idle' : 'unknown';
}
