// What a large workspace costs whoever has one of its manifests open: the time to the first diagnostics beside that in an
// empty workspace, an edit while and after the workspace is looked through, and memory. Part of `npm run bench`; on its
// own: `node scripts/bench/workspace.mts`, after a build.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { hostNode } from '../host-node.mts';
import { ROOT, say } from '../support.mts';
import { manifest, writeCheckout, writeOthers } from './checkout.mts';
import { Session } from './session.mts';

const ROUNDS = 5;
const EDITS = 40;
const OTHERS = 8_000;

interface Opened {
  readonly first: number;
  readonly edits: readonly number[];
  readonly memory: number;
}

/** Measures and prints. */
export async function measureWorkspace(): Promise<void> {
  const node = await hostNode();
  const folder = await mkdtemp(join(tmpdir(), 'nixl-bench-'));
  try {
    const [large, small] = [join(folder, 'large'), join(folder, 'small')];
    await writeCheckout(large);
    await writeOthers(join(large, 'others'), OTHERS);
    const file = 'deploy/team-3/app-3/prefill.yaml';
    await mkdir(join(small, file, '..'), { recursive: true });
    await writeFile(join(small, file), manifest(3, 'prefill'));
    const found = { large: [] as Opened[], small: [] as Opened[] };
    await opened(node, large, file);
    for (let round = 0; round < ROUNDS; round += 1) {
      found.small.push(await opened(node, small, file));
      found.large.push(await opened(node, large, file));
    }
    say('');
    say(`| a manifest of | first diagnostics | edit → diagnostics, median | p95 | memory at its highest |`);
    say('| --- | --- | --- | --- | --- |');
    for (const [what, rounds] of [
      ['a workspace of its own', found.small],
      ['10,000 files, 20 kustomizations', found.large],
    ] as const) {
      const edits = rounds.flatMap((one) => one.edits);
      const memory = Math.max(...rounds.map((one) => one.memory));
      const first = quantile(
        rounds.map((one) => one.first),
        0.5,
      );
      say(
        `| ${what} | ${first.toFixed(0)} ms | ${quantile(edits, 0.5).toFixed(1)} ms | ${quantile(edits, 0.95).toFixed(1)} ms | ${memory.toFixed(0)} MB |`,
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function opened(node: string, folder: string, file: string): Promise<Opened> {
  const uri = pathToFileURL(join(folder, file)).href;
  const session = new Session(node, join(ROOT, 'dist/server.js'), uri);
  await session.initialize(pathToFileURL(folder).href);
  const text = manifest(3, 'prefill');
  const lines = text.split('\n');
  const line = lines.findIndex((content) => content.includes('"kv_role"'));
  const column = lines[line]!.indexOf('kv_', lines[line]!.indexOf('"kv_role": "') + 10);
  const start = performance.now();
  await session.open(text);
  const first = performance.now() - start;
  const edits: number[] = [];
  let memory = await session.memory();
  for (let step = 0; step < EDITS; step += 1) {
    edits.push(await session.edit(line, column, column + 3, step % 2 === 0 ? 'kw_' : 'kv_'));
    memory = Math.max(memory, await session.memory());
  }
  await session.stop();
  return { first, edits, memory };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

if (import.meta.main) await measureWorkspace();
