import type { VerdictKind, Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { blockSizeOf } from './support/drift';
import { at, field, partnersOf } from './support/engines';
import { expiredOf, failuresOf, promptTokensOf, type Sources, sourcesOf, startedOf, sum } from './support/figures';
import { number, percent, stretch } from './support/words';

/** Tokens of a block, where an engine does not say it: vLLM's own size on GPUs. */
const BLOCK = 16;

export const decodeRecomputes: VerdictKind = {
  id: 'decode-recomputes',
  about:
    'Decode computes prompts itself that prefill was to compute. Warning where transfers fail or expire meanwhile, or prefill computed those prompts too; else information, as routers may send short prompts to decode on purpose.',
  *look(watched) {
    const { recomputedShare, fewestTokens } = watched.thresholds;
    for (const engine of watched.engines) {
      if (engine.role !== 'decode') continue;
      const sources = sourcesOf(engine);
      if (!sources || sources.all < fewestTokens) continue;
      // The last token, and of hybrid models the last block, is always computed where it is needed.
      const usual = (startedOf(engine) ?? 0) * (blockSizeOf(engine) ?? BLOCK);
      if (Math.max(0, sources.computed - usual) / sources.all <= recomputedShare) continue;
      const reason = reasonOf(watched, engine, sources);
      yield {
        id: 'decode-recomputes',
        severity: reason ? 'warning' : 'info',
        title: 'Decode computes prompts itself',
        ...at(engine),
        message: reason
          ? `Decode computed ${percent(sources.computed / sources.all)} of its prompt tokens itself in the last ${stretch(engine.seconds)}, ${reason.words}. Requests in progress are slowed down by it: ${reason.advice}.`
          : `Decode computed ${percent(sources.computed / sources.all)} of its prompt tokens itself in the last ${stretch(engine.seconds)}. A router that keeps short prompts on decode does that; if yours does not, see whether the proxy hands prefill's \`kv_transfer_params\` on, and what \`kv_load_failure_policy\` says.`,
        evidence: [
          `computed here: ${number(sources.computed)} tokens`,
          `transferred: ${number(sources.transferred)} tokens`,
          `found in the local cache: ${number(sources.cached)} tokens`,
          ...(reason?.evidence ?? []),
        ],
        settings: [field('kv_load_failure_policy')],
        side: 'decode',
        sources: ['vllm#33290', 'vllm#26813', 'vllm#34896'],
      };
    }
  },
};

interface Reason {
  readonly words: string;
  readonly advice: string;
  readonly evidence: readonly string[];
}

/** What shows that it is not meant to be so; nothing: it may well be. */
function reasonOf(watched: Watched, engine: EngineWindow, sources: Sources): Reason | undefined {
  const partners = partnersOf(watched, engine);
  const failed = (failuresOf(engine) ?? 0) + (sum(partners.map((one) => failuresOf(one) ?? 0)) ?? 0);
  const expired = sum(partners.map((one) => expiredOf(one) ?? 0)) ?? 0;
  if (failed > 0 || expired > 0) {
    return {
      words: 'while KV fails to arrive',
      advice: 'mend the transfers, or set `kv_load_failure_policy` to `fail` if an error is better than a slow answer',
      evidence: [`failed transfers: ${number(failed)}`, `expired on prefill: ${number(expired)}`],
    };
  }
  const mates = partners.flatMap((one) => partnersOf(watched, one));
  const decodes = [...new Map(mates.map((one) => [one.id.key, one])).values()];
  const prefilled = partners.length > 0 ? sum(partners.map(promptTokensOf)) : null;
  const needed = sum(decodes.map(promptTokensOf));
  const own = sum(decodes.map((one) => sourcesOf(one)?.computed ?? null));
  if (prefilled === null || needed === null || own === null || prefilled < needed - own / 2) return undefined;
  return {
    words:
      sources.transferred > 0
        ? 'although prefill had computed as many'
        : 'and none of the KV that prefill computed came',
    advice: "see whether the proxy hands prefill's `kv_transfer_params` on with every request to decode",
    evidence: [`prompt tokens of prefill: ${number(prefilled)}`, `prompt tokens of decode: ${number(needed)}`],
  };
}
