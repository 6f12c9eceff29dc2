import { spawn } from 'node:child_process';
import { hostEnvironment } from './host.mts';

export interface Outcome {
  code: number | null;
  output: string;
}

/** Runs a program of the host to its end and keeps what it prints. */
export function run(program: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: hostEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** The same, for a step that must succeed: its last lines say why it did not. */
export async function must(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, output } = await run(program, args, cwd);
  if (code === 0) return output;
  const end = output.trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${end}`);
}
