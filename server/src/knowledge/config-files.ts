import table from '../../../schemas/nixl-config-file.json';
import { boundsOf, type FactRow } from './fact';
import { lazy } from './lazy';
import { type At, holds, type Range } from './version';

/** What a key of NIXL's file takes, as TOML names types; `milliseconds`: a whole number, or a local time. */
export type NixlConfigType = 'boolean' | 'integer' | 'milliseconds' | 'string' | 'any';

/** A name that NIXL looks up in its configuration file. What it means is the variable's own fact. */
export interface NixlConfigKey {
  readonly name: string;
  /** The releases that look it up there. */
  readonly range: Range;
  readonly type: NixlConfigType;
  /** What a value of another type leads to, as a clause. */
  readonly effect: string;
  readonly consequence: 'start-refused' | 'ignored' | 'misread';
  /** What has to be so for the key to be read at all. */
  readonly condition: 'always' | 'telemetry' | 'exporter' | 'backend';
}

interface Row extends FactRow {
  readonly type: NixlConfigType;
  readonly effect: string;
}

type Effect = Pick<NixlConfigKey, 'effect' | 'consequence' | 'condition'>;

const keys = lazy(() => table.keys as Readonly<Record<string, unknown>> as Readonly<Record<string, Row>>);
const effects = lazy(() => table.effects as Readonly<Record<string, unknown>> as Readonly<Record<string, Effect>>);

/** The releases of NIXL that read a configuration file. */
export const nixlConfigFile = lazy((): Range => ({ library: 'nixl', since: table.since }));

/** The key of this exact name, whatever the version; see its `range`. */
export function lookupNixlConfigKey(name: string): NixlConfigKey | undefined {
  if (!/^[A-Z]/.test(name) || !Object.hasOwn(keys(), name)) return undefined;
  const row = keys()[name]!;
  return {
    name,
    range: { library: 'nixl', since: table.since, ...boundsOf(row) },
    type: row.type,
    ...effects()[row.effect]!,
  };
}

/** Names that NIXL looks up, or may look up, in its configuration file at this version. */
export function nixlConfigKeys(nixl?: At): readonly string[] {
  const names = Object.keys(keys());
  return nixl === undefined ? names : names.filter((name) => holds(lookupNixlConfigKey(name)!.range, nixl) !== 'no');
}

/** True for a setting of NIXL that only the environment can make. */
export function isEnvironmentOnly(name: string): boolean {
  return table.environmentOnly.includes(name);
}
