// The page of the metrics panel in a browser, without VS Code: a part of `npm run test:vscode`, alone it takes seconds.

import { pathToFileURL } from 'node:url';
import { launchBrowser } from '../../scripts/panel/page.mts';
import { say } from '../../scripts/support.mts';
import { panelPageTests } from './panel-page-tests.mts';
import { type Counts, closingLine, Runner } from './runner.mts';

export async function runPanelPage(): Promise<Counts> {
  say('The page of the metrics panel, in a browser:');
  const browser = await launchBrowser();
  try {
    const runner = new Runner(say);
    panelPageTests(runner, browser);
    return await runner.run();
  } finally {
    await browser.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const counts = await runPanelPage();
  say(closingLine(counts));
  process.exitCode = counts.failed > 0 ? 1 : 0;
}
