// Bundles the extension, the server and the command line into dist/. Run by `npm run build`.
//   --dev    readable bundles

import { chmod, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { noVersionCheck } from './no-version-check.mts';
import { thirdPartyNotices } from './notices.mts';
import { packTables } from './pack-tables.mts';
import { panelBundle } from './panel-bundle.mts';
import { loadedBy, splitBundles } from './split-bundles.mts';
import { fail, ROOT, say } from './support.mts';

const dev = process.argv.includes('--dev');

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
  // The package's build for Node is CommonJS, of which nothing can be left out.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  minify: !dev,
  legalComments: 'none',
  charset: 'utf8',
  metafile: true,
  absWorkingDir: ROOT,
  plugins: dev ? [noVersionCheck] : [noVersionCheck, packTables],
  logLevel: 'warning',
};

// One build, so that the protocol, which both ends of the connection speak, is shipped once.
const editor = await splitBundles(
  'editor',
  {
    extension: 'client/src/extension.ts',
    server: 'server/src/server.ts',
    'metrics-worker': 'server/src/metrics/worker/worker.ts',
  },
  common,
  ['server'],
);
const cli = await splitBundles('cli', { cli: 'server/src/cli.ts' }, common, ['cli']);
const panel = await build(panelBundle(ROOT, dev));
// What runs inside VS Code's extension host when we test; not packaged.
await build({ ...common, entryPoints: ['test/vscode/suite/run.ts'], outfile: 'dist/test-vscode/run.js' });
const shipped: Metafile[] = [editor, panel.metafile as Metafile, cli];
await writeFile(join(ROOT, 'dist/THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(shipped));
for (const file of ['server.js', 'cli.js']) await chmod(join(ROOT, 'dist', file), 0o755);
await report();

async function report(): Promise<void> {
  say(`dist/panel.js  ${kilobytes(await sizeOf(['dist/panel.js', 'dist/panel.css']))} with its style sheet`);
  for (const [entry, metafile] of [
    ['dist/extension.js', editor],
    ['dist/server.js', editor],
    ['dist/metrics-worker.js', editor],
    ['dist/cli.js', cli],
  ] as const) {
    const atStart = await sizeOf(loadedBy(metafile, entry, false));
    const all = await sizeOf(loadedBy(metafile, entry, true));
    say(`${entry}  ${kilobytes(atStart)} at start, ${kilobytes(all)} with what is loaded on demand`);
    if (entry === 'dist/server.js' && !dev && atStart > SERVER_BUDGET) {
      fail(`${entry} loads ${atStart} bytes at start; its budget is ${SERVER_BUDGET}.`);
    }
  }
}

async function sizeOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(ROOT, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function kilobytes(size: number): string {
  return `${Math.ceil(size / 1000)} kB`;
}
