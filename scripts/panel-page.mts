// Pictures of the metrics panel's page with made-up figures, in every theme, width and state, into dist/panel-page/.
// For whoever works on the page: node scripts/panel-page.mts [NAME…]

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { HostMessage, PanelMessage, PanelStatus } from '../protocol/panel.ts';
import { Feed, type FeedOptions, START } from './panel/feed.mts';
import { launchBrowser, openPanelPage, type PanelPageOptions } from './panel/page.mts';
import { panelBundle } from './panel-bundle.mts';
import { fail, ROOT, say } from './support.mts';

const RUNNING: PanelStatus = {
  phase: 'running',
  source: '4 endpoints',
  again: '4 endpoints',
  problem: null,
  trusted: true,
};
const IDLE: PanelStatus = { phase: 'idle', source: null, again: null, problem: null, trusted: true };

interface Scene extends PanelPageOptions {
  readonly status?: PanelStatus;
  readonly feed?: FeedOptions;
  /** The whole page, however long. */
  readonly whole?: boolean;
}

const TWO = { prefill: 2, decode: 2 };
const SCENES: Record<string, Scene> = {
  dark: { feed: { ...TWO, mood: 'healthy' }, whole: true },
  light: { theme: 'light', feed: { ...TWO, mood: 'healthy' }, whole: true },
  contrast: { theme: 'contrast', feed: { ...TWO, mood: 'failing' }, whole: true },
  failing: { feed: { ...TWO, mood: 'failing' } },
  narrow: { width: 300, feed: { ...TWO, mood: 'failing' }, whole: true },
  idle: { feed: { ...TWO, mood: 'idle' } },
  stale: { feed: { ...TWO, mood: 'stale' } },
  'no-nixl': { feed: { ...TWO, mood: 'no-nixl' } },
  'first-page': { feed: { ...TWO, mood: 'first-page' } },
  many: {
    state: { range: 60, by: 'engine', sort: null },
    feed: { prefill: 32, decode: 32, mood: 'failing' },
    whole: true,
  },
  empty: { status: IDLE },
  'empty-light': { status: IDLE, theme: 'light' },
  untrusted: { status: { ...IDLE, trusted: false } },
  again: { status: { ...IDLE, phase: 'stopped', again: '3 endpoints' } },
  starting: { status: { ...RUNNING, phase: 'starting' } },
  problem: { status: { ...IDLE, phase: 'stopped', problem: 'The server stopped.', again: '3 endpoints' } },
  markup: { feed: { ...TWO, mood: 'healthy', model: '<img src=x onerror=alert(1)><b>bold</b>' } },
};

const folder = join(ROOT, 'dist/panel-page');
await mkdir(folder, { recursive: true });
await build(panelBundle(ROOT, true));
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const browser = await launchBrowser();
try {
  for (const [name, scene] of Object.entries(SCENES)) {
    if (wanted.length === 0 || wanted.includes(name)) await photograph(name, scene);
  }
} finally {
  await browser.close();
}

async function photograph(name: string, { status = RUNNING, feed, whole, ...options }: Scene): Promise<void> {
  const source = feed && new Feed(feed);
  const first: HostMessage[] = [{ type: 'status', status }];
  if (source) first.push({ type: 'update', update: source.update(START) });
  const answer = (message: PanelMessage): HostMessage[] => {
    if (message.type === 'ready') return first;
    if (message.type !== 'history' || !source) return [];
    return [{ type: 'history', id: message.id, charts: source.history(message.params) }];
  };
  const panel = await openPanelPage(browser, { ...options, answer });
  try {
    await panel.page.waitForTimeout(300);
    if (whole) {
      const height = await panel.page
        .locator('main')
        .evaluate((main) => Math.ceil(main.getBoundingClientRect().height));
      await panel.page.setViewportSize({ width: options.width ?? 1200, height: height + 24 });
    }
    await panel.page.waitForTimeout(700);
    const path = join(folder, `${name}.png`);
    await panel.page.screenshot({ path });
    say(path);
    for (const trouble of panel.troubles) fail(`${name}: ${trouble}`);
  } finally {
    await panel.close();
  }
}
