import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** The last property of a rule, as the formatter lays it out. */
const EXAMPLES = /^ {2}examples: \[\n[\s\S]*^ {2}\],\n\}\);\n/m;

/**
 * Leaves the examples of the rules out of the bundles: they are tests and documentation, and would be an eighth of what
 * every start of the server has to read.
 */
export const withoutExamples: Plugin = {
  name: 'without-examples',
  setup(build) {
    build.onLoad({ filter: /[\\/]server[\\/]src[\\/]rules[\\/][^\\/]+\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replaceAll('\r\n', '\n').replace(EXAMPLES, '  examples: [],\n});\n');
      const missed = /^ {2}examples: \[$/m.test(contents);
      return { contents, loader: 'ts', errors: missed ? [{ text: '`examples` is not the last property.' }] : [] };
    });
  },
};
