import type { Encoder, Hole, SourceText } from '../source-text';
import type { Span } from '../span';
import type { TreeNode } from '../tree';
import { Refused, TomlCursor } from './cursor';
import { readTomlScalar } from './scalar';
import { lineBreakAt, readTomlString, type TomlString } from './string';
import { Table, TableList, type TomlKey } from './table';

/** Deeper than this nothing is followed. */
const MAX_DEPTH = 200;

const bareKey: Encoder = (replacement, at, text) =>
  /^[A-Za-z0-9_-]+$/.test(text.slice(0, at.start) + replacement + text.slice(at.end)) ? replacement : undefined;

/** A word stays of its type: another one is written as a whole. */
function wordOf(type: string): Encoder {
  return (replacement, at, text) => {
    const word = text.slice(0, at.start) + replacement + text.slice(at.end);
    return readTomlScalar(word).type === type ? replacement : undefined;
  };
}

/** Reads TOML 1.0 line by line: a line that cannot be read is reported, and the next one starts anew. */
export class TomlParser extends TomlCursor {
  private readonly root: Table;
  private current: Table;

  constructor(source: SourceText, holes: readonly Hole[]) {
    super(source, holes);
    this.root = new Table('header', source.place());
    this.current = this.root;
  }

  document(): Table['node'] {
    for (;;) {
      this.skipLines();
      if (this.at >= this.text.length) return this.root.node;
      const start = this.at;
      this.line();
      // Whatever happens, a line is read once.
      if (this.at === start) this.at = this.lineEnd(start) + 1;
    }
  }

  private line(): void {
    const known = this.problems.length;
    try {
      this.statement();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.problem(error.kind, error.span, error.message);
      this.at = this.lineEnd(Math.max(this.at, error.span.end));
    }
    const hole = this.problems.length > known ? this.holeOnLine(this.at) : undefined;
    if (!hole) return;
    // What a template writes there may make sense of it.
    this.problems.length = known;
    this.current.leaveOpen(hole.reason);
  }

  private statement(): void {
    if (this.text.startsWith('[[', this.at)) this.listHeader();
    else if (this.here === '[') this.header();
    else this.assignment(this.current, { start: this.at, end: this.lineEnd(this.at) }, 0);
    this.skipBlanks();
    this.skipComment();
    if (this.at < this.text.length && lineBreakAt(this.text, this.at) === 0) {
      this.refuse('trailing-text', { start: this.at, end: this.lineEnd(this.at) }, 'text where the line should end');
    }
  }

  private header(): void {
    const { parent, last, place } = this.headerKeys('[', ']');
    const known = parent.child(last.name);
    if (known instanceof Table && known.origin === 'super') {
      known.origin = 'header';
      this.current = known;
      return;
    }
    this.refuseKnown(parent, last);
    this.current = parent.addTable(last, 'header', place);
  }

  private listHeader(): void {
    const { parent, last, place } = this.headerKeys('[[', ']]');
    const known = parent.child(last.name);
    if (known instanceof TableList) {
      this.current = known.append(place);
      return;
    }
    this.refuseKnown(parent, last);
    const list = new TableList(place);
    parent.add(last, list.node, list);
    this.current = list.last;
  }

  private headerKeys(open: string, close: string) {
    const start = this.at;
    // What follows a header that is refused belongs nowhere.
    this.current = new Table('header', this.source.place({ start, end: start }));
    this.at += open.length;
    const keys = this.dottedKey();
    if (!this.text.startsWith(close, this.at)) {
      this.refuse('missing-bracket', { start, end: this.lineEnd(start) }, `no \`${close}\` at the end`);
    }
    this.at += close.length;
    const last = keys.pop()!;
    return { parent: this.descend(keys), last, place: this.source.place({ start, end: this.at }) };
  }

  /** The table that a header's keys lead to; of a list the last one so far. */
  private descend(keys: readonly TomlKey[]): Table {
    let table = this.root;
    for (const key of keys) {
      const known = table.child(key.name);
      if (known instanceof TableList) table = known.last;
      else if (known && known.origin !== 'closed') table = known;
      else {
        this.refuseKnown(table, key);
        table = table.addTable(key, 'super', key.place);
      }
    }
    return table;
  }

  private refuseKnown(table: Table, { name, place }: TomlKey): void {
    if (table.has(name)) this.refuse('redefined', place.span, `\`${name}\` is there already and takes no more`);
  }

  /** @param line for a line of its own: a hole makes all of its value unknown */
  private assignment(into: Table, line: Span | undefined, depth: number): void {
    const keys = this.dottedKey();
    if (this.here !== '=') {
      const start = keys[0]!.place.span.start;
      this.refuse('missing-sign', { start, end: this.lineEnd(start) }, 'no `=` behind the key');
    }
    this.at++;
    this.skipBlanks();
    const last = keys.pop()!;
    let table = into;
    for (const key of keys) {
      const known = table.child(key.name);
      if (known instanceof Table && (known.origin === 'dotted' || known.origin === 'super')) {
        known.origin = 'dotted';
        table = known;
      } else {
        this.refuseKnown(table, key);
        table = table.addTable(key, 'dotted', key.place);
      }
    }
    const value = this.value(line, depth);
    if (table.has(last.name)) {
      this.refuse('repeated-key', last.place.span, `a second value for \`${last.name}\``);
    }
    table.add(last, value);
  }

