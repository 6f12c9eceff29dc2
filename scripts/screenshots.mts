// `npm run screenshots`: takes the pictures in docs/images/ from the packaged extension in a real VS Code.

import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './editor/browser.mts';
import { browserPath } from './editor/requirements.mts';
import { startEditor } from './editor/server.mts';
import { Workbench } from './editor/workbench.mts';
import { ROOT, say } from './support.mts';

const IMAGES = join(ROOT, 'docs/images');
const THEMES = { dark: 'Default Dark Modern', light: 'Default Light Modern' };
const WINDOW = { path: browserPath(), width: 1240, height: 760, scale: 2 };

/** The editor and what we have put into it, and nothing that a reader would have to look past. */
const SETTINGS = {
  'breadcrumbs.enabled': false,
  'editor.cursorBlinking': 'solid',
  'editor.fontSize': 14,
  'editor.hover.above': false,
  'editor.lineHeight': 22,
  'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.renderLineHighlight': 'none',
  'editor.scrollbar.horizontal': 'hidden',
  'editor.stickyScroll.enabled': false,
  'window.commandCenter': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
};

/** The head of the manifest, which looks like any other. */
const LINES_ABOVE = 10;

/** What is on each picture. */
const SCENES: Record<string, (workbench: Workbench) => Promise<void>> = {
  async hover(workbench) {
    await workbench.hover('kv_load_failure_polcy', /Quick Fix/);
  },
  async 'quick-fix'(workbench) {
    await workbench.cursorAfter('kv_load_failure_pol');
    await workbench.quickFix('kv_load_failure_policy');
  },
  async completion(workbench) {
    await workbench.cursorAfter('"fail"');
    await workbench.type(', "kv_b');
    await workbench.suggestion('kv_buffer_device');
    await workbench.suggestionDetails();
  },
};

await mkdir(IMAGES, { recursive: true });
for (const [name, theme] of Object.entries(THEMES)) await photograph(name, theme);

async function photograph(name: string, theme: string): Promise<void> {
  const top = await mkdtemp(join(tmpdir(), 'nixl-pictures-'));
  const folder = join(top, 'examples');
  await cp(join(ROOT, 'examples'), folder, { recursive: true });
  const settings = { ...SETTINGS, 'workbench.colorTheme': theme };
  const vsix = join(ROOT, 'dist/nixl-vllm.vsix');
  const editor = await startEditor({ home: join(top, 'home'), vsix, settings, log: say });
  try {
    const browser = await openBrowser(editor, WINDOW);
    try {
      for (const [scene, prepare] of Object.entries(SCENES)) {
        const page = await browser.open(folder);
        const workbench = new Workbench(page);
        await workbench.open('1p1d', 'prefill-decode.yaml');
        await workbench.squiggle('kv_load_failure_polcy');
        await workbench.press('Control+Home'); // the last window's place may have been restored
        await workbench.scroll(LINES_ABOVE);
        await prepare(workbench);
        await workbench.still();
        const path = join(IMAGES, `${scene}-${name}.png`);
        await page.screenshot({ path });
        say(path);
        await page.close({ runBeforeUnload: false });
      }
    } finally {
      await browser.close();
    }
  } finally {
    await editor.stop();
    await rm(top, { recursive: true, force: true });
  }
}
