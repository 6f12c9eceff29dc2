import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle, NODE } from './bundles';

export interface CliResult {
  readonly code: number | null;
  /** How it was ended, when it did not end itself. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Resident memory at its highest, in MB. */
  readonly memory: number;
  /** Time of the processor, in seconds: unlike that on the wall the same however busy the machine is. */
  readonly processor: number;
}

export interface CliOptions {
  readonly cwd: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Ended after so many milliseconds; the result then has a signal. */
  readonly limit?: number;
}

/** Runs the built command line. */
export function runCli(args: readonly string[], { cwd, input, env, limit = 30_000 }: CliOptions): Promise<CliResult> {
  const folder = mkdtempSync(join(tmpdir(), 'nixl-usage-'));
  const usageFile = join(folder, 'usage.json');
  const preload = join(import.meta.dirname, 'report-usage.cjs');
  const child = spawn(NODE, ['--require', preload, bundle('cli.js'), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '', ...env, NIXL_TEST_USAGE: usageFile },
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk;
    });
  }
  // A program that ends before it has read everything closes the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const usage = signal ? undefined : JSON.parse(readFileSync(usageFile, 'utf8'));
      rmSync(folder, { recursive: true });
      const memory = (usage?.maxRSS ?? Number.POSITIVE_INFINITY) / 1024;
      const processor = (usage?.processor ?? Number.POSITIVE_INFINITY) / 1e6;
      resolve({ code, signal, ...output, memory, processor });
    });
  });
}

/** Writes a tree of files, by path; folders come by themselves. */
export async function writeTree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
