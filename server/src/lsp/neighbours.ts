import {
  type Analysis,
  type AnalysisOptions,
  AnalysisSession,
  decodeBytes,
  type FileAccess,
  isKustomization,
  isNamedByOthers,
  isStillTrue,
  mentionsOurs,
} from '../analysis';
import type { Documents } from './documents';

/** Files that are looked at. */
const MOST_FILES = 500;

/** Characters of them that are read. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** Characters of files whose analyses are kept, which are many times as large. */
const KEPT = 1024 * 1024;

/** Files of a folder that refer to each other by names. */
const MANIFEST = /\.(?:ya?ml|json)$/i;

/**
 * What other files say, whether they are open or not: for those who ask where something is used. They are read when
 * somebody asks, and analysed again when their text is another.
 */
export class Neighbours {
  readonly #documents: Documents;
  readonly #access: FileAccess;
  readonly #known = new Map<string, Analysis>();

  constructor(documents: Documents, access: FileAccess) {
    this.#documents = documents;
    this.#access = access;
  }

  /** The analyses of the other files that a document lies with: in its folder, and by kustomizations. */
  async of({ name }: Analysis): Promise<Analysis[]> {
    const { index } = this.#documents;
    const folder = index.folderOf(name);
    const units = new Set(index.kustomizationsOf(name));
    const isNear = (other: string) =>
      other !== name &&
      (index.folderOf(other) === folder || index.kustomizationsOf(other).some((unit) => units.has(unit)));
    const entries = folder === undefined ? [] : ((await this.#access.list?.(folder)) ?? []);
    const beside = entries.filter(({ kind, base }) => kind === 'file' && MANIFEST.test(base));
    const joined = units.size > 0 ? this.#scanned() : [];
    const names = [...new Set([...beside.map((entry) => entry.name), ...joined])].filter(isNear);
    return this.#analyses(names, isNear, { named: true });
  }

  /** What a document says to those beside it, though it has no word of ours; itself when it says nothing. */
  async itself(analysis: Analysis): Promise<Analysis> {
    const { host, name, text } = analysis;
    return host || !MANIFEST.test(name) || !isNamedByOthers(text) ? analysis : this.#analysis(name, text);
  }

  /** All that is known to say something to us: open documents, and what a look through the workspace has found. */
  all(isWanted: () => boolean): Promise<Analysis[]> {
    return this.#analyses(this.#scanned(), () => true, { isWanted });
  }

  #scanned(): string[] {
    return [...this.#documents.index.summaries()].flatMap(({ name, isOurs }) => (isOurs ? name : []));
  }

  /**
   * Those of open documents, and of other files by their names.
   * @param named those too that only define what others name
   */
  async #analyses(
    names: readonly string[],
    isMeant: (name: string) => boolean,
    { named = false, isWanted = () => true }: { readonly named?: boolean; readonly isWanted?: () => boolean } = {},
  ): Promise<Analysis[]> {
    const open = new Set<string>();
    const found: Analysis[] = [];
    for (const uri of this.#documents.uris()) {
      const name = this.#documents.nameOf(uri) ?? uri;
      open.add(name);
      const shown = isMeant(name) ? await this.#documents.analysis(uri) : undefined;
      const analysis = shown && named ? await this.itself(shown) : shown;
      if (analysis?.host) found.push(analysis);
    }
    let left = MOST_CHARACTERS;
    for (const name of names.slice(0, MOST_FILES)) {
      if (left <= 0 || !isWanted()) break;
      const text = open.has(name) ? undefined : await this.#read(name);
      left -= text?.length ?? 0;
      const isAsked =
        text !== undefined && (mentionsOurs(text) || (named && (isKustomization(name) || isNamedByOthers(text))));
      const analysis = isAsked ? await this.#analysis(name, text) : undefined;
      if (analysis?.host) found.push(analysis);
    }
    return found;
  }

  async #read(name: string): Promise<string | undefined> {
    const bytes = await this.#access.read(name);
    const decoded = bytes && decodeBytes(bytes);
    return decoded && 'text' in decoded ? decoded.text : undefined;
  }

  /** Without rules: nobody asked for findings. */
  async #analysis(name: string, text: string): Promise<Analysis> {
    const { files, index } = this.#documents;
    const options: AnalysisOptions = {
      catalogue: [],
      anyway: true,
      file: (path) => files.find(name, path),
      object: index.finder(name),
    };
    const known = this.#known.get(name);
    this.#known.delete(name);
    const session = new AnalysisSession();
    let analysis = known?.text === text ? known : session.analyze({ name, text }, options);
    for (await index.load(); !isStillTrue(analysis, options); await index.load()) {
      analysis = session.analyze({ name, text }, options);
    }
    this.#known.set(name, analysis);
    let sum = 0;
    for (const one of [...this.#known.values()].reverse()) {
      sum += one.text.length;
      if (sum > KEPT) this.#known.delete(one.name);
    }
    return analysis;
  }
}
