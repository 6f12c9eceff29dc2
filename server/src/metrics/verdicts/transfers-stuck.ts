import { KV_USAGE, WAITING, WAITING_BY_REASON } from '../model/families';
import type { VerdictKind, Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { at, isAsleep, isFresh, partnersOf, variable } from './support/engines';
import {
  expiredOf,
  failuresOf,
  generatedTokensOf,
  known,
  runningOf,
  sourcesOf,
  sum,
  transfersOf,
} from './support/figures';
import { count, number, stretch } from './support/words';

export const transfersStuck: VerdictKind = {
  id: 'transfers-stuck',
  about:
    'Requests wait on decode for KV all the time, and no transfer ends, neither well nor badly. Information where it is not known that they waited all the time.',
  *look(watched) {
    for (const engine of watched.engines) {
      if (engine.role !== 'decode' || engine.seconds < watched.thresholds.silentSeconds) continue;
      if (!isFresh(watched, engine) || isAsleep(engine) || engine.restarts > 0) continue;
      if (somethingMoves(watched, engine)) continue;
      const waiting = waitingForKv(watched, engine);
      if (!waiting) continue;
      const expired = sum(partnersOf(watched, engine).map((one) => expiredOf(one) ?? 0)) ?? 0;
      yield {
        id: 'transfers-stuck',
        severity: waiting.lasting ? 'warning' : 'info',
        title: 'Requests wait for KV',
        ...at(engine),
        message: `${count(waiting.now, 'request')} ${waiting.now === 1 ? 'waits' : 'wait'} for KV on decode, and in the last ${stretch(engine.seconds)} no transfer ended. Check that decode reaches prefill's side channel (\`VLLM_NIXL_SIDE_CHANNEL_HOST\`, and its port plus the rank) and that prefill still runs; a request that waits for something else, such as its LoRA adapter, counts here too.`,
        evidence: [
          `${waiting.figure}: ${number(waiting.now)}`,
          'transfers that ended: 0',
          ...(expired > 0 ? [`expired on prefill: ${number(expired)}`] : []),
        ],
        settings: [variable('VLLM_NIXL_SIDE_CHANNEL_HOST'), variable('VLLM_NIXL_SIDE_CHANNEL_PORT')],
        side: 'prefill',
        sources: ['vllm#38435'],
      };
    }
  },
};

/** Where prefill pushes, it counts the transfers. */
function somethingMoves(watched: Watched, engine: EngineWindow): boolean {
  const all = [engine, ...partnersOf(watched, engine)];
  const ended = sum(all.map((one) => (transfersOf(one) ?? 0) + (failuresOf(one) ?? 0)));
  return transfersOf(engine) === null || ended !== 0 || (sourcesOf(engine)?.transferred ?? 0) > 0;
}

interface Waiting {
  readonly now: number;
  /** It was so on every page of the window. */
  readonly lasting: boolean;
  readonly figure: string;
}

function waitingForKv({ thresholds }: Watched, engine: EngineWindow): Waiting | undefined {
  const reason = { reason: 'deferred' };
  const deferred = known(engine.gauge(WAITING_BY_REASON, reason));
  if (deferred !== null) {
    const lasting = (known(engine.lowest?.(WAITING_BY_REASON, reason)) ?? 0) > 0;
    // Of one moment it says something only where there are many.
    if (deferred <= 0 || (!lasting && deferred < thresholds.fewestRequests)) return undefined;
    return { now: deferred, lasting, figure: 'waiting, deferred' };
  }
  // Older releases do not tell why: only where nothing else can be the reason.
  const waiting = known(engine.gauge(WAITING));
  const room = (known(engine.gauge(KV_USAGE)) ?? 1) < thresholds.kvUsage;
  const lasting = (known(engine.lowest?.(WAITING)) ?? 0) > 0;
  if (waiting === null || waiting <= 0 || !lasting || !room) return undefined;
  if (runningOf(engine) !== 0 || generatedTokensOf(engine) !== 0) return undefined;
  return { now: waiting, lasting, figure: 'waiting, while none runs' };
}
