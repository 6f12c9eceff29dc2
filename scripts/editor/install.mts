import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './host.mts';
import { missingToolchain } from './requirements.mts';
import { must, run } from './run.mts';

/** The npm package that is VS Code served to a browser. This release is the last one made for Node 20. */
export const CODE_SERVER = '4.100.3';
export const VSCODE = '1.100.3';

/**
 * The release of argon2 that code-server asks for is compiled at installation; this one brings its binaries, so that no
 * compiler is needed to start.
 */
const ARGON2 = '0.44.0';

/** Compiled where a compiler is there. Without them: no log files, no terminal, a slower end of orphans. */
const NATIVE_MODULES = [
  ['@vscode/spdlog', 'build/Release/spdlog.node'],
  ['node-pty', 'build/Release/pty.node'],
  ['native-watchdog', 'build/Release/watchdog.node'],
] as const;

const NPM_INSTALL = ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];

/** Where VS Code is kept between runs: outside of the repository, one folder per version. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nixl-vllm');
}

/** The script that starts code-server. */
export function entryPoint(installation: string): string {
  return join(installation, 'node_modules/code-server/out/node/entry.js');
}

/**
 * The folder with VS Code in it; installed if this is the first time. It is made beside its final place and renamed
 * when it is whole, so an interrupted run leaves nothing half done, and two runs at once do not meet. What was
 * downloaded by then is in npm's own cache and is not fetched again.
 */
export async function ensureEditor(log: (line: string) => void): Promise<string> {
  const target = join(cacheFolder(), `code-server-${CODE_SERVER}`);
  if (existsSync(target)) return target;
  await mkdir(cacheFolder(), { recursive: true });
  await removeLeftovers();
  const folder = await mkdtemp(join(cacheFolder(), `partial-${process.pid}-`));
  log(`Installing VS Code ${VSCODE} for the browser (code-server ${CODE_SERVER}, 320 MB) into ${target}`);
  try {
    await install(folder, log);
    await rename(folder, target).catch((error) => {
      if (!existsSync(target)) throw error; // another run was quicker
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return target;
}

async function install(folder: string, log: (line: string) => void): Promise<void> {
  const manifest = { private: true, dependencies: { 'code-server': CODE_SERVER }, overrides: { argon2: ARGON2 } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  log('  1 of 4: the server');
  await must('npm', NPM_INSTALL, folder);
  const vscode = join(folder, 'node_modules/code-server/lib/vscode');
  log('  2 of 4: the workbench');
  await must('npm', NPM_INSTALL, vscode);
  // VS Code looks for some of its files in an archive of this name; code-server's own installer links it the same way.
  await symlink('node_modules', join(vscode, 'node_modules.asar'));
  log('  3 of 4: the extensions that come with it');
  await must('npm', NPM_INSTALL, join(vscode, 'extensions'));
  await compile(vscode, log);
  await linkRipgrep(vscode);
}

/** VS Code finds files by name through ripgrep, whose package downloads it from elsewhere: the host's own will do. */
async function linkRipgrep(vscode: string): Promise<void> {
  const ripgrep = findProgram('rg');
  if (!ripgrep) return;
  const folder = join(vscode, 'node_modules/@vscode/ripgrep/bin');
  await mkdir(folder, { recursive: true });
  await symlink(ripgrep, join(folder, 'rg'));
}

async function compile(vscode: string, log: (line: string) => void): Promise<void> {
  const missing = missingToolchain();
  if (missing) {
    log(`  4 of 4: left out, so it has no terminal and no log files; for those: ${missing}`);
    return;
  }
  log('  4 of 4: native modules');
  for (const [name, binary] of NATIVE_MODULES) {
    // The file counts, not the exit code: node-pty's clean-up after a good build wants a package of its own.
    const { output } = await run('npm', ['rebuild', name], vscode);
    if (!existsSync(join(vscode, 'node_modules', name, binary))) {
      log(`  ${name} could not be compiled and is left out: ${output.trimEnd().split('\n').at(-1)}`);
    }
  }
}

/** Removes what runs that were killed have left, by the process id in its name. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    const pid = /^partial-(\d+)-/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) await rm(join(cacheFolder(), name), { recursive: true, force: true });
  }
}

/** Whether a process with that id is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
