import { KV_USAGE, PREEMPTIONS, WAITING_BY_REASON } from '../model/families';
import type { VerdictKind } from '../verdict';
import type { EngineWindow } from '../window';
import { at, flag, isAsleep, isFresh } from './support/engines';
import { known, waitingOf } from './support/figures';
import { count, number, percent, stretch } from './support/words';

/** Thresholds may be lower than what anybody would call full. */
const FULL = 0.9;

export const kvCacheFull: VerdictKind = {
  id: 'kv-cache-full',
  about:
    'The KV cache of an engine is full. Warning where requests wait for room or are preempted; else information, as a full cache alone hurts nobody.',
  *look(watched) {
    for (const engine of watched.engines) {
      const usage = known(engine.gauge(KV_USAGE));
      if (usage === null || usage < watched.thresholds.kvUsage) continue;
      if (!isFresh(watched, engine) || isAsleep(engine)) continue;
      const waiting = waitingForRoom(engine);
      const preempted = known(engine.counter(PREEMPTIONS)) ?? 0;
      const harm = [
        ...(waiting > 0 ? [`${count(waiting, 'request')} ${waiting === 1 ? 'waits' : 'wait'}`] : []),
        ...(preempted > 0
          ? [`${count(preempted, 'request was', 'requests were')} preempted in the last ${stretch(engine.seconds)}`]
          : []),
      ];
      yield {
        id: 'kv-cache-full',
        severity: harm.length > 0 ? 'warning' : 'info',
        title: usage >= FULL ? 'KV cache is full' : 'KV cache fills up',
        ...at(engine),
        message: `The KV cache is ${percent(usage)} full${harm.length > 0 ? `, and ${harm.join(' and ')}` : ''}. ${
          engine.role === 'prefill'
            ? 'Prefill holds the KV of a finished request until decode has fetched it: see whether decode is slow to come; else give more memory (`--gpu-memory-utilization`) or more engines.'
            : 'Admit fewer requests at a time (`--max-num-seqs`), give more memory (`--gpu-memory-utilization`), or add engines.'
        }`,
        evidence: [`KV usage: ${percent(usage)}`, `waiting: ${number(waiting)}`, `preemptions: ${number(preempted)}`],
        settings: [flag('gpu-memory-utilization'), flag('max-num-seqs')],
        ...(engine.role === 'prefill' || engine.role === 'decode' ? { side: engine.role } : {}),
        sources: ['vllm:vllm/v1/metrics/loggers.py@v0.25.1'],
      };
    }
  },
};

/** Those that wait for KV of others do not wait for room. */
function waitingForRoom(engine: EngineWindow): number {
  return known(engine.gauge(WAITING_BY_REASON, { reason: 'capacity' })) ?? waitingOf(engine) ?? 0;
}
