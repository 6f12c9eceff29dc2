import type { ChartHistory, EngineRole, HistoryParams, MetricsUpdate, PairRow } from '../../../../protocol/metrics';
import type { Arrival, Failure, Sink } from '../sources/source';
import type { Thresholds } from '../thresholds';
import type { Watched } from '../verdict';
import type { EngineWindow } from '../window';
import { CHART_INFOS } from './charts';
import { curvesOf, type Group } from './curves';
import type { EndpointLedger } from './endpoint-ledger';
import { engineRow } from './engine-row';
import { compareEngines } from './engines';
import { servingFigures, transferFigures } from './figures';
import type { EngineLedger } from './ledger';
import { HostStretch, hostsOf } from './nixl-exporter';
import { type Pair, pairFigures, pairsOf } from './pairs';
import { engineReport, type Report } from './report';
import { roleOf, rolesByConduct } from './roles';
import { LedgerStretch, type Role } from './stretch';
import { Watching } from './watching';

export interface DeploymentOptions {
  readonly intervalMs?: number;
  /** How often pages come where their source asks more seldom than we do: until it is known, and for states. */
  readonly patienceMs?: number;
  /** Configured roles, by endpoint. */
  readonly roles?: ReadonlyMap<string, EngineRole>;
}

/** What an update says beside the figures. */
export interface UpdateOptions {
  readonly running: boolean;
  readonly windowSeconds: number;
  readonly source: MetricsUpdate['source'];
  /** Sparklines look back so far. */
  readonly sparkSeconds?: number;
}

const SPARK_SECONDS = 300;
const SPARK_POINTS = 60;

/** All endpoints of a deployment, with what their engines did: takes pages, gives figures. */
export class Deployment implements Sink {
  readonly intervalMs: number;
  readonly #watching = new Map<string, Watching>();
  readonly #patienceMs: number;
  readonly #configured: ReadonlyMap<string, EngineRole>;
  #latest: number | undefined;
  #roles: ReadonlyMap<EngineLedger, Role | undefined> | undefined;

  constructor({ intervalMs = 2000, patienceMs = intervalMs, roles = new Map() }: DeploymentOptions = {}) {
    this.intervalMs = intervalMs;
    this.#patienceMs = patienceMs;
    this.#configured = roles;
  }

  /** Names an endpoint before anything is known of it, so that it has its row; and its role, where one is configured. */
  expect(endpoint: string, url: string, role = this.#configured.get(endpoint)): void {
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
    this.#of(endpoint, url).take({ page, latencyMs, ...(note !== undefined && { note }) });
    this.#pass(page.at);
  }

  failure(endpoint: string, url: string, failure: Failure): void {
    this.#of(endpoint, url).fail(failure);
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
      watching = new Watching(label, url, this.#configured.get(label));
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
    const endpoints = [...this.#watching.values()].map((watching) => watching.watched(now, this.#patienceMs));
    const pairs = pairsOf(engines).filter(({ prefill, decode }) => prefill.length > 0 && decode.length > 0);
    return { endpoints, engines, pairs, thresholds };
  }

  /** Everything that the panel shows, without verdicts. */
  update(now: number, options: UpdateOptions): MetricsUpdate {
    const { running, windowSeconds, source, sparkSeconds = SPARK_SECONDS } = options;
    const since = now - windowSeconds * 1000;
    const stretches = this.#stretches();
    const order = new Map(this.labels.map((label, index) => [label, index]));
    const engines = [...stretches, ...this.#hosts()]
      .sort((a, b) => order.get(a.id.endpoint)! - order.get(b.id.endpoint)! || compareEngines(a.id, b.id))
      .map((stretch) => engineRow(stretch, since));
    const windows = stretches.map((stretch) => stretch.since(since));
    // At whole steps, so that sparklines move on by a point and do not dance.
    const step = (sparkSeconds * 1000) / SPARK_POINTS;
    const end = Math.ceil(now / step) * step;
    const pairs = pairsOf(windows).map((pair) => this.#pairRow(pair, end - sparkSeconds * 1000, end));
    return {
      at: now,
      running,
      intervalMs: this.intervalMs,
      windowSeconds,
      source,
      charts: CHART_INFOS,
      endpoints: [...this.#watching.values()].map((watching) => watching.row(now, this.#patienceMs)),
      engines,
      pairs,
      verdicts: [],
      others: [...this.#watching.values()].flatMap((watching) => watching.others()),
      recorded: this.#recorded(),
    };
  }

  /** The curves of a stretch of time, by engine, by pair or by role; they end with the last page. */
  history(params: HistoryParams): ChartHistory[] {
    const until = this.#recorded()?.to ?? Number.NEGATIVE_INFINITY;
    return curvesOf(this.#groups(params.by), params, this.intervalMs, until);
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
        state: watching.state(now, this.#patienceMs),
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

  #pairRow({ key, label, prefill, decode }: Pair, from: number, to: number): PairRow {
    const all = [...new Set([...prefill, ...decode])];
    const group = { key, label, stretches: all.map((window) => this.#copy(window as LedgerStretch)) };
    const charts = ['link-load', 'transfer-time'];
    const [load, time] = curvesOf([group], { from, to, points: SPARK_POINTS, charts, by: 'pair' }, this.intervalMs);
    return {
      key,
      label,
      prefill: prefill.map(({ id }) => id.key),
      decode: decode.map(({ id }) => id.key),
      window: pairFigures(prefill, decode),
      prefillServing: servingFigures(prefill),
      decodeServing: servingFigures(decode),
      spark: { linkLoadMBps: load?.lines[0]?.values ?? [], avgTransferMs: time?.lines[0]?.values ?? [] },
    };
  }

  /** Another window of the same engine: bounds of the first stay where they are. */
  #copy({ id, ledger }: LedgerStretch): LedgerStretch {
    return new LedgerStretch(this.#watching.get(id.endpoint)!.ledger, ledger, this.#knownRoles().get(ledger));
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

function engineLabel({ id }: EngineWindow): string {
  return `${id.endpoint} · engine ${id.engine}`;
}
