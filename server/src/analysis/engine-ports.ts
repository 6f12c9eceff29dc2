import { type Engine, knownInteger, type Place, placeOf } from '../model';
import { SIDE_CHANNEL_PORT } from '../rules/support/environment';
import { opensSideChannel } from '../rules/support/nixl-engine';
import { erasOf, listenersOf, portWords } from '../rules/support/side-channel-ports';
import { socketsOf } from '../rules/support/sockets';

/** Ports that an engine listens on. */
export interface EnginePort {
  /** `API server`, `NIXL side channel` */
  readonly what: string;
  /** `8000`, `5600–5607`; several, where that depends on the release. */
  readonly numbers: string;
  /** The flag or variable that says so; `undefined` for a part of the engine that has none. */
  readonly setting: string | undefined;
  /** Where it is written; `undefined` for a default. */
  readonly place: Place | undefined;
}

/** The ports of an engine, as far as they are known. Defaults count where provably nothing sets another. */
export function enginePorts(engine: Engine): EnginePort[] {
  const sockets = socketsOf(engine).map(({ label, first, last, place }): EnginePort => {
    const [, what = label, setting] = /^(?:the )?(.*?)(?: \(`(.*)`\))?$/.exec(label) ?? [];
    return { what, numbers: portWords({ first, last }), setting, place: place === engine.place ? undefined : place };
  });
  return [...sockets, ...sideChannel(engine)];
}

function sideChannel(engine: Engine): EnginePort[] {
  const variable = engine.environment.get(SIDE_CHANNEL_PORT);
  if (opensSideChannel(engine) === 'no' || (!variable && opensSideChannel(engine) !== 'yes')) return [];
  const ranges = erasOf(engine).flatMap((era) => listenersOf(engine, era) ?? []);
  const numbers = [...new Set(ranges.map(portWords))].join(' or ');
  if (numbers === '') return [];
  const place = variable && knownInteger(variable.value) !== undefined ? placeOf(variable.value) : undefined;
  return [{ what: 'NIXL side channel', numbers, setting: SIDE_CHANNEL_PORT, place }];
}
