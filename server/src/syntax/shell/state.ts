import type { Function as FunctionNode } from 'unbash';
import type { Reason, SourceText } from '../source-text';
import { Layers } from './layers';
import { mergeVariables } from './merge';
import { sameEntries, sameList, sameValue, sameVariable } from './same-knowledge';
import type { Script } from './script';
import { EnvironmentSnapshot } from './snapshot';
import type { ShellScope, ShellVariable } from './types';
import { type ShellList, ShellValue } from './value';
import { toShellVariable, type Variable } from './variable';

export interface ShellFunction {
  readonly node: FunctionNode;
  readonly script: Script;
}

/** What a lookup finds. */
export type Found =
  | { readonly kind: 'value'; readonly value: ShellValue }
  | { readonly kind: 'list'; readonly list: ShellList }
  | { readonly kind: 'unset' }
  | { readonly kind: 'unknown'; readonly reason: Reason };

/** Set by the shell, the login or the container, whatever the files say. */
const ambient =
  /^(?:[?$!_-]|0|PATH|IFS|HOME|HOSTNAME|PWD|OLDPWD|USER|LOGNAME|SHELL|TERM|LANG|TMPDIR|RANDOM|SRANDOM|SECONDS|LINENO|U?ID|EUID|GID|PPID|SHLVL|BASH.*|EPOCH.*|OSTYPE|HOSTTYPE|MACHTYPE|FUNCNAME|PIPESTATUS|DIRSTACK|GROUPS|COLUMNS|LINES|OPTARG|OPTIND|REPLY|MAPFILE)$/;

/** All that is known at one point of a script. */
export class State {
  private variables = new Layers<Variable>();
  private readonly scope: ShellScope;
  private shown: EnvironmentSnapshot | undefined;
  functions: ReadonlyMap<string, ShellFunction> = new Map();
  positionals: ShellList;
  /** `set -a`: every assignment is exported. */
  exportAll = false;
  /** What may have changed variables unseen. */
  opened: readonly Reason[] = [];
  /** The script certainly does not go on from here. */
  ended = false;
  /** For every function being called, what its `local` variables hide. */
  hidden: readonly ReadonlyMap<string, Variable | undefined>[] = [];
  /** Files that the script wrote itself; `undefined`: with what we do not know. */
  files: ReadonlyMap<string, ShellValue | undefined> = new Map();

  private constructor(scope: ShellScope, positionals: ShellList) {
    this.scope = scope;
    this.positionals = positionals;
  }

  static initial(scope: ShellScope): State {
    const positionals: ShellList = scope.positionals
      ? { items: scope.positionals.map((text) => ShellValue.of(text)) }
      : { items: [], open: { kind: 'positional', detail: '$@' } };
    const state = new State(scope, positionals);
    for (const [name, text] of scope.variables ?? []) {
      const exported = scope.exported?.has(name) ?? true;
      state.variables.set(name, { nameText: undefined, value: ShellValue.of(text), exported });
    }
    return state;
  }

  fork(): State {
    const copy = new State(this.scope, this.positionals);
    copy.take(this);
    copy.variables = this.variables.copy();
    copy.ended = this.ended;
    return copy;
  }

  private take(other: State): void {
    this.variables = other.variables;
    this.shown = other.shown;
    this.functions = other.functions;
    this.positionals = other.positionals;
    this.exportAll = other.exportAll;
    this.opened = other.opened;
    this.hidden = other.hidden;
    this.files = other.files;
  }

  record(name: string): Variable | undefined {
    return this.variables.get(name);
  }

  find(name: string): Found {
    const variable = this.variables.get(name);
    if (variable) {
      if (variable.unknown) return { kind: 'unknown', reason: variable.unknown };
      if (variable.list) return { kind: 'list', list: variable.list };
      return variable.value ? { kind: 'value', value: variable.value } : { kind: 'unset' };
    }
    const inherits = this.scope.open === undefined || this.scope.open.length > 0;
    return inherits || this.opened.length > 0 || ambient.test(name)
      ? { kind: 'unknown', reason: { kind: 'variable', detail: `$${name}` } }
      : { kind: 'unset' };
  }

  private put(name: string, variable: Variable): void {
    const before = this.variables.get(name);
    if (variable.exported || variable.removed || before?.exported || before?.removed) this.shown = undefined;
    this.variables.set(name, variable);
  }

  /** Gives `name` a new value, in last place: assignments count in order. */
  set(name: string, change: Partial<Variable> & Pick<Variable, 'value'>): void {
    const before = this.variables.get(name);
    const exported = change.exported ?? (before?.exported || this.exportAll);
    this.put(name, {
      nameText: before?.nameText,
      altered: before?.altered,
      uncertain: change.exported === undefined ? before?.uncertain : undefined,
      ...change,
      exported,
      removed: exported ? false : before?.removed,
    });
  }

  /** Changes attributes and leaves the value. */
  mark(name: string, change: Partial<Variable>): void {
    const before = this.variables.get(name);
    this.put(name, { nameText: undefined, value: undefined, exported: false, ...before, ...change });
  }

