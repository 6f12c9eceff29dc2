import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../../scripts/editor/browser.mts';
import { browserPath } from '../../scripts/editor/requirements.mts';
import { startEditor } from '../../scripts/editor/server.mts';
import { Workbench } from '../../scripts/editor/workbench.mts';
import { ROOT, say } from '../../scripts/support.mts';
import { copyWorkspace } from './fixture.mts';
import { nameEndpoint, serveDeployment } from './live-deployment.mts';
import { panelTests } from './panel-tests.mts';
import { Runner } from './runner.mts';

const home = await mkdtemp(join(tmpdir(), 'nixl-home-'));
const fixture = await copyWorkspace();
const live = await serveDeployment();
await nameEndpoint(fixture.folder, 'prefill', live.prefill);
const editor = await startEditor({
  home,
  vsix: join(ROOT, 'dist/nixl-vllm.vsix'),
  settings: { 'editor.minimap.enabled': false, 'editor.stickyScroll.enabled': false },
  log: say,
});
const browser = await openBrowser(editor, { path: browserPath(), width: 1600, height: 900 });
try {
  const page = await browser.open(fixture.folder);
  const runner = new Runner(say);
  panelTests(runner, new Workbench(page), live);
  let n = 0;
  await runner.run(async (name) => {
    await page.screenshot({ path: `/tmp/fail-${n}.png` });
    say(`/tmp/fail-${n++}.png ${name}`);
  });
} finally {
  await browser.close();
  await editor.stop();
  await live.close();
  await fixture.remove();
  await rm(home, { recursive: true, force: true });
}
