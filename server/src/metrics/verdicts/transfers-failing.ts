import { FAILED, FAILED_NOTIFICATIONS } from '../model/families';
import type { VerdictKind, Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { at, sideOf, variable } from './support/engines';
import { failuresOf, failuresWithoutSuccess, finishedOf, known, transfersOf } from './support/figures';
import { count, number, percent, stretch } from './support/words';

export const transfersFailing: VerdictKind = {
  id: 'transfers-failing',
  about:
    'Some transfers fail while others arrive. Critical where their share is above the threshold and there are enough of them to speak of one. Notifications that fail alone are information.',
  *look(watched) {
    for (const engine of watched.engines) {
      if ((failuresWithoutSuccess(engine) ?? 0) >= watched.thresholds.telemetryOffFailures) continue;
      const failed = failuresOf(engine);
      if (failed === null) continue;
      if (failed > 0) yield transfers(watched, engine, failed);
      else {
        const notifications = known(engine.counter(FAILED_NOTIFICATIONS)) ?? 0;
        if (notifications > 0) yield notificationsOnly(engine, notifications);
      }
    }
  },
};

function transfers({ thresholds }: Watched, engine: EngineWindow, failed: number) {
  const done = transfersOf(engine);
  const share = done === null ? null : failed / (failed + done);
  const many = share !== null && share > thresholds.failureShare && failed >= thresholds.fewestTransfers;
  const notifications = known(engine.counter(FAILED_NOTIFICATIONS)) ?? 0;
  const errors = finishedOf(engine, 'error');
  const part = share === null ? '' : ` (${percent(share)})`;
  return {
    id: 'transfers-failing',
    severity: many ? ('critical' as const) : ('warning' as const),
    title: 'Transfers fail',
    ...at(engine),
    message: `${count(failed, 'transfer')}${part} failed in the last ${stretch(engine.seconds)}; the requests behind them fail or are computed again on decode. Look into the log for the kind: transport errors point at the network and \`UCX_TLS\` or \`UCX_NET_DEVICES\`, failed handshakes at the side channel or at engines that do not fit each other.`,
    evidence: [
      `failed transfers: ${number(failed)}`,
      ...(done === null ? [] : [`done: ${number(done)}`]),
      ...(notifications > 0
        ? [`failed notifications (newer releases count them as failed transfers too): ${number(notifications)}`]
        : []),
      ...(errors !== null && errors > 0 ? [`requests that ended with an error: ${number(errors)}`] : []),
    ],
    settings: [
      variable('UCX_TLS'),
      variable('UCX_NET_DEVICES'),
      variable('VLLM_NIXL_SIDE_CHANNEL_HOST', 'prefill'),
      variable('VLLM_NIXL_SIDE_CHANNEL_PORT', 'prefill'),
    ],
    side: sideOf(engine) ?? 'decode',
    sources: ['vllm#40364', 'vllm#55854'],
  };
}

function notificationsOnly(engine: EngineWindow, notifications: number) {
  const booked = known(engine.counter(FAILED)) ?? 0;
  return {
    id: 'transfers-failing',
    severity: 'info' as const,
    title: 'Notifications fail',
    ...at(engine),
    message: `${count(notifications, 'notification')} to prefill failed in the last ${stretch(engine.seconds)}. No data is lost, but prefill keeps those blocks until they expire; where it goes on, look at the network between the two.`,
    evidence: [
      `failed notifications: ${number(notifications)}`,
      booked > 0
        ? `failed transfers: ${number(booked)}, no more than those (newer releases count them as failed transfers too)`
        : 'failed transfers: 0',
    ],
    settings: [],
    side: 'decode' as const,
    sources: ['vllm#26811', 'vllm#55854'],
  };
}
