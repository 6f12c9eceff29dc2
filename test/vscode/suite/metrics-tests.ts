import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, TabInputWebview, Uri, window } from 'vscode';
import { until } from '../../../scripts/editor/until.mts';
import type { Runner } from '../runner.mts';

const PATIENCE = 60_000;

/** The commands of live metrics on the simulated deployment. What the panel shows, people see in `panel-tests`. */
export function metricsTests(runner: Runner): void {
  runner.test(
    'NIXL: Open Demo Metrics opens the panel, whose pages are saved as a recording and replayed',
    async () => {
      await commands.executeCommand('nixl.openDemoMetrics', 'healthy');
      await until('the panel', PATIENCE, async () => (panelTab() ? true : undefined));
      const folder = await mkdtemp(join(tmpdir(), 'nixl-recording-'));
      try {
        await until('pages', PATIENCE, async () => {
          await commands.executeCommand('nixl.saveRecording', Uri.file(folder));
          return (await pagesIn(folder)).length >= 2 ? true : undefined;
        });
        const endpoints = new Set((await pagesIn(folder)).map((path) => path.split('/')[0]));
        assert.deepEqual([...endpoints].sort(), ['decode', 'prefill']);
        await commands.executeCommand('nixl.replayMetrics', Uri.file(folder));
        await commands.executeCommand('nixl.stopMetrics');
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );

  runner.test('NIXL: Generate Alert Rules and a dashboard open as documents that are not saved', async () => {
    await commands.executeCommand('nixl.openDemoMetrics', 'healthy');
    await commands.executeCommand('nixl.generateAlertRules');
    assert.match(await untitled('yaml'), /^groups:/m);
    await commands.executeCommand('nixl.generateDashboard');
    const dashboard = JSON.parse(await untitled('json'));
    assert.ok(Array.isArray(dashboard.panels) && dashboard.panels.length > 0);
    await commands.executeCommand('nixl.stopMetrics');
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
}

function panelTab() {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith('nixl.metrics'));
}

/** `ENDPOINT/MILLISECONDS.prom` */
async function pagesIn(folder: string): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true });
  return paths.map((path) => path.replaceAll('\\', '/')).filter((path) => /^[^/]+\/\d+\.prom$/.test(path));
}

/** The text of the shown document of that language that has no name yet. */
function untitled(language: string): Promise<string> {
  const shown = () => window.activeTextEditor?.document;
  return until(
    `an untitled document of ${language}`,
    PATIENCE,
    async () => {
      const document = shown();
      return document?.isUntitled && document.languageId === language ? document.getText() : undefined;
    },
    () => shown()?.uri.toString(),
  );
}
