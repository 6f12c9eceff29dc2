import { chooseObject, isKustomization, type LocatedObject, type ObjectKind, objectsInText } from '../../readers';
import { decodeBytes } from '../decode-bytes';
import type { FileAccess } from '../file-access';
import type { FileObject, FindObject, ObjectAnswer } from '../file-objects';
import type { ReferencedFile, ReferencedFiles } from '../referenced-files';
import { FolderIndex } from './folder-index';
import { KustomizationGraph } from './kustomization-graph';
import type { FileSummary } from './scan';

/** Folders that are remembered; the ones not asked for longest go first. */
const MAX_FOLDERS = 200;

/** Folders of templates of one chart. */
const MAX_TEMPLATE_FOLDERS = 30;

/**
 * Finds the objects that manifests refer to in the files beside them. Analysis is synchronous: it gets what is known, and
 * what it asked for in vain is read afterwards for another go.
 */
export class WorkspaceIndex {
  readonly #access: FileAccess;
  readonly #files: ReferencedFiles;
  readonly #folders = new Map<string, FolderIndex>();
  readonly #wanted = new Set<FolderIndex>();
  readonly #objects = new WeakMap<ReferencedFile, Map<string, readonly FileObject[] | 'limit'>>();
  readonly #graph: KustomizationGraph;
  readonly #changedKustomizations = new Set<string>();
  readonly #summaries = new Map<string, FileSummary>();
  /** Folders of which all is known: a kustomization that nothing in them builds upon is one that people apply. */
  #scanned: readonly string[] = [];
  /** Folders by the files in them: resolving a name costs more than the rest. */
  readonly #folderNames = new Map<string, string>();

  constructor(access: FileAccess, files: ReferencedFiles) {
    this.#access = access;
    this.#files = files;
    this.#graph = new KustomizationGraph(access);
  }

  /** Finds what references in a file mean. */
  finder(from: string): FindObject {
    return (kind, name, namespace) => this.#find(from, kind, name, namespace);
  }

  /** The other manifests of the folder that a file is in, or of its chart's templates: those that say something to us. */
  manifestsBeside(name: string): readonly string[] | 'not-read' | 'too-large' {
    const [, templates] = /^(.*\/templates|templates)\//.exec(name) ?? [];
    const folder = this.#access.list && this.folderOf(templates === undefined ? name : `${templates}/_`);
    const folders = folder === undefined ? [] : [folder];
    const all: string[] = [];
    for (const one of folders) {
      const index = this.#folder(one);
      const found = index.manifests();
      if (found === 'not-read') this.#wanted.add(index);
      if (typeof found === 'string') return found;
      all.push(...found);
      const below =
        templates === undefined ? [] : index.folders().flatMap((other) => this.folderOf(`${other}/_`) ?? []);
      // That many are no chart's.
      if (folders.length + below.length <= MAX_TEMPLATE_FOLDERS) folders.push(...below);
    }
    return all.filter((one) => one !== name);
  }

