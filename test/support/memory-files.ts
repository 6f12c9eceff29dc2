import type { FileAccess, FolderEntry } from '../../server/src/analysis';

/** A tree of files in memory, and how often each was read. */
export class MemoryFiles implements FileAccess {
  readonly reads = new Map<string, number>();
  readonly lists = new Map<string, number>();
  readonly #files: Map<string, string | Uint8Array>;

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    this.#files = new Map(Object.entries(files));
  }

  write(name: string, text: string): void {
    this.#files.set(name, text);
  }

  remove(name: string): void {
    this.#files.delete(name);
  }

  text(name: string): string {
    return String(this.#files.get(name));
  }

  names(): string[] {
    return [...this.#files.keys()];
  }

  resolve(from: string, path: string): string {
    const parts = path.startsWith('/') ? [] : from.split('/').slice(0, -1);
    for (const part of path.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return parts.join('/');
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    this.reads.set(name, (this.reads.get(name) ?? 0) + 1);
    const content = this.#files.get(name);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  }

  async list(folder: string): Promise<readonly FolderEntry[]> {
    this.lists.set(folder, (this.lists.get(folder) ?? 0) + 1);
    const prefix = folder === '' ? '' : `${folder}/`;
    const found = new Map<string, FolderEntry>();
    for (const name of this.#files.keys()) {
      if (!name.startsWith(prefix)) continue;
      const [base = '', ...rest] = name.slice(prefix.length).split('/');
      found.set(base, { base, name: prefix + base, kind: rest.length > 0 ? 'folder' : 'file' });
    }
    return [...found.values()];
  }
}
