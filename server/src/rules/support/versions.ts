import type { Confidence } from '../../knowledge/fact';
import { isUnverified, newestVerified } from '../../knowledge/releases';
import {
  type At,
  type Certainty,
  describeBounds,
  holds,
  type Library,
  type Range,
  type Versions,
} from '../../knowledge/version';
import type { Engine } from '../../model';
import type { Severity } from '../rule';

const NAMES: Readonly<Record<Library, string>> = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX' };
const WEIGHT: readonly Severity[] = ['hint', 'info', 'warning', 'error'];

/** An engine, or what else the files say versions about. */
type Versioned = Pick<Engine, 'versions'>;

/** What is known about the versions that the engine runs: readers fill in what follows from the others. */
export function versionsOf(engine: Versioned): Versions {
  return engine.versions;
}

/** What is known about the version of a library that the engine runs. */
export function versionOf(engine: Versioned, library: Library = 'vllm'): At {
  return versionsOf(engine)[library];
}

/** Does the engine's version lie in the range? */
export function applies(range: Range | readonly Range[], engine: Engine): Certainty {
  const library = Array.isArray(range) ? (range[0]?.library ?? 'vllm') : (range as Range).library;
  return holds(range, versionOf(engine, library));
}

/**
 * What may be said about a name that some releases do not have. A change that is known from a discussion only, or that
 * lies beyond the releases whose source was read, gives at most information; a concluded one no more than a hint.
 * @param change which end of the range the engine's release lies beyond
 */
export function trusted(
  { range, confidence }: { readonly range: Range; readonly confidence: Confidence },
  change: 'since' | 'until',
  severity: Severity,
): Severity {
  if (confidence === 'inferred') return atMost(severity, 'hint');
  const verified = newestVerified(range.library);
  const { since, until } = range;
  const beyond =
    change === 'since'
      ? since !== undefined && isUnverified(range.library, since)
      : until !== undefined && holds({ library: range.library, until }, verified) === 'yes';
  return confidence === 'thread' || beyond ? atMost(severity, 'info') : severity;
}

/** The weaker of two severities. */
export function atMost(severity: Severity, limit: Severity): Severity {
  return WEIGHT.indexOf(severity) < WEIGHT.indexOf(limit) ? severity : limit;
}

/**
 * The severity of something that is wrong in some releases only: as it is when the engine's version is one of them, at
 * most info when that is not known, `undefined` when it is not.
 */
export function severityIn(range: Range | readonly Range[], engine: Engine, severity: Severity): Severity | undefined {
  const certainty = applies(range, engine);
  return certainty === 'yes' ? severity : certainty === 'unknown' ? atMost(severity, 'info') : undefined;
}

/** `vLLM 0.19.1` when the engine's version is known, `UCX 1.19.0 to 1.20` when it lies between two, else `vLLM`. */
export function named(engine: Versioned, library: Library = 'vllm'): string {
  const version = versionOf(engine, library);
  return version === undefined ? NAMES[library] : `${NAMES[library]} ${versionWords(version)}`;
}

function versionWords(version: NonNullable<At>): string {
  if (typeof version === 'string') return version.replace('..', ' to ');
  if ('version' in version) return versionWords(version.version);
  if ('text' in version) return version.text;
  const from = versionWords(version.from);
  const to = versionWords(version.to);
  return from === to ? from : `${from} to ${to}`;
}

/** Who behaves so: `vLLM 0.19.1` when the engine's version certainly lies in the range, else `vLLM from 0.16.0 on`. */
export function actor(range: Range, engine: Engine): string {
  if (applies(range, engine) === 'yes') return named(engine, range.library);
  return releases(range);
}

/** The releases of a range, as the subject of a sentence: `vLLM from 0.16.0 on`, `vLLM up to 0.15.x`. */
export function releases(range: Range): string {
  const bounds = describeBounds(range);
  const open = range.since !== undefined && range.sinceBy === undefined && range.until === undefined;
  return bounds === 'all versions' ? NAMES[range.library] : `${NAMES[range.library]} ${bounds}${open ? ' on' : ''}`;
}

/** True when the engine's release is older than the range. */
export function isEarlier({ library, since }: Range, engine: Versioned): boolean {
  return since !== undefined && holds({ library, since }, versionOf(engine, library)) === 'no';
}

/** True when the facts for the engine's release were not read in its source: a name may be new there. */
export function unverified(engine: Versioned, library: Library = 'vllm'): boolean {
  const version = versionOf(engine, library);
  return version !== undefined && isUnverified(library, version);
}
