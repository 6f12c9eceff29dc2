import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { isKustomization } from '../analysis';

/** A file to read. */
export interface Entry {
  readonly path: string;
  /** Named by the user rather than found in a folder. */
  readonly named: boolean;
}

export type Walked = Entry | { readonly missing: string };

/** The rules of one .gitignore, for everything below its folder. */
interface Layer {
  readonly folder: string;
  readonly rules: Ignore;
}

const NEVER = new Set(['.git', 'node_modules']);

/**
 * Files of a folder tree in the order of their names, each once; symbolic links in folders are not followed. Of a folder
 * the kustomization comes first, which says how the others are to be taken.
 */
export function* walk(paths: readonly string[]): Generator<Walked> {
  const seen = new Set<string>();
  for (const path of paths) {
    const full = resolve(path);
    const kind = kindOf(full);
    if (kind === undefined) yield { missing: path };
    else if (kind === 'folder') {
      for (const file of walkFolder(full, layersAbove(full))) {
        if (!seen.has(file) && seen.add(file)) yield { path: file, named: false };
      }
    } else if (!seen.has(full) && seen.add(full)) yield { path: full, named: true };
  }
}

function kindOf(path: string): 'folder' | 'file' | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && (found.isDirectory() ? 'folder' : 'file');
  } catch {
    return undefined;
  }
}

function* walkFolder(folder: string, above: readonly Layer[]): Generator<string> {
  const entries = entriesOf(folder);
  const own = entries.some(({ name }) => name === '.gitignore') ? readLayer(folder) : undefined;
  const layers = own ? [...above, own] : above;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (NEVER.has(entry.name) || isIgnored(path, entry.isDirectory(), layers)) continue;
    if (entry.isDirectory()) yield* walkFolder(path, layers);
    else if (entry.isFile()) yield path;
  }
}

/** A folder that may not be read holds nothing for us. */
function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const first = entries.filter(({ name }) => isKustomization(name));
    const rest = entries.filter(({ name }) => !isKustomization(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
    return [...first, ...rest];
  } catch {
    return [];
  }
}

/** Git's order: the deepest .gitignore that says something about a path decides. */
function isIgnored(path: string, isFolder: boolean, layers: readonly Layer[]): boolean {
  for (const { folder, rules } of layers.toReversed()) {
    const inside = relative(folder, path).split(sep).join('/');
    const { ignored, unignored } = rules.test(isFolder ? `${inside}/` : inside);
    if (ignored) return true;
    if (unignored) return false;
  }
  return false;
}

/** The .gitignore files between the repository's top folder and this one, unless they ignore this very folder. */
function layersAbove(folder: string): Layer[] {
  const above: string[] = [];
  let current = folder;
  while (kindOf(join(current, '.git')) === undefined) {
    const parent = dirname(current);
    if (parent === current) return [];
    above.unshift(parent);
    current = parent;
  }
  const layers: Layer[] = [];
  for (const one of above) {
    const layer = readLayer(one);
    if (layer && !isIgnored(folder, true, [layer])) layers.push(layer);
  }
  return layers;
}

function readLayer(folder: string): Layer | undefined {
  try {
    return { folder, rules: ignore().add(readFileSync(join(folder, '.gitignore'), 'utf8')) };
  } catch {
    return undefined;
  }
}
