import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { panelFrame, panelSays } from '../../scripts/editor/panel.mts';
import { until } from '../../scripts/editor/until.mts';
import type { Workbench } from '../../scripts/editor/workbench.mts';
import { type LiveDeployment, MODEL, TOKEN } from './live-deployment.mts';
import type { Runner } from './runner.mts';

const PATIENCE = 60_000;
const EXCHANGE = /^Prefill and decode exchange KV: [\d.]+ transfers\/s, .* on the link; nothing fails\.$/;

/**
 * The panel as a person works it, on a deployment that is simulated and served on this machine.
 * @param logs where the editor keeps what output channels say
 */
export function panelTests(runner: Runner, workbench: Workbench, live: LiveDeployment, logs: string): void {
  const { page } = workbench;
  const choices = page.locator('.quick-input-list .monaco-list-row');
  const tab = page.locator('.tab').filter({ hasText: 'NIXL Live Metrics' });

  runner.test('NIXL: Show Live Metrics offers endpoints of settings and configuration, and contacts none', async () => {
    await workbench.open('live', 'leases.yaml');
    await workbench.language(['YAML']);
    await workbench.languageStatus();
    await workbench.command('NIXL: Show Live Metrics');
    await choices.filter({ hasText: live.prefill }).waitFor({ timeout: PATIENCE });
    await choices.filter({ hasText: 'port 8123 of live-prefill' }).waitFor({ timeout: PATIENCE });
    await panelSays(workbench, '.welcome', /Nothing is contacted before you have chosen\./);
  });

  runner.test('an address is typed, the choice is confirmed, and the first line answers', async () => {
    await page.locator('.quick-input-widget input[type="text"]').fill(live.decode);
    await choices.filter({ hasText: live.decode }).first().click();
    await page.locator('.quick-input-action .monaco-button').filter({ hasText: 'OK' }).click();
    await panelSays(workbench, '.health-text', EXCHANGE);
    assert.match(await panelSays(workbench, '.pair-sides', /→/), /^1 prefill → 1 decode$/);
    assert.equal(await panelSays(workbench, '.endpoints td[data-state]', /ok/), '✓ ok\n✓ ok');
  });

  runner.test('numbers change while one looks, and charts are drawn', async () => {
    const before = await panelSays(workbench, '.tile-value', /MB\/s|GB\/s/);
    await until('other numbers', PATIENCE, async () =>
      (await panelSays(workbench, '.tile-value', /./)) === before ? undefined : true,
    );
    const frame = await panelFrame(workbench);
    await frame.locator('[data-chart="link-load"] canvas').waitFor({ timeout: PATIENCE });
    await panelSays(workbench, '[data-chart="link-load"] .legend', /decode[\d.,]+ [MG]B\/s/);
  });

  runner.test('markup in the name of a model is shown as text', async () => {
    assert.equal(await panelSays(workbench, '.pair-label', /./), MODEL);
    const frame = await panelFrame(workbench);
    assert.equal(await frame.locator('main img, main b').count(), 0);
  });

  runner.test('the status bar says what the link carries', async () => {
    const item = page.locator('[id="nixl-vllm.nixl-vllm.nixl.metrics"]');
    await until('the item', PATIENCE, async () =>
      /KV [\d.]+ [MG]B\/s/.test((await item.textContent()) ?? '') ? true : undefined,
    );
  });

  runner.test('the panel is hidden and shown again: figures and charts are there at once', async () => {
    await workbench.open('other.yaml');
    await until('the panel to be gone', PATIENCE, async () => ((await isShown(workbench)) ? undefined : true));
    await tab.click();
    await panelSays(workbench, '.health-text', EXCHANGE);
    const frame = await panelFrame(workbench);
    await frame.locator('[data-chart="link-load"] canvas').waitFor({ timeout: PATIENCE });
  });

  runner.test('a failure becomes a card, and its link lands on the line that governs it', async () => {
    live.plantFailure();
    await panelSays(workbench, '[data-verdict="kv-expired"]', /kv_lease_duration/);
    const frame = await panelFrame(workbench);
    assert.match(await panelSays(workbench, '.health-text', /expired/), /the KV of \d+ requests expired/);
    await frame.locator('[data-verdict="kv-expired"] button.line').filter({ hasText: 'kv_lease_duration' }).click();
    await page.locator('.tab.active').filter({ hasText: 'leases.yaml' }).waitFor({ timeout: PATIENCE });
    const selection = page.locator('[id="status.editor.selection"]');
    const shown = () => selection.textContent();
    await until('line 22', PATIENCE, async () => (/^Ln 22, /.test((await shown()) ?? '') ? true : undefined), shown);
  });

  runner.test(
    'after a reload of the window the panel is there, contacts nobody, and begins again by one press',
    async () => {
      await tab.click();
      await panelFrame(workbench);
      await workbench.command('Developer: Reload Window');
      await page.waitForEvent('load', { timeout: PATIENCE });
      // Which tab is in front is not what is tried here.
      await tab.click({ timeout: PATIENCE });
      const text = await panelSays(workbench, '.welcome', /Watch again/);
      assert.match(text, /Watch again: (live-prefill, 127\.0\.0\.1:\d+|127\.0\.0\.1:\d+, live-prefill)/);
      await (await panelFrame(workbench)).locator('[data-command="again"]').click();
      await panelSays(workbench, '.endpoints td[data-state]', /ok/);
    },
  );

  runner.test('NIXL: Stop Live Metrics asks nobody any more', async () => {
    await workbench.command('NIXL: Stop Live Metrics');
    await panelSays(workbench, '.banner', /^Stopped: these are the figures of \d\d:\d\d:\d\d\.$/);
  });

  runner.test('NIXL: Set Metrics Token…: the endpoint that asks for it gets it', async () => {
    const input = page.locator('.quick-input-widget input:visible').first();
    // What follows is traced: the next test reads it.
    await workbench.command('Developer: Set Log Level...');
    await choices.filter({ hasText: 'NIXL for vLLM' }).click();
    await choices.filter({ hasText: 'Trace' }).first().click();
    await workbench.command('NIXL: Set Metrics Token…');
    await choices.filter({ hasText: 'Another host…' }).click();
    await input.fill(live.guarded);
    await workbench.press('Enter');
    await page.locator('.quick-input-title').filter({ hasText: 'Bearer token for http://127.0.0.1:' }).waitFor();
    await input.fill(TOKEN);
    await workbench.press('Enter');
    await workbench.command('NIXL: Show Live Metrics');
    await input.fill(live.guarded);
    await choices.filter({ hasText: live.guarded }).first().click();
    await page.locator('.quick-input-action .monaco-button').filter({ hasText: 'OK' }).click();
    assert.equal(await panelSays(workbench, '.endpoints td[data-state]', /ok.*ok.*ok/s), '✓ ok\n✓ ok\n✓ ok');
    await workbench.command('NIXL: Stop Live Metrics');
    await panelSays(workbench, '.banner', /^Stopped/);
    await tab.locator('.codicon-close').click();
  });

  runner.test('a verbose trace tells that a token was sent, and not which', async () => {
    const traced = await until('the trace of the request', PATIENCE, async () => {
      const text = await logOf(logs);
      return text.includes('nixl/metrics/token') && text.includes('nixl/metrics/start') ? text : undefined;
    });
    assert.match(traced, /"token": "…"/);
    assert.ok(!traced.includes(TOKEN), 'The token stands in the trace.');
  });
}

/** What our output channel has said in all sessions. */
async function logOf(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const own = files.filter((file) => file.endsWith('NIXL for vLLM.log'));
  return (await Promise.all(own.map((file) => readFile(join(folder, file), 'utf8')))).join('');
}

async function isShown({ page }: Workbench): Promise<boolean> {
  for (const frame of page.frames()) {
    const found = await frame
      .locator('main > .toolbar')
      .count()
      .catch(() => 0);
    if (found > 0) return true;
  }
  return false;
}