  /** Puts back a record from before. */
  restore(name: string, variable: Variable | undefined): void {
    if (variable) {
      this.put(name, variable);
      return;
    }
    this.shown = undefined;
    this.variables.delete(name);
  }

  unset(name: string): void {
    this.put(name, { nameText: undefined, value: undefined, exported: false, removed: true });
  }

  /** The value is no longer known. */
  forget(name: string, reason: Reason, nameText?: SourceText, value?: ShellValue): void {
    const before = this.variables.get(name);
    this.set(name, {
      value: value ?? before?.value,
      list: undefined,
      unknown: reason,
      ...(nameText ? { nameText } : {}),
    });
  }

  /** Anything may have been assigned anew. */
  forgetAll(reason: Reason): void {
    for (const [name, variable] of [...this.variables.entries()]) {
      const detail = reason.kind === 'limit' ? reason.detail : `$${name}`;
      if (!variable.unknown) this.mark(name, { unknown: { ...reason, detail }, removed: false });
    }
  }

  open(reason: Reason): void {
    if (!this.opened.some(({ kind, detail }) => kind === reason.kind && detail === reason.detail)) {
      this.opened = [...this.opened, reason];
    }
  }

  /** Makes a variable of the function that is being called, unset but as exported as the one that it hides. */
  localize(name: string): void {
    const frame = this.hidden.at(-1);
    if (!frame || frame.has(name)) return;
    const before = this.variables.get(name);
    this.hidden = [...this.hidden.slice(0, -1), new Map(frame).set(name, before)];
    const { exported = false, uncertain } = before ?? {};
    this.put(name, { nameText: undefined, value: undefined, exported, uncertain });
  }

  define(name: string, body: ShellFunction | undefined): void {
    const functions = new Map(this.functions);
    if (body) functions.set(name, body);
    else functions.delete(name);
    this.functions = functions;
  }

  write(path: string, text: ShellValue | undefined): void {
    this.files = new Map(this.files).set(path, text);
  }

  /** What is in a file at this point, when the script wrote it or it can be had. */
  readFile(path: string): ShellValue | undefined {
    if (this.files.has(path)) return this.files.get(path);
    const text = this.scope.file?.(path);
    return text && ShellValue.of(text);
  }

  /** Goes on as any of `ways`: what they do not agree on is unknown. */
  become(ways: readonly State[]): void {
    const [first, ...others] = ways.filter((way) => !way.ended);
    this.ended = !first;
    if (!first) return;
    if (first !== this) this.take(first.fork());
    for (const other of others) this.merge(other);
  }

  private merge(other: State): void {
    if (other === this) return;
    for (const name of this.variables.differing(other.variables)) {
      const mine = this.variables.get(name);
      const either = mergeVariables(name, mine, other.variables.get(name));
      if (either !== mine) this.put(name, either);
    }
    if (this.functions !== other.functions) this.functions = new Map([...other.functions, ...this.functions]);
    if (this.positionals !== other.positionals) {
      this.positionals = { items: [], open: { kind: 'branch', detail: '$@' } };
    }
    this.exportAll ||= other.exportAll;
    if (this.opened !== other.opened) for (const reason of other.opened) this.open(reason);
    if (this.files !== other.files) {
      const paths = new Set([...this.files.keys(), ...other.files.keys()]);
      const both = (path: string) =>
        this.files.get(path) === other.files.get(path) ? this.files.get(path) : undefined;
      this.files = new Map([...paths].map((path) => [path, both(path)]));
    }
    if (this.hidden !== other.hidden) {
      this.hidden = this.hidden.map((frame, index) => new Map([...(other.hidden[index] ?? []), ...frame]));
    }
  }

  /** True when both know the same. */
  agrees(other: State): boolean {
    if (this.opened.length !== other.opened.length || this.positionals !== other.positionals) return false;
    for (const name of this.variables.differing(other.variables)) {
      if (!this.variables.get(name)?.unknown || !other.variables.get(name)?.unknown) return false;
    }
    return true;
  }

  /** True when a part of the script that starts with either comes out the same, apart from where things are written. */
  knowsTheSame(other: State): boolean {
    if (this.opened.length !== other.opened.length || this.exportAll !== other.exportAll || this.ended !== other.ended)
      return false;
    if (!sameList(this.positionals, other.positionals)) return false;
    for (const name of this.variables.differing(other.variables)) {
      if (!sameVariable(this.variables.get(name), other.variables.get(name))) return false;
    }
    return (
      sameEntries(this.functions, other.functions, (one, another) => one.node === another.node) &&
      sameEntries(this.files, other.files, sameValue)
    );
  }

  environment(): EnvironmentSnapshot {
    this.shown ??= new EnvironmentSnapshot(this.variables.copy());
    return this.shown;
  }

  ownVariables(): ShellVariable[] {
    return [...this.variables.entries()].flatMap(([name, variable]) => toShellVariable(name, variable) ?? []);
  }
}
