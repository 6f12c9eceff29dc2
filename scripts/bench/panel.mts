// Main-thread work of the metrics panel for one update: `npm run bench:panel`, also a part of `npm run bench`.

import { pathToFileURL } from 'node:url';
import type { CDPSession, Page } from 'playwright-core';
import type { HostMessage, PanelMessage, PanelStatus } from '../../protocol/panel.ts';
import { hasBrowser } from '../editor/requirements.mts';
import { Feed, START } from '../panel/feed.mts';
import { launchBrowser, openPanelPage } from '../panel/page.mts';
import { fail, say } from '../support.mts';

const ENGINES = 64;
const UPDATES = 60;
const WARM_UP = 10;
const INTERVAL_MS = 2000;
const BUDGET_MS = 8;

const RUNNING: PanelStatus = { phase: 'running', source: '64 endpoints', again: null, problem: null, trusted: true };

/** 64 engines, one line each, over an hour: what one update costs the page, and what it costs while nobody looks. */
export async function measurePanel(): Promise<void> {
  if (!hasBrowser()) {
    say('the panel: not measured, since there is no Chromium');
    return;
  }
  const feed = new Feed({ prefill: ENGINES / 2, decode: ENGINES / 2, mood: 'failing' });
  const browser = await launchBrowser();
  try {
    const answer = (message: PanelMessage): HostMessage[] => {
      if (message.type === 'ready') return [{ type: 'status', status: RUNNING }];
      if (message.type !== 'history') return [];
      return [{ type: 'history', id: message.id, charts: feed.history(message.params) }];
    };
    const panel = await openPanelPage(browser, { state: { range: 60, by: 'engine', sort: null }, answer });
    const session = await panel.page.context().newCDPSession(panel.page);
    // The thread's own time: what others do on this machine meanwhile is not the page's work.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const updates = Array.from({ length: WARM_UP + UPDATES }, (_, index) => feed.update(START + index * INTERVAL_MS));
    // They lie in the page before anything is measured: how they get there is not what is measured.
    await panel.page.evaluate((all) => Object.assign(globalThis, { all }), updates);
    say(`the panel: ${ENGINES} engines × 1 h, ${UPDATES} updates, budget ${BUDGET_MS} ms of main thread each`);
    say('| panel | mean | median | p95 | most |');
    say('| --- | --- | --- | --- | --- |');
    // What frames cost in which nothing happens, and our way to ask for them, is taken off.
    const idle = median(await costs(panel.page, session, updates.length, true));
    const head = row('at its head', await costs(panel.page, session, updates.length), idle);
    await panel.page.evaluate(() => {
      const { document } = globalThis as unknown as {
        document: { querySelector(s: string): { scrollIntoView(): void } };
      };
      document.querySelector('.charts').scrollIntoView();
    });
    const charts = row('at its charts', await costs(panel.page, session, updates.length), idle);
    if (Math.max(head, charts) > BUDGET_MS) fail(`An update of the panel takes more than ${BUDGET_MS} ms.`);
    for (const trouble of panel.troubles) fail(trouble);
    await panel.close();
  } finally {
    await browser.close();
  }
}

/** Milliseconds of the page's main thread from one update to the next, painting included. */
async function costs(page: Page, session: CDPSession, count: number, idle = false): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < count; index++) {
    const before = await taskTime(session);
    await page.evaluate(
      async ([at, silent]) => {
        type Scope = {
          all: unknown[];
          postMessage(data: unknown, origin: string): void;
          requestAnimationFrame(f: () => void): void;
        };
        const scope = globalThis as unknown as Scope;
        if (!silent) scope.postMessage({ type: 'update', update: scope.all[at as number] }, '*');
        // Painting is spread over frames.
        for (let frame = 0; frame < 8; frame++) await new Promise<void>((next) => scope.requestAnimationFrame(next));
      },
      [index, idle] as const,
    );
    const cost = (await taskTime(session)) - before;
    if (index >= WARM_UP) all.push(cost);
  }
  return all;
}

async function taskTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
}

function row(name: string, times: readonly number[], idle: number): number {
  const sorted = times.map((time) => time - idle).toSorted((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
  const mean = sorted.reduce((sum, time) => sum + time, 0) / sorted.length;
  say(`| ${name} | ${[mean, at(0.5), at(0.95), at(1)].map((time) => `${time.toFixed(1)} ms`).join(' | ')} |`);
  return mean;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await measurePanel();
