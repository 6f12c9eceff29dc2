/**
 * Versions and version ranges of the three libraries.
 *
 * What is known about a version is always a span: one release, "somewhere between", or nothing (= every supported
 * release). A question about a range is therefore answered with yes, no or unknown, and never guessed.
 */

import { newestRelease, oldestRelease } from './horizon';
import { remembered } from './lazy';

/** The libraries whose releases the tables know. */
export type Library = 'vllm' | 'nixl' | 'ucx';

export type Certainty = 'yes' | 'no' | 'unknown';

/** A parsed version (PEP 440 as far as releases use it; `v` in front and missing parts are fine). */
export interface Version {
  readonly text: string;
  /** major, minor, patch; missing parts are 0. */
  readonly release: readonly [number, number, number];
  /** How many of the three parts were written: `1.22` has 2. */
  readonly parts: 1 | 2 | 3;
  /** Alpha, beta, candidate or development build: sorts before its release. */
  readonly pre?: { readonly phase: 'dev' | 'a' | 'b' | 'rc'; readonly number: number };
  /** `.postN`: sorts after its release, counts as that release in ranges. */
  readonly post?: number;
  /** Local build label (`+cu129`, `+g1a2b3c`): never matters for ranges. */
  readonly local?: string;
}

/** A version that is only known to lie between two releases (both inclusive). */
export interface Span {
  readonly from: string | Version;
  readonly to: string | Version;
}

/**
 * What is known about a version: a release, `0.7.1..0.10.1` for "somewhere between", an object that carries one of
 * these as `version`, or `undefined` for nothing (any supported release). Text that is no version counts as nothing.
 */
export type At = string | Version | Span | { readonly version: string } | undefined;

/** What is known about an engine's versions. */
export interface Versions {
  readonly vllm?: At;
  readonly nixl?: At;
  readonly ucx?: At;
}

/**
 * Bounds in releases.
 *
 * - `since`: first release; missing = every supported release had it from the start.
 * - `until`: last release, inclusive. `0.11` means 0.11.x whatever x; `0.11.0` means 0.11.0 and no later patch.
 * - `sinceBy`: when the first release is not known exactly: not before `since`, and not after `sinceBy`.
 * - `goneBy`: likewise for the end: still there at `until`, certainly gone at `goneBy`.
 */
export interface Bounds {
  readonly since?: string;
  readonly sinceBy?: string;
  readonly until?: string;
  readonly goneBy?: string;
}

/** Releases of one library for which something is true. */
export interface Range extends Bounds {
  readonly library: Library;
}

/** A value that holds for some releases only; without bounds it holds for all. */
export interface Versioned<T> extends Bounds {
  readonly value: T;
}

const VERSION =
  /^[vV]?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.\d+)*(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:[-.]?post(\d*))?(?:[-_.]?dev(\d*))?(?:\+([A-Za-z0-9.-]+))?$/;

const PHASES: Readonly<Record<string, 'a' | 'b' | 'rc'>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  rc: 'rc',
  pre: 'rc',
  preview: 'rc',
};

const ORDER = { dev: 0, a: 1, b: 2, rc: 3 } as const;

/** Reads `0.11.0`, `v0.11.0`, `0.11.0rc1`, `0.11.0.post1`, `0.11.1.dev3+g1a2b3c`, `1.22`; anything else is undefined. */
export const parseVersion = remembered((text): Version | undefined => {
  const match = VERSION.exec(text.trim());
  if (match === null) return undefined;
  const [, major, minor, patch, phase, phaseNumber, post, dev, local] = match;
  const pre =
    phase !== undefined
      ? { phase: PHASES[phase]!, number: Number(phaseNumber || 0) }
      : dev !== undefined && post === undefined
        ? { phase: 'dev' as const, number: Number(dev || 0) }
        : undefined;
  return {
    text: text.trim(),
    release: [Number(major), Number(minor ?? 0), Number(patch ?? 0)],
    parts: patch !== undefined ? 3 : minor !== undefined ? 2 : 1,
    ...(pre && { pre }),
    ...(post !== undefined && { post: Number(post || 0) }),
    ...(local !== undefined && { local }),
  };
});

/** Negative, zero or positive as `a` sorts before, with or after `b`. Local build labels do not count. */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const difference = a.release[i]! - b.release[i]!;
    if (difference !== 0) return difference;
  }
  const pre = preKey(a) - preKey(b);
  return pre !== 0 ? pre : (a.post ?? -1) - (b.post ?? -1);
}

function preKey(version: Version): number {
  return version.pre ? ORDER[version.pre.phase] * 1e6 + version.pre.number - 1e9 : 0;
}

/**
 * Does `range` (or one of several ranges) cover what is known about the version?
 *
 * `yes` when it covers all of it, `no` when it covers none of it, else `unknown`. A version newer than the tables counts
 * as the newest known. A pre-release lies between the release before it and its own: `unknown` where those two differ.
 * A version older than the tables is `unknown`, except that what began later is not there.
 */
