// Packs dist/ into dist/nixl-vllm.vsix. Run by `npm run package`, after the build.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { repack } from './repack.mts';
import { fail, ROOT, say } from './support.mts';

const VSIX_BUDGET = 900_000;
const packagePath = join(ROOT, 'dist/nixl-vllm.vsix');

await createVSIX({
  cwd: ROOT,
  packagePath,
  // Everything is in the bundles; without this the packer would ask npm for the dependency tree.
  dependencies: false,
  // Links in the README lead into this repository, whose address differs from one mirror to the next.
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
await repack(packagePath);
const { size } = await stat(packagePath);
say(`dist/nixl-vllm.vsix  ${Math.ceil(size / 1000)} kB`);
if (size > VSIX_BUDGET) fail(`dist/nixl-vllm.vsix is ${size} bytes; its budget is ${VSIX_BUDGET}.`);
