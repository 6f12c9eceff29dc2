// `npm run screenshots`: takes the pictures in docs/images/ from the packaged extension in a real VS Code.
//   NAME…  only these

import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './editor/browser.mts';
import { panelFrame, panelSays } from './editor/panel.mts';
import { browserPath } from './editor/requirements.mts';
import { startEditor } from './editor/server.mts';
import { Workbench } from './editor/workbench.mts';
import { ROOT, say } from './support.mts';

const IMAGES = join(ROOT, 'docs/images');
const THEMES = { dark: 'Default Dark Modern', light: 'Default Light Modern' };
type Theme = keyof typeof THEMES;
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

/** Pictures of the metrics panel, which moves: each waits until it shows what it is to show. */
const PANELS: Record<string, { readonly themes: readonly Theme[]; show(workbench: Workbench): Promise<void> }> = {
  // First: what was watched is remembered.
  'panel-empty': {
    themes: ['light'],
    async show(workbench) {
      await workbench.command('NIXL: Show Live Metrics');
      await panelSays(workbench, '.welcome', /Choose endpoints/);
      await workbench.press('Escape');
    },
  },
  panel: {
    themes: ['dark', 'light'],
    async show(workbench) {
      await demonstrate(workbench, 'Healthy pair');
      await panelSays(workbench, '.health-text', /exchange KV.*nothing fails/);
      await panelSays(workbench, '[data-chart="transfer-time"] .legend', /decode/);
    },
  },
  'panel-failing': {
    themes: ['dark'],
    async show(workbench) {
      await demonstrate(workbench, 'Late notifications');
      await panelSays(workbench, '[data-verdict="late-notifications"]', /kv_lease_duration/);
    },
  },
};

const wanted = process.argv.slice(2);
await mkdir(IMAGES, { recursive: true });
for (const name of Object.keys(THEMES) as Theme[]) await photograph(name);

/** Shows a simulated deployment in the panel. */
async function demonstrate(workbench: Workbench, scenario: string): Promise<void> {
  await workbench.command('NIXL: Open Demo Metrics');
  const choices = workbench.page.locator('.quick-input-list .monaco-list-row');
  await choices.filter({ hasText: scenario }).first().click();
  await panelFrame(workbench);
}

function isWanted(scene: string): boolean {
  return wanted.length === 0 || wanted.includes(scene);
}

async function photograph(name: Theme): Promise<void> {
  const top = await mkdtemp(join(tmpdir(), 'nixl-pictures-'));
  const folder = join(top, 'examples');
  await cp(join(ROOT, 'examples'), folder, { recursive: true });
  const settings = { ...SETTINGS, 'workbench.colorTheme': THEMES[name] };
  const vsix = join(ROOT, 'dist/nixl-vllm.vsix');
  const editor = await startEditor({ home: join(top, 'home'), vsix, settings, log: say });
  try {
    const browser = await openBrowser(editor, WINDOW);
    const take = async (scene: string, prepare: (workbench: Workbench) => Promise<void>) => {
      if (!isWanted(scene)) return;
      const page = await browser.open(folder);
      const workbench = new Workbench(page);
      await workbench.open('1p1d', 'prefill-decode.yaml');
      await workbench.squiggle('kv_load_failure_polcy');
      await prepare(workbench);
      const path = join(IMAGES, `${scene}-${name}.png`);
      await page.screenshot({ path });
      say(path);
      if (scene in PANELS) await workbench.command('View: Close All Editors'); // or the next window has it again
      await page.close({ runBeforeUnload: false });
    };
    try {
      for (const [scene, prepare] of Object.entries(SCENES)) {
        await take(scene, async (workbench) => {
          await workbench.press('Control+Home'); // the last window's place may have been restored
          await workbench.scroll(LINES_ABOVE);
          await prepare(workbench);
          await workbench.still();
        });
      }
      for (const [scene, { themes, show }] of Object.entries(PANELS)) {
        if (themes.includes(name)) await take(scene, show);
      }
    } finally {
      await browser.close();
    }
  } finally {
    await editor.stop();
    await rm(top, { recursive: true, force: true });
  }
}
