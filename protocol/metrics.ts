/**
 * What the language server and a client say to each other about live metrics, and what the panel draws. Types and names
 * only: the server fills these shapes, the client passes them on, the panel shows them. JSON all the way: a value that is
 * not known is `null`, never `NaN`. Times are milliseconds since the epoch, durations say their unit in the name.
 */

/** Client → server: the endpoints that the configuration at hand suggests. Contacts nobody. */
export const OFFERED_ENDPOINTS_REQUEST = 'nixl/metrics/offered';
/** Client → server: start watching, or watch something else. Nothing is contacted before this. */
export const START_METRICS_REQUEST = 'nixl/metrics/start';
/** Client → server: stop watching; what was recorded stays until the next start. */
export const STOP_METRICS_REQUEST = 'nixl/metrics/stop';
/** Client → server: which updates are wanted: none while the panel is hidden. */
export const SUBSCRIBE_METRICS_REQUEST = 'nixl/metrics/subscribe';
/** Client → server: the curves of a stretch of time, at most `points` of each. */
export const METRICS_HISTORY_REQUEST = 'nixl/metrics/history';
/** Client → server: a secret for one host. Held in memory only; sent to that host only. */
export const METRICS_TOKEN_REQUEST = 'nixl/metrics/token';
/** Client → server: everything that was recorded, as CSV or JSON, or the pages themselves as a recording. */
export const EXPORT_METRICS_REQUEST = 'nixl/metrics/export';
/** Client → server: Prometheus alert rules or a Grafana dashboard for this deployment. */
export const GENERATE_METRICS_REQUEST = 'nixl/metrics/generate';
/** Server → client: what changed with the last round of scrapes. Sent while somebody looks. */
export const METRICS_UPDATE_NOTIFICATION = 'nixl/metrics/update';
/** Server → client: the little that a status bar shows. Sent with every round while metrics are watched, looked at or not. */
export const METRICS_SUMMARY_NOTIFICATION = 'nixl/metrics/summary';
/** Client → server: what the demonstration can show. */
export const DEMO_SCENARIOS_REQUEST = 'nixl/metrics/scenarios';

export type EngineRole = 'prefill' | 'decode' | 'both';

/**
 * `ok` NIXL's figures are there · `stale` they were, and the last scrapes failed · `down` nobody answered · `refused` somebody
 * answered, but not with a page that we take (not allowed, redirected elsewhere, HTML, too large) · `no-nixl` vLLM without
 * NIXL's figures · `disabled` a page without any figure of vLLM.
 */
export type EndpointState = 'ok' | 'stale' | 'down' | 'refused' | 'no-nixl' | 'disabled';

