import { lookupFlag } from '../../knowledge/flags';
import { valueAt } from '../../knowledge/version';
import type { Engine } from '../../model';
import { oncePer } from './once';
import { versionOf } from './versions';

/** The default of a flag that is a port, at the engine's release. */
export function defaultPort(engine: Engine, flag: string): number | undefined {
  const known = answers(engine);
  if (!known.has(flag)) known.set(flag, findDefaultPort(engine, flag));
  return known.get(flag);
}

const answers = oncePer((_engine: Engine) => new Map<string, number | undefined>());

function findDefaultPort(engine: Engine, flag: string): number | undefined {
  const fact = lookupFlag(`--${flag}`)?.fact;
  const value = fact && valueAt(fact.defaults, 'vllm', versionOf(engine));
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
