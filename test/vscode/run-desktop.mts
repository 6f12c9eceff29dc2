// `npm run test:desktop`: the same tests of the extension host in a desktop VS Code, which this downloads.

import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { cacheFolder, VSCODE } from '../../scripts/editor/install.mts';
import { ROOT } from '../../scripts/support.mts';
import { copyWorkspace } from './fixture.mts';

const fixture = await copyWorkspace();
try {
  process.exitCode = await runTests({
    version: process.env.NIXL_VSCODE_VERSION || VSCODE,
    cachePath: join(cacheFolder(), 'desktop'),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: join(ROOT, 'dist/test-vscode/run.js'),
    launchArgs: [fixture.folder, '--disable-extensions', '--disable-workspace-trust'],
  });
} finally {
  await fixture.remove();
}
