import { isKustomization, mentionsOurs, type ObjectHeaders, type ObjectKind, objectHeaders } from '../../readers';
import { decodeBytes } from '../decode-bytes';
import type { FileAccess, FolderEntry } from '../file-access';

/** Files that one folder is looked through for. More are no folder of manifests, but data. */
export const MAX_FILES = 2_000;

/** Bytes of a folder's files that are looked at. */
export const MAX_BYTES = 64 * 1024 * 1024;

/** Files that are read at the same time. */
const AT_ONCE = 16;

/** Names of files that may define objects. */
const MANIFEST = /\.(?:ya?ml|json)(?:\.(?:tpl|j2|tmpl|in))?$/i;

/** What is kept of a file. */
interface Headers extends ObjectHeaders {
  /** A word of ours is in it. */
  readonly isOurs: boolean;
  /** It defines, or may define, something by which others reach pods. */
  readonly reaches: boolean;
}

const NOTHING: Headers = { objects: [], unsure: false, isOurs: false, reaches: false };

/** Objects by which others reach pods. */
const REACHING = /^(?:Service|InferencePool|NetworkPolicy)$/;
const MAY_REACH = /\bkind["']?\s*:\s*["']?(?:Service|InferencePool|NetworkPolicy)\b/;

interface IndexedFile {
  readonly name: string;
  /** `undefined` until it is read, and after it changed. */
  headers: Headers | undefined;
}

/** What the files of a folder define together. */
interface Contents {
  /** Files by the objects in them, as `Service/name`. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
  /** Files of which only a parser knows. */
  readonly unsure: readonly string[];
  readonly manifests: readonly string[];
}

/**
 * What the files of one folder define. Each is read once, and again when it changes; nothing but the names of its
 * objects is kept.
 */
export class FolderIndex {
  readonly #folder: string;
  readonly #access: FileAccess;
  readonly #files = new Map<string, IndexedFile>();
  #folders: readonly string[] = [];
  /** Texts that an editor shows. */
  readonly #open = new Map<string, string>();
  #state: 'unlisted' | 'listed' | 'too-large' = 'unlisted';
  #loading: Promise<void> | undefined;
  /** Put together when it is asked for, and kept until a file changes. */
  #contents: Contents | undefined;

  constructor(folder: string, access: FileAccess) {
    this.#folder = folder;
    this.#access = access;
  }

  /** The files that may define an object; not all are known yet, or there are more than are looked at. */
  holders(kind: ObjectKind, name: string): readonly string[] | 'not-read' | 'too-large' {
    const known = this.#contentsOf();
    if (typeof known === 'string') return known;
    const sure = known.holders.get(`${kind}/${name}`) ?? [];
    if (known.unsure.length === 0) return sure;
    const found = new Set([...sure, ...known.unsure]);
    // In the order of the files, as all that several of them say.
    return sure.length === 0 ? known.unsure : [...this.#files.keys()].filter((file) => found.has(file));
  }

  /** The files that may start engines, or that define what pods are reached by. */
  manifests(): readonly string[] | 'not-read' | 'too-large' {
    const known = this.#contentsOf();
    return typeof known === 'string' ? known : known.manifests;
  }

  #contentsOf(): Contents | 'not-read' | 'too-large' {
    if (this.#state === 'too-large') return 'too-large';
    if (this.#state === 'unlisted') return 'not-read';
    if (this.#contents) return this.#contents;
    const holders = new Map<string, string[]>();
    const [unsure, manifests]: [string[], string[]] = [[], []];
    for (const file of this.#files.values()) {
      const headers = this.#headersOf(file);
      if (!headers) return 'not-read';
      const keys = new Set(headers.objects.map(({ kind, name }) => `${kind}/${name}`));
      for (const key of keys) {
        const known = holders.get(key);
        if (known) known.push(file.name);
        else holders.set(key, [file.name]);
      }
      if (headers.unsure) unsure.push(file.name);
      if (isKustomization(file.name)) continue;
      if (headers.isOurs || headers.reaches) manifests.push(file.name);
    }
    this.#contents = { holders, unsure, manifests };
    return this.#contents;
  }

  /** The folders in it, once it is listed. */
  folders(): readonly string[] {
    return this.#folders;
  }

  /** Lists the folder and reads what is not known of it. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** A file was written, made or removed. */
  changed(name: string): void {
    this.#contents = undefined;
    const file = this.#files.get(name);
    if (file) file.headers = undefined;
    else this.#state = 'unlisted';
  }

  /** An editor shows a file of the folder with this text; `undefined`: no longer. */
  setOpen(name: string, text: string | undefined): void {
    if (text === undefined) {
      if (this.#open.delete(name)) this.changed(name);
      return;
    }
    if (this.#open.get(name) === text) return;
    this.#open.set(name, text);
    this.#contents = undefined;
    const file = this.#files.get(name);
    if (file) file.headers = undefined;
    else if (MANIFEST.test(name)) this.#files.set(name, { name, headers: undefined });
  }

  #headersOf(file: IndexedFile): Headers | undefined {
    const text = this.#open.get(file.name);
    if (text !== undefined) file.headers ??= headersIn(text);
    return file.headers;
  }

  async #load(): Promise<void> {
    if (this.#state === 'unlisted') await this.#list();
    if (this.#state !== 'listed') return;
    const unread = [...this.#files.values()].filter((file) => !this.#headersOf(file));
    let bytes = 0;
    for (let first = 0; first < unread.length; first += AT_ONCE) {
      const sizes = await Promise.all(unread.slice(first, first + AT_ONCE).map((file) => this.#read(file)));
      for (const size of sizes) bytes += size;
      if (bytes > MAX_BYTES) {
        this.#state = 'too-large';
        return;
      }
    }
  }

  async #list(): Promise<void> {
    const entries: readonly FolderEntry[] = (await this.#access.list?.(this.#folder)) ?? [];
    const names = entries.filter(({ kind, base }) => kind === 'file' && MANIFEST.test(base)).map(({ name }) => name);
    this.#folders = entries.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
    this.#contents = undefined;
    const kept = new Set([...names, ...this.#open.keys()]);
    for (const name of this.#files.keys()) if (!kept.has(name)) this.#files.delete(name);
    for (const name of names) if (!this.#files.has(name)) this.#files.set(name, { name, headers: undefined });
    this.#state = names.length > MAX_FILES ? 'too-large' : 'listed';
  }

  /** How many bytes were read. */
  async #read(file: IndexedFile): Promise<number> {
    const bytes = await this.#access.read(file.name);
    const decoded = bytes && decodeBytes(bytes);
    file.headers = decoded && 'text' in decoded ? headersIn(decoded.text) : NOTHING;
    return bytes?.length ?? 0;
  }
}

function headersIn(text: string): Headers {
  const headers = objectHeaders(text);
  const reaches = headers.objects.some(({ kind }) => REACHING.test(kind)) || (headers.unsure && MAY_REACH.test(text));
  return { ...headers, isOurs: mentionsOurs(text), reaches };
}
