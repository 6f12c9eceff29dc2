import type { VerdictKind, Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { at, field, partnersOf, type Side } from './support/engines';
import { finishedOf, generatedTokensOf, sourcesOf, transfersOf } from './support/figures';
import { count, number, percent, stretch } from './support/words';

/** Tokens of one answer: the prefill part of a request asks for one, everybody else for more. */
const PREFILL_ANSWER = 1.2;
const DECODE_ANSWER = 4;

export const roleContradicted: VerdictKind = {
  id: 'role-contradicted',
  about:
    'An engine does the work of the other role than the configuration or its labels say. Information where requests for a single token would look the same and no engine of the other side contradicts its role.',
  *look(watched) {
    for (const engine of watched.engines) {
      const seen = contradiction(watched, engine);
      if (!seen) continue;
      const partner = partnersOf(watched, engine).some((other) => contradiction(watched, other) !== undefined);
      const certain = seen.as === 'decode' || partner;
      yield {
        id: 'role-contradicted',
        severity: certain ? 'warning' : 'info',
        title: `${seen.as === 'decode' ? 'Prefill' : 'Decode'} works as ${seen.as}`,
        ...at(engine),
        message: `${engine.roleFrom === 'labels' ? 'Its labels or its name call' : 'The configuration calls'} this engine ${engine.role}, but it works as ${seen.as}: ${seen.words}. ${
          partner
            ? 'As the other side contradicts its role too, their addresses are probably swapped in the proxy, or their `kv_role`.'
            : seen.as === 'decode'
              ? 'See which address the proxy takes for decode, and what `kv_role` says.'
              : 'Clients that ask for a single token would look the same; else see which address the proxy takes for prefill.'
        }`,
        evidence: seen.evidence,
        settings: [field('kv_role')],
        ...(engine.role === 'prefill' || engine.role === 'decode' ? { side: engine.role } : {}),
        sources: ['vllm#33290'],
      };
    }
  },
};

interface Seen {
  readonly as: Side;
  readonly words: string;
  readonly evidence: readonly string[];
}

/**
 * Transfers alone prove no role: prefill counts them where it pushes, and where it reads back what decode has
 * (`bidirectional_kv_xfer`). The length of answers does. Tokens from elsewhere without a transfer come from a cache.
 */
function contradiction({ thresholds }: Watched, engine: EngineWindow): Seen | undefined {
  if (engine.roleFrom !== 'configuration' && engine.roleFrom !== 'labels') return undefined;
  const finished = finishedOf(engine);
  const generated = generatedTokensOf(engine);
  const sources = sourcesOf(engine);
  if (finished === null || generated === null || !sources) return undefined;
  if (finished < thresholds.fewestRequests || sources.all < thresholds.fewestTokens) return undefined;
  const answer = generated / finished;
  const evidence = [
    `finished requests: ${number(finished)}`,
    `tokens of one answer: ${number(answer)}`,
    `prompt tokens transferred: ${percent(sources.transferred / sources.all)}, computed: ${percent(sources.computed / sources.all)}`,
  ];
  const span = `in the last ${stretch(engine.seconds)}`;
  const reads = (transfersOf(engine) ?? 0) > 0;
  if (engine.role === 'prefill' && reads && answer >= DECODE_ANSWER && sources.transferred * 2 > sources.all) {
    return {
      as: 'decode',
      words: `${percent(sources.transferred / sources.all)} of its prompt tokens came from another engine ${span}, and an answer has ${number(answer)} tokens`,
      evidence,
    };
  }
  const single = finishedOf(engine, 'length') === finished && answer <= PREFILL_ANSWER;
  if (engine.role === 'decode' && single && sources.computed * 2 > sources.all) {
    return {
      as: 'prefill',
      words: `it computed ${percent(sources.computed / sources.all)} of its prompt tokens itself ${span}, and each of ${count(finished, 'answer')} ended after one token`,
      evidence,
    };
  }
  return undefined;
}
