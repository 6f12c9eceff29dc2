import type { EndpointState, MetricsUpdate } from '../../protocol/metrics';
import { amount, milliseconds, plural, rate, span } from './format';
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
  const text = sentence(update, all);
  return { tone: tone(update, all), text: `${text}${elsewhere(update)}` };
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

function sentence({ pairs, windowSeconds, recorded }: MetricsUpdate, all: Totals): string {
  const window = span(windowSeconds * 1000);
  if (all.transfers === null && !all.failed) {
    const moment = recorded === null || recorded.to === recorded.from;
    return moment ? 'The first figures come with the second page.' : 'The pages have no figures of transfers.';
  }
  const failures = failing(all);
  if (!all.transfers) {
    if (all.failed) return `No KV arrives: ${failures} in the last ${window}, and no transfer succeeded.`;
    const working = all.running ? `, with ${plural(all.running, 'request')} running` : '';
    return `No KV was transferred in the last ${window}${working}${failures ? `; ${failures}` : ''}.`;
  }
  const both = pairs.some(({ prefill, decode }) => prefill.length > 0 && decode.length > 0);
  const who = both ? 'Prefill and decode exchange KV' : 'KV moves, with one side in sight';
  const figures = [
    `${amount(all.perSecond)} transfers/s`,
    all.avgMs !== null && `${milliseconds(all.avgMs)} each`,
    `${rate(all.linkLoadMBps)} on the link`,
  ];
  const rest = failures ? `${failures} in the last ${window}` : all.failed === null ? '' : 'nothing fails';
  return `${who}: ${figures.filter(Boolean).join(', ')}${rest ? `; ${rest}` : ''}.`;
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

function tone({ verdicts }: MetricsUpdate, all: Totals): Tone {
  if (verdicts.some(({ severity }) => severity === 'critical') || (all.failed && !all.transfers)) return 'critical';
  if (verdicts.some(({ severity }) => severity === 'warning') || failing(all)) return 'warning';
  if (all.transfers === null) return 'unknown';
  return all.transfers > 0 ? 'good' : 'idle';
}
