import table from '../../../schemas/ucx-environment.json';
import { lazy } from './lazy';
import type { Bounds, Versioned } from './version';

/** Where a UCX variable lives, which decides what a bad value does. */
export type UcxScope = 'global' | 'ucm' | 'context' | 'md' | 'iface' | 'cm' | 'getenv';

/** A UCX type with what it takes: `enum` with words, `key_value` with keys and the type of their values. */
export interface UcxType {
  readonly name: string;
  readonly values: readonly string[];
  readonly valueType?: string;
}

/** One line of the table, read. */
export interface UcxVariable {
  readonly name: string;
  /** Types by version; usually one. */
  readonly types: readonly Versioned<UcxType>[];
  /** Defaults by version; none where the table has none or the transports differ. */
  readonly defaults: readonly Versioned<string>[];
  readonly scope: UcxScope;
  readonly component: string;
  readonly description: string;
  readonly bounds: Bounds;
  readonly aliasOf?: string;
  readonly deprecated: boolean;
  readonly important: boolean;
  /** Zero is refused. */
  readonly positive: boolean;
  /** Umbrella names that also set this one, the nearest first. */
  readonly setBy: readonly string[];
}

const PREFIX = 'UCX_';

const lines = lazy(() => new Map(table.variables.map((line) => [line.slice(0, line.indexOf('|')), line])));
const read = new Map<string, UcxVariable>();

/** All names, sorted. */
export const ucxNames = lazy((): readonly string[] => [...lines().keys()].map((name) => PREFIX + name));

/** The variable of this exact name. */
export function ucxVariable(name: string): UcxVariable | undefined {
  const known = read.get(name);
  if (known) return known;
  const line = name.startsWith(PREFIX) ? lines().get(name.slice(PREFIX.length)) : undefined;
  if (line === undefined) return undefined;
  const variable = readLine(name, line);
  read.set(name, variable);
  return variable;
}

/** A name as far as a list of names needs it: the rest of its line is not read. */
export interface UcxName {
  readonly name: string;
  readonly bounds: Bounds;
  readonly important: boolean;
  /** Stands in most deployments. */
  readonly usual: boolean;
  readonly deprecated: boolean;
  /** An older spelling of another name. */
  readonly alias: boolean;
}

/** All names, in the order of the table. */
export function ucxNameList(): UcxName[] {
  return [...lines()].map(([key, line]) => {
    const attributes = line.slice(line.lastIndexOf('|') + 1);
    const name = PREFIX + key;
    if (attributes === '') return { name, bounds: {}, important: false, usual: false, deprecated: false, alias: false };
    const since = /(?:^| )since=(\S+)/.exec(attributes)?.[1];
    const removed = /(?:^| )removed=(\S+)/.exec(attributes)?.[1];
    return {
      name,
      bounds: {
        ...(since !== undefined && { since: `${since}.0` }),
        ...(removed !== undefined && { until: before(removed) }),
      },
      important: attributes.includes('important'),
      usual: attributes.includes('usual'),
      deprecated: attributes.includes('deprecated'),
      alias: attributes.includes('alias='),
    };
  });
}

const members = lazy(() => {
  const found = new Map<string, string[]>();
  for (const line of lines().values()) {
    if (!line.includes('under=')) continue;
    const name = PREFIX + line.slice(0, line.indexOf('|'));
    for (const umbrella of ucxVariable(name)!.setBy) found.set(umbrella, [...(found.get(umbrella) ?? []), name]);
  }
  return found;
});

/** The variables that an umbrella name sets unless they are set themselves. */
export function ucxMembers(umbrella: string): readonly string[] {
  return members().get(umbrella) ?? [];
}

/** `type@1.21=string_list>allow_list`: what changed in that release. */
interface Change {
  readonly what: string;
  readonly since: string;
  readonly text: string;
}

