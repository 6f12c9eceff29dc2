import { dynamoFlag, type FlagFact, flagFact, flagsBeginning, lookupFlag } from '../../knowledge';
import { newestRelease, newestVerified, oldestRelease } from '../../knowledge/horizon';
import { describeBounds, holds, type Range } from '../../knowledge/version';
import type { Engine, Flag } from '../../model';
import type { Edit, Severity } from '../rule';
import { atMost, isEarlier, versionOf } from './versions';
import { code } from './words';

/** A flag as it is written, and the option that it is in the engine's release. */
export interface WrittenFlag {
  readonly flag: Flag;
  readonly fact: FlagFact;
}

/** Flags that the table knows and that vLLM's own parser sees, in the order written. */
export function* writtenFlags(engine: Engine): Iterable<WrittenFlag> {
  for (const flag of engine.flags.list) {
    if (isDynamos(engine, flag)) continue;
    const fact = isShort(flag) ? lookupFlag(flag.spelled, versionOf(engine))?.fact : flagFact(flag.name);
    if (fact) yield { flag, fact };
  }
}

/** True for a flag that Dynamo's worker takes for itself. */
export function isDynamos(engine: Engine, flag: Flag): boolean {
  return engine.entry === 'dynamo.vllm' && dynamoFlag(flag.name) !== undefined;
}

/** An alias with one dash, which may mean another flag in another release: `-O`. */
function isShort({ spelled }: Flag): boolean {
  return spelled.startsWith('-') && !spelled.startsWith('--');
}

/** May the parser take the name for a shortened one of another flag? */
export function isShortened(name: string, engine: Engine): boolean {
  return flagsBeginning(name, versionOf(engine)).length > 0;
}

/** The flag's name as it is written, for a message: with dashes on a command line, without them in a `--config` file. */
export function flagWords(flag: Flag): string {
  const dot = flag.spelled.indexOf('.');
  return code(dot < 0 ? flag.spelled : flag.spelled.slice(0, dot));
}

/** Writes another name, given without dashes, in place of the flag's; keys behind it stay. */
export function renameFlag(flag: Flag, name: string): Edit {
  const { text } = flag.text;
  const dot = text.indexOf('.');
  const place = flag.text.place({ start: 0, end: dot < 0 ? text.length : dot });
  return { place, newText: flag.fromConfigFile ? name : `--${name}` };
}

/** True for a release older than the tables: what it took is not known. */
export function isBeforeTables(engine: Engine): boolean {
  return holds({ library: 'vllm', since: oldestRelease('vllm') }, versionOf(engine)) === 'no';
}

/** Why something with a range is not there in the engine's release, or in the newest ones. */
export interface Absence {
  readonly kind: 'gone' | 'not-yet' | 'gone-later';
  /** At most this, as facts about the newest releases are not read in source. */
  readonly limit: Severity;
  /** `gone after vLLM 0.12.x`, `there from vLLM 0.10.0 on`. */
  readonly words: string;
}

/**
 * Says that the engine's release does not have it, or, where the release is not known, that newer ones no longer have it;
 * `undefined` where it is there or may be.
 */
export function absence(range: Range, engine: Engine): Absence | undefined {
  const there = holds(range, versionOf(engine));
  if (there === 'yes') return undefined;
  const verified = newestVerified('vllm');
  if (there === 'no' && isEarlier(range, engine)) {
    const { since, sinceBy } = range;
    const limit = holds({ library: 'vllm', since: (sinceBy ?? since)! }, verified) === 'yes' ? 'error' : 'info';
    const words =
      sinceBy === undefined ? `there from vLLM ${since} on` : `there from a release up to vLLM ${sinceBy} on`;
    return { kind: 'not-yet', limit, words };
  }
  const { until, goneBy } = range;
  if (until === undefined || (there === 'unknown' && holds(range, newestRelease('vllm')) !== 'no')) return undefined;
  const bounds = { library: 'vllm', until, ...(goneBy !== undefined && { goneBy }) } as const;
  const limit = holds(bounds, verified) === 'no' ? 'error' : 'info';
  const words = `gone after vLLM ${describeBounds({ until }).replace('up to ', '')}${goneBy === undefined ? '' : `, at the latest with ${goneBy}`}`;
  return {
    kind: there === 'no' ? 'gone' : 'gone-later',
    limit: atMost(limit, there === 'no' ? 'error' : 'info'),
    words,
  };
}
