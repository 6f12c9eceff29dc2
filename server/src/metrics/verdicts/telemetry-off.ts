import { WAITING_BY_REASON } from '../model/families';
import type { VerdictKind, Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { driftOf } from './support/drift';
import { at, nameOf, partnersOf, sideOf, variable } from './support/engines';
import { expiredOf, failuresOf, failuresWithoutSuccess, finishedOf, known, sum } from './support/figures';
import { count, list, number, stretch } from './support/words';

/** The most tensor-parallel ranks that one request is thought to have: each books its own failed transfer. */
const RANKS = 8;

export const telemetryOff: VerdictKind = {
  id: 'telemetry-off',
  about:
    'An engine books every transfer as failed and has never booked one as done. vLLM does that when NIXL refuses the telemetry of a transfer that did arrive; failing handshakes give the same counters.',
  *look(watched) {
    for (const engine of watched.engines) {
      const failures = failuresWithoutSuccess(engine);
      if (failures === null || failures < watched.thresholds.telemetryOffFailures) continue;
      const recent = failuresOf(engine) ?? 0;
      const unfetched = signsOfHandshake(watched, engine);
      const all = `All ${count(failures, 'transfer')} so far count as failed and none as done: every request fails or is computed again on decode`;
      yield {
        id: 'telemetry-off',
        // Without new failures it may have been a start in the wrong order that is over.
        severity: recent > 0 ? 'critical' : 'warning',
        title: 'Every transfer counts as failed',
        ...at(engine),
        message:
          unfetched.length > 0
            ? `${all}. ${unfetched[0]}, so probably handshakes fail: check that each side reaches the other's side channel (\`VLLM_NIXL_SIDE_CHANNEL_HOST\`) and that both agree; if the log speaks of telemetry instead, remove \`NIXL_TELEMETRY_ENABLE\` or set it to \`y\`.`
            : `${all}. Most likely NIXL's telemetry is off, and vLLM rejects KV that did arrive: remove \`NIXL_TELEMETRY_ENABLE\` or set it to \`y\`; if the log speaks of handshakes instead, a side channel is out of reach (\`VLLM_NIXL_SIDE_CHANNEL_HOST\`).`,
        evidence: [...evidence(watched, engine, failures, recent), ...unfetched],
        settings: [
          variable('NIXL_TELEMETRY_ENABLE'),
          variable('NIXL_TELEMETRY_EXPORTER'),
          variable('VLLM_NIXL_SIDE_CHANNEL_HOST', 'prefill'),
          variable('VLLM_NIXL_SIDE_CHANNEL_PORT', 'prefill'),
        ],
        side: sideOf(engine) ?? 'decode',
        sources: ['vllm#58038', 'nixl#2266', 'vllm#40364', 'nixl:src/core/nixl_agent.cpp@v1.4.0'],
      };
    }
  },
};

/**
 * Figures that telemetry does not explain. Reading KV tells prefill that it was read, whatever vLLM books; KV that expires
 * was never read. A pair whose caches do not fit fails at the handshake.
 */
function signsOfHandshake(watched: Watched, engine: EngineWindow): string[] {
  const signs: string[] = [];
  const failed = failuresOf(engine) ?? 0;
  const expired = sum(partnersOf(watched, engine).map((partner) => expiredOf(partner) ?? 0)) ?? 0;
  if (failed > 0 && expired > 0 && expired * RANKS >= failed) {
    signs.push(`Meanwhile the KV of ${count(expired, 'request')} expired on the other side without being read`);
  }
  const pairs = watched.pairs.filter((pair) =>
    [...pair.prefill, ...pair.decode].some(({ id }) => id.key === engine.id.key),
  );
  const fields = [...new Set(pairs.flatMap((pair) => driftOf(pair).map(({ field }) => `\`${field}\``)))];
  if (fields.length > 0) signs.push(`Prefill and decode do not agree about ${list(fields)}`);
  return signs;
}

function evidence(watched: Watched, engine: EngineWindow, failures: number, recent: number): string[] {
  const errors = finishedOf(engine, 'error');
  const deferred = known(engine.gauge(WAITING_BY_REASON, { reason: 'deferred' }));
  const exporters = watched.endpoints.filter(({ families }) => [...families].some((one) => one.startsWith('agent_')));
  return [
    `failed transfers since the process started: ${number(failures)}; done: 0`,
    `failed in the last ${stretch(engine.seconds)}: ${number(recent)}`,
    ...(errors !== null && errors > 0 ? [`requests that ended with an error meanwhile: ${number(errors)}`] : []),
    ...(deferred !== null && deferred > 0
      ? [`requests that wait for KV on ${nameOf(watched, engine)}: ${number(deferred)}`]
      : []),
    ...(exporters.length > 0
      ? [`NIXL's own exporter answers at ${list(exporters.map(({ label }) => label))}: there telemetry is on`]
      : []),
  ];
}