function readLine(name: string, line: string): UcxVariable {
  const cells = line.split('|');
  const attributes = new Map<string, string>();
  const history: Change[] = [];
  for (const attribute of cells[6] ? cells[6].split(' ') : []) {
    const [key, text = ''] = split(attribute, '=');
    const [what, since] = split(key, '@');
    if (since === undefined) attributes.set(key, text);
    else history.push({ what, since: `${since}.0`, text });
  }
  const setBy = (attributes.get('under')?.split(',') ?? []).map((prefix) => umbrellaName(name, cells[4]!, prefix));
  // `=` stands for: as the nearest umbrella has it.
  const umbrella = setBy[0] === undefined ? undefined : lines().get(setBy[0].slice(PREFIX.length))?.split('|');
  const cell = (index: number): string => (cells[index] === '=' ? (umbrella?.[index] ?? '') : (cells[index] ?? ''));
  const since = attributes.get('since');
  const removed = attributes.get('removed');
  const aliasOf = attributes.get('alias');
  return {
    name,
    types: readTypes(cell(1), history),
    defaults: readDefaults(cell(2), history),
    scope: cell(3) as UcxScope,
    component: cells[4]!,
    description: cell(5),
    bounds: {
      ...(since !== undefined && { since: `${since}.0` }),
      ...(removed !== undefined && { until: before(removed) }),
    },
    ...(aliasOf !== undefined && { aliasOf }),
    deprecated: attributes.has('deprecated'),
    important: attributes.has('important'),
    positive: attributes.has('positive'),
    setBy,
  };
}

/** `RC_MLX5_TIMEOUT` of `uct_rc_mlx5` under `RC` is `RC_TIMEOUT`; under `-` it is `TIMEOUT` alone. */
function umbrellaName(name: string, component: string, prefix: string): string {
  const own = component.slice('uct_'.length).toUpperCase();
  let end = PREFIX.length + own.length;
  if (!name.startsWith(own, PREFIX.length) || name[end] !== '_') {
    // `uct_rdmacm` calls itself RDMA_CM.
    end = name.indexOf('_', PREFIX.length);
    while (end >= 0 && name.slice(PREFIX.length, end).replaceAll('_', '') !== own) end = name.indexOf('_', end + 1);
  }
  const setting = name.slice(end + 1);
  return PREFIX + (prefix === '-' ? setting : `${prefix}_${setting}`);
}

/** Walks back from the present type through the changes that the line lists. */
function readTypes(text: string, history: readonly Change[]): readonly Versioned<UcxType>[] {
  const changes = history.filter(({ what }) => what === 'type' || what === 'added');
  changes.sort((a, b) => b.since.localeCompare(a.since, 'en', { numeric: true }));
  const types: Versioned<UcxType>[] = [];
  let value = readType(text);
  let until: string | undefined;
  for (const change of changes) {
    types.unshift({ value, since: change.since, ...(until !== undefined && { until }) });
    until = beforeRelease(change.since);
    value =
      change.what === 'type'
        ? { ...value, name: split(change.text, '>')[0] }
        : { ...value, values: value.values.filter((entry) => !change.text.split(',').includes(entry)) };
  }
  types.unshift({ value, ...(until !== undefined && { until }) });
  return types;
}

function readDefaults(text: string, history: readonly Change[]): readonly Versioned<string>[] {
  if (text === '-' || text.startsWith('~')) return [];
  const change = history.find((entry) => entry.what === 'default');
  const value = text === '""' ? '' : text;
  if (!change) return [{ value }];
  return [
    { value: split(change.text, '>')[0]!, until: beforeRelease(change.since) },
    { value, since: change.since },
  ];
}

function readType(text: string): UcxType {
  const open = text.indexOf('(');
  if (open < 0) return { name: text, values: [] };
  const inside = text.slice(open + 1, -1);
  const [valueType, keys] = split(inside, ': ');
  return keys === undefined
    ? { name: text.slice(0, open), values: inside.split(',') }
    : { name: text.slice(0, open), values: keys.split(','), valueType: valueType! };
}

function split(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** `1.21.0` → `1.20`, the last release series before it. */
function beforeRelease(release: string): string {
  return before(release.split('.').slice(0, 2).join('.'));
}

function before(series: string): string {
  const [major, minor] = series.split('.');
  return `${major}.${Number(minor) - 1}`;
}
