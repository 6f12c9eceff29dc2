// `npm start`: what is wrong in examples/, in the terminal and then in VS Code.
//   --no-editor  the findings only, as without a terminal and in CI
//   --stop       ends the VS Code that an earlier run has left open in the browser

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openExamples, stopExamples } from './examples-editor.mts';
import { isFresh } from './freshness.mts';
import { ROOT, say } from './support.mts';

const EXAMPLES = join(ROOT, 'examples');
const BUNDLES = ['dist/cli.js', 'dist/server.js', 'dist/extension.js', 'dist/panel.js'];

if (process.argv.includes('--stop')) {
  await stopExamples(say);
} else {
  await start();
}

async function start(): Promise<void> {
  if (!(await isFresh(BUNDLES))) runOrEnd('npm', ['run', '--silent', 'build']);
  const { status } = spawnSync(process.execPath, ['dist/cli.js', 'examples'], { cwd: ROOT, stdio: 'inherit' });
  // 1 says that there are errors, and there are: they are what the examples are for.
  if (status !== 0 && status !== 1) process.exit(status ?? 1);
  if (!isInteractive()) return;
  say('');
  try {
    await openExamples(EXAMPLES, say);
  } catch (error) {
    say(`The editor could not be opened: ${error instanceof Error ? error.message : error}`);
  }
}

/** Whether somebody is there to look at an editor. */
function isInteractive(): boolean {
  return (
    Boolean(process.stdin.isTTY && process.stdout.isTTY) && !process.env.CI && !process.argv.includes('--no-editor')
  );
}

function runOrEnd(program: string, args: string[]): void {
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
