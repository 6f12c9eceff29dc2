import type { Certainty } from '../../knowledge/version';
import { type Engine, knownInteger, knownText, type Value } from '../../model';
import { SIDE_CHANNEL_HOST } from './environment';
import { hostShape } from './hosts';

/** An address that a program binds: known text, something unknown that can be told from others, or not known at all. */
export type BoundHost = { readonly text: string } | { readonly same: string } | undefined;

/** The address that the side channel binds. Where nothing in sight sets it, the engines of one script have the same. */
export function sideChannelHost(engine: Engine): BoundHost {
  const variable = engine.environment.get(SIDE_CHANNEL_HOST);
  if (variable) return boundHost(variable.value);
  if (engine.environment.absent(SIDE_CHANNEL_HOST)) return { text: 'localhost' };
  return engine.network.kind === 'host' ? { same: 'inherited' } : undefined;
}

export function boundHost(value: Value): BoundHost {
  const text = knownText(value);
  if (text !== undefined) return { text };
  return value.kind === 'unknown'
    ? { same: `${value.reason.kind} ${value.reason.detail}` }
    : { same: value.source.text };
}

/** Would two sockets on one port of one namespace be in each other's way, by the addresses that they bind? */
export function sameAddress(a: BoundHost, b: BoundHost): Certainty {
  if (!a || !b) return 'unknown';
  if (isWildcard(a) || isWildcard(b)) return 'yes';
  if ('text' in a && 'text' in b) {
    if (a.text === b.text) return 'yes';
    const literals = [a, b].every(({ text }) => ['ipv4', 'ipv6', 'loopback'].includes(hostShape(text)));
    const loopbacks = [a, b].every(({ text }) => hostShape(text) === 'loopback');
    return literals && !loopbacks ? 'no' : 'unknown';
  }
  return 'same' in a && 'same' in b && a.same === b.same ? 'yes' : 'unknown';
}

function isWildcard(host: NonNullable<BoundHost>): boolean {
  return 'text' in host && hostShape(host.text) === 'wildcard';
}

/** The port of the API server: given, or 8000 where provably nothing gives another. */
export function apiPort(engine: Engine, fallback: number): number | undefined {
  if (engine.flags.get('headless')) return undefined;
  const flag = engine.flags.get('port');
  if (flag) return knownInteger(flag.value);
  return engine.flags.absent('port') ? fallback : undefined;
}

/** The same for a port that is not known, told from others by the way it is written: `$PREFILL_PORT`. */
function apiPortWords(engine: Engine, fallback: number): string | undefined {
  const port = apiPort(engine, fallback);
  if (port !== undefined) return `${port}`;
  const value = engine.flags.get('headless') ? undefined : engine.flags.get('port')?.value;
  const host = value && boundHost(value);
  return host && ('text' in host ? host.text : host.same);
}

/** Engines of one network namespace that each is compared with: more than any host can run. */
export const mostNeighbours = 300;

/**
 * Do both engines run at the same time? Two containers of a pod do. In a script, launches with one API port follow each
 * other (a benchmark that starts, measures and stops), and one in a branch may not happen.
 * @param all the engines of the files, among which may be such a repeated launch
 */
export function runTogether(a: Engine, b: Engine, all: readonly Engine[], fallback: number): Certainty {
  if (mayStartAlone(a, b) || followEachOther(a, b)) return 'no';
  if (a.network.kind !== 'host') return 'yes';
  const ports = [apiPortWords(a, fallback), apiPortWords(b, fallback)];
  if (ports[0] !== undefined && ports[0] === ports[1]) return 'no';
  const known = [a, b].every((engine) => apiPort(engine, fallback) !== undefined);
  return known && !startsAgain(all, a.network.key, fallback) ? 'yes' : 'unknown';
}

/** True when one of them may run without the other. Services of the same Compose profiles start together. */
function mayStartAlone({ conditional: first }: Engine, { conditional: second }: Engine): boolean {
  if (!first && !second) return false;
  return first?.kind !== 'profile' || second?.kind !== 'profile' || first.detail !== second.detail;
}

/** True when one script starts both and the first has ended before the second starts. */
function followEachOther(a: Engine, b: Engine): boolean {
  for (const [level, turn] of (a.turns ?? []).entries()) {
    const other = b.turns?.[level];
    if (other?.script !== turn.script) return false;
    if (other.batch !== turn.batch) return true;
    if (other.command !== turn.command) {
      const earlier = (turn.command < other.command ? a : b).turns!.slice(level);
      return !earlier.some(({ background }) => background);
    }
  }
  return false;
}

/** True when some API port of a namespace is used twice: what stands there does not all run at the same time. */
function startsAgain(engines: readonly Engine[], key: string, fallback: number): boolean {
  const known = restarts.get(engines) ?? new Map<string, boolean>();
  restarts.set(engines, known);
  const question = `${fallback} ${key}`;
  const answer = known.get(question) ?? hasEqualPorts(engines, key, fallback);
  known.set(question, answer);
  return answer;
}

const restarts = new WeakMap<readonly Engine[], Map<string, boolean>>();

function hasEqualPorts(engines: readonly Engine[], key: string, fallback: number): boolean {
  const ports = engines
    .filter(({ network }) => network.key === key)
    .flatMap((engine) => apiPortWords(engine, fallback) ?? []);
  return new Set(ports).size < ports.length;
}