  /** Reads what was asked for and is not known yet. */
  async load(): Promise<void> {
    const folders = [...this.#wanted];
    this.#wanted.clear();
    const changed = [...this.#changedKustomizations];
    this.#changedKustomizations.clear();
    await Promise.all([
      ...folders.map((folder) => folder.load()),
      ...changed.map(async (name) => this.#graph.set(name, await this.#textOf(name))),
    ]);
    await this.#files.load();
  }

  /** A file was written, made or removed where it is stored. */
  changed(name: string): void {
    const folder = this.folderOf(name);
    if (folder !== undefined) this.#folders.get(folder)?.changed(name);
    if (isKustomization(name)) this.#changedKustomizations.add(name);
    this.#summaries.delete(name);
  }

  /** An editor shows the file: its text counts before the stored one. `undefined`: no longer. */
  setOpen(name: string, text: string | undefined): void {
    const folder = this.folderOf(name);
    if (folder !== undefined) this.#folders.get(folder)?.setOpen(name, text);
    if (!isKustomization(name)) return;
    if (text === undefined) this.#changedKustomizations.add(name);
    else this.#graph.set(name, text);
  }

  /**
   * Looks through folders in the background, for what no reference leads to: which kustomizations take part in which, and
   * where there is something of ours.
   * @param pause lets everything else go first; false when the rest is not wanted any more
   */
  async scan(roots: readonly string[], pause: () => Promise<boolean>): Promise<void> {
    const { scan } = await import('./scan');
    const complete = await scan(
      roots,
      this.#access,
      {
        file: (summary) => this.#summaries.set(summary.name, summary),
        kustomization: (name, text) => {
          if (!this.#files.openFiles().some((file) => file.name === name)) this.#graph.set(name, text);
        },
      },
      pause,
    );
    if (complete) this.#scanned = [...this.#scanned, ...roots];
  }

  /** Folders are no longer a part of the workspace, apart from what lies in others of it. */
  forget(roots: readonly string[], kept: readonly string[]): void {
    this.#scanned = this.#scanned.filter((one) => !roots.includes(one));
    const isGone = (name: string) =>
      roots.some((root) => name.startsWith(root)) && !kept.some((root) => name.startsWith(root));
    for (const name of this.#summaries.keys()) if (isGone(name)) this.#summaries.delete(name);
    for (const name of this.#graph.names()) if (isGone(name)) this.#graph.set(name, undefined);
    for (const { name, text } of this.#files.openFiles()) this.setOpen(name, text);
  }

  /** What the scan found. */
  summaries(): Iterable<FileSummary> {
    return this.#summaries.values();
  }

  /** The kustomizations that a file takes part in. */
  kustomizationsOf(name: string): string[] {
    return this.#graph.usersOf(name);
  }

  /** True when this kustomization is one that people apply, as far as anybody can tell. */
  isTopmost(name: string): boolean {
    const root = this.#scanned.find((one) => name.startsWith(one));
    return root !== undefined && this.#graph.isTopmost(name, root);
  }

  /** Patterns of the files that are looked at, once any are. */
  patterns(): readonly string[] {
    return this.#folders.size > 0 ? ['**/*.{yaml,yml,json}', '**/Kustomization'] : [];
  }

  /** The folder that a file is in. */
  folderOf(name: string): string | undefined {
    const known = this.#folderNames.get(name);
    if (known !== undefined) return known;
    const folder = this.#access.resolve(name, '.');
    if (folder !== undefined) this.#folderNames.set(name, folder);
    if (this.#folderNames.size > 10_000) this.#folderNames.clear();
    return folder;
  }

  #find(from: string, kind: ObjectKind, name: string, namespace: string | undefined): ObjectAnswer {
    const folder = this.#access.list && this.folderOf(from);
    if (folder === undefined || name === '') return { unresolved: 'not-in-sight' };
    const index = this.#folder(folder);
    const holders = index.holders(kind, name);
    if (holders === 'too-large') return { unresolved: 'limit' };
    if (holders === 'not-read') {
      this.#wanted.add(index);
      return { unresolved: 'not-read' };
    }
    const found: FileObject[] = [];
    let waiting = false;
    for (const holder of holders) {
      if (holder === from) continue;
      const file = this.#files.get(holder);
      if (!file) {
        if (!this.#files.isKnown(holder)) waiting = true;
        continue;
      }
      if (file.isUnread) return { unresolved: 'limit' };
      const objects = this.#objectsIn(file, kind, name);
      if (objects === 'limit') return { unresolved: 'limit' };
      found.push(...objects);
    }
    if (waiting) return { unresolved: 'not-read' };
    const chosen = chooseObject(found, namespace);
    if (chosen === 'several') return { unresolved: 'several' };
    return chosen ?? { unresolved: 'not-in-sight' };
  }

  async #textOf(name: string): Promise<string | undefined> {
    const bytes = await this.#access.read(name);
    const decoded = bytes && decodeBytes(bytes);
    return decoded && 'text' in decoded ? decoded.text : undefined;
  }

  #objectsIn(file: ReferencedFile, kind: ObjectKind, name: string): readonly FileObject[] | 'limit' {
    const known = this.#objects.get(file) ?? new Map<string, readonly FileObject[] | 'limit'>();
    this.#objects.set(file, known);
    const key = `${kind}/${name}`;
    let objects = known.get(key);
    if (!objects) {
      const found = objectsInText(file.text, kind, name);
      objects = found === 'limit' ? found : found.map((object: LocatedObject) => ({ ...object, file }));
      known.set(key, objects);
    }
    return objects;
  }

  #folder(name: string): FolderIndex {
    const known = this.#folders.get(name);
    this.#folders.delete(name);
    const folder = known ?? new FolderIndex(name, this.#access);
    this.#folders.set(name, folder);
    if (!known) {
      for (const file of this.#files.openFiles()) {
        if (this.folderOf(file.name) === name) folder.setOpen(file.name, file.text);
      }
      const [oldest] = this.#folders.keys();
      if (this.#folders.size > MAX_FOLDERS && oldest !== undefined) this.#folders.delete(oldest);
    }
    return folder;
  }
}
