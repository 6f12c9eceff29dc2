import type { Place, Reason, SourceText } from '../source-text';
import type { ArrayNode, Member, ObjectNode, TreeNode } from '../tree';

/** A part of a dotted key. */
export interface TomlKey {
  readonly name: string;
  /** Without quotes, editable. */
  readonly text: SourceText;
  /** With quotes. */
  readonly place: Place;
}

/**
 * How a table came to be, which decides who may add to it: by a longer header (`super`), by its own (`header`), by a
 * dotted key (`dotted`), or in braces (`closed`).
 */
type Origin = 'super' | 'header' | 'dotted' | 'closed';

/** A table while it is read. */
export class Table {
  readonly members: (Member & { readonly value: TreeNode })[] = [];
  readonly node: ObjectNode;
  origin: Origin;
  private readonly tables = new Map<string, Table | TableList>();
  private readonly names = new Set<string>();

  constructor(origin: Origin, place: Place) {
    this.origin = origin;
    this.node = { type: 'object', notation: 'toml', members: this.members, place };
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  child(name: string): Table | TableList | undefined {
    return this.tables.get(name);
  }

  add(key: TomlKey, value: TreeNode, table?: Table | TableList): void {
    this.names.add(key.name);
    if (table) this.tables.set(key.name, table);
    this.members.push({ key: key.name, keyText: key.text, keyPlace: key.place, value });
  }

  addTable(key: TomlKey, origin: Origin, place: Place): Table {
    const table = new Table(origin, place);
    this.add(key, table.node, table);
    return table;
  }

  /** Something unknown may stand in here. */
  leaveOpen(reason: Reason): void {
    Object.assign(this.node, { open: this.node.open ?? reason });
  }
}

/** Tables under one `[[header]]`. */
export class TableList {
  readonly node: ArrayNode;
  private readonly items: TreeNode[] = [];
  last: Table;

  constructor(place: Place) {
    this.node = { type: 'array', notation: 'toml', items: this.items, place };
    this.last = this.append(place);
  }

  append(place: Place): Table {
    this.last = new Table('header', place);
    this.items.push(this.last.node);
    return this.last;
  }
}
