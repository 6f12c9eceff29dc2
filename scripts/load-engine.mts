import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import type * as Engine from '../server/src/analysis/index.ts';
import type * as Pages from '../server/src/analysis/pages.ts';
import type * as Knowledge from '../server/src/knowledge/index.ts';
import type * as Exposition from '../server/src/metrics/exposition/index.ts';
import type * as Simulator from '../server/src/metrics/simulator/index.ts';
import { ROOT } from './support.mts';

/**
 * The engine as a module, for scripts that write down what it knows. Its files import each other without extension,
 * which Node alone does not follow; a bundle as an ES module would not do, since `yaml` calls `require`.
 */
export async function loadEngine(): Promise<typeof Engine> {
  return load('analysis/index', 'engine.cjs');
}

/** The pages of the rules, in the same way. */
export async function loadPages(): Promise<typeof Pages> {
  return load('analysis/pages', 'pages.cjs');
}

/** The facts by themselves, in the same way. */
export async function loadKnowledge(): Promise<typeof Knowledge> {
  return load('knowledge/index', 'knowledge.cjs');
}

/** The reader of pages of metrics, in the same way. */
export async function loadExposition(): Promise<typeof Exposition> {
  return load('metrics/exposition/index', 'exposition.cjs');
}

/** The simulated deployment, in the same way. */
export async function loadSimulator(): Promise<typeof Simulator> {
  return load('metrics/simulator/index', 'simulator.cjs');
}

async function load<T>(module: string, file: string): Promise<T> {
  const outfile = join(ROOT, 'dist', file);
  await build({
    entryPoints: [join(ROOT, `server/src/${module}.ts`)],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return createRequire(import.meta.url)(outfile);
}
