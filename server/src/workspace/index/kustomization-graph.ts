import { KUSTOMIZATION_NAMES, kustomizationPaths } from '../../readers';
import type { FileAccess } from '../file-access';

interface Node {
  /** Kustomizations that it builds upon: for each folder the three names that kustomize looks for. */
  readonly bases: readonly (readonly string[])[];
  /** Names of the other files that take part. */
  readonly files: readonly string[];
}

/** Folders that hold what others build upon, whoever these are. */
const FOR_OTHERS = /^(?:bases?|common|shared|components?|templates?|lib|library)$/i;

/** Which kustomization builds upon which, and which files take part: by the paths that they name. */
export class KustomizationGraph {
  readonly #access: Pick<FileAccess, 'resolve'>;
  readonly #nodes = new Map<string, Node>();
  /** Kustomizations by the names of what takes part in them; made when it is asked for. */
  #users: Map<string, string[]> | undefined;

  constructor(access: Pick<FileAccess, 'resolve'>) {
    this.#access = access;
  }

  /** @param text `undefined` when it is no longer there */
  set(name: string, text: string | undefined): void {
    this.#users = undefined;
    if (text === undefined) {
      this.#nodes.delete(name);
      return;
    }
    const { listed, files } = kustomizationPaths(text);
    const resolve = (path: string): string[] => {
      const resolved = this.#access.resolve(name, path === '' ? '.' : path);
      return resolved === undefined ? [] : [resolved];
    };
    const isFile = (path: string) => /\.(?:ya?ml|json)$/i.test(path);
    const folders = listed.filter((path) => !isFile(path));
    this.#nodes.set(name, {
      bases: folders.map((path) =>
        KUSTOMIZATION_NAMES.flatMap((base) => resolve(path === '' ? base : `${path}/${base}`)),
      ),
      files: [...listed.filter(isFile), ...files].flatMap(resolve),
    });
  }

  names(): string[] {
    return [...this.#nodes.keys()];
  }

  /** The kustomizations that a file takes part in, itself or by others that these build upon. */
  usersOf(name: string): string[] {
    const found = new Set<string>();
    const follow = (part: string) => {
      for (const user of this.#usersByPart().get(part) ?? []) {
        if (found.has(user)) continue;
        found.add(user);
        follow(user);
      }
    };
    follow(name);
    return [...found];
  }

  /** True when some kustomization builds upon this one. */
  isUsed(name: string): boolean {
    return this.#usersByPart().has(name);
  }

  /**
   * The files that take part in a kustomization, by whatever way, itself included. Of a folder whose kustomization is not
   * known every name that it may have.
   */
  parts(name: string): string[] {
    const found = new Set<string>([name]);
    const follow = (own: string) => {
      const node = this.#nodes.get(own);
      for (const file of node?.files ?? []) found.add(file);
      for (const names of node?.bases ?? []) {
        const known = names.find((base) => this.#nodes.has(base));
        for (const base of known === undefined ? names : [known]) {
          if (found.has(base)) continue;
          found.add(base);
          follow(base);
        }
      }
    };
    follow(name);
    return [...found];
  }

  /**
   * Is it one that people apply, where all kustomizations around it are known? What lies in a folder for others to build
   * upon may be used from elsewhere.
   * @param root what the names of all files around begin with
   */
  isTopmost(name: string, root = ''): boolean {
    const inside = name.startsWith(root) ? name.slice(root.length) : name;
    return this.#nodes.has(name) && !this.isUsed(name) && !inside.split(/[/\\]/).some((part) => FOR_OTHERS.test(part));
  }

  #usersByPart(): Map<string, string[]> {
    if (this.#users) return this.#users;
    const users = new Map<string, string[]>();
    for (const [name, { bases, files }] of this.#nodes) {
      for (const part of [...bases.flat(), ...files]) {
        const known = users.get(part);
        if (known) known.push(name);
        else users.set(part, [name]);
      }
    }
    this.#users = users;
    return users;
  }
}
