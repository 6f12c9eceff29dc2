import { ITL, KV_USAGE, PREEMPTIONS, TTFT } from '../model/families';
import type { VerdictKind, Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { among, isAsleep, isFresh, nameOf, sideOf } from './support/engines';
import { known } from './support/figures';
import { milliseconds, number, percent } from './support/words';

export const imbalance: VerdictKind = {
  id: 'imbalance',
  about:
    'Ranks of one model and role differ in KV usage or in mean latency. Warning only where the fullest one is full or preempts while another has room.',
  *look(watched) {
    for (const engines of groups(watched)) {
      const usage = usageApart(watched, engines);
      const latency = latencyApart(watched, engines);
      if (!usage && !latency) continue;
      const role = sideOf(engines[0]!);
      const harmful =
        usage !== undefined &&
        (usage.high >= watched.thresholds.kvUsage || (known(usage.fullest.counter(PREEMPTIONS)) ?? 0) > 0);
      const parts = [usage?.words, latency?.words].filter((words) => words !== undefined);
      yield {
        id: 'imbalance',
        severity: harmful ? 'warning' : 'info',
        title: 'Ranks are loaded unevenly',
        ...among(engines),
        group: `${role} ${engines[0]!.id.model ?? ''}`.trim(),
        message: `${parts.join('; ')}. ${
          harmful
            ? 'Requests wait on the full one while others have room: see how the router, or `--data-parallel-size` with its load balancing, spreads them.'
            : 'If it lasts, see how the router, or the load balancing between data-parallel ranks, spreads requests; unlike GPUs would explain it too.'
        }`,
        evidence: [...(usage?.evidence ?? []), ...(latency?.evidence ?? [])],
        settings: [],
        ...(role && { side: role }),
        sources: ['vllm:vllm/v1/metrics/loggers.py@v0.25.1'],
      };
    }
  },
};

/** Engines of one role and model, awake, with figures of now. */
function groups(watched: Watched): readonly (readonly EngineWindow[])[] {
  const found = new Map<string, EngineWindow[]>();
  for (const engine of watched.engines) {
    const role = sideOf(engine);
    if (!role || !isFresh(watched, engine) || isAsleep(engine) || engine.restarts > 0) continue;
    const key = `${role}\0${engine.id.model}`;
    found.set(key, [...(found.get(key) ?? []), engine]);
  }
  return [...found.values()].filter((engines) => engines.length > 1);
}

function usageApart(watched: Watched, engines: readonly EngineWindow[]) {
  const { imbalanceUsagePoints, imbalanceFullestUsage } = watched.thresholds;
  const ranked = sorted(engines, (engine) => known(engine.gauge(KV_USAGE)));
  const [low, high] = [ranked[0], ranked.at(-1)];
  if (!low || !high || high.value < imbalanceFullestUsage) return undefined;
  if ((high.value - low.value) * 100 <= imbalanceUsagePoints) return undefined;
  const [full, free] = [nameOf(watched, high.engine), nameOf(watched, low.engine)];
  return {
    fullest: high.engine,
    high: high.value,
    words: `${full} uses ${percent(high.value)} of its KV cache and ${free} ${percent(low.value)}`,
    evidence: ranked.map(({ engine, value }) => `KV usage of ${nameOf(watched, engine)}: ${percent(value)}`).slice(-8),
  };
}

function latencyApart(watched: Watched, engines: readonly EngineWindow[]) {
  const { imbalanceLatencyRatio, fewestTransfers } = watched.thresholds;
  // Prefill has one token of each answer: no time between two.
  const [family, words] = engines[0]!.role === 'prefill' ? [TTFT, 'the first token'] : [ITL, 'the next token'];
  const ranked = sorted(engines, (engine) => {
    const times = engine.histogram(family);
    return times && times.count >= fewestTransfers ? known((1000 * times.sum) / times.count) : null;
  });
  const [fast, slow] = [ranked[0], ranked.at(-1)];
  if (!fast || !slow || slow.value <= fast.value * imbalanceLatencyRatio) return undefined;
  return {
    words: `${words} takes ${milliseconds(slow.value)} on ${nameOf(watched, slow.engine)} and ${milliseconds(fast.value)} on ${nameOf(watched, fast.engine)}`,
    evidence: [
      `mean time to ${words}: ${number(slow.value / fast.value)} times as long on ${nameOf(watched, slow.engine)}`,
    ],
  };
}

function sorted(engines: readonly EngineWindow[], figureOf: (engine: EngineWindow) => number | null) {
  const values = engines.flatMap((engine) => {
    const value = figureOf(engine);
    return value === null ? [] : [{ engine, value }];
  });
  return values.sort((a, b) => a.value - b.value);
}