  private dottedKey(): TomlKey[] {
    const keys: TomlKey[] = [];
    for (;;) {
      this.skipBlanks();
      keys.push(this.simpleKey());
      this.skipBlanks();
      if (this.here !== '.') return keys;
      this.at++;
    }
  }

  private simpleKey(): TomlKey {
    const start = this.at;
    if (this.here === '"' || this.here === "'") {
      const { text, site, long } = this.string();
      if (long) this.refuse('missing-key', site, 'a key in three quotes');
      return { name: text.text, text, place: this.source.place(site) };
    }
    const bare = /[A-Za-z0-9_-]+/y;
    bare.lastIndex = start;
    if (!bare.test(this.text)) {
      this.refuse('missing-key', { start, end: Math.min(start + 1, this.lineEnd(start)) }, 'no key');
    }
    this.at = bare.lastIndex;
    const text = this.source.slice(start, this.at, bareKey);
    return { name: text.text, text, place: this.source.place({ start, end: this.at }) };
  }

  private string(): TomlString {
    const read = readTomlString(this.source, this.at);
    this.at = read.site.end;
    for (const { kind, message, start, end } of read.mistakes) {
      if (kind === 'missing-quote') this.refuse(kind, { start, end }, message);
      this.problem(kind, { start, end }, message);
    }
    return read;
  }

  private value(line: Span | undefined, depth: number): TreeNode {
    const hole = line && this.holeWithin(this.at, line.end);
    if (hole) {
      const place = this.source.place({ start: this.at, end: line.end });
      this.at = line.end;
      return { type: 'unknown', notation: 'toml', place, reason: hole.reason };
    }
    if (depth > MAX_DEPTH) this.refuse('too-deep', { start: this.at, end: this.at + 1 }, 'nested too deep');
    switch (this.here) {
      case '"':
      case "'": {
        const { text, site } = this.string();
        return { type: 'string', notation: 'toml', value: text.text, text, place: this.source.place(site) };
      }
      case '[':
        return this.array(depth);
      case '{':
        return this.inlineTable(depth);
      default:
        return this.word();
    }
  }

  private array(depth: number): TreeNode {
    const start = this.at;
    const items: TreeNode[] = [];
    this.at++;
    for (;;) {
      this.skipLines();
      if (this.here === ']') break;
      this.refuseEnd(start);
      items.push(this.value(undefined, depth + 1));
      this.skipLines();
      if (this.here === ',') this.at++;
      else if (this.here !== ']') this.refuseSeparator(start, ']');
    }
    this.at++;
    return { type: 'array', notation: 'toml', items, place: this.source.place({ start, end: this.at }) };
  }

  private inlineTable(depth: number): TreeNode {
    const start = this.at;
    // Where it ends is known at its end.
    const place = { source: this.source, span: { start, end: start + 1 } };
    const table = new Table('closed', place);
    this.at++;
    for (let first = true; ; first = false) {
      this.skipInBraces();
      if (this.here === '}') {
        if (!first) this.newer({ start: this.at, end: this.at + 1 }, 'a comma before `}`');
        break;
      }
      this.refuseEnd(start);
      this.assignment(table, undefined, depth + 1);
      this.skipInBraces();
      if (this.here === '}') break;
      if (this.here !== ',') this.refuseSeparator(start, '}');
      this.at++;
    }
    this.at++;
    place.span.end = this.at;
    return table.node;
  }

  /** Between the parts of an inline table, which stands on one line. */
  private skipInBraces(): void {
    this.skipBlanks();
    const start = this.at;
    this.skipLines();
    if (this.at > start && this.at < this.text.length) {
      this.newer({ start, end: start + 1 }, 'a line break or comment in braces');
    }
  }

  private word(): TreeNode {
    const start = this.at;
    const end = this.wordEnd(start);
    if (start === end) this.refuse('missing-value', { start: start - 1, end: start }, 'no value');
    this.at = end;
    const place = this.source.place({ start, end });
    const scalar = readTomlScalar(this.text.slice(start, end));
    const text = this.source.slice(start, end, wordOf(scalar.type));
    const common = { notation: 'toml', text, place } as const;
    switch (scalar.type) {
      case 'boolean':
        return { ...common, type: 'boolean', value: scalar.value };
      case 'integer':
      case 'float':
        return { ...common, type: 'number', value: scalar.value };
      case 'newer':
        this.newer(place.span, scalar.message);
        break;
      case 'bad':
        this.problem('bad-value', place.span, scalar.message);
    }
    return { ...common, type: 'string', value: text.text };
  }

  /** Of a date the time may follow behind one blank. */
  private wordEnd(start: number): number {
    const word = /[^\s,[\]{}#=]*/y;
    word.lastIndex = start;
    word.test(this.text);
    const end = word.lastIndex;
    if (!/^\d{4}-\d\d-\d\d$/.test(this.text.slice(start, end)) || !/^ \d/.test(this.text.slice(end, end + 2)))
      return end;
    word.lastIndex = end + 1;
    word.test(this.text);
    return word.lastIndex;
  }

  private refuseEnd(start: number): void {
    if (this.at >= this.text.length) {
      this.refuse('missing-bracket', { start, end: start + 1 }, 'a bracket that nothing closes');
    }
  }

  private refuseSeparator(start: number, bracket: string): never {
    this.refuseEnd(start);
    return this.refuse('missing-comma', { start: this.at, end: this.at + 1 }, `neither \`,\` nor \`${bracket}\` here`);
  }

  private newer(span: Span, what: string): void {
    this.problem('newer', span, `${what}, which TOML has from 1.1 on`);
  }
}
