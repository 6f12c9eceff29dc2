import type { Entry, Statement } from './upstream.mts';

/** One difference between upstream's source and our tables. */
export interface Difference {
  readonly library: string;
  readonly table: string;
  readonly name: string;
  /** `lacks`: our table has no such name. `surplus`: upstream has none. `contradicts`: the defaults differ. */
  readonly kind: 'lacks' | 'surplus' | 'contradicts';
  readonly upstream?: string;
  readonly ours?: string;
  readonly where?: string;
}

/** What the tables that both have differ in, by table, kind and name. */
export function compare(upstream: Statement, ours: Statement): Difference[] {
  return upstream.tables.flatMap(({ name: table, entries }): Difference[] => {
    const known = ours.tables.find(({ name }) => name === table)?.entries ?? new Map<string, Entry>();
    const common = { library: upstream.library, table };
    const lacks = [...entries]
      .filter(([name]) => !known.has(name))
      .map(
        ([name, { value, where }]): Difference => ({
          ...common,
          name,
          kind: 'lacks',
          ...(value !== undefined && { upstream: value }),
          ...(where !== undefined && { where }),
        }),
      );
    const surplus = [...known.keys()]
      .filter((name) => !entries.has(name) && known.get(name)!.certain !== false)
      .map((name): Difference => ({ ...common, name, kind: 'surplus' }));
    const contradicts = [...entries].flatMap(([name, { value, where }]): Difference[] => {
      const own = known.get(name)?.value;
      if (value === undefined || own === undefined || sameValue(value, own)) return [];
      return [
        { ...common, name, kind: 'contradicts', upstream: value, ours: own, ...(where !== undefined && { where }) },
      ];
    });
    return [lacks, surplus, contradicts].flatMap((list) => list.sort((a, b) => (a.name < b.name ? -1 : 1)));
  });
}

/** `1` is `true`, `1e9` is `1000000000`, `8K` is `8kb`, `1.0s` is `1s`; in lists part by part. */
function sameValue(a: string, b: string): boolean {
  const [left, right] = [a.split(','), b.split(',')];
  return left.length === right.length && left.every((part, index) => plain(part) === plain(right[index]!));
}

/** One spelling for all that mean the same. */
function plain(text: string): string {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/^sig(?=[a-z])/, '');
  if (TRUE.includes(word)) return '1';
  if (FALSE.includes(word)) return '0';
  if (word === 'inf') return '-1';
  const [, number, unit] = /^(-?[\d.]+(?:e[+-]?\d+)?)(.*)$/.exec(word) ?? [];
  if (number === undefined) return word.replace(/(?<=[kmgt]b)ps$/, 's');
  const size = /^([kmgt])b?$/.exec(unit!);
  if (size) return String(Number(number) * 1024 ** ('kmgt'.indexOf(size[1]!) + 1));
  return `${Number(number)}${unit!.replace(/(?<=[kmgt]b)ps$/, 's')}`;
}

const TRUE = ['true', 'y', 'yes', 'on'];
const FALSE = ['false', 'n', 'no', 'off'];
