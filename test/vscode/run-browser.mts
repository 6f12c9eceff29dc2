// `npm run test:vscode`: the packaged extension in VS Code served to a browser, first as a person works it, then from
// inside the extension host. The host's own Node runs VS Code, as on a person's machine.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../../scripts/editor/browser.mts';
import { VSCODE } from '../../scripts/editor/install.mts';
import { browserPath } from '../../scripts/editor/requirements.mts';
import { startEditor } from '../../scripts/editor/server.mts';
import { Workbench } from '../../scripts/editor/workbench.mts';
import { ROOT, say } from '../../scripts/support.mts';
import { runInExtensionHost } from './extension-host.mts';
import { copyWorkspace } from './fixture.mts';
import { nameEndpoint, serveDeployment } from './live-deployment.mts';
import { panelTests } from './panel-tests.mts';
import { runPanelPage } from './run-panel-page.mts';
import { type Counts, closingLine, Runner } from './runner.mts';
import { userTests } from './user-tests.mts';

/** Narrow enough to be quick, wide enough that no line of the fixtures is cut. */
const WINDOW = { path: browserPath(), width: 1600, height: 900 };

/** Nothing that draws a line of text twice; and whole messages in traces, which must not hold a secret. */
const SETTINGS = {
  'editor.minimap.enabled': false,
  'editor.stickyScroll.enabled': false,
  'nixl.trace.server': 'verbose',
};

async function asUser(): Promise<Counts> {
  say(`As a person, in VS Code ${VSCODE} with dist/nixl-vllm.vsix:`);
  const home = await mkdtemp(join(tmpdir(), 'nixl-home-'));
  const fixture = await copyWorkspace();
  const live = await serveDeployment();
  await nameEndpoint(fixture.folder, 'live-prefill', live.prefill);
  const vsix = join(ROOT, 'dist/nixl-vllm.vsix');
  const editor = await startEditor({ home, vsix, settings: SETTINGS, log: say });
  try {
    const browser = await openBrowser(editor, WINDOW);
    try {
      const page = await browser.open(fixture.folder);
      const runner = new Runner(say);
      userTests(runner, new Workbench(page), fixture);
      panelTests(runner, new Workbench(page), live, join(home, 'user/logs'));
      return await runner.run(async (name) => {
        const picture = join(REPORT, `${name.replaceAll(/\W+/g, '-')}.png`);
        await page.screenshot({ path: picture });
        say(`      the screen: ${picture}`);
      });
    } finally {
      await browser.close();
    }
  } finally {
    await editor.stop();
    await live.close();
    await fixture.remove();
    await rm(home, { recursive: true, force: true });
  }
}

/** Pictures of failures and the counts, for whoever runs this. */
const REPORT = join(ROOT, 'dist/test-vscode');

await mkdir(REPORT, { recursive: true });
const page = await runPanelPage();
say('');
const user = await asUser();
say('');
const host = await runInExtensionHost(WINDOW.path);
const all = [page, user, host];
const sum = (of: keyof Counts) => all.reduce((total, counts) => total + counts[of], 0);
const counts = { passed: sum('passed'), failed: sum('failed') };
await writeFile(join(REPORT, 'result.json'), JSON.stringify(counts));
say('');
say(closingLine(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
