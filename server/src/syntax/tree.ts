import type { Place, Reason, SourceText } from './source-text';

/**
 * A value tree with places, whatever it was written in: JSON, YAML, or dotted flags. Readers and rules see only this.
 */
export type TreeNode = ObjectNode | ArrayNode | ScalarNode | UnknownNode;
export type ScalarNode = StringNode | NumberNode | BooleanNode | NullNode;

/** How a node is written, which decides how it can be edited. */
export type Notation = 'json' | 'yaml-block' | 'yaml-flow' | 'flags' | 'toml';

interface NodeBase {
  /** The whole node with its quotes or brackets. For an alias: where the alias stands is in `via`. */
  readonly place: Place;
  readonly notation: Notation;
  /** The alias or merge key through which this node came, if any. */
  readonly via?: Place | undefined;
  /** A tag of YAML's that is an application's own: `!reset`. */
  readonly tag?: string;
}

export interface ObjectNode extends NodeBase {
  readonly type: 'object';
  /** In the order written; a repeated key appears again, and the last one counts. */
  readonly members: readonly Member[];
  /** Members may be missing here (a template block, an unresolved merge): absence proves nothing. */
  readonly open?: Reason | undefined;
}

export interface Member {
  readonly key: string;
  /** The key's characters without quotes, editable. */
  readonly keyText: SourceText;
  /** The key with its quotes. */
  readonly keyPlace: Place;
  readonly value: TreeNode;
}

export interface ArrayNode extends NodeBase {
  readonly type: 'array';
  readonly items: readonly TreeNode[];
  readonly open?: Reason | undefined;
}

interface ScalarBase extends NodeBase {
  /** The characters: decoded for strings, as written for the others. */
  readonly text: SourceText;
}

export interface StringNode extends ScalarBase {
  readonly type: 'string';
  readonly value: string;
  /** What readers of YAML 1.1, Kubernetes' one for example, take it for: `no`, `0b1`, `1_000` without quotes. */
  readonly yaml11?: 'boolean' | 'number';
}

export interface NumberNode extends ScalarBase {
  readonly type: 'number';
  readonly value: number;
}

export interface BooleanNode extends ScalarBase {
  readonly type: 'boolean';
  readonly value: boolean;
}

export interface NullNode extends ScalarBase {
  readonly type: 'null';
  readonly value: null;
}

export interface UnknownNode extends NodeBase {
  readonly type: 'unknown';
  readonly reason: Reason;
}

/** The member that counts for `key`: the last one written. */
export function member(node: TreeNode | undefined, key: string): Member | undefined {
  if (node?.type !== 'object') return undefined;
  const { members } = node;
  for (let index = members.length - 1; index >= 0; index--) {
    if (members[index]!.key === key) return members[index];
  }
  return undefined;
}

/** The value at a path of keys and indexes; `undefined` where there is none or a node on the way is of another type. */
export function at(node: TreeNode | undefined, ...path: readonly (string | number)[]): TreeNode | undefined {
  let current = node;
  for (const step of path) {
    if (typeof step === 'number') current = current?.type === 'array' ? current.items[step] : undefined;
    else current = member(current, step)?.value;
  }
  return current;
}

export function items(node: TreeNode | undefined): readonly TreeNode[] {
  return node?.type === 'array' ? node.items : [];
}

export function isScalar(node: TreeNode | undefined): node is ScalarNode {
  return node !== undefined && node.type !== 'object' && node.type !== 'array' && node.type !== 'unknown';
}

/** True when the node and everything in it is known before the program runs. */
export function isKnown(node: TreeNode): boolean {
  switch (node.type) {
    case 'unknown':
      return false;
    case 'object':
      return !node.open && node.members.every(({ keyText, value }) => keyText.known && isKnown(value));
    case 'array':
      return !node.open && node.items.every(isKnown);
    default:
      return node.text.known;
  }
}

/** The plain value that a JSON parser would give; unknown nodes and repeated keys resolve as the runtime would see them, unknowns as `undefined`. */
export function toPlain(node: TreeNode): unknown {
  switch (node.type) {
    case 'unknown':
      return undefined;
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, toPlain(value)]));
    case 'array':
      return node.items.map(toPlain);
    default:
      return node.value;
  }
}
