import table from '../../../schemas/connectors.json';
import type { Confidence, Source } from './fact';
import { boundsOf } from './fact';
import { lazy } from './lazy';
import { nearest } from './nearest';
import { readSource } from './source';
import { type At, type Bounds, holds, type Range, type Versioned } from './version';

/** A KV connector that `kv_connector` may name. */
export interface ConnectorFact {
  readonly name: string;
  /** When it was registered; a name that was given up and reused has two ranges. */
  readonly ranges: readonly Range[];
  /** The NIXL family: NixlConnector, NixlPullConnector, NixlPushConnector. */
  readonly nixl: boolean;
  /** Which side moves the data, for the NIXL family. */
  readonly mode?: 'pull' | 'push';
  /** `plugin`: registered by another package at run time; `fork`: only in a fork of vLLM. */
  readonly origin: 'vllm' | 'plugin' | 'fork';
  /** Releases in which it supports the hybrid KV cache manager. */
  readonly hma: readonly Versioned<boolean>[];
  /** The module of its class, by release; none for those that other packages bring. */
  readonly modules: readonly Versioned<string>[];
  /** The `kv_role`s that it is made for, by release. */
  readonly roles: readonly Versioned<readonly string[]>[];
  /** It never looks at `kv_role`: any of them does. */
  readonly roleIgnored: boolean;
  /** The connector to use instead, once this one is gone. */
  readonly replacedBy?: string;
  /** Name of the schema of its `kv_connector_extra_config`; connectors without one take any key. */
  readonly extraConfig?: string;
  readonly description: string;
  readonly sources: readonly Source[];
  readonly confidence: Confidence;
}

/** How a connector name stands in a version. `depends`: registered in some of the releases that are possible only. */
export type ConnectorState =
  | { readonly state: 'registered' | 'depends' | 'plugin'; readonly connector: ConnectorFact }
  | { readonly state: 'not-yet'; readonly connector: ConnectorFact; readonly since: string }
  | { readonly state: 'removed'; readonly connector: ConnectorFact; readonly until: string }
  | { readonly state: 'unknown-name'; readonly nearest: readonly string[] };

interface Row {
  readonly ranges: readonly Bounds[];
  readonly nixl?: boolean;
  readonly mode?: 'pull' | 'push';
  readonly origin?: 'plugin' | 'fork';
  readonly hma?: readonly Versioned<boolean>[];
  readonly modules?: readonly Versioned<string>[];
  readonly roles?: readonly Versioned<readonly string[]>[];
  readonly roleIgnored?: boolean;
  readonly replacedBy?: string;
  readonly extraConfig?: string;
  readonly description: string;
  readonly sources: readonly string[];
  readonly confidence: Confidence;
}

const facts = lazy(
  () =>
    new Map(
      Object.entries(table.connectors as Readonly<Record<string, unknown>>).map(
        ([name, entry]): [string, ConnectorFact] => {
          const row = entry as Row;
          return [
            name,
            {
              name,
              ranges: row.ranges.map((bounds): Range => ({ library: 'vllm', ...boundsOf(bounds) })),
              nixl: row.nixl === true,
              ...(row.mode && { mode: row.mode }),
              origin: row.origin ?? 'vllm',
              hma: row.hma ?? [],
              modules: row.modules ?? [],
              roles: row.roles ?? [],
              roleIgnored: row.roleIgnored === true,
              ...(row.replacedBy && { replacedBy: row.replacedBy }),
              ...(row.extraConfig && { extraConfig: row.extraConfig }),
              description: row.description,
              sources: row.sources.map(readSource),
              confidence: row.confidence,
            },
          ];
        },
      ),
    ),
);

/** The connector of this exact name, whatever the version; see its `ranges`. */
export function lookupConnector(name: string): ConnectorFact | undefined {
  return facts().get(name);
}

/** True for NixlConnector, NixlPullConnector and NixlPushConnector. */
export function isNixlConnector(name: string): boolean {
  return facts().get(name)?.nixl === true;
}

/** Names that are, or may be, registered at this version, the NIXL family first; without other projects' names. */
export function connectorNames(vllm?: At): readonly string[] {
  return [...facts().values()]
    .filter((fact) => fact.origin === 'vllm' && holds(fact.ranges, vllm) !== 'no')
    .sort((a, b) => Number(b.nixl) - Number(a.nixl))
    .map((fact) => fact.name);
}

/** Registered names close to a misspelt one, nearest first; a bare `nixl` finds `NixlConnector`. */
export function nearestConnectors(name: string, vllm?: At, count = 3): readonly string[] {
  const stem = (text: string) => text.toLowerCase().replace(/connector(?:v\d+)?$/, '');
  const names = connectorNames(vllm);
  const sameStem = names.filter((candidate) => candidate !== name && stem(candidate) === stem(name));
  const rest = nearest(name, names, count).filter((candidate) => !sameStem.includes(candidate));
  return [...sameStem, ...rest].slice(0, count);
}

/** Where a name stands: registered, not yet, removed, another project's, or unknown. */
export function connectorState(name: string, vllm: At): ConnectorState {
  const connector = facts().get(name);
  if (!connector) return { state: 'unknown-name', nearest: nearestConnectors(name, vllm) };
  if (connector.origin !== 'vllm') return { state: 'plugin', connector };
  const registered = holds(connector.ranges, vllm);
  if (registered !== 'no') return { state: registered === 'yes' ? 'registered' : 'depends', connector };
  const next = connector.ranges.find(({ since }) => since && holds({ library: 'vllm', since }, vllm) === 'no');
  if (next?.since) return { state: 'not-yet', connector, since: next.since };
  return { state: 'removed', connector, until: connector.ranges.at(-1)?.until ?? '' };
}
