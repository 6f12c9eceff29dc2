import type { EngineRow } from '../../../../protocol/metrics';
import { SLEEP_STATE } from './families';
import { servingFigures, transferFigures } from './figures';
import type { HostStretch } from './nixl-exporter';
import type { LedgerStretch, Stretch } from './stretch';

/** What the panel shows of an engine; its stretch is moved to begin at `since`. */
export function engineRow(stretch: LedgerStretch | HostStretch, since: number): EngineRow {
  const { id, role, roleFrom, restarts } = stretch;
  const sinceStart = transferFigures([stretch]);
  stretch.since(since);
  return {
    key: id.key,
    endpoint: id.endpoint,
    engine: id.engine,
    model: id.model,
    role: role ?? null,
    roleFrom: roleFrom ?? null,
    asleep: isAsleep(stretch),
    restarts,
    firstPageAt: stretch.firstAt,
    window: transferFigures([stretch]),
    sinceStart,
    serving: servingFigures([stretch]),
  };
}

function isAsleep(window: Stretch): boolean {
  const asleep = ['weights_offloaded', 'discard_all'].some(
    (state) => (window.gauge(SLEEP_STATE, { sleep_state: state }) ?? 0) > 0,
  );
  return asleep && window.gauge(SLEEP_STATE, { sleep_state: 'awake' }) === 0;
}
