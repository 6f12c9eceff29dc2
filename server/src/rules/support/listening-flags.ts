import { lookupFlag } from '../../knowledge/flags';
import { valueAt } from '../../knowledge/version';
import type { Engine } from '../../model';
import { versionOf } from './versions';

/** The default of a flag that is a port, at the engine's release. */
export function defaultPort(engine: Engine, flag: string): number | undefined {
  const fact = lookupFlag(`--${flag}`)?.fact;
  const value = fact && valueAt(fact.defaults, 'vllm', versionOf(engine));
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
