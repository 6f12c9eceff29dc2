import { type ByteEntry, ByteTable } from './byte-table';
import type { Piece } from './bytes';
import { type Declaration, DeclaredTypes, readDeclaration } from './declarations';
import { knownName, PROCESS_START, readSeriesName, type SeriesName, type Wanted } from './names';

/** What is known of a name: its family, and whether it is wanted. */
export interface KnownName {
  readonly name: SeriesName | undefined;
  readonly wanted: boolean;
  /** It says when the process started. */
  readonly start: boolean;
  /** The version of the types by which it was judged; none where the tables know it. */
  readonly version?: number;
}

/** Names and comments that are remembered, those that nobody wants included. */
export const MOST_NAMES = 20_000;
/** Longer ones are nobody's that we know. */
const LONGEST_NAME = 512;

/** A name that stands without quotes. */
const plainName = /^[A-Za-z_:][\w:]*$/;
const NOBODY: KnownName = { name: undefined, wanted: false, start: false };
const NOTHING: Declaration = {};

/** Remembers the names and the comments of pages by their bytes. */
export class NameTable {
  private readonly wanted: Wanted;
  private readonly names = new ByteTable<KnownName>();
  private readonly comments = new ByteTable<Declaration>();
  private readonly types = new DeclaredTypes();
  /** The name of a line that was left out last: others follow that are like it. */
  stranger: ByteEntry<KnownName> | undefined;

  constructor(wanted: Wanted) {
    this.wanted = wanted;
  }

  /** Another page begins: nothing is declared. */
  begin(): void {
    this.stranger = undefined;
    this.types.clear();
  }

  /** Whether the name of the line that was left out last stands here. */
  isStranger({ bytes, view }: Piece, at: number): boolean {
    const { stranger } = this;
    return stranger !== undefined && at + stranger.length < bytes.length && this.names.matches(stranger, view, at);
  }

  /** What is known of a name that stands between `at` and `end`; nothing of one that is too long. */
  find({ bytes, view }: Piece, at: number, end: number): KnownName | undefined {
    if (end - at > LONGEST_NAME) return undefined;
    let entry = this.names.find(view, at, end - at);
    if (!entry) {
      if (this.names.size >= MOST_NAMES) this.forget();
      const text = bytes.toString('utf8', at, end);
      entry = this.names.add(bytes, at, end - at, plainName.test(text) ? this.know(text) : NOBODY);
    } else if (entry.value.version !== undefined && entry.value.version !== this.types.version) {
      entry.value = this.know(bytes.toString('utf8', at, end));
    }
    if (!entry.value.wanted) this.stranger = entry;
    return entry.value;
  }

  private forget(): void {
    this.names.clear();
    this.stranger = undefined;
  }

  know(text: string): KnownName {
    const start = text === PROCESS_START;
    const name = readSeriesName(text, this.types.typeOf);
    const wanted = start || (name !== undefined && this.wanted(name.family));
    const guessed = name !== undefined && knownName(text) === undefined;
    return { name, start, wanted, ...(guessed && { version: this.types.version }) };
  }

  /** What a comment says. */
  declare({ bytes, view }: Piece, at: number, end: number): Declaration {
    if (end - at > LONGEST_NAME) return NOTHING;
    let declared = this.comments.find(view, at, end - at)?.value;
    if (!declared) {
      declared = readDeclaration(bytes.toString('utf8', at, end));
      if (this.comments.size >= MOST_NAMES) this.comments.clear();
      this.comments.add(bytes, at, end - at, declared);
    }
    if (!declared.unknown) return declared;
    this.stranger = undefined;
    const family = this.types.state(declared.unknown);
    return family === undefined || family === declared.family ? declared : { ...declared, family };
  }
}
