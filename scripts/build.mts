// Bundles the three entries into dist/. Run by `npm run build`.
//   --dev    readable bundles with source maps
//   --watch  the same, built again at every change

import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, context, type Metafile } from 'esbuild';
import { thirdPartyNotices } from './notices.mts';
import { packTables } from './pack-tables.mts';
import { fail, ROOT, say } from './support.mts';

const watch = process.argv.includes('--watch');
const dev = watch || process.argv.includes('--dev');

/** The server answers every keystroke and is started for every workspace: its size is part of its speed. */
const SERVER_BUDGET = 1_000_000;

const common: BuildOptions = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // `module` first: the UMD build of jsonc-parser hides its requires from the bundler and fails at start.
  mainFields: ['module', 'main'],
  external: ['vscode'],
  // The build for Node is CommonJS, of which nothing can be left out.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  legalComments: 'none',
  charset: 'utf8',
  metafile: true,
  absWorkingDir: ROOT,
  plugins: dev ? [] : [packTables],
  logLevel: 'warning',
};

const SHEBANG = { js: '#!/usr/bin/env node' };

const bundles: BuildOptions[] = [
  { ...common, entryPoints: ['client/src/extension.ts'], outfile: 'dist/extension.js' },
  { ...common, entryPoints: ['server/src/server.ts'], outfile: 'dist/server.js', banner: SHEBANG },
  { ...common, entryPoints: ['server/src/cli.ts'], outfile: 'dist/cli.js', banner: SHEBANG },
  // What runs inside VS Code's extension host when we test; not packaged.
  { ...common, entryPoints: ['test/vscode/suite/run.ts'], outfile: 'dist/test-vscode/run.js' },
];

if (watch) {
  for (const bundle of bundles) await (await context({ ...bundle, logLevel: 'info' })).watch();
} else {
  const results = await Promise.all(bundles.map((bundle) => build(bundle)));
  const shipped = results.slice(0, 3).map((result) => result.metafile as Metafile);
  await writeFile(join(ROOT, 'dist/THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(shipped));
  for (const file of ['server.js', 'cli.js']) await chmod(join(ROOT, 'dist', file), 0o755);
  await report();
}

async function report(): Promise<void> {
  for (const name of (await readdir(join(ROOT, 'dist'))).filter((name) => name.endsWith('.js')).sort()) {
    const { size } = await stat(join(ROOT, 'dist', name));
    say(`dist/${name}  ${Math.ceil(size / 1000)} kB`);
    if (name === 'server.js' && !dev && size > SERVER_BUDGET) {
      fail(`dist/server.js is ${size} bytes; its budget is ${SERVER_BUDGET}.`);
    }
  }
}