export function holds(range: Range | readonly Range[], at: At): Certainty {
  if (isList(range)) {
    let unknown = false;
    for (const one of range) {
      const answer = holds(one, at);
      if (answer === 'yes') return 'yes';
      if (answer === 'unknown') unknown = true;
    }
    return unknown ? 'unknown' : 'no';
  }
  return covers(range, range.library, at);
}

function covers(range: Bounds, library: Library, at: At): Certainty {
  const known = interval(library, at);
  const { from: oldest } = interval(library, undefined);
  const since = range.since === undefined ? Number.NEGATIVE_INFINITY : startKey(range.since);
  const sinceBy = range.sinceBy === undefined ? since : startKey(range.sinceBy);
  const until = range.until === undefined ? Number.POSITIVE_INFINITY : endKey(range.until);
  const goneBy = range.goneBy === undefined ? until : startKey(range.goneBy) - 1;
  if (known.to < since || known.from > goneBy) return 'no';
  // What the oldest supported release had may be younger than an even older version.
  const begins = Math.max(sinceBy, oldest);
  return known.from >= begins && known.to <= until ? 'yes' : 'unknown';
}

/** Like `holds`, picking the right library's version out of an engine's versions. */
export function inRange(range: Range | readonly Range[], versions: Versions): Certainty {
  const first = isList(range) ? range[0] : range;
  return first === undefined ? 'no' : holds(range, versions[first.library]);
}

/** The value that certainly applies, or undefined when it depends on what is not known about the version. */
export function valueAt<T>(values: readonly Versioned<T>[], library: Library, at: At): T | undefined {
  for (const entry of values) if (covers(entry, library, at) === 'yes') return entry.value;
  return undefined;
}

/** Every value that may apply, in table order. */
export function valuesAt<T>(values: readonly Versioned<T>[], library: Library, at: At): readonly T[] {
  return values.filter((entry) => covers(entry, library, at) !== 'no').map((entry) => entry.value);
}

/** Words for a range: `all versions`, `from 0.11.1`, `up to 0.21.x`, `0.10.0 to 0.21.x`. */
export function describeBounds({ since, sinceBy, until, goneBy }: Bounds): string {
  const start = since === undefined ? undefined : sinceBy === undefined ? since : `${since} or later (by ${sinceBy})`;
  const last = until === undefined ? undefined : until.split('.').length < 3 ? `${until}.x` : until;
  const end = last === undefined ? undefined : goneBy === undefined ? last : `at least ${last} (gone by ${goneBy})`;
  if (start === undefined) return end === undefined ? 'all versions' : `up to ${end}`;
  if (start === end) return start;
  return end === undefined ? `from ${start}` : `${start} to ${end}`;
}

/** One number per release, so that ranges are intervals; pre-releases and posts share their release's number. */
function releaseKey(version: Version): number {
  const [major, minor, patch] = version.release;
  return (major * 1e4 + minor) * 1e4 + patch;
}

const startKey = remembered((text) => releaseKey(parseVersion(text)!));

const endKey = remembered((text) => {
  const version = parseVersion(text)!;
  const key = releaseKey(version);
  return version.parts === 3 ? key : version.parts === 2 ? key + 9999 : key + 99_999_999;
});

interface Interval {
  readonly from: number;
  readonly to: number;
}

function interval(library: Library, at: At): Interval {
  if (at === undefined) return intervals[library]('');
  if (typeof at === 'string') return intervals[library](at);
  return 'version' in at ? interval(library, at.version) : readInterval(library, at);
}

/** Those of texts; the empty one stands for all supported releases, as everything does that is no version. */
const intervals: Readonly<Record<Library, (at: string) => Interval>> = {
  vllm: remembered((at) => readInterval('vllm', at)),
  nixl: remembered((at) => readInterval('nixl', at)),
  ucx: remembered((at) => readInterval('ucx', at)),
};

function readInterval(library: Library, at: string | Version | Span): Interval {
  const oldest = startKey(oldestRelease(library));
  const newest = endKey(newestRelease(library));
  const span = typeof at === 'string' ? readSpan(at) : 'from' in at ? at : undefined;
  if (span !== undefined) {
    const from = interval(library, span.from).from;
    const to = interval(library, span.to).to;
    return from <= to ? { from, to } : { from: oldest, to: newest };
  }
  const version = typeof at === 'string' ? parseVersion(at) : (at as Version);
  if (version === undefined) return { from: oldest, to: newest };
  const key = releaseKey(version);
  if (key > newest && !version.pre) return { from: newest, to: newest };
  // A candidate or development build has what its release has, or still what the one before had.
  if (version.pre) return { from: version.release[2] > 0 ? key - 1 : key - 1e4 + 9999, to: key };
  if (version.parts === 3) return { from: key, to: key };
  return { from: key, to: Math.min(version.parts === 2 ? key + 9999 : key + 99_999_999, newest) };
}

function readSpan(text: string): Span | undefined {
  const at = text.indexOf('..');
  return at < 0 ? undefined : { from: text.slice(0, at), to: text.slice(at + 2) };
}

function isList(range: Range | readonly Range[]): range is readonly Range[] {
  return Array.isArray(range);
}
