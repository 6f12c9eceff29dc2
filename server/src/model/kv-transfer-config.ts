import type { Member, Place, TreeNode } from '../syntax';
import { member } from '../syntax';
import type { Flag } from './flags';

/** A mistake of notation in the text that should be JSON. */
export interface JsonProblem {
  /** A stable word for the kind of mistake, for example `trailing-comma`, `single-quotes`, `quotes-lost`, `not-json`. */
  readonly kind: string;
  readonly place: Place;
  /** What is wrong, as a clause: "a comma before `}`". */
  readonly message: string;
  /** The layer that ate the quotes, when they are lost on the way. */
  readonly layer?: 'shell' | 'yaml' | 'dockerfile' | 'env-file' | undefined;
  /** A replacement that mends it. */
  readonly fix?: { readonly title: string; readonly place: Place; readonly newText: string } | undefined;
}

/**
 * The value of `--kv-transfer-config`, whatever its spelling: one JSON argument, dotted flags, a mapping in a config
 * file, or a JSON file of its own.
 */
export interface KvTransferConfig {
  readonly form: 'json' | 'dotted' | 'mapping' | 'file';
  /** The whole value; `undefined` when nothing of it can be read (then `problems` or `unknown` say why). */
  readonly root: TreeNode | undefined;
  readonly place: Place;
  /** The flag that gave it (the last one that counts). */
  readonly flag?: Flag | undefined;
  readonly problems: readonly JsonProblem[];
  /** Spellings that the last one makes void: plain JSON before dotted keys, earlier repeats. */
  readonly overridden: readonly Flag[];
}

/** The value of another flag that takes an object, such as `--kv-events-config`: read in the same way. */
export type FlagObject = KvTransferConfig & { readonly flag: Flag };

/** A connector object: the top level, or one child of a MultiConnector, at any depth. */
export interface ConnectorConfig {
  readonly node: TreeNode & { readonly type: 'object' };
  /** Keys and indexes from the top level; empty for it. */
  readonly path: readonly (string | number)[];
  readonly parent: ConnectorConfig | undefined;
}

/** The top-level object and every MultiConnector child in it, outermost first. */
export function connectorsOf(config: KvTransferConfig | undefined): ConnectorConfig[] {
  const found: ConnectorConfig[] = [];
  const visit = (
    node: TreeNode | undefined,
    path: readonly (string | number)[],
    parent: ConnectorConfig | undefined,
  ) => {
    if (node?.type !== 'object' || path.length > 32) return;
    const connector = { node, path, parent };
    found.push(connector);
    const list = member(member(node, 'kv_connector_extra_config')?.value, 'connectors')?.value;
    if (list?.type !== 'array' || connectorName(connector) !== 'MultiConnector') return;
    list.items.forEach((item, index) => {
      visit(item, [...path, 'kv_connector_extra_config', 'connectors', index], connector);
    });
  };
  visit(config?.root, [], undefined);
  return found;
}

/** The connector's class name when it is a known string. */
export function connectorName(connector: ConnectorConfig): string | undefined {
  const node = member(connector.node, 'kv_connector')?.value;
  return node?.type === 'string' && node.text.known ? node.value : undefined;
}

/** The member of `kv_connector_extra_config` for `key`. */
export function extraMember(connector: ConnectorConfig, key: string): Member | undefined {
  return member(member(connector.node, 'kv_connector_extra_config')?.value, key);
}
