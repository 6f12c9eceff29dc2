import { type Disposable, EventEmitter, type Memento, window, workspace } from 'vscode';
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
  METRICS_UPDATE_NOTIFICATION,
  type MetricsSource,
  type MetricsSummary,
  type MetricsUpdate,
  OFFERED_ENDPOINTS_REQUEST,
  type OfferedEndpoint,
  START_METRICS_REQUEST,
  STOP_METRICS_REQUEST,
  type StartMetricsParams,
  SUBSCRIBE_METRICS_REQUEST,
  type SubscribeParams,
} from '../../../protocol/metrics';
import type { PanelPhase, PanelStatus } from '../../../protocol/panel';
import type { LanguageServer } from '../language-server';
import { readMetricsSettings } from './metrics-settings';
import { readNetworkSettings } from './network-settings';
import { contactsHosts, sourceWords, withoutHeaders } from './source-words';
import type { Tokens } from './tokens';

const KEPT = 'nixl.metrics.sources';

/** What is watched, and what the server says about it. The panel and the status bar look at this. */
export class MetricsSession implements Disposable {
  readonly #server: LanguageServer;
  readonly #tokens: Tokens;
  readonly #kept: Memento;
  readonly #statusChanged = new EventEmitter<PanelStatus>();
  readonly #updated = new EventEmitter<MetricsUpdate>();
  readonly #summarized = new EventEmitter<MetricsSummary | undefined>();
  readonly #disposables: Disposable[];
  #phase: PanelPhase = 'idle';
  #problem: string | null = null;
  #sources: readonly MetricsSource[] = [];
  #update: MetricsUpdate | undefined;
  #looked = false;
  /** Counts starts: what an earlier one does late is nobody's business any more. */
  #start = 0;

  readonly onStatus = this.#statusChanged.event;
  readonly onUpdate = this.#updated.event;
  readonly onSummary = this.#summarized.event;

