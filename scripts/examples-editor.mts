import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './editor/host.mts';
import { cacheFolder } from './editor/install.mts';
import { must } from './editor/run.mts';
import { startEditor, stopEditor } from './editor/server.mts';
import { isFresh } from './freshness.mts';
import { ROOT } from './support.mts';

type Log = (line: string) => void;

const VSIX = 'dist/nixl-vllm.vsix';

/** The file that is open at first: the one with most to see. */
const FIRST_FILE = '1p1d/prefill-decode.yaml';

/** Opens a folder in VS Code with our extension in it: the desktop one if there is one, else one in the browser. */
export async function openExamples(folder: string, log: Log): Promise<void> {
  if (!(await isFresh([VSIX]))) await must(process.execPath, ['scripts/package.mts'], ROOT);
  const desktop = findProgram('code');
  if (desktop) await openOnDesktop(desktop, folder, log);
  else await openInBrowser(folder, log);
}

async function openOnDesktop(code: string, folder: string, log: Log): Promise<void> {
  await must(code, ['--install-extension', VSIX, '--force'], ROOT);
  await must(code, [folder, join(folder, FIRST_FILE)], ROOT);
  log('The examples are open in VS Code, with the extension installed.');
}

async function openInBrowser(folder: string, log: Log): Promise<void> {
  await stopRunning();
  const home = homeFolder();
  const vsix = join(ROOT, VSIX);
  const { origin, password, pid } = await startEditor({ home, vsix, detached: true, gallery: true, log });
  await writeFile(stateFile(), JSON.stringify({ pid, origin }));
  const url = new URL(origin);
  url.searchParams.set('folder', folder);
  url.searchParams.set(
    'payload',
    JSON.stringify([['openFile', `vscode-remote://${url.host}${join(folder, FIRST_FILE)}`]]),
  );
  log('The examples are open in VS Code in the browser:');
  log(`  ${url.href}`);
  log(`  password: ${password}`);
  log('It runs until you stop it: npm start -- --stop');
}

/** Ends what an earlier run has left running. */
export async function stopExamples(log: Log): Promise<void> {
  log((await stopRunning()) ? 'VS Code has stopped.' : 'No VS Code of ours is running.');
}

async function stopRunning(): Promise<boolean> {
  const state = await readFile(stateFile(), 'utf8').catch(() => undefined);
  if (!state) return false;
  const { pid, origin } = JSON.parse(state);
  const running = await answers(origin);
  if (running) await stopEditor(pid);
  await rm(stateFile(), { force: true });
  return running;
}

/** Whether that VS Code is still there. After a restart of the machine its process id may be somebody else's. */
async function answers(origin: string): Promise<boolean> {
  const health = fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(3000) });
  return health.then(({ ok }) => ok).catch(() => false);
}

function homeFolder(): string {
  return join(cacheFolder(), 'examples');
}

function stateFile(): string {
  return join(homeFolder(), 'running.json');
}
