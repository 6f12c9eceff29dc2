import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, transform } from 'esbuild';
import { ROOT } from './support.mts';

const SHEBANG = '#!/usr/bin/env node\n';

/** What stands beside the entries. */
const CHUNKS = 'chunks';

/**
 * Bundles each entry into `dist/ENTRY.js`; what several share, and what is loaded only when it is asked for, into
 * `dist/chunks/PREFIX-….js`. The bundler divides ES modules only, so each part becomes CommonJS afterwards: whoever starts a
 * file from a folder without a `package.json` need say nothing about it.
 * @param commands those entries that can be started by their name
 */
export async function splitBundles(
  prefix: string,
  entries: Readonly<Record<string, string>>,
  common: BuildOptions,
  commands: readonly string[],
): Promise<Metafile> {
  const dist = join(ROOT, 'dist');
  const { outputFiles, metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: { ...entries },
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: `${CHUNKS}/${prefix}-[hash]`,
    write: false,
  });
  await mkdir(join(dist, CHUNKS), { recursive: true });
  for (const file of await readdir(join(dist, CHUNKS))) {
    if (file.startsWith(`${prefix}-`)) await rm(join(dist, CHUNKS, file));
  }
  const started = commands.map((name) => join(dist, `${name}.js`));
  for (const { path, text } of outputFiles) await writeFile(path, await commonJs(text, started.includes(path), common));
  return metafile;
}

async function commonJs(text: string, isCommand: boolean, { target, minify, charset }: BuildOptions): Promise<string> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    ...(target && { target }),
    ...(minify !== undefined && { minify }),
    ...(charset && { charset }),
    legalComments: 'none',
  });
  return isCommand ? SHEBANG + code : code;
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
