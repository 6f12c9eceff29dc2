import {
  compareVersions,
  knownReleases,
  type Library,
  newestVerified,
  oldestRelease,
  parseVersion,
} from '../../server/src/knowledge';
import data from './expected.json';

/** What a note says about one name. `in` are releases; the rest differs from table to table. */
export interface Expected {
  readonly in?: string;
  /** One value, or values by range. */
  readonly default?: unknown;
  readonly values?: readonly string[];
  readonly required?: boolean;
  readonly aliases?: Readonly<Record<string, string>>;
  readonly hma?: boolean;
  readonly type?: string;
  readonly unit?: string;
  readonly labels?: readonly string[];
  readonly edges?: number;
  readonly replacedBy?: string;
  readonly kind?: string;
  readonly memory?: readonly string[];
  readonly remote?: boolean;
  readonly inWheel?: string;
}

type Table = readonly (readonly [name: string, expected: Expected])[];

export const expected = data;

export function tableOf(rows: Readonly<Record<string, unknown>>): Table {
  return Object.entries(rows).map(([name, row]) => [name, row as Expected] as const);
}

/** Releases that the tables describe and that were read in source: newer ones may differ from what the notes knew. */
export function readReleases(library: Library): readonly string[] {
  const first = parseVersion(oldestRelease(library))!;
  const last = parseVersion(newestVerified(library))!;
  return knownReleases(library).filter((release) => {
    const version = parseVersion(release)!;
    return compareVersions(version, first) >= 0 && compareVersions(version, last) <= 0;
  });
}

/** Is a release in a range as the file writes it? Worked out here once more, so that the tables are not their own judge. */
export function isIn(range: string, release: string): 'yes' | 'no' | 'unknown' {
  if (range === '?') return 'unknown';
  if (range === 'all') return 'yes';
  const answers = range.split(', ').map((part) => isInPart(part, release));
  return answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';
}

function isInPart(part: string, release: string): 'yes' | 'no' | 'unknown' {
  const [start = '', end = ''] = part.split('..', 2);
  const [since = '', sinceBy = since] = start.split('~');
  if (since !== '' && order(release, since) < 0) return 'no';
  if (end.startsWith('<')) return order(release, end.slice(1)) < 0 ? 'yes' : 'no';
  const [until = '', goneBy] = end.split('~');
  if (until !== '' && order(release, until) > 0) {
    return goneBy !== undefined && order(release, goneBy) < 0 ? 'unknown' : 'no';
  }
  return sinceBy === '?' || (sinceBy !== '' && order(release, sinceBy) < 0) ? 'unknown' : 'yes';
}

/** Compares as far as the bound is written: `0.17` is all of 0.17.x. */
function order(release: string, bound: string): number {
  const left = parseVersion(release)!.release;
  const { release: right, parts } = parseVersion(bound)!;
  for (let i = 0; i < parts; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return 0;
}

/** The default that a note states for a release; `undefined` where it states none. */
export function defaultAt({ default: stated }: Expected, release: string): { readonly value: unknown } | undefined {
  if (stated === undefined) return undefined;
  const ranges = typeof stated === 'object' && stated !== null && !Array.isArray(stated) ? Object.entries(stated) : [];
  if (ranges.length === 0) return { value: stated };
  const found = ranges.find(([range]) => isIn(range, release) === 'yes');
  return found && { value: found[1] };
}
