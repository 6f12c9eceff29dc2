// A cold run of the command line over a large checkout, beside what parsing its manifests alone takes, and how many files
// a second are passed over. Part of `npm run bench`; on its own: `node scripts/bench/cold.mts`, after a build.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { hostNode } from '../host-node.mts';
import { ROOT, say } from '../support.mts';
import { FILES, RELEVANT, writeCheckout, writeFanOut, writeOthers } from './checkout.mts';

const ROUNDS = 5;
const OTHERS = 10_000;
const FANNED = 1_000;

/** Parses every text of a JSON file as the command line would have to, and tells how long that took. */
const PARSER = `
const { readFileSync } = require('node:fs');
const { parseDocument } = require(process.argv[1]);
const texts = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const start = performance.now();
for (const text of texts) parseDocument(text, { keepSourceTokens: true });
console.log(performance.now() - start);
`;

interface Run {
  readonly milliseconds: number;
  /** Resident memory at its highest, in MB. */
  readonly memory: number;
  readonly output: string;
}

/** Measures and prints. */
export async function measureCold(): Promise<void> {
  const node = await hostNode();
  const folder = await mkdtemp(join(tmpdir(), 'nixl-bench-'));
  try {
    const cli = join(ROOT, 'dist/cli.js');
    const [checkout, others, empty, fan] = ['checkout', 'others', 'empty', 'fan'].map((name) => join(folder, name));
    const texts = await writeCheckout(checkout!);
    await writeOthers(others!, OTHERS);
    await writeOthers(empty!, 0);
    await writeFanOut(fan!, FANNED);
    const list = join(folder, 'texts.json');
    await writeFile(list, JSON.stringify(texts));
    const yaml = join(ROOT, 'node_modules/yaml');
    // What is read for the first time comes from the disk.
    await run(node, [cli, checkout!], folder);
    await run(node, [cli, others!], folder);
    await run(node, [cli, fan!], folder);
    const found = {
      cold: [] as Run[],
      start: [] as number[],
      parse: [] as number[],
      skip: [] as number[],
      idle: [] as number[],
      fan: [] as number[],
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      found.start.push((await run(node, ['-e', ''], folder)).milliseconds);
      found.parse.push(Number((await run(node, ['-e', PARSER, yaml, list], folder)).output));
      found.cold.push(await run(node, [cli, checkout!], folder));
      found.idle.push((await run(node, [cli, join(empty!, 'nothing')], folder)).milliseconds);
      found.skip.push((await run(node, [cli, others!], folder)).milliseconds);
      found.fan.push((await run(node, [cli, fan!], folder)).milliseconds);
    }
    const medianOf = (what: 'start' | 'parse' | 'idle' | 'skip' | 'fan') => median(found[what]);
    const [start, parse, idle] = [medianOf('start'), medianOf('parse'), medianOf('idle')];
    const skipped = OTHERS / ((medianOf('skip') - idle) / 1000);
    const cold = median(found.cold.map(({ milliseconds }) => milliseconds));
    const memory = Math.max(...found.cold.map((one) => one.memory));
    const own = cold - start;
    say('');
    say(`${FILES} files of 50 MB, ${RELEVANT} manifests with engines, ${ROUNDS} rounds`);
    say('| cold command line | median |');
    say('| --- | --- |');
    say(`| Node's start | ${start.toFixed(0)} ms |`);
    say(`| \`parseDocument(keepSourceTokens)\` of the manifests alone | ${parse.toFixed(0)} ms |`);
    say(`| the command line, Node's start taken off | ${own.toFixed(0)} ms, ${(own / parse).toFixed(1)} times that |`);
    say(`| memory at its highest | ${memory.toFixed(0)} MB |`);
    say(`| ${grouped(OTHERS)} files passed over | ${grouped(Math.round(skipped))} a second |`);
    say(
      `| ${grouped(FANNED)} pods, each with a ConfigMap in a file beside | ${(medianOf('fan') - idle).toFixed(0)} ms |`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs a program of Node's. */
function run(node: string, args: readonly string[], folder: string): Promise<Run> {
  const usage = join(folder, 'usage.json');
  const preload = join(ROOT, 'test/support/report-usage.cjs');
  const start = performance.now();
  const child = spawn(node, ['--require', preload, ...args], {
    cwd: folder,
    env: { ...process.env, NIXL_TEST_USAGE: usage },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      const milliseconds = performance.now() - start;
      readFile(usage, 'utf8').then(
        (text) => resolve({ milliseconds, memory: JSON.parse(text).maxRSS / 1024, output }),
        reject,
      );
    });
  });
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

if (import.meta.main) await measureCold();
