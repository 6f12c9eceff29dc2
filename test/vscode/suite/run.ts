import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Runner } from '../runner.mts';
import { editorTests } from './editor-tests';
import { explainTests } from './explain-tests';
import { languageTests } from './language-tests';
import { metricsTests } from './metrics-tests';
import { navigationTests } from './navigation-tests';
import { schemaTests } from './schema-tests';
import { settingsTests } from './settings-tests';
import { folder } from './workspace';

/** What VS Code calls in its extension host, on a desktop and in the browser alike. */
export async function run(): Promise<void> {
  // biome-ignore lint/suspicious/noConsole: inside the extension host the console is the way out.
  const runner = new Runner((line) => console.log(line));
  languageTests(runner);
  editorTests(runner);
  navigationTests(runner);
  explainTests(runner);
  schemaTests(runner);
  settingsTests(runner);
  metricsTests(runner);
  const counts = await runner.run();
  await writeFile(join(folder(), '../result.json'), JSON.stringify(counts));
  assert.equal(counts.failed, 0, `${counts.failed} tests failed`);
}
