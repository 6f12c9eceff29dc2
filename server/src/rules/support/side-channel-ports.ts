import { envDefault, lookupEnv } from '../../knowledge/environment';
import { oldestRelease } from '../../knowledge/releases';
import { listenerPorts, type PortOffset, portOffsets } from '../../knowledge/side-channel';
import { type Bounds, describeBounds, holds } from '../../knowledge/version';
import { type Engine, knownInteger, type Place } from '../../model';
import { SIDE_CHANNEL_PORT, valuePlace } from './environment';
import { oncePer } from './once';
import { versionOf } from './versions';

/** Releases that count the listeners of an engine alike. */
export interface Era {
  readonly offset: PortOffset;
  readonly bounds: Bounds;
}

/** The ports that an engine listens on for handshakes. */
export interface Listeners {
  readonly first: number;
  readonly last: number;
  /** The port of rank 0. */
  readonly base: number;
  /** The base is written down; else it is the default. */
  readonly given: boolean;
  readonly place: Place;
}

/** The eras that the engine's release may belong to: one when it is known. */
export const erasOf = oncePer((engine: Engine): readonly Era[] => {
  const at = versionOf(engine);
  return eras.filter(({ bounds }) => holds({ ...bounds, library: 'vllm' }, at) !== 'no');
});

const eras = portOffsets.map(({ value, ...bounds }): Era => ({ offset: value, bounds }));

/** `from 0.11.1`, `0.9.2 to 0.11.0`: an era in words. */
export function eraWords(era: Era): string {
  return `vLLM ${describeBounds(era.bounds)}`;
}

/**
 * The listeners of an engine under one way of counting; `undefined` when the base or the first rank is not known. A
 * number of ranks that is not known counts as one: these ports are certainly taken, others may be.
 * @param inherited also when something outside may have set the base: for engines that inherit the same one
 */
export function listenersOf(engine: Engine, era: Era, inherited = false): Listeners | undefined {
  const known = inherited ? inheritedListeners(engine) : ownListeners(engine);
  if (!known.has(era)) known.set(era, findListeners(engine, era, inherited));
  return known.get(era);
}

const ownListeners = oncePer((_engine: Engine) => new Map<Era, Listeners | undefined>());
const inheritedListeners = oncePer((_engine: Engine) => new Map<Era, Listeners | undefined>());

function findListeners(engine: Engine, era: Era, inherited: boolean): Listeners | undefined {
  const base = basePort(engine, era, inherited);
  const { dataStart, dataLocal, tensor } = engine.parallel;
  if (!base || dataStart === undefined) return undefined;
  if (dataStart > 0 && tensor === undefined && era.offset !== 'data-rank') return undefined;
  return {
    ...base,
    ...listenerPorts(base.base, era.offset, { tensor: tensor ?? 1, data: dataLocal ?? 1, start: dataStart }),
  };
}

/**
 * True when nothing in sight sets the port of either engine, and whatever does outside does it for both: what the
 * script inherits and what it sources. A wrapper or a word that is not known may say something else each time.
 */
export function inheritSamePort(a: Engine, b: Engine): boolean {
  const reasons = [a, b].map(({ environment }) =>
    environment.open.map(({ kind, detail }) => `${kind} ${detail}`).join(),
  );
  return (
    a.network.kind === 'host' &&
    [a, b].every(({ environment }) => !environment.get(SIDE_CHANNEL_PORT)) &&
    a.environment.open.every(({ kind }) => kind === 'host' || kind === 'include') &&
    reasons[0] === reasons[1]
  );
}

function basePort(
  engine: Engine,
  era: Era,
  inherited: boolean,
): Pick<Listeners, 'base' | 'given' | 'place'> | undefined {
  const variable = engine.environment.get(SIDE_CHANNEL_PORT);
  if (variable) {
    const base = knownInteger(variable.value);
    return base === undefined ? undefined : { base, given: true, place: valuePlace(variable) };
  }
  if (!inherited && !engine.environment.absent(SIDE_CHANNEL_PORT)) return undefined;
  const base = defaultBase(era);
  return Number.isInteger(base) ? { base, given: false, place: engine.place } : undefined;
}

const defaults = new Map<Era, number>();

function defaultBase(era: Era): number {
  const fact = lookupEnv(SIDE_CHANNEL_PORT);
  const base = defaults.get(era) ?? Number(fact && envDefault(fact, era.bounds.since ?? oldestRelease('vllm')));
  defaults.set(era, base);
  return base;
}

/** `5600`, or `5600–5603` for more than one. */
export function portWords({ first, last }: Pick<Listeners, 'first' | 'last'>): string {
  return first === last ? `${first}` : `${first}–${last}`;
}

/** The ports that two ranges have in common. */
export function commonPorts(
  a: Pick<Listeners, 'first' | 'last'>,
  b: Pick<Listeners, 'first' | 'last'>,
): { readonly first: number; readonly last: number } | undefined {
  const first = Math.max(a.first, b.first);
  const last = Math.min(a.last, b.last);
  return first <= last ? { first, last } : undefined;
}

/** `in pod X`, `on the host of this script`. */
export function inNetwork({ network }: Engine): string {
  return `${network.kind === 'host' ? 'on' : 'in'} ${network.label}`;
}
