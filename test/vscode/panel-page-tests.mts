import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { type HostMessage, type PanelMessage, type PanelStatus, verdictKey } from '../../protocol/panel.ts';
import { until } from '../../scripts/editor/until.mts';
import { Feed, type FeedOptions, START } from '../../scripts/panel/feed.mts';
import { openPanelPage, type PanelPage, type PanelPageOptions } from '../../scripts/panel/page.mts';
import type { Runner } from './runner.mts';

const PATIENCE = 15_000;
const INTERVAL = 2000;
const RUNNING: PanelStatus = { phase: 'running', source: 'four endpoints', again: null, problem: null, trusted: true };
const IDLE: PanelStatus = { phase: 'idle', source: null, again: null, problem: null, trusted: true };
const TWO = { prefill: 2, decode: 2 };

/** A panel with figures, and the next round of them. */
interface Shown extends PanelPage {
  readonly feed: Feed;
  round(number: number): Promise<void>;
}

/** The page of the panel in a browser, with made-up figures and its real content security policy. */
export function panelPageTests(runner: Runner, browser: Browser): void {
  const shown = async (
    feedOptions: FeedOptions,
    use: (panel: Shown) => Promise<void>,
    options: PanelPageOptions = {},
  ): Promise<void> => {
    const feed = new Feed(feedOptions);
    const answer = (message: PanelMessage): HostMessage[] => {
      if (message.type === 'ready') {
        return [
          { type: 'status', status: RUNNING },
          { type: 'update', update: feed.update(START) },
        ];
      }
      if (message.type !== 'history') return [];
      return [{ type: 'history', id: message.id, charts: feed.history(message.params) }];
    };
    const panel = await openPanelPage(browser, { answer, ...options });
    try {
      await panel.page.locator('.health-text').waitFor({ timeout: PATIENCE });
      const round = (number: number) => panel.send({ type: 'update', update: feed.update(START + number * INTERVAL) });
      await use({ ...panel, feed, round });
      assert.deepEqual(panel.troubles, []);
    } finally {
      await panel.close();
    }
  };

  runner.test('the panel answers with its first line, and charts are drawn under the strict policy', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page }) => {
      assert.match((await page.locator('.health-text').textContent()) ?? '', /^Prefill and decode exchange KV: /);
      await drawn(page, 'link-load');
      assert.match((await legend(page, 'link-load')).join(' '), /prefill.*MB\/s decode.*MB\/s/);
    }),
  );

  runner.test('numbers change with the next round, and what is unchanged stays the same element', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page, round }) => {
      const value = page.locator('.tile-value').first();
      const before = await value.textContent();
      await value.evaluate((element) => Object.assign(element, { marked: true }));
      await round(1);
      await until('another number', PATIENCE, async () => ((await value.textContent()) === before ? undefined : true));
      assert.equal(await value.evaluate((element) => (element as { marked?: boolean }).marked), true);
    }),
  );

  runner.test('markup in the name of a model is text', () =>
    shown({ ...TWO, mood: 'healthy', model: '<img src=x onerror=alert(1)><b>bold</b>' }, async ({ page }) => {
      assert.equal(await page.locator('.pair-label').textContent(), '<img src=x onerror=alert(1)><b>bold</b>');
      assert.equal(await page.locator('img, b').count(), 0);
    }),
  );

  runner.test('a card tells what is wrong; its link asks for the line by the name of the verdict', () =>
    shown({ ...TWO, mood: 'failing' }, async ({ page, said, feed }) => {
      const card = page.locator('[data-verdict="telemetry-off"]');
      assert.equal(await card.getAttribute('data-severity'), 'critical');
      await card.getByText('Evidence').click();
      assert.deepEqual(await card.locator('.evidence li').allTextContents(), feed.update(START).verdicts[0]!.evidence);
      await card.locator('button.line').focus();
      await page.keyboard.press('Enter');
      const verdict = verdictKey(feed.update(START).verdicts[0]!);
      await heard(said, { type: 'line', verdict, index: 0 });
    }),
  );

  runner.test('nothing is painted while nobody looks, and all of it once somebody does', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page, round, said }) => {
      await drawn(page, 'link-load');
      await hide(page, true);
      const before = await page.locator('main').evaluate((main) => main.outerHTML);
      const questions = said.length;
      for (let number = 1; number <= 5; number++) await round(number);
      await frames(page);
      assert.equal(await page.locator('main').evaluate((main) => main.outerHTML), before);
      assert.equal(said.length, questions);
      await hide(page, false);
      await until('new numbers', PATIENCE, async () => {
        const now = await page.locator('main').evaluate((main) => main.outerHTML);
        return now === before ? undefined : true;
      });
    }),
  );

  runner.test('Pause holds the figures, Resume brings the newest', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page, round }) => {
      await page.getByText('Pause', { exact: true }).click();
      const value = page.locator('.tile-value').first();
      const before = await value.textContent();
      await round(3);
      await frames(page);
      assert.equal(await value.textContent(), before);
      assert.match((await page.locator('.banner').textContent()) ?? '', /^Paused/);
      await page.getByText('Resume', { exact: true }).click();
      await until('the newest', PATIENCE, async () => ((await value.textContent()) === before ? undefined : true));
    }),
  );

  runner.test('dragging over a chart looks closer at that time in all charts, a double click goes back', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page, said }) => {
      await drawn(page, 'link-load');
      const box = await page.locator('[data-chart="link-load"] .u-over').boundingBox();
      assert.ok(box);
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + box.width * 0.25, y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
      await page.mouse.up();
      await page.getByText('Back to live').waitFor({ timeout: PATIENCE });
      const asked = said.filter((message) => message.type === 'history').at(-1)!;
      const length = asked.params.to - asked.params.from;
      assert.ok(length > 200_000 && length < 250_000, `${length} ms of 900000`);
      assert.ok(asked.params.charts.includes('transfers'));
      await page.mouse.dblclick(box.x + box.width * 0.7, y);
      await page.getByText('Back to live').waitFor({ state: 'hidden', timeout: PATIENCE });
    }),
  );

  runner.test('a past that comes later is drawn as well', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page, said, send, feed }) => {
      await drawn(page, 'link-load');
      const at = START + INTERVAL;
      await send({ type: 'status', status: { ...RUNNING, phase: 'starting' } }, { type: 'status', status: RUNNING });
      const since = async (begin: number, round: number) => {
        const update = feed.update(at + round * INTERVAL);
        const recorded = { from: update.at - begin, to: update.at };
        await send({ type: 'update', update: { ...update, recorded } });
        return until('a question', PATIENCE, async () => {
          const last = said.filter((message) => message.type === 'history').at(-1);
          return last && last.params.to === update.at ? last.params : undefined;
        });
      };
      const first = await since(0, 1);
      assert.equal(first.to - first.from, 60_000);
      const second = await since(300_000, 2);
      assert.equal(second.to - second.from, 300_000);
      const third = await since(302_000, 3);
      assert.ok(third.to - third.from <= 2 * INTERVAL, 'only what is new');
    }),
  );

  runner.test('the cursor is in all charts at once and reads values; keys do the same', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page }) => {
      await drawn(page, 'transfers');
      const last = await legend(page, 'transfers');
      await page.locator('[data-chart="link-load"] .u-over').hover({ position: { x: 60, y: 40 } });
      await until('other values in another chart', PATIENCE, async () =>
        (await legend(page, 'transfers')).join() === last.join() ? undefined : true,
      );
      await page.mouse.move(1, 1);
      await page.locator('[data-chart="link-load"] .plot').focus();
      await page.keyboard.press('Home');
      const spoken = page.locator('body > .for-readers');
      await until('a moment read out', PATIENCE, async () =>
        /^\d\d:\d\d:\d\d: prefill .*MB\/s, decode/.test((await spoken.textContent()) ?? '') ? true : undefined,
      );
    }),
  );

  runner.test('64 engines: tables are cut until all are asked for, lines are the highest', () =>
    shown(
      { prefill: 32, decode: 32, mood: 'healthy' },
      async ({ page }) => {
        const rows = page.locator('.engines tbody tr');
        assert.equal(await rows.count(), 12);
        await page.locator('.engines .more vscode-button').click();
        assert.equal(await rows.count(), 64);
        await drawn(page, 'link-load');
        assert.equal((await legend(page, 'link-load')).length, 10);
        await page.locator('[data-chart="link-load"] > button').click();
        assert.equal((await legend(page, 'link-load')).length, 64);
      },
      { state: { range: 15, by: 'engine', sort: null } },
    ),
  );

  runner.test('a heading sorts the engines, the filter finds them', () =>
    shown({ prefill: 4, decode: 4, mood: 'healthy' }, async ({ page, round }) => {
      const names = page.locator('.engines tbody th');
      await page.locator('.engines thead button', { hasText: 'Transfers' }).click();
      assert.match((await names.first().textContent()) ?? '', /^decode/);
      await round(1);
      assert.equal(await page.locator('.engines th[aria-sort]').getAttribute('aria-sort'), 'descending');
      await page.locator('.engines vscode-textfield').click();
      await page.keyboard.type('fill-3 prefill');
      await until('one engine', PATIENCE, async () => ((await names.count()) === 1 ? true : undefined));
      assert.equal(await names.textContent(), 'prefill-3 · 0');
    }),
  );

  runner.test('what was chosen is kept and comes back', () =>
    shown(
      { ...TWO, mood: 'healthy' },
      async ({ page, said }) => {
        await drawn(page, 'link-load');
        const asked = said.find((message) => message.type === 'history')!;
        assert.equal(asked.params.to - asked.params.from, 3_600_000);
        assert.equal(asked.params.by, 'pair');
        const select = page.locator('vscode-single-select').first();
        await select.click();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await until('the choice kept', PATIENCE, async () => {
          const kept = await page.evaluate(() => (globalThis as unknown as { kept: { range: number } }).kept);
          return kept.range === 360 ? true : undefined;
        });
      },
      { state: { range: 60, by: 'pair', sort: null } },
    ),
  );

  runner.test('another theme draws charts in other colours', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page }) => {
      const plot = page.locator('[data-chart="link-load"] canvas');
      await drawn(page, 'link-load');
      const before = await plot.screenshot();
      await page.evaluate(() => {
        const { document } = globalThis as unknown as {
          document: { documentElement: { style: { setProperty(name: string, value: string): void } } };
        };
        document.documentElement.style.setProperty('--vscode-charts-blue', '#ff00ff');
      });
      await until('other colours', PATIENCE, async () => ((await plot.screenshot()).equals(before) ? undefined : true));
    }),
  );

  runner.test('a picture of the charts and the figures as text are handed to the extension', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page, said }) => {
      await drawn(page, 'link-load');
      await page.getByText('More', { exact: true }).click();
      await page.locator('[data-command="picture"]').click();
      await page.locator('[data-command="copy"]').click();
      const picture = await until('a picture', PATIENCE, async () => said.find((one) => one.type === 'png'));
      assert.deepEqual([...Buffer.from(picture.data, 'base64').subarray(1, 4)], [...Buffer.from('PNG')]);
      const copied = await until('a text', PATIENCE, async () => said.find((one) => one.type === 'copy'));
      assert.match(
        copied.text,
        /^NIXL, 2026-.*MB is 2\^20 bytes\n\nQwen\/Qwen3-32B\t2 prefill → 2 decode\nLink load\t/,
      );
    }),
  );

  for (const [mood, width] of [
    ['failing', 300],
    ['healthy', 300],
    ['failing', 1600],
  ] as const) {
    runner.test(`${width} pixels, ${mood}: nothing sticks out`, () =>
      shown(
        { ...TWO, mood },
        async ({ page }) => {
          await drawn(page, 'link-load');
          const wide = await page.evaluate(() => {
            const { document } = globalThis as unknown as { document: { documentElement: { scrollWidth: number } } };
            return document.documentElement.scrollWidth;
          });
          assert.ok(wide <= width, `${wide} pixels wide`);
        },
        { width },
      ),
    );
  }

  runner.test('for those who do not see it: captions, summaries of charts, the first line read aloud', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page, round }) => {
      await drawn(page, 'link-load');
      await round(6);
      const label = () => page.locator('[data-chart="link-load"] .plot').getAttribute('aria-label');
      await until('a summary', PATIENCE, async () =>
        /^Link load, 15 min\. prefill: now .* between .* and /.test((await label()) ?? '') ? true : undefined,
      );
      assert.match((await page.locator('.health [role="status"]').textContent()) ?? '', /^Prefill and decode/);
      const tables = await page.locator('table').count();
      assert.equal(await page.locator('table > caption').count(), tables);
    }),
  );

  runner.test('the beginning says how to begin, and that nothing is contacted before', async () => {
    const answer = (message: PanelMessage): HostMessage[] =>
      message.type === 'ready' ? [{ type: 'status', status: IDLE }] : [];
    const panel = await openPanelPage(browser, { answer });
    try {
      await panel.page.getByText('Choose endpoints…').click();
      await heard(panel.said, { type: 'run', command: 'configure' });
      await panel.page.getByText('Open the demonstration').click();
      await heard(panel.said, { type: 'run', command: 'demo' });
      assert.ok(await panel.page.getByText('Nothing is contacted before you have chosen.').isVisible());
      await panel.send({ type: 'status', status: { ...IDLE, trusted: false } });
      await panel.page.getByText('This workspace is not trusted').waitFor({ timeout: PATIENCE });
      assert.equal(await panel.page.getByText('Choose endpoints…').count(), 0);
      assert.deepEqual(panel.troubles, []);
    } finally {
      await panel.close();
    }
  });

  runner.test('figures that nobody renews are called old', () =>
    shown({ ...TWO, mood: 'healthy' }, async ({ page }) => {
      await page.clock.install();
      await page.reload();
      await page.locator('.health-text').waitFor({ timeout: PATIENCE });
      await page.clock.runFor(20_000);
      assert.match(
        (await page.locator('.banner').textContent()) ?? '',
        /^These figures are \d+ s old: nothing new has come\.$/,
      );
    }),
  );
}

/** Brings a chart onto the screen and waits until it has been drawn. */
async function drawn(page: Page, chart: string): Promise<void> {
  await page.locator(`[data-chart="${chart}"]`).scrollIntoViewIfNeeded();
  await page.locator(`[data-chart="${chart}"] canvas`).waitFor({ timeout: PATIENCE });
}

function legend(page: Page, chart: string): Promise<string[]> {
  return page.locator(`[data-chart="${chart}"] .legend li`).allTextContents();
}

async function heard(said: readonly PanelMessage[], wanted: PanelMessage): Promise<void> {
  const text = JSON.stringify(wanted);
  await until(
    text,
    PATIENCE,
    async () => said.find((message) => JSON.stringify(message) === text),
    () => said.slice(-3),
  );
}

async function frames(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { requestAnimationFrame } = globalThis as unknown as { requestAnimationFrame(then: () => void): void };
    for (let frame = 0; frame < 4; frame++) await new Promise<void>((next) => requestAnimationFrame(next));
  });
}

/** As when another tab is brought to the front. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    const { document } = globalThis as unknown as { document: { dispatchEvent(event: Event): void } };
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}
