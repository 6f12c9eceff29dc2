import type {
  ChartHistory,
  EndpointRow,
  EndpointState,
  EngineRole,
  EngineRow,
  HistoryParams,
  MetricsUpdate,
  OtherMetric,
  PairRow,
} from '../../../../protocol/metrics';
import type { Arrival, Failure, Sink } from '../sources/source';
import { stateOf } from '../sources/states';
import type { Thresholds } from '../thresholds';
import type { Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { CHART_INFOS } from './charts';
import { curvesOf, type Group } from './curves';
import { EndpointLedger } from './endpoint-ledger';
import { compareEngines } from './engines';
import { SLEEP_STATE } from './families';
import { servingFigures, transferFigures } from './figures';
import type { EngineLedger } from './ledger';
import { AGENT_FAMILIES, HostStretch, hostsOf } from './nixl-exporter';
import { type Pair, pairsOf } from './pairs';
import { engineReport, type Report } from './report';
import { roleOf, rolesByConduct } from './roles';
import { LedgerStretch, type Role, type Stretch } from './stretch';

export interface DeploymentOptions {
  readonly intervalMs?: number;
}

/** What an update says beside the figures. */
export interface UpdateOptions {
  readonly running: boolean;
  readonly windowSeconds: number;
  readonly source: MetricsUpdate['source'];
  /** Sparklines look back so far. */
  readonly sparkSeconds?: number;
}

/** One endpoint and all that became of asking it. */
interface Watching {
  readonly label: string;
  url: string;
  role: EngineRole | undefined;
  readonly ledger: EndpointLedger;
  openMetrics: boolean;
  lastPageAt: number | null;
  latencyMs: number | null;
  bytes: number | null;
  note: string | undefined;
  failure: Failure | undefined;
}

/** Figures that nobody renews, nor fails to, are figures of now for so many intervals. */
const STALE_INTERVALS = 3;

const SPARK_SECONDS = 300;
const SPARK_POINTS = 60;

/** All endpoints of a deployment, with what their engines did: takes pages, gives figures. */
export class Deployment implements Sink {
  readonly intervalMs: number;
  readonly #watching = new Map<string, Watching>();
  #latest: number | undefined;
  #roles: ReadonlyMap<EngineLedger, Role | undefined> | undefined;

  constructor({ intervalMs = 2000 }: DeploymentOptions = {}) {
    this.intervalMs = intervalMs;
  }

  /** Names an endpoint before anything is known of it, so that it has its row; and its role, where one is configured. */
  expect(endpoint: string, url: string, role?: EngineRole): void {
    const watching = this.#of(endpoint, url);
    watching.role = role;
    this.#roles = undefined;
  }

  page(endpoint: string, url: string, { page, latencyMs, note }: Arrival): void {
    // What broke off is as good as lost: the next page has everything that this one had, and more.
    if (!page.complete) {
      const problem = 'The answer broke off in the middle.';
      this.failure(endpoint, url, { state: 'down', problem, at: page.at, nextAt: null });
      return;
    }
    const watching = this.#of(endpoint, url);
    watching.ledger.take(page);
    watching.openMetrics = page.format === 'openmetrics';
    watching.lastPageAt = page.at;
    watching.latencyMs = latencyMs;
    watching.bytes = page.bytes;
    watching.note = note;
    watching.failure = undefined;
    this.#pass(page.at);
  }

  failure(endpoint: string, url: string, failure: Failure): void {
    this.#of(endpoint, url).failure = failure;
    this.#pass(failure.at);
  }

  /** Takes an endpoint out of sight, with all that is known of it. */
  forget(endpoint: string): void {
    if (this.#watching.delete(endpoint)) this.#roles = undefined;
  }

  #pass(at: number): void {
    this.#latest = Math.max(this.#latest ?? at, at);
    this.#roles = undefined;
  }

  #of(label: string, url: string): Watching {
    let watching = this.#watching.get(label);
    if (!watching) {
      watching = {
        label,
        url,
        role: undefined,
        ledger: new EndpointLedger(label),
        openMetrics: false,
        lastPageAt: null,
        latencyMs: null,
        bytes: null,
        note: undefined,
        failure: undefined,
      };
      this.#watching.set(label, watching);
    }
    watching.url = url;
    return watching;
  }

  /** Bytes that the histories take. */
  get memory(): number {
    return [...this.#watching.values()].reduce((sum, { ledger }) => sum + ledger.memory, 0);
  }

  get labels(): readonly string[] {
    return [...this.#watching.keys()];
  }

  /** When the last page, or failure, came. */
  get latest(): number | undefined {
    return this.#latest;
  }

  /** What verdicts look at; `windowSeconds` may be infinite: since the first page. */
  watched(windowSeconds: number, thresholds: Thresholds, now = this.#latest ?? 0): Watched {
    const engines = this.#stretches().map((stretch) => stretch.since(now - windowSeconds * 1000));
    const endpoints = [...this.#watching.values()].map((watching) => ({
      label: watching.label,
      state: this.#state(watching, now),
      problem: problemOf(watching),
      families: watching.ledger.families,
      openMetrics: watching.openMetrics,
    }));
    const pairs = pairsOf(engines).filter(({ prefill, decode }) => prefill.length > 0 && decode.length > 0);
    return { endpoints, engines, pairs, thresholds };
  }

  /** Everything that the panel shows, without verdicts. */
  update(now: number, options: UpdateOptions): MetricsUpdate {
    const { running, windowSeconds, source, sparkSeconds = SPARK_SECONDS } = options;
    const since = now - windowSeconds * 1000;
    const stretches = this.#stretches();
    const engines = [...stretches, ...this.#hosts()]
      .sort((a, b) => this.#order(a.id.endpoint, b.id.endpoint) || compareEngines(a.id, b.id))
      .map((stretch) => engineRow(stretch, since));
    const windows = stretches.map((stretch) => stretch.since(since));
    const from = now - sparkSeconds * 1000;
    const pairs = pairsOf(windows).map((pair) => this.#pairRow(pair, from, now));
    return {
      at: now,
      running,
      intervalMs: this.intervalMs,
      windowSeconds,
      source,
      charts: CHART_INFOS,
      endpoints: [...this.#watching.values()].map((watching) => this.#endpointRow(watching, now)),
      engines,
      pairs,
      verdicts: [],
      others: this.#others(),
      recorded: this.#recorded(),
    };
  }

  /** The curves of a stretch of time, by engine, by pair or by role. */
  history(params: HistoryParams): ChartHistory[] {
    return curvesOf(this.#groups(params.by), params, this.intervalMs);
  }

  /** The report of the command line, without verdicts: figures since the first page. */
  report(now = this.#latest ?? 0): Report {
    const endpoints = [...this.#watching.values()].map((watching) => {
      const { label, ledger } = watching;
      const engines = [...this.#stretchesOf(ledger), ...hostStretches(ledger)].sort((a, b) =>
        compareEngines(a.id, b.id),
      );
      return {
        endpoint: label,
        state: this.#state(watching, now),
        engines: engines.map((stretch) => {
          return engineReport(stretch.id.engine, stretch.id.model, transferFigures([stretch]));
        }),
      };
    });
    return { endpoints, verdicts: [] };
  }

  #groups(by: HistoryParams['by']): readonly Group[] {
    const stretches = this.#stretches();
    if (by === 'engine') {
      return stretches.map((stretch) => ({ key: stretch.id.key, label: engineLabel(stretch), stretches: [stretch] }));
    }
    if (by === 'pair') {
      return pairsOf(stretches).map(({ key, label, prefill, decode }) => {
        return { key, label, stretches: [...new Set([...prefill, ...decode])] as LedgerStretch[] };
      });
    }
    const roles = [...new Set(stretches.map(({ role }) => role))].sort();
    return roles.map((role) => {
      const label = role ?? 'role not known';
      return { key: role ?? '', label, stretches: stretches.filter((stretch) => stretch.role === role) };
    });
  }

  #pairRow({ key, label, prefill, decode }: Pair, from: number, now: number): PairRow {
    const all = [...new Set([...prefill, ...decode])];
    const group = { key, label, stretches: all.map((window) => this.#copy(window as LedgerStretch)) };
    const charts = ['link-load', 'transfer-time'];
    const [load, time] = curvesOf(
      [group],
      { from, to: now, points: SPARK_POINTS, charts, by: 'pair' },
      this.intervalMs,
    );
    return {
      key,
      label,
      prefill: prefill.map(({ id }) => id.key),
      decode: decode.map(({ id }) => id.key),
      window: transferFigures(all),
      prefillServing: servingFigures(prefill),
      decodeServing: servingFigures(decode),
      spark: { linkLoadMBps: load?.lines[0]?.values ?? [], avgTransferMs: time?.lines[0]?.values ?? [] },
    };
  }

  /** Another window of the same engine: bounds of the first stay where they are. */
  #copy({ id, ledger }: LedgerStretch): LedgerStretch {
    return new LedgerStretch(this.#watching.get(id.endpoint)!.ledger, ledger);
  }

  #endpointRow(watching: Watching, now: number): EndpointRow {
    const { label, url, lastPageAt, latencyMs, bytes, ledger, failure } = watching;
    return {
      label,
      url,
      state: this.#state(watching, now),
      lastPageAt,
      latencyMs,
      bytes,
      problem: problemOf(watching),
      engines: ledger.engines.size,
      nextAt: failure?.nextAt ?? null,
    };
  }

  #state({ ledger, lastPageAt, failure }: Watching, now: number): EndpointState {
    const page = lastPageAt === null ? undefined : { families: ledger.families, at: lastPageAt };
    // Prometheus asks more seldom than we do.
    const intervalMs = Math.max(this.intervalMs, ledger.gapMs);
    const state = stateOf({ page, failure, now, intervalMs });
    // Nothing went wrong, but others were heard since then, again and again.
    const behind = !failure && page && now - page.at > STALE_INTERVALS * intervalMs;
    return behind ? 'stale' : (state ?? 'down');
  }

  #others(): OtherMetric[] {
    const others: OtherMetric[] = [];
    for (const { label, ledger } of this.#watching.values()) {
      for (const { name, labels, value } of ledger.others) {
        others.push({ name, endpoint: label, labels, value: Number.isFinite(value) ? value : null });
      }
      for (const agent of ledger.agents.values()) {
        for (const slot of agent.slots) {
          if (slot.part !== 'value' || AGENT_FAMILIES.has(slot.family)) continue;
          const value = agent.raw(slot);
          const labels = { ...agent.id.labels, ...slot.which };
          others.push({ name: slot.family, endpoint: label, labels, value: Number.isFinite(value) ? value : null });
        }
      }
    }
    return others;
  }

  #recorded(): MetricsUpdate['recorded'] {
    let from: number | undefined;
    let to: number | undefined;
    for (const { ledger } of this.#watching.values()) {
      if (ledger.firstAt === undefined || ledger.lastAt === undefined) continue;
      from = Math.min(from ?? ledger.firstAt, ledger.firstAt);
      to = Math.max(to ?? ledger.lastAt, ledger.lastAt);
    }
    return from === undefined || to === undefined ? null : { from, to };
  }

  /** All engines, each from its first page until now, in the order of endpoints, numbers and models. */
  #stretches(): LedgerStretch[] {
    return [...this.#watching.values()].flatMap(({ ledger }) => this.#stretchesOf(ledger));
  }

  #stretchesOf(endpoint: EndpointLedger): LedgerStretch[] {
    const roles = this.#knownRoles();
    return [...endpoint.engines.values()]
      .map((ledger) => new LedgerStretch(endpoint, ledger, roles.get(ledger)))
      .sort((a, b) => compareEngines(a.id, b.id));
  }

  #hosts(): HostStretch[] {
    return [...this.#watching.values()].flatMap(({ ledger }) => hostStretches(ledger));
  }

  #order(a: string, b: string): number {
    const labels = [...this.#watching.keys()];
    return labels.indexOf(a) - labels.indexOf(b);
  }

  #knownRoles(): ReadonlyMap<EngineLedger, Role | undefined> {
    this.#roles ??= this.#judgeRoles();
    return this.#roles;
  }

  /** By what engines do is judged within one model. */
  #judgeRoles(): ReadonlyMap<EngineLedger, Role | undefined> {
    const models = new Map<string | null, LedgerStretch[]>();
    for (const { ledger: endpoint } of this.#watching.values()) {
      for (const ledger of endpoint.engines.values()) {
        const stretch = new LedgerStretch(endpoint, ledger);
        models.set(ledger.id.model, [...(models.get(ledger.id.model) ?? []), stretch]);
      }
    }
    const roles = new Map<EngineLedger, Role | undefined>();
    for (const stretches of models.values()) {
      const conduct = rolesByConduct(stretches);
      for (const [index, { id, ledger }] of stretches.entries()) {
        roles.set(ledger, roleOf(id, this.#watching.get(id.endpoint)?.role, conduct[index]));
      }
    }
    return roles;
  }
}

function hostStretches(endpoint: EndpointLedger): HostStretch[] {
  return [...hostsOf(endpoint).values()].map(({ id, ledgers }) => {
    return new HostStretch(
      endpoint,
      id,
      ledgers.map((ledger) => new LedgerStretch(endpoint, ledger)),
    );
  });
}

function engineRow(stretch: LedgerStretch | HostStretch, since: number): EngineRow {
  const { id, role, roleFrom } = stretch;
  const sinceStart = transferFigures([stretch]);
  const restarts = stretch.restarts;
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

/** What is wrong with an endpoint, or to be said about it. */
function problemOf({ failure, note, ledger }: Watching): string | null {
  if (failure) return failure.problem;
  if (note !== undefined) return note;
  if (ledger.takesTurns) {
    return 'Different servers take turns behind this address: ask each engine at its own.';
  }
  return ledger.overfull ? 'It has more series than are remembered; some are left out.' : null;
}

function engineLabel({ id }: EngineWindow): string {
  return `${id.endpoint} · engine ${id.engine}`;
}
