import type { ShellList, ShellValue } from './value';
import type { Variable } from './variable';

/** True when two records say the same of a variable, wherever it was written. */
export function sameVariable(a: Variable | undefined, b: Variable | undefined): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  const alike =
    a.exported === b.exported &&
    Boolean(a.uncertain) === Boolean(b.uncertain) &&
    Boolean(a.removed) === Boolean(b.removed) &&
    Boolean(a.altered) === Boolean(b.altered);
  if (!alike || Boolean(a.unknown) !== Boolean(b.unknown)) return false;
  return a.unknown !== undefined || (sameValue(a.value, b.value) && sameList(a.list, b.list));
}

/** True when two lists hold the same values, and as much is certain of both. */
export function sameList(a: ShellList | undefined, b: ShellList | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.items.length !== b.items.length) return false;
  if (Boolean(a.open) !== Boolean(b.open) || a.certain !== b.certain) return false;
  return a.items.every((item, index) => sameValue(item, b.items[index]));
}

/** True when two values have the same characters, and the same ones are unknown. */
export function sameValue(a: ShellValue | undefined, b: ShellValue | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.text !== b.text || a.holes.length !== b.holes.length) return false;
  return a.holes.every(({ start, end }, index) => start === b.holes[index]!.start && end === b.holes[index]!.end);
}

/** True when two maps have the same keys, and values that are the same. */
export function sameEntries<V>(
  a: ReadonlyMap<string, V>,
  b: ReadonlyMap<string, V>,
  same: (one: V, other: V) => boolean,
): boolean {
  if (a === b) return true;
  return a.size === b.size && [...a].every(([key, value]) => b.has(key) && same(value, b.get(key)!));
}