/** Where figures come from. Every source has a label, by which everything else names it. */
export type MetricsSource =
  /** A `/metrics` page of vLLM, of Dynamo's system port, of Ray's agent, or of NIXL's own exporter. */
  | {
      readonly kind: 'endpoint';
      readonly label: string;
      readonly url: string;
      readonly role?: EngineRole;
      /** Sent with every request, to this host only. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A Prometheus server that scrapes the engines already. */
  | {
      readonly kind: 'prometheus';
      readonly label: string;
      readonly url: string;
      /** Label matchers that select the engines: `namespace="llm",job=~"vllm.*"`. */
      readonly matchers?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A folder of recorded pages (`ENDPOINT/MILLISECONDS.prom`) or one saved page, by path. */
  | { readonly kind: 'recording'; readonly label: string; readonly path: string; readonly speed?: number }
  /** A simulated deployment. */
  | { readonly kind: 'demo'; readonly label: string; readonly scenario: string };

export interface OfferedEndpoint {
  readonly label: string;
  readonly url: string;
  readonly role?: EngineRole;
  /** Why it is offered: `port 8100 of prefill in prefill.yaml`. */
  readonly reason: string;
  /** The file and the characters that say so. */
  readonly uri: string;
  readonly range: ProtocolRange;
}

export interface ProtocolRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** How the client's network settings say that hosts are reached. */
export interface NetworkSettings {
  /** For every host, as `http.proxy` of VS Code is. */
  readonly proxy?: string;
  /** Where there is no such proxy: one for each scheme of an address, as variables of the environment name them. */
  readonly proxies?: { readonly http?: string; readonly https?: string };
  /** `*`, `host`, `.domain`, an address, a range of addresses (`10.0.0.0/8`); each may have a port behind it. */
  readonly noProxy?: readonly string[];
  /** Refuse certificates that no known authority signed. */
  readonly strictSsl?: boolean;
  /** Certificates in PEM, beside those of Node and of the system. */
  readonly certificates?: readonly string[];
}

export interface StartMetricsParams {
  readonly sources: readonly MetricsSource[];
  readonly intervalMs: number;
  readonly network?: NetworkSettings;
  readonly thresholds?: Readonly<Record<string, number>>;
  /** Seconds that figures and verdicts look back. */
  readonly windowSeconds?: number;
}

export interface TokenParams {
  /** `https://host:port`, or `http://localhost:8000`. */
  readonly origin: string;
  /** Nothing: forget it. */
  readonly token?: string;
}

export interface SubscribeParams {
  readonly visible: boolean;
}

export interface HistoryParams {
  readonly from: number;
  readonly to: number;
  /** The most points of one curve. */
  readonly points: number;
  readonly charts: readonly string[];
  /** By engine, by pair or all together. */
  readonly by: 'engine' | 'pair' | 'role';
}

/** The curves of one chart on one common time axis. */
export interface ChartHistory {
  readonly chart: string;
  readonly times: readonly number[];
  readonly lines: readonly {
    readonly key: string;
    readonly label: string;
    readonly values: readonly (number | null)[];
  }[];
  /** Moments at which an engine started anew. */
  readonly restarts: readonly { readonly at: number; readonly key: string }[];
}

/** A chart that can be asked for. */
export interface ChartInfo {
  readonly id: string;
  readonly title: string;
  readonly group: 'transfers' | 'shape' | 'failures' | 'serving';
  readonly unit: 'ms' | 'MB' | 'MB/s' | 'per second' | 'count' | 'percent' | 'tokens/s' | 'events';
  /** What it means, in a sentence or two. */
  readonly help: string;
  /** The registered names of the metrics that it is made of. */
  readonly metrics: readonly string[];
  /** PromQL that draws the same. */
  readonly query: string;
  /**
   * `heat`: one line per bucket, by rising upper edge. Its `key` is that edge in the unit of the chart (`5`, `+Inf`), its
   * values are how many observations fell into that bucket alone. Nothing said: `lines`.
   */
  readonly kind?: 'lines' | 'heat';
}

/** A percentile as far as buckets tell: between two edges; `le: null` above the last finite one. */
export interface Band {
  readonly gt: number;
  readonly le: number | null;
}

export interface EndpointRow {
  readonly label: string;
  readonly url: string;
  readonly state: EndpointState;
  /** When its last page was complete. */
  readonly lastPageAt: number | null;
  readonly latencyMs: number | null;
  readonly bytes: number | null;
  /** What is wrong, in a sentence; without secrets. */
  readonly problem: string | null;
  readonly engines: number;
  /** When it will be asked again, after failures. */
  readonly nextAt: number | null;
}

/** Figures of vLLM's own log line and those that go with them, over a stretch of time. */
export interface TransferFigures {
  readonly transfers: number | null;
  readonly avgTransferMs: number | null;
  readonly p50TransferMs: Band | null;
  readonly p90TransferMs: Band | null;
  readonly p99TransferMs: Band | null;
  readonly avgPostMs: number | null;
  readonly p90PostMs: Band | null;
  /** 2^20 bytes. */
  readonly avgMBPerTransfer: number | null;
  /** Bytes over summed transfer time: the mean rate of one transfer of one rank, as in vLLM's log line. */
  readonly throughputMBps: number | null;
  readonly avgDescriptors: number | null;
  readonly failedTransfers: number | null;
  readonly failedNotifications: number | null;
  readonly kvExpired: number | null;
  readonly lateNotifications: number | null;
  /** Bytes over wall time: what the link carried. */
  readonly linkLoadMBps: number | null;
  /** Mean number of transfers under way (Little's law). */
  readonly inFlight: number | null;
  readonly transfersPerSecond: number | null;
  readonly bytesPerDescriptor: number | null;
  /** Share of the post time in the transfer time, 0–1. */
  readonly postShare: number | null;
}

export interface ServingFigures {
  readonly running: number | null;
  readonly waiting: number | null;
  readonly waitingDeferred: number | null;
  /** 0–1. */
  readonly kvUsage: number | null;
  readonly avgTtftMs: number | null;
  readonly p90TtftMs: Band | null;
  readonly avgItlMs: number | null;
  readonly p90ItlMs: Band | null;
  /** 0–1. */
  readonly prefixHitRate: number | null;
  readonly externalHitRate: number | null;
  readonly promptTokensPerSecond: number | null;
  readonly generationTokensPerSecond: number | null;
  /** Tokens per second by `local_compute`, `local_cache_hit`, `external_kv_transfer`. */
  readonly promptTokensBySource: Readonly<Record<string, number>> | null;
  readonly finishedPerSecond: number | null;
  readonly preemptions: number | null;
}

export interface EngineRow {
  /** Names the engine everywhere else. */
  readonly key: string;
  readonly endpoint: string;
  readonly engine: string;
  readonly model: string | null;
  readonly role: EngineRole | null;
  /** How the role became known. */
  readonly roleFrom: 'configuration' | 'labels' | 'behaviour' | null;
  readonly asleep: boolean;
  readonly restarts: number;
  /** When it was first heard of. */
  readonly firstPageAt: number;
  readonly window: TransferFigures;
  readonly sinceStart: TransferFigures;
  readonly serving: ServingFigures;
}

/** Prefill and decode that exchange KV, as far as is known: one model, roles that match. */
export interface PairRow {
  readonly key: string;
  readonly label: string;
  readonly prefill: readonly string[];
  readonly decode: readonly string[];
  readonly window: TransferFigures;
  readonly prefillServing: ServingFigures;
  readonly decodeServing: ServingFigures;
  /** The last few minutes, for sparklines: link load and mean transfer time. */
  readonly spark: {
    readonly linkLoadMBps: readonly (number | null)[];
    readonly avgTransferMs: readonly (number | null)[];
  };
}

export type VerdictSeverity = 'critical' | 'warning' | 'info';

/** The configuration that a verdict is about, and where it stands, when it is in sight. */
export interface VerdictLine {
  /** `NIXL_TELEMETRY_ENABLE`, `--block-size`, `kv_lease_duration`. */
  readonly name: string;
  readonly place: { readonly uri: string; readonly range: ProtocolRange; readonly text: string } | null;
}

export interface VerdictCard {
  readonly id: string;
  readonly severity: VerdictSeverity;
  readonly title: string;
  readonly endpoint: string | null;
  readonly engine: string | null;
  /** What it is about beside an endpoint and an engine, such as a pair: tells verdicts of one kind apart. */
  readonly group?: string;
  /** What is wrong, what follows, what to do: one or two sentences. */
  readonly message: string;
  /** The figures that it rests on. */
  readonly evidence: readonly string[];
  readonly since: number;
  readonly lines: readonly VerdictLine[];
  readonly sources: readonly string[];
}

/** A metric of NIXL that has no place of its own in the panel. */
export interface OtherMetric {
  readonly name: string;
  readonly endpoint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | null;
}

export interface MetricsUpdate {
  readonly at: number;
  readonly running: boolean;
  readonly intervalMs: number;
  readonly windowSeconds: number;
  readonly source: 'live' | 'prometheus' | 'recording' | 'demo';
  readonly charts: readonly ChartInfo[];
  readonly endpoints: readonly EndpointRow[];
  readonly engines: readonly EngineRow[];
  readonly pairs: readonly PairRow[];
  readonly verdicts: readonly VerdictCard[];
  readonly others: readonly OtherMetric[];
  /** Everything that there is to look back on. */
  readonly recorded: { readonly from: number; readonly to: number } | null;
}

export interface MetricsSummary {
  readonly at: number;
  readonly running: boolean;
  /** All pairs together. */
  readonly linkLoadMBps: number | null;
  /** The most severe verdict that holds, and how many do. */
  readonly worst: VerdictSeverity | null;
  readonly verdicts: number;
  /** Endpoints that are `ok`, and all of them. */
  readonly ok: number;
  readonly endpoints: number;
}

export interface DemoScenario {
  readonly id: string;
  readonly title: string;
  /** What is to be seen in it, in a sentence. */
  readonly detail: string;
}

export interface DemoScenariosResult {
  readonly scenarios: readonly DemoScenario[];
}

export interface ExportParams {
  readonly format: 'csv' | 'json' | 'recording';
  readonly from?: number;
  readonly to?: number;
  /** Where a recording is written: a folder. */
  readonly folder?: string;
}

export interface ExportResult {
  readonly text?: string;
  readonly files?: number;
  readonly problem?: string;
}

export interface GenerateParams {
  readonly what: 'alerts' | 'dashboard';
}

export interface GenerateResult {
  readonly name: string;
  readonly language: 'yaml' | 'json';
  readonly text: string;
}
