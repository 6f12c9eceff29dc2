import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';

/** Programs of Debian's packages prometheus and python3-prometheus-client. */
export const PROMETHEUS = '/usr/bin/prometheus';
export const PROMTOOL = '/usr/bin/promtool';
export const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';

/** Fails with what to install where a program is missing. */
export async function need(program: string, debianPackage: string): Promise<void> {
  await access(program, constants.X_OK).catch(() => {
    throw new Error(`${program} is missing: these tests need Debian's package ${debianPackage}.`);
  });
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin?.on('error', () => undefined).end(input);
  });
}

export interface Running {
  /** Resolves once it has said this; fails where it ends before. */
  saying(text: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a program that does not end by itself. */
export function start(program: string, args: readonly string[]): Running {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return {
    saying: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (said.includes(text)) resolve();
        };
        child.stderr.on('data', look);
        void ended.then(() => reject(new Error(`${program} ended: ${said}`)));
        look();
      }),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A port of the loopback interface on which nobody listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
