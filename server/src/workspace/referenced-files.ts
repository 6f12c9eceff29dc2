import { decodeBytes } from './decode-bytes';
import type { FileAccess } from './file-access';

/** A file that another one refers to. The object stays the same for as long as its text does. */
export interface ReferencedFile {
  readonly name: string;
  readonly text: string;
  /** It is there, and no text that is read: too long, or something else than text. */
  readonly isUnread?: true;
}

/** Characters of a referenced file that are read. */
const MAX_LENGTH = 1024 * 1024;

/** At the end of a path: what a folder holds is asked for, which is no text of a file. */
const LISTING = '/*';

/** Names that are remembered. */
const MAX_NAMES = 5_000;

/**
 * The files that the files under check refer to (an `env_file`, a systemd `EnvironmentFile`). Analysis is synchronous:
 * it takes what is loaded, and what it asked for in vain is loaded afterwards for another go.
 */
export class ReferencedFiles {
  readonly #access: FileAccess;
  readonly #loaded = new Map<string, ReferencedFile | undefined>();
  readonly #open = new Map<string, ReferencedFile>();
  readonly #wanted = new Set<string>();
  #loading: Promise<unknown> = Promise.resolve();
  /** Names by what they were resolved from, which is asked again with every look whether an analysis is still true. */
  readonly #names = new Map<string, string>();
  #characters = 0;

  constructor(access: FileAccess) {
    this.#access = access;
  }

  /** The name of the file that `path` in the file `from` means, whether it is there or not. */
  nameOf(from: string, path: string): string | undefined {
    const key = `${from}\0${path}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const isListing = path.endsWith(LISTING);
    const resolved = this.#access.resolve(from, isListing ? path.slice(0, -1) : path);
    const name = isListing && resolved !== undefined ? resolved.replace(/[/\\]$/, '') + LISTING : resolved;
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    if (name !== undefined) this.#names.set(key, name);
    return name;
  }

  /** The file that `path` in the file `from` means, when it is there and was loaded. */
  find(from: string, path: string): ReferencedFile | undefined {
    const name = this.nameOf(from, path);
    return name === undefined ? undefined : this.get(name);
  }

  /** The file of this name, when it is there and was loaded. */
  get(name: string): ReferencedFile | undefined {
    const open = this.#open.get(name);
    if (open) return open;
    if (!this.#loaded.has(name)) this.#wanted.add(name);
    return this.#loaded.get(name);
  }

  /** True when it is known whether the file is there, and what is in it. */
  isKnown(name: string): boolean {
    return this.#open.has(name) || this.#loaded.has(name);
  }

  /** The files that an editor shows. */
  openFiles(): readonly ReferencedFile[] {
    return [...this.#open.values()];
  }

  /** Reads what was asked for and is not known yet; waits for what is being read. */
  load(): Promise<unknown> {
    if (this.#wanted.size === 0) return this.#loading;
    const names = [...this.#wanted];
    this.#wanted.clear();
    const reads = names.map(async (name) => {
      this.#keep(name, await this.#read(name));
    });
    this.#loading = Promise.all([this.#loading, ...reads]);
    return this.#loading;
  }

  /** The files that others referred to, whether they are there or not. */
  names(): string[] {
    return [...this.#loaded.keys()].filter((name) => !name.endsWith(LISTING));
  }

  /** What stands for the names in the folder of a file, see `nameOf`. */
  static listingAround(name: string): string {
    return name.replace(/(?:^|[/\\])[^/\\]*$/, '') + LISTING;
  }

  /** The file changed where it is stored: it is read again when next asked for. */
  forget(name: string): void {
    for (const one of [name, ReferencedFiles.listingAround(name)]) {
      this.#keep(one, undefined);
      this.#loaded.delete(one);
    }
  }

  /** Lets the texts go, once they are more than so many characters: they are read again when they are asked for. */
  trim(characters: number): void {
    if (this.#characters <= characters) return;
    this.#loaded.clear();
    this.#characters = 0;
  }

  /** An editor shows the file: its text counts before the stored one. `undefined`: no longer. */
  setOpen(name: string, text: string | undefined): void {
    if (text === undefined) this.#open.delete(name);
    else if (this.#open.get(name)?.text !== text) this.#open.set(name, { name, text });
  }

  #keep(name: string, file: ReferencedFile | undefined): void {
    this.#characters += (file?.text.length ?? 0) - (this.#loaded.get(name)?.text.length ?? 0);
    this.#loaded.set(name, file);
  }

  async #read(name: string): Promise<ReferencedFile | undefined> {
    if (name.endsWith(LISTING)) {
      const entries = await this.#access.list?.(name.slice(0, -LISTING.length));
      const bases = entries?.flatMap(({ kind, base }) => (kind === 'file' ? [base] : []));
      return bases && { name, text: bases.join('\n'), isUnread: true };
    }
    const bytes = await this.#access.read(name);
    const decoded = bytes && decodeBytes(bytes);
    if (decoded && 'text' in decoded && decoded.text.length <= MAX_LENGTH) return { name, text: decoded.text };
    return bytes && { name, text: '', isUnread: true };
  }
}
