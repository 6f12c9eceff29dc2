import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostEnvironment, hostNode } from './host.mts';
import { ensureEditor, entryPoint, isRunning } from './install.mts';
import { must } from './run.mts';
import { until } from './until.mts';

/** VS Code, served on this machine. */
export interface Editor {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** Its terminal is a shell of this user, and other users of the machine reach the port too. */
  password: string;
  pid: number;
  stop(): Promise<void>;
}

export interface EditorOptions {
  /** A folder for settings, extensions and logs; made if it is not there. */
  home: string;
  /** The packaged extension; without it none is installed. */
  vsix?: string;
  settings?: Record<string, unknown>;
  /** Whether it goes on when this process ends. */
  detached?: boolean;
  /** Whether extensions can be looked up in the public gallery. */
  gallery?: boolean;
  log: (line: string) => void;
}

const SETTINGS = {
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.commandCenter.enabled': false,
};

/** Installs VS Code if need be, puts the extension in, and starts it on a free port of the loopback interface. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const entry = entryPoint(await ensureEditor(options.log));
  const folders = ['--user-data-dir', join(options.home, 'user'), '--extensions-dir', join(options.home, 'extensions')];
  const config = ['--config', join(options.home, 'config.yaml')];
  await mkdir(join(options.home, 'user/User'), { recursive: true });
  await mkdir(join(options.home, 'extensions'), { recursive: true });
  await writeFile(join(options.home, 'config.yaml'), 'cert: false\n');
  const settings = JSON.stringify({ ...SETTINGS, ...options.settings }, null, 2);
  await writeFile(join(options.home, 'user/User/settings.json'), settings);
  const node = hostNode();
  if (options.vsix) {
    await must(node, [entry, ...config, ...folders, '--install-extension', options.vsix, '--force'], options.home);
  }
  const password = randomBytes(12).toString('base64url');
  const logFile = join(options.home, 'code-server.log');
  const output = openSync(logFile, 'w');
  const child = spawn(
    node,
    [
      ...[entry, ...config, ...folders],
      ...['--auth', 'password', '--bind-addr', '127.0.0.1:0'],
      ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
    ],
    {
      cwd: options.home,
      env: { ...hostEnvironment(), PASSWORD: password, ...(options.gallery ? {} : { EXTENSIONS_GALLERY: '{}' }) },
      stdio: ['ignore', output, output],
      // A group of its own: stopping the group also ends the extension hosts that it has started.
      detached: true,
    },
  );
  closeSync(output);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid as number));
  });
  const address = await until('VS Code to listen', 60_000, async () => {
    const text = await readFile(logFile, 'utf8');
    if (child.exitCode !== null) throw new Error(`VS Code did not start:\n${text}`);
    return /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(text)?.[1];
  });
  if (options.detached) child.unref();
  return { origin: address, password, pid, stop: () => stopEditor(pid) };
}

/** Ends a VS Code that `startEditor` has started, with all that it has started. */
export async function stopEditor(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  const ended = until('VS Code to end', 10_000, async () => (isRunning(-pid) ? undefined : true));
  await ended.catch(() => signal(pid, 'SIGKILL'));
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended already.
  }
}
