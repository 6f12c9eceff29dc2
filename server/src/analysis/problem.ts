import type { Severity } from '../rules';
import type { Range } from '../syntax';

/** Some characters of a file: offsets for us, lines and characters (UTF-16, zero-based) for editors. */
export interface FilePlace {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly range: Range;
}

export interface FileEdit extends FilePlace {
  readonly newText: string;
}

export interface ProblemFix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly FileEdit[];
}

/** A finding in a file: places are file ranges, edits are written in every notation that they cross. */
export interface Problem extends FilePlace {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly (FilePlace & { readonly message: string })[];
  readonly fixes: readonly ProblemFix[];
  /** The rule's page, relative to the repository. */
  readonly docs: string;
  /** Lines on which the words and scalars start that it stands in. */
  readonly startsOn: readonly number[];
  /** The engine that it was found in; a file may hold several, and several may share one file. */
  readonly engine: (FilePlace & { readonly label: string }) | undefined;
}

/** Something that could not be checked. It is listed, and never shown as a pass. */
export interface UncheckedPart {
  readonly file: string;
  readonly place: FilePlace | undefined;
  readonly reason: string;
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, hint: 3 };

/** Negative when `a` weighs more. */
export function compareSeverity(a: Severity, b: Severity): number {
  return RANK[a] - RANK[b];
}

/** The order of every list that we show: file, range, rule. */
export function compareProblems(a: Problem, b: Problem): number {
  return comparePlaces(a, b) || compareText(a.rule, b.rule) || compareText(a.message, b.message);
}

export function comparePlaces(a: FilePlace, b: FilePlace): number {
  return compareText(a.file, b.file) || a.start - b.start || a.end - b.end;
}

/** By code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** In the order of files and places, each once. */
export function sortUnchecked(parts: readonly UncheckedPart[]): UncheckedPart[] {
  const unique = new Map(
    parts.map((part) => [`${part.place?.start}\0${part.place?.end}\0${part.reason}\0${part.file}`, part]),
  );
  return [...unique.values()].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      (a.place?.start ?? -1) - (b.place?.start ?? -1) ||
      (a.place?.end ?? -1) - (b.place?.end ?? -1) ||
      compareText(a.reason, b.reason),
  );
}
