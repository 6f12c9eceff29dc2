// Measures how fast `nixl-lint explain` reads logs: `npm run bench:explain`. See docs/performance.md.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostNode, nodeVersion } from '../host-node.mts';
import { ROOT, say } from '../support.mts';
import { type LogKind, writeLog } from './logs.mts';

const ROUNDS = 5;
const BYTES = 100e6;
const KINDS: Readonly<Record<LogKind, string>> = {
  plain: 'lines of vLLM',
  json: 'the same as JSON, as containers store them',
  ucx: 'UCX at `info`',
  errors: 'two errors in every five lines',
};

interface Run {
  /** From start to end of the process, in seconds. */
  readonly time: number;
  /** Time of the processor, in seconds: unlike the other one the same however busy the machine is. */
  readonly processor: number;
  /** Resident memory at its highest, in MB. */
  readonly memory: number;
}

const node = await hostNode();
const folder = await mkdtemp(join(tmpdir(), 'nixl-bench-'));
try {
  say(`${ROUNDS} rounds over ${BYTES / 1e6} MB each, Node ${await nodeVersion(node)}; start of the process included`);
  say('| log | median | by time of the processor | memory |');
  say('| --- | --- | --- | --- |');
  for (const kind of Object.keys(KINDS) as LogKind[]) {
    const log = join(folder, `${kind}.log`);
    const bytes = await writeLog(log, kind, BYTES);
    const runs: Run[] = [];
    for (let round = 0; round < ROUNDS; round += 1) runs.push(await explain(log));
    const [time, processor, memory] = (['time', 'processor', 'memory'] as const).map((key) =>
      median(runs.map((run) => run[key])),
    );
    const rates = [time!, processor!].map((seconds) => `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`);
    say(`| ${KINDS[kind]} | ${rates.join(' | ')} | ${memory!.toFixed(0)} MB |`);
    await rm(log);
  }
} finally {
  await rm(folder, { recursive: true });
}

function explain(log: string): Promise<Run> {
  const report = 'process.on("exit",()=>process.stderr.write(JSON.stringify(process.resourceUsage())))';
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  const start = performance.now();
  const child = spawn(node, ['--import', preload, join(ROOT, 'dist/cli.js'), 'explain', log], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(said));
      const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(said);
      const time = (performance.now() - start) / 1000;
      resolve({ time, processor: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS / 1024 });
    });
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
