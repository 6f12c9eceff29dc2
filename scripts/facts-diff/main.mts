// Compares upstream checkouts with our tables: what these lack, have too much, or contradict.
//   npm run facts:diff -- [--vllm PATH [--vllm-release X]] [--nixl PATH [--nixl-release X]] [--ucx PATH [--ucx-release X]]
// Ends with 1 when there is a difference, with 2 when it cannot be told. See docs/maintaining-facts.md.

import { parseArgs } from 'node:util';
import { loadKnowledge } from '../load-engine.mts';
import { fail, say } from '../support.mts';
import { compare, type Difference } from './compare.mts';
import { nixlRelease, readNixl } from './nixl.mts';
import { ourNixl, ourUcx, ourVllm } from './ours.mts';
import { readUcx, ucxRelease } from './ucx.mts';
import { Moved } from './upstream.mts';
import { readVllm } from './vllm.mts';

const { values } = parseArgs({
  options: {
    vllm: { type: 'string' },
    nixl: { type: 'string' },
    ucx: { type: 'string' },
    'vllm-release': { type: 'string' },
    'nixl-release': { type: 'string' },
    'ucx-release': { type: 'string' },
  },
});

if (!values.vllm && !values.nixl && !values.ucx) {
  fail('Name at least one checkout: --vllm PATH, --nixl PATH, --ucx PATH.');
  process.exitCode = 2;
} else {
  const knowledge = await loadKnowledge();
  const differences: Difference[] = [];
  const moved = (reason: string) => {
    fail(`Not compared: ${reason}.`);
    process.exitCode = 2;
  };
  await attempt(async () => {
    if (!values.vllm) return;
    const release = values['vllm-release'] ?? knowledge.newestVerified('vllm');
    say(`vLLM, as ${release}`);
    differences.push(...show(compare(await readVllm(values.vllm, moved), ourVllm(knowledge, release))));
  });
  await attempt(async () => {
    if (!values.nixl) return;
    const release = values['nixl-release'] ?? (await nixlRelease(values.nixl)) ?? knowledge.newestVerified('nixl');
    say(`NIXL, as ${release}`);
    differences.push(...show(compare(await readNixl(values.nixl), ourNixl(knowledge, release))));
  });
  await attempt(async () => {
    if (!values.ucx) return;
    const release = values['ucx-release'] ?? (await ucxRelease(values.ucx)) ?? knowledge.newestVerified('ucx');
    say(`UCX, as ${release}`);
    differences.push(...show(compare(await readUcx(values.ucx), ourUcx(knowledge, release))));
  });
  say(differences.length === 0 ? 'No difference.' : `${differences.length} differences.`);
  process.exitCode ??= differences.length > 0 ? 1 : 0;

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      moved(error.message);
    }
  }
}

/** Prints one line for each. */
function show(differences: readonly Difference[]): readonly Difference[] {
  for (const { table, name, kind, upstream, ours, where } of differences) {
    const place = where === undefined ? '' : `  (${where})`;
    if (kind === 'lacks')
      say(`  ${table}: we lack \`${name}\`${upstream === undefined ? '' : `, default ${upstream}`}${place}`);
    else if (kind === 'surplus') say(`  ${table}: upstream has no \`${name}\``);
    else say(`  ${table}: \`${name}\` is ${upstream} upstream, ${ours} in our table${place}`);
  }
  return differences;
}
