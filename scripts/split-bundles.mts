import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, transform } from 'esbuild';
import { ROOT } from './support.mts';

const SHEBANG = '#!/usr/bin/env node\n';

/** What stands beside an entry. */
const CHUNKS = 'chunks';

/**
 * Bundles an entry into `dist/NAME.js`, and what it loads only when it is asked for into `dist/chunks/NAME-….js`. The
 * bundler divides ES modules only, so each part becomes CommonJS afterwards: whoever starts a file from a folder without a
 * `package.json` need say nothing about it.
 * @param others entries that share its parts: threads that it starts
 */
export async function splitBundle(
  name: string,
  entry: string,
  common: BuildOptions,
  others: Readonly<Record<string, string>> = {},
): Promise<Metafile> {
  const dist = join(ROOT, 'dist');
  const { outputFiles, metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: { [name]: entry, ...others },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: `${CHUNKS}/${name}-[hash]`,
    write: false,
  });
  await mkdir(join(dist, CHUNKS), { recursive: true });
  for (const file of await readdir(join(dist, CHUNKS))) {
    if (file.startsWith(`${name}-`)) await rm(join(dist, CHUNKS, file));
  }
  for (const { path, text } of outputFiles)
    await writeFile(path, await commonJs(text, path === join(dist, `${name}.js`), common));
  return metafile;
}

async function commonJs(text: string, isEntry: boolean, { target, minify, charset }: BuildOptions): Promise<string> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    ...(target && { target }),
    ...(minify !== undefined && { minify }),
    ...(charset && { charset }),
    legalComments: 'none',
  });
  return isEntry ? SHEBANG + code : code;
}

/** The files that an entry loads with itself, or, with `later`, also those that it loads when they are asked for. */
export function loadedBy({ outputs }: Metafile, entry: string, later: boolean): string[] {
  const loaded = new Set<string>();
  const visit = (name: string) => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? []) {
      if (kind === 'import-statement' || later) visit(path);
    }
  };
  visit(entry);
  return [...loaded].filter((name) => name in outputs);
}
