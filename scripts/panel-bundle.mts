import type { BuildOptions } from 'esbuild';

/** The page of the metrics panel: one script and one style sheet, for the Chromium of the oldest VS Code that we run in. */
export function panelBundle(root: string, dev: boolean): BuildOptions {
  return {
    entryPoints: { panel: 'client/webview/main.ts' },
    outdir: 'dist',
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'chrome132',
    loader: { '.svg': 'text' },
    minify: !dev,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    absWorkingDir: root,
    logLevel: 'warning',
  };
}
