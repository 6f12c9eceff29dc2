// Measures our server beside yaml-language-server in one run: `npm run bench`. See docs/performance.md.

import { join } from 'node:path';
import { hostNode, nodeVersion } from '../host-node.mts';
import { ROOT, say } from '../support.mts';
import { measureCold } from './cold.mts';
import { measureExposition } from './exposition.mts';
import { DOCUMENTS, manifest } from './manifest.mts';
import { measureMetrics } from './metrics.mts';
import { measurePanel } from './panel.mts';
import { installPeer, PEER_VERSION } from './peer.mts';
import { Session } from './session.mts';
import { measureWorkspace } from './workspace.mts';

const ROUNDS = 5;
const WARM_UP = 10;
const EDITS = 40;

const node = await hostNode();
const servers = [
  { name: 'nixl-language-server', entry: join(ROOT, 'dist/server.js') },
  { name: `yaml-language-server ${PEER_VERSION}`, entry: await installPeer() },
];
const text = manifest();
const lines = text.split('\n');
/** The role of an engine in the middle of the file: typing there touches JSON in a shell line in a block scalar. */
const line = lines.findIndex((content, index) => index > 900 && content.includes('"kv_role"'));
const column = lines[line]!.indexOf('kv_', lines[line]!.indexOf('"kv_role": "') + 10);
/** A UCX variable of the same engine: behind its prefix, more than a thousand names may follow. */
const variable = lines.findIndex((content, index) => index > line && content.includes('name: UCX_'));
const prefix = lines[variable]!.indexOf('UCX_') + 'UCX_'.length;

/** Of our server alone: what it is asked for while somebody types. */
const asked = { first: [] as number[], names: [] as number[], values: [] as number[], hover: [] as number[] };

const results = servers.map(({ name }) => ({
  name,
  initialize: [] as number[],
  edit: [] as number[],
  memory: [] as number[],
}));
for (let round = 0; round < ROUNDS; round += 1) {
  const sessions = servers.map(({ entry }) => new Session(node, entry, 'file:///bench/manifest.yaml'));
  // One after the other: two servers starting at once would time each other.
  for (const [index, session] of sessions.entries()) {
    await session.initialize();
    results[index]!.initialize.push(session.initializeTime);
    await session.open(text);
  }
  const ours = sessions[0]!;
  asked.first.push(await ours.ask('textDocument/completion', variable, prefix));
  for (let step = 0; step < WARM_UP + EDITS; step += 1) {
    const names = await ours.ask('textDocument/completion', variable, prefix);
    const values = await ours.ask('textDocument/completion', line, column + 3);
    const hover = await ours.ask('textDocument/hover', line, column + 1);
    if (step < WARM_UP) continue;
    asked.names.push(names);
    asked.values.push(values);
    asked.hover.push(hover);
  }
  for (let step = 0; step < WARM_UP + EDITS; step += 1) {
    for (const [index, session] of sessions.entries()) {
      const time = await session.edit(line, column, column + 3, step % 2 === 0 ? 'kw_' : 'kv_');
      if (step >= WARM_UP) results[index]!.edit.push(time);
    }
  }
  for (const [index, session] of sessions.entries()) results[index]!.memory.push(await session.memory());
  for (const session of sessions) await session.stop();
}

say(
  `${lines.length - 1} lines, ${DOCUMENTS} documents, ${ROUNDS} rounds of ${EDITS} edits, Node ${await nodeVersion(node)}`,
);
say('| server | initialize, median | edit → diagnostics, median | p95 | memory, median |');
say('| --- | --- | --- | --- | --- |');
for (const { name, initialize, edit, memory } of results) {
  say(
    `| ${name} | ${quantile(initialize, 0.5).toFixed(0)} ms | ${quantile(edit, 0.5).toFixed(1)} ms | ${quantile(edit, 0.95).toFixed(1)} ms | ${quantile(memory, 0.5).toFixed(0)} MB |`,
  );
}
say(`ratio of the medians: ${(quantile(results[1]!.edit, 0.5) / quantile(results[0]!.edit, 0.5)).toFixed(1)}`);

say('');
say('| nixl-language-server | median | p95 | least |');
say('| --- | --- | --- | --- |');
for (const [what, times] of [
  ['first completion, UCX names', asked.first],
  ['completion, UCX names', asked.names],
  ['completion, values of a key', asked.values],
  ['hover', asked.hover],
] as const) {
  say(
    `| ${what} | ${quantile(times, 0.5).toFixed(1)} ms | ${quantile(times, 0.95).toFixed(1)} ms | ${Math.min(...times).toFixed(1)} ms |`,
  );
}

await measureCold();
await measureWorkspace();
await measureMetrics();
await measurePanel();
await measureExposition();

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}
