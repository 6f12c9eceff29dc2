import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './editor/browser.mts';
import { browserPath } from './editor/requirements.mts';
import { startEditor } from './editor/server.mts';
import { Workbench } from './editor/workbench.mts';
import { ROOT, say } from './support.mts';
import { copyWorkspace } from '../test/vscode/fixture.mts';
const top = await mkdtemp(join(tmpdir(), 'nixl-try-'));
const fixture = await copyWorkspace();
const editor = await startEditor({ home: join(top, 'home'), vsix: join(ROOT, 'dist/nixl-vllm.vsix'), settings: { 'workbench.colorTheme': 'Default Dark Modern' }, log: say });
const browser = await openBrowser(editor, { path: browserPath(), width: 1400, height: 900 });
try {
  const page = await browser.open(fixture.folder);
  const shot = async (n: string) => { await page.screenshot({ path: `/tmp/try-${n}.png` }); say(n); };
  const wb = new Workbench(page);
  await wb.open('prefill.yaml');
  await wb.squiggle('localhost');
  await wb.command('NIXL: Open Demo Metrics');
  await page.waitForTimeout(2500);
  await shot('pick');
  const scen = process.argv[2] ?? 'Healthy';
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: scen }).first().click();
  await page.waitForTimeout(9000);
  await shot('demo');
  await page.waitForTimeout(20000);
  await shot('demo2');
} catch (e) { say(String(e)); await browser; }
finally { await browser.close(); await editor.stop(); await fixture.remove(); await rm(top, { recursive: true, force: true }); }
