import nixlTable from '../../../schemas/nixl-environment.json';
import otherTable from '../../../schemas/other-environment.json';
import vllmTable from '../../../schemas/vllm-environment.json';
import type { EnvOwner } from './env-fact';
import { boundsOf, type Confidence, type FactRow } from './fact';
import { lazy } from './lazy';
import { ucxNameList } from './ucx-table';
import type { Range } from './version';

/**
 * A variable as far as a list of names needs it. Decoding the whole fact of each of UCX's thousand names takes longer than
 * anybody wants to wait for a list.
 */
export interface EnvName {
  readonly name: string;
  readonly ranges: readonly [Range];
  readonly confidence: Confidence;
  readonly important: boolean;
  /** Stands in most deployments. */
  readonly usual: boolean;
  /** Accepted and ignored. */
  readonly deprecated: boolean;
  /** An older spelling of another name. */
  readonly secondary: boolean;
}

interface Row extends FactRow {
  readonly important?: boolean;
}

interface Table {
  readonly confidence?: Confidence;
  readonly variables: Readonly<Record<string, Row>>;
}

const tables: Readonly<Record<Exclude<EnvOwner, 'ucx'>, Table>> = {
  vllm: vllmTable as unknown as Table,
  nixl: nixlTable as unknown as Table,
  other: otherTable as unknown as Table,
};

const names: Readonly<Record<EnvOwner, () => readonly EnvName[]>> = {
  vllm: lazy(() => tableNames('vllm')),
  nixl: lazy(() => tableNames('nixl')),
  ucx: lazy(() =>
    ucxNameList().map(
      ({ name, bounds, important, usual, deprecated, alias }): EnvName => ({
        name,
        ranges: [{ library: 'ucx', ...bounds }],
        confidence: 'source',
        important,
        usual,
        deprecated,
        secondary: alias,
      }),
    ),
  ),
  other: lazy(() => tableNames('other')),
};

function tableNames(owner: Exclude<EnvOwner, 'ucx'>): EnvName[] {
  const { variables, confidence } = tables[owner];
  const library = owner === 'nixl' ? 'nixl' : 'vllm';
  return Object.entries(variables).map(([name, row]) => ({
    name,
    ranges: [{ library, ...boundsOf(row) }],
    confidence: row.confidence ?? confidence ?? 'source',
    important: row.important === true,
    usual: false,
    deprecated: false,
    secondary: false,
  }));
}

/** The names of an owner that begin so, whatever the version, in the order of the table. */
export function envNamesStarting(owner: EnvOwner, prefix: string): readonly EnvName[] {
  return names[owner]().filter(({ name }) => name.startsWith(prefix));
}
