import type { SourceText } from '../../syntax';
import { KUSTOMIZATION_NAMES } from '../kubernetes/kustomization';
import { folderOf, isRemote, joinPath, type Kustomization, readKustomizationFile } from './kustomization-file';
import { Refused } from './nodes';

/** Kustomizations that build upon each other, and files that they list: more are none that people write. */
const MOST_FILES = 500;
const DEEPEST = 20;

/** Characters of all files together that are looked at. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** What a path in a kustomization leads to. */
export type Listed =
  | { readonly kustomization: Kustomization }
  | { readonly path: string; readonly source: SourceText }
  /** Fetched from elsewhere, or larger than what is read. */
  | { readonly outOfSight: string };

/** How the files that are listed are reached. */
export interface Reach {
  file(path: string): SourceText | undefined;
  /** The file is there, whether it is read or not. */
  isThere(path: string): boolean;
}

/** The files that kustomizations list, by their paths from the first one. What was found stays the same for one build. */
export class Sources {
  /** Every file that takes part, apart from the first kustomization itself. */
  readonly files = new Map<string, SourceText>();
  readonly #data = new Set<string>();
  readonly #reach: Reach;
  readonly #kustomizations = new Map<string, Kustomization>();
  #characters = 0;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** The files whose content becomes a part of what is made. */
  parts(): SourceText[] {
    return [...this.files].flatMap(([path, source]) => (this.#data.has(path) ? [] : source));
  }

  /** A file that a generator takes as it is. */
  readData(path: string): SourceText | undefined {
    if (!this.files.has(path)) this.#data.add(path);
    return this.#read(path);
  }

  /** A file by its path. */
  read(path: string): SourceText | undefined {
    this.#data.delete(path);
    return this.#read(path);
  }

  #read(path: string): SourceText | undefined {
    const known = this.files.get(path);
    if (known) return known;
    const source = this.#reach.file(path);
    if (!source) return undefined;
    this.#characters += source.length;
    if (this.files.size >= MOST_FILES || this.#characters > MOST_CHARACTERS) throw new Refused('it lists too much');
    this.files.set(path, source);
    return source;
  }

  /** A file that a kustomization names: it has to be there. */
  named(text: SourceText, from: Kustomization): SourceText {
    const path = joinPath(folderOf(from.path), text.text);
    return this.read(path) ?? this.#missing(text, path);
  }

  #missing(text: SourceText, path: string): never {
    throw new Refused(`\`${text.text}\` is ${this.isThere(path) ? 'not read' : 'not there'}`, text);
  }

  isThere(path: string): boolean {
    return this.#reach.isThere(path);
  }

  /**
   * What an item of `resources` or `components` means.
   * @param above paths of the kustomizations that are being followed, for circles
   */
  listed(text: SourceText, from: Kustomization, above: readonly string[]): Listed {
    const { text: written } = text;
    if (isRemote(written)) return { outOfSight: written };
    if (written.startsWith('/')) throw new Refused(`\`${written}\` is a path of one machine`, text);
    const path = joinPath(folderOf(from.path), written);
    if (/\.(?:ya?ml|json)$/i.test(path)) {
      const source = this.read(path);
      if (source) return { path, source };
      if (this.isThere(path)) return { outOfSight: written };
    }
    for (const name of KUSTOMIZATION_NAMES) {
      const own = path === '' ? name : `${path}/${name}`;
      if (above.includes(own)) throw new Refused(`\`${written}\` leads back to where it is listed`, text);
      const kustomization = this.#kustomization(own);
      if (!kustomization) continue;
      if (above.length >= DEEPEST) throw new Refused('it builds upon too many others', text);
      return { kustomization };
    }
    return { path, source: this.read(path) ?? this.#missing(text, path) };
  }

  #kustomization(path: string): Kustomization | undefined {
    const known = this.#kustomizations.get(path);
    if (known) return known;
    const source = this.read(path);
    const read = source && readKustomizationFile(source, path);
    if (read) this.#kustomizations.set(path, read);
    return read;
  }
}
