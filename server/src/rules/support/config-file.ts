import { nixlConfigFile } from '../../knowledge/config-files';
import { isUnverified } from '../../knowledge/releases';
import type { Range } from '../../knowledge/version';
import type { Engine } from '../../model';
import type { Severity } from '../rule';
import { applies, atMost, versionOf } from './versions';

/**
 * The severity of something that is wrong in NIXL's own file. Whoever writes one has a release that reads it: where the
 * release is not known, that one precondition is not stated.
 */
export function severityInNixlConfig(range: Range, engine: Engine, severity: Severity): Severity | undefined {
  const certainty = applies(range, engine);
  if (certainty === 'no') return undefined;
  if (isUnverified('nixl', versionOf(engine, 'nixl'))) return atMost(severity, 'warning');
  if (certainty === 'yes') return severity;
  return atMost(severity, range.since === nixlConfigFile().since ? 'warning' : 'info');
}