  constructor(server: LanguageServer, tokens: Tokens, kept: Memento) {
    this.#server = server;
    this.#tokens = tokens;
    this.#kept = kept;
    this.#sources = kept.get<MetricsSource[]>(KEPT, []);
    if (this.#sources.length > 0) this.#phase = 'stopped';
    this.#disposables = [
      this.#statusChanged,
      this.#updated,
      this.#summarized,
      server.onNotification<MetricsUpdate>(METRICS_UPDATE_NOTIFICATION, (update) => this.#take(update)),
      server.onNotification<MetricsSummary>(METRICS_SUMMARY_NOTIFICATION, (summary) => this.#takeSummary(summary)),
      server.onStopped(() => this.#serverStopped()),
      server.onReady(() => this.#serverReady()),
      workspace.onDidGrantWorkspaceTrust(() => this.#tell()),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('nixl.metrics') && this.running) void this.#offerAgain();
      }),
    ];
  }

  get running(): boolean {
    return this.#phase === 'running' || this.#phase === 'starting';
  }

  /** The last that was told in full. */
  get update(): MetricsUpdate | undefined {
    return this.#update;
  }

  /** What was watched last, without its headers. */
  get last(): readonly MetricsSource[] {
    return this.#sources;
  }

  status(): PanelStatus {
    const words = sourceWords(this.#sources);
    return {
      phase: this.#phase,
      source: this.#phase === 'idle' ? null : words,
      again: words === '' ? null : words,
      problem: this.#problem,
      trusted: workspace.isTrusted,
    };
  }

  /** Starts to watch. Whoever calls this has asked the user. */
  async start(sources: readonly MetricsSource[]): Promise<void> {
    if (sources.length === 0) return;
    if (!workspace.isTrusted && sources.some(contactsHosts)) {
      this.#fail('This workspace is not trusted: no host is contacted from it.');
      return;
    }
    const start = ++this.#start;
    this.#sources = sources;
    this.#update = undefined;
    this.#enter('starting');
    void this.#kept.update(KEPT, sources.map(withoutHeaders));
    try {
      await this.#tokens.give(sources);
      const params = await startParams(sources);
      this.#hide(params);
      await this.#server.request<unknown>(START_METRICS_REQUEST, params);
      await this.#subscribe();
    } catch (error) {
      if (start === this.#start) this.#fail(wordsOf(error));
    }
  }

  /** Watches the same again. Headers, which are not kept, come from the settings. */
  async again(): Promise<void> {
    const { sources } = readMetricsSettings();
    const found = this.#sources.map((source) => {
      const set = 'url' in source && sources.find((one) => 'url' in one && one.url === source.url);
      return set && 'headers' in set && set.headers && 'url' in source ? { ...source, headers: set.headers } : source;
    });
    await this.start(found);
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    this.#start++;
    this.#enter('stopped');
    this.#summarized.fire(undefined);
    await this.#server.request<unknown>(STOP_METRICS_REQUEST, {});
  }

  /** Whether somebody looks: nobody is sent what nobody sees. */
  look(looked: boolean): void {
    if (looked === this.#looked) return;
    this.#looked = looked;
    if (this.running) this.#subscribe().catch(() => undefined);
  }

  history(params: HistoryParams): Promise<ChartHistory[]> {
    return this.#server.request<ChartHistory[]>(METRICS_HISTORY_REQUEST, params);
  }

  export(params: ExportParams): Promise<ExportResult> {
    return this.#server.request<ExportResult>(EXPORT_METRICS_REQUEST, params);
  }

  generate(params: GenerateParams): Promise<GenerateResult> {
    return this.#server.request<GenerateResult>(GENERATE_METRICS_REQUEST, params);
  }

  offered(): Promise<OfferedEndpoint[]> {
    return this.#server.request<OfferedEndpoint[]>(OFFERED_ENDPOINTS_REQUEST, {});
  }

  scenarios(): Promise<DemoScenariosResult> {
    return this.#server.request<DemoScenariosResult>(DEMO_SCENARIOS_REQUEST, {});
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  /** What is sent and must not be logged. */
  #hide({ sources, network }: StartMetricsParams): void {
    const { secrets } = this.#server;
    for (const source of sources) if ('headers' in source && source.headers) secrets.addHeaders(source.headers);
    const proxies = [network?.proxy, network?.proxies?.http, network?.proxies?.https];
    for (const proxy of proxies) if (proxy) secrets.addFromAddress(proxy);
  }

  #subscribe(): Promise<unknown> {
    const params: SubscribeParams = { visible: this.#looked };
    return this.#server.request<unknown>(SUBSCRIBE_METRICS_REQUEST, params);
  }

  #take(update: MetricsUpdate): void {
    if (!this.running) return;
    this.#update = update;
    if (update.running && this.#phase !== 'running') this.#enter('running');
    this.#updated.fire(update);
    if (!update.running) this.#enter('stopped'); // a recording has an end
  }

  #takeSummary(summary: MetricsSummary): void {
    if (!this.running) return;
    if (summary.running && this.#phase === 'starting') this.#enter('running');
    this.#summarized.fire(summary.running ? summary : undefined);
  }

  #serverStopped(): void {
    if (this.running) this.#fail('The language server stopped.');
  }

  /** A server that was started anew knows nothing of what was watched; the user has already said yes to it. */
  #serverReady(): void {
    if (this.#problem !== null && this.#phase === 'stopped' && this.#start > 0) void this.again();
  }

  /** What is recorded would be lost by a new start, so it is not for us to decide. */
  async #offerAgain(): Promise<void> {
    const again = 'Watch Again';
    const answer = await window.showInformationMessage(
      'NIXL: the new settings hold from the next start. What was recorded so far ends with it.',
      again,
    );
    if (answer === again) await this.again();
  }

  #fail(problem: string): void {
    this.#phase = this.#sources.length > 0 ? 'stopped' : 'idle';
    this.#problem = problem;
    this.#summarized.fire(undefined);
    this.#tell();
  }

  #enter(phase: PanelPhase): void {
    this.#phase = phase;
    this.#problem = null;
    this.#tell();
  }

  #tell(): void {
    this.#statusChanged.fire(this.status());
  }
}

async function startParams(sources: readonly MetricsSource[]): Promise<StartMetricsParams> {
  const { intervalMs, windowSeconds, thresholds } = readMetricsSettings();
  const network = sources.some(contactsHosts) ? await readNetworkSettings() : undefined;
  return { sources, intervalMs, windowSeconds, thresholds, ...(network && { network }) };
}

/** What went wrong, for people. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
