// What watching a large deployment costs, and whether typing notices: `npm run bench:metrics`, also a part of `npm run bench`.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hostNode, nodeVersion } from '../host-node.mts';
import { ROOT, say } from '../support.mts';
import { manifest } from './manifest.mts';
import { Session } from './session.mts';

const ENGINES = 64;
const PAGE_BYTES = 500_000;
const INTERVAL_MS = 2_000;
const SETTLE_MS = 20_000;
const MEASURE_MS = 30_000;
const WARM_UP = 20;
const EDITS = 200;

interface Endpoint {
  readonly label: string;
  readonly role: string;
  readonly url: string;
}

/** 64 endpoints that answer at once, two servers, one of which watches them: what that one takes, and how fast both are. */
export async function measureMetrics(): Promise<void> {
  const server = fork(join(import.meta.dirname, 'metrics-server.mts'), [`${ENGINES}`, `${PAGE_BYTES}`], {
    silent: true,
  });
  try {
    const [said] = (await once(server.stdout!, 'data')) as [Buffer];
    await measure(JSON.parse(said.toString()) as Endpoint[]);
  } finally {
    server.kill();
  }
}

async function measure(endpoints: readonly Endpoint[]): Promise<void> {
  const node = await hostNode();
  const text = manifest();
  const lines = text.split('\n');
  const line = lines.findIndex((content, index) => index > 900 && content.includes('"kv_role"'));
  const column = lines[line]!.indexOf('kv_', lines[line]!.indexOf('"kv_role": "') + 10);
  const entry = join(ROOT, 'dist/server.js');
  const sessions = ['without', 'with'].map((name) => ({
    name,
    session: new Session(node, entry, 'file:///bench/manifest.yaml'),
    edits: [] as number[],
  }));
  for (const { session } of sessions) {
    await session.initialize();
    await session.open(text);
  }
  const [without, watching] = sessions.map(({ session }) => session) as [Session, Session];
  let updates = 0;
  let bytes = 0;
  let last: { endpoints: { state: string }[] } | undefined;
  watching.on('nixl/metrics/update', (update) => {
    updates += 1;
    bytes += JSON.stringify(update).length;
    last = update as typeof last;
  });
  const before = await watching.memory();
  await watching.request('nixl/metrics/subscribe', { visible: true });
  const sources = endpoints.map((endpoint) => ({ kind: 'endpoint', ...endpoint }));
  await watching.request('nixl/metrics/start', { sources, intervalMs: INTERVAL_MS });
  await pause(SETTLE_MS);

  const visible = await load(watching);
  await watching.request('nixl/metrics/subscribe', { visible: false });
  const hidden = await load(watching);
  await watching.request('nixl/metrics/subscribe', { visible: true });

  // Both servers are typed into at a quiet pace, in turns: what one does in between is what the other one does too.
  for (let step = 0; step < WARM_UP + EDITS; step += 1) {
    for (const { session, edits } of sessions) {
      const time = await session.edit(line, column, column + 3, step % 2 === 0 ? 'kw_' : 'kv_');
      if (step >= WARM_UP) edits.push(time);
      await pause(50);
    }
  }
  const memory = await watching.memory();
  const plain = await without.memory();
  for (const { session } of sessions) await session.stop();

  const ok = last?.endpoints.filter(({ state }) => state === 'ok').length ?? 0;
  say(`${ENGINES} endpoints of ${PAGE_BYTES / 1000} kB every ${INTERVAL_MS / 1000} s, Node ${await nodeVersion(node)}`);
  say(`${ok} of them are ok; ${updates} updates of ${(bytes / updates / 1000).toFixed(0)} kB on average`);
  say('');
  say('| | panel in sight | hidden |');
  say('| --- | --- | --- |');
  say(`| of one core, all threads of the server | ${percent(visible)} | ${percent(hidden)} |`);
  say('');
  say('| | without metrics | with | |');
  say('| --- | --- | --- | --- |');
  const [first, second] = sessions.map(({ edits }) => edits) as [number[], number[]];
  for (const [name, q] of [
    ['median', 0.5],
    ['p95', 0.95],
  ] as const) {
    const [a, b] = [quantile(first, q), quantile(second, q)];
    say(`| edit → diagnostics, ${name} | ${a.toFixed(1)} ms | ${b.toFixed(1)} ms | ${(b / a).toFixed(2)} |`);
  }
  say(`| memory of the process | ${plain.toFixed(0)} MB | ${memory.toFixed(0)} MB | |`);
  say(`memory before metrics were started: ${before.toFixed(0)} MB`);
}

/** The share of one core that the server takes while nobody types. */
async function load(session: Session): Promise<number> {
  const [start, began] = [await session.processor(), performance.now()];
  await pause(MEASURE_MS);
  return ((await session.processor()) - start) / ((performance.now() - began) / 1000);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

if (import.meta.filename === process.argv[1]) await measureMetrics();
