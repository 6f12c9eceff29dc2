import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../../scripts/editor/browser.mts';
import { VSCODE } from '../../scripts/editor/install.mts';
import { startEditor } from '../../scripts/editor/server.mts';
import { ROOT, say } from '../../scripts/support.mts';
import { copyWorkspace } from './fixture.mts';
import type { Counts } from './runner.mts';

const DEADLINE = 240_000;

/**
 * Runs dist/test-vscode/run.js inside the extension host: VS Code takes the extension under development and the test
 * entry from its own address, and reports through two functions that it expects to find on the page.
 */
export async function runInExtensionHost(browserPath: string): Promise<Counts> {
  say(`In the extension host of VS Code ${VSCODE}:`);
  const home = await mkdtemp(join(tmpdir(), 'nixl-home-'));
  const fixture = await copyWorkspace();
  const editor = await startEditor({ home, log: say });
  try {
    const browser = await openBrowser(editor, { path: browserPath, width: 1000, height: 700 });
    try {
      const authority = new URL(editor.origin).host;
      const remote = (path: string) => `vscode-remote://${authority}${path}`;
      await exitOf((exit) =>
        browser.open(
          fixture.folder,
          [
            ['extensionDevelopmentPath', remote(ROOT)],
            ['extensionTestsPath', remote(join(ROOT, 'dist/test-vscode/run.js'))],
          ],
          {
            codeAutomationLog: (_level: string, args: string[]) => relay(args.map(String).join(' ')),
            codeAutomationExit: exit,
          },
        ),
      );
      return JSON.parse(await readFile(join(fixture.folder, '../result.json'), 'utf8'));
    } finally {
      await browser.close();
    }
  } finally {
    await editor.stop();
    await fixture.remove();
    await rm(home, { recursive: true, force: true });
  }
}

/** Waits for the call that says that the tests have ended. */
function exitOf(begin: (exit: (code: number) => void) => Promise<unknown>): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`No result within ${DEADLINE / 1000} s`));
    const timer = setTimeout(late, DEADLINE);
    const exit = (code: number) => {
      clearTimeout(timer);
      resolve(code);
    };
    begin(exit).catch(reject);
  });
}

/** Shows the lines of the tests. VS Code says more there, which only matters where something fails. */
function relay(line: string): void {
  if (/^(ok|FAIL) /.test(line)) say(line);
}
