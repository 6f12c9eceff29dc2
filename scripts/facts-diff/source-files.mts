import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Moved } from './upstream.mts';

export interface SourceFile {
  /** Relative to the checkout, with `/`. */
  readonly name: string;
  readonly text: string;
}

/** The file of this name in a checkout. */
export async function sourceFile(checkout: string, name: string): Promise<SourceFile> {
  try {
    return { name, text: await readFile(join(checkout, name), 'utf8') };
  } catch {
    throw new Moved(`there is no ${name}`);
  }
}

/** All files below a folder of a checkout that end so, in the order of their names. */
export async function sourceFiles(checkout: string, folder: string, endings: readonly string[]): Promise<SourceFile[]> {
  const entries = await readdir(join(checkout, folder), { recursive: true, withFileTypes: true }).catch(() => {
    throw new Moved(`there is no folder ${folder}`);
  });
  const paths = entries
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      name: relative(checkout, path).replaceAll('\\', '/'),
      text: await readFile(path, 'utf8'),
    })),
  );
}

/** `vllm/envs.py:12`: the line on which an offset lies. */
export function whereIn({ name, text }: SourceFile, offset: number): string {
  return `${name}:${text.slice(0, offset).split('\n').length}`;
}
