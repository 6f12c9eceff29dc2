import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import type * as Engine from '../server/src/analysis/index.ts';
import { ROOT } from './support.mts';

/**
 * The engine as a module, for scripts that write down what it knows. Its files import each other without extension,
 * which Node alone does not follow; a bundle as an ES module would not do, since `yaml` calls `require`.
 */
export async function loadEngine(): Promise<typeof Engine> {
  const outfile = join(ROOT, 'dist/engine.cjs');
  await build({
    entryPoints: [join(ROOT, 'server/src/analysis/index.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return createRequire(import.meta.url)(outfile);
}
