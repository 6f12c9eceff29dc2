import {
  type ChartHistory,
  DEMO_SCENARIOS_REQUEST,
  type DemoScenariosResult,
  EXPORT_METRICS_REQUEST,
  type ExportParams,
  type ExportResult,
  GENERATE_METRICS_REQUEST,
  type GenerateParams,
  type GenerateResult,
  type HistoryParams,
  METRICS_HISTORY_REQUEST,
  METRICS_SUMMARY_NOTIFICATION,
  METRICS_TOKEN_REQUEST,
  METRICS_UPDATE_NOTIFICATION,
  type MetricsUpdate,
  OFFERED_ENDPOINTS_REQUEST,
  type OfferedEndpoint,
  START_METRICS_REQUEST,
  STOP_METRICS_REQUEST,
  type StartMetricsParams,
  SUBSCRIBE_METRICS_REQUEST,
  type SubscribeParams,
  type TokenParams,
} from '../../../../protocol/metrics';
import { type Analysis, faultOf } from '../../analysis';
import { sideHints } from '../../analysis/side-hints';
import { SCENARIOS } from '../../metrics/simulator/scenarios';
import type { Card } from '../../metrics/worker/cards';
import type { Connection } from '../connection';
import { checkedHistory, checkedStart } from './check-params';
import { MetricsWorker } from './metrics-worker';
import { offeredEndpoints } from './offered-endpoints';
import { VerdictLines } from './verdict-lines';

/** What answering needs of the server. */
export interface MetricsServices {
  /** The open documents in which there is something of ours. */
  analyses(): Promise<readonly Analysis[]>;
  /** The client's address of a file. */
  uri(file: string): string;
}

/** Watches what the client says, in a thread of its own, and answers what the panel asks. */
export function answerMetricsRequests(connection: Connection, services: MetricsServices): void {
  let last: MetricsUpdate | undefined;
  /** Cards are completed one after the other: the last update must be the last to be sent. */
  let sending = Promise.resolve();

  const worker = new MetricsWorker({
    report: (report) => {
      if (report.kind === 'summary') notify(METRICS_SUMMARY_NOTIFICATION, report.summary);
      else sending = sending.then(() => tell(report.update, report.cards));
    },
    problem: (message) => connection.error(message),
    gone: () => {
      if (last) notify(METRICS_UPDATE_NOTIFICATION, { ...last, running: false });
    },
  });

  connection.onOwnRequest(OFFERED_ENDPOINTS_REQUEST, async (): Promise<OfferedEndpoint[]> => {
    return offeredEndpoints(await services.analyses(), services.uri);
  });
  connection.onOwnRequest(START_METRICS_REQUEST, async (params: StartMetricsParams) => {
    const checked = checkedStart(params);
    worker.order({ kind: 'hints', hints: hintsOf(await services.analyses()) });
    worker.order({ kind: 'start', params: checked });
    return null;
  });
  connection.onOwnRequest(STOP_METRICS_REQUEST, () => {
    worker.order({ kind: 'stop' });
    return null;
  });
  connection.onOwnRequest(SUBSCRIBE_METRICS_REQUEST, async ({ visible }: SubscribeParams) => {
    // Somebody who looks again may have changed the configuration meanwhile.
    if (visible) worker.order({ kind: 'hints', hints: hintsOf(await services.analyses()) });
    worker.order({ kind: 'subscribe', visible });
    return null;
  });
  connection.onOwnRequest(METRICS_TOKEN_REQUEST, ({ origin, token }: TokenParams) => {
    worker.order({ kind: 'token', origin, token });
    return null;
  });
  connection.onOwnRequest(METRICS_HISTORY_REQUEST, async (params: HistoryParams): Promise<ChartHistory[]> => {
    return (await worker.ask('history', checkedHistory(params))) ?? [];
  });
  connection.onOwnRequest(EXPORT_METRICS_REQUEST, async (params: ExportParams): Promise<ExportResult> => {
    return (await worker.ask('export', params)) ?? { problem: 'Nothing was watched yet.' };
  });
  connection.onOwnRequest(GENERATE_METRICS_REQUEST, async (params: GenerateParams): Promise<GenerateResult> => {
    const generated = await worker.ask('generate', params);
    if (!generated) throw new Error('Nothing was watched yet: start live metrics first.');
    return generated;
  });
  connection.onOwnRequest(DEMO_SCENARIOS_REQUEST, (): DemoScenariosResult => {
    return { scenarios: SCENARIOS.map(({ id, title, detail }) => ({ id, title, detail })) };
  });

  /** Sends an update whose cards lead to the configuration. */
  async function tell(update: MetricsUpdate, cards: readonly Card[]): Promise<void> {
    last = update;
    try {
      const analyses = cards.some(({ settings }) => settings.length > 0) ? await services.analyses() : [];
      last = new VerdictLines(analyses, services.uri).add(update, cards);
    } catch (error) {
      connection.error(`Lines of verdicts are missing: ${faultOf(error)}`);
    }
    notify(METRICS_UPDATE_NOTIFICATION, last);
  }

  function notify(method: string, params: object): void {
    // A client that is gone needs no update.
    connection.notifyOwn(method, params).catch(() => undefined);
  }
}

function hintsOf(analyses: readonly Analysis[]) {
  const [prefill, decode] = [sideHints(analyses, 'prefill'), sideHints(analyses, 'decode')];
  return { ...(prefill && { prefill }), ...(decode && { decode }) };
}
