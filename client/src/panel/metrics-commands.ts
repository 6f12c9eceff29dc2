import { commands, type Disposable, type ExtensionContext, type QuickPickItem, Uri, window, workspace } from 'vscode';
import type { MetricsSource } from '../../../protocol/metrics';
import type { PanelCommand } from '../../../protocol/panel';
import type { LanguageServer } from '../language-server';
import { isInClear, originOf } from './address';
import { chooseSources } from './choose-sources';
import { MetricsFiles } from './metrics-files';
import { MetricsPanel } from './metrics-panel';
import { MetricsSession, wordsOf } from './metrics-session';
import { readMetricsSettings } from './metrics-settings';
import { MetricsStatus } from './metrics-status';
import { originsOf, Tokens } from './tokens';

/** How fast a recording is shown. */
const SPEEDS = [
  { label: 'As fast as it was', speed: 1 },
  { label: '10 times as fast', speed: 10 },
  { label: '60 times as fast', speed: 60 },
];

/** The commands of live metrics, and what they work on. */
export class MetricsCommands implements Disposable {
  readonly #session: MetricsSession;
  readonly #tokens: Tokens;
  readonly #files: MetricsFiles;
  readonly #panel: MetricsPanel;
  readonly #disposables: Disposable[];

  constructor(context: ExtensionContext, server: LanguageServer) {
    this.#tokens = new Tokens(context.secrets, server);
    this.#session = new MetricsSession(server, this.#tokens, context.workspaceState);
    this.#files = new MetricsFiles(context, this.#session);
    this.#panel = new MetricsPanel(context, this.#session, {
      run: (command) => this.#run(command),
      about: (verdict) => this.#files.help(verdict),
      savePicture: (data) => this.#files.savePicture(data),
    });
    const status = new MetricsStatus();
    this.#disposables = [
      this.#session,
      this.#panel,
      status,
      this.#session.onStatus((now) => status.status(now)),
      this.#session.onSummary((summary) => status.summary(summary)),
      this.#command('nixl.showMetrics', () => this.#show()),
      this.#command('nixl.openDemoMetrics', (scenario) => this.#demo(scenario)),
      this.#command('nixl.stopMetrics', () => this.#session.stop()),
      this.#command('nixl.replayMetrics', (path) => this.#replay(path)),
      this.#command('nixl.saveRecording', (folder) =>
        this.#files.saveRecording(folder instanceof Uri ? folder : undefined),
      ),
      this.#command('nixl.metricsToken', () => this.#token()),
      this.#command('nixl.generateAlertRules', () => this.#files.generate('alerts')),
      this.#command('nixl.generateDashboard', () => this.#files.generate('dashboard')),
    ];
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  #command(id: string, run: (argument?: unknown) => Promise<void>): Disposable {
    return commands.registerCommand(id, async (argument?: unknown) => {
      try {
        await run(argument);
      } catch (error) {
        void window.showErrorMessage(`NIXL: ${wordsOf(error)}`);
      }
    });
  }

  /** What the panel's buttons ask for. */
  async #run(command: PanelCommand): Promise<void> {
    const runs: Record<PanelCommand, () => Promise<unknown>> = {
      configure: () => this.#configure(),
      demo: () => this.#demo(),
      replay: () => this.#replay(),
      again: () => this.#session.again(),
      stop: () => this.#session.stop(),
      save: () => this.#files.saveRecording(),
      csv: () => this.#files.exportFigures('csv'),
      json: () => this.#files.exportFigures('json'),
      alerts: () => this.#files.generate('alerts'),
      dashboard: () => this.#files.generate('dashboard'),
      help: () => this.#files.help(),
      settings: async () => commands.executeCommand('workbench.action.openSettings', 'nixl.metrics'),
      token: () => this.#token(),
      trust: async () => commands.executeCommand('workbench.trust.manage'),
      output: async () => commands.executeCommand('nixl.showOutput'),
    };
    await runs[command]();
  }

  /** Shows the panel, and asks what to watch where nothing is watched yet. */
  async #show(): Promise<void> {
    this.#panel.show();
    if (!this.#session.running) await this.#configure();
  }

  async #configure(): Promise<void> {
    if (!(await isAllowed())) return;
    const offered = await this.#session.offered().catch(() => []);
    const { sources: settings } = readMetricsSettings();
    const sources = await chooseSources({ offered, settings, last: this.#session.last });
    if (!sources) return;
    this.#panel.show();
    await this.#session.start(sources);
  }

  async #demo(given?: unknown): Promise<void> {
    const { scenarios } = await this.#session.scenarios();
    const choices = scenarios.map(({ id, title, detail }) => ({ label: title, detail, id }));
    const chosen =
      choices.find(({ id }) => id === given) ??
      (await window.showQuickPick(choices, { placeHolder: 'What the simulated deployment is to show' }));
    if (!chosen) return;
    this.#panel.show();
    await this.#session.start([{ kind: 'demo', label: chosen.label, scenario: chosen.id }]);
  }

  async #replay(given?: unknown): Promise<void> {
    const path = given instanceof Uri ? given : await openedRecording();
    if (!path) return;
    const speed = given instanceof Uri ? SPEEDS[0] : await window.showQuickPick(SPEEDS, { placeHolder: 'How fast?' });
    if (!speed) return;
    const source: MetricsSource = {
      kind: 'recording',
      label: path.path.split('/').at(-1) || path.path,
      path: path.fsPath,
      speed: speed.speed,
    };
    this.#panel.show();
    await this.#session.start([source]);
  }

  /** Asks for a bearer token for a host and keeps it where VS Code keeps secrets. */
  async #token(): Promise<void> {
    if (!(await isAllowed())) return;
    const origin = await this.#origin();
    if (!origin) return;
    if (isInClear(origin) && !(await acceptsClear(origin))) return;
    const token = await window.showInputBox({
      title: `Bearer token for ${origin}`,
      prompt: 'Kept by VS Code as a secret, sent to this host only. Empty: forget it.',
      password: true,
      ignoreFocusOut: true,
    });
    if (token === undefined) return;
    await this.#tokens.set(origin, token.trim());
    const done = token.trim() ? 'is kept, and sent to no other host' : 'is forgotten';
    void window.showInformationMessage(`NIXL: the token for ${origin} ${done}.`);
  }

  async #origin(): Promise<string | undefined> {
    const origins = originsOf([...readMetricsSettings().sources, ...this.#session.last]);
    const items: (QuickPickItem & { origin?: string })[] = [];
    for (const origin of origins) {
      items.push({ label: origin, description: (await this.#tokens.has(origin)) ? 'has a token' : '', origin });
    }
    items.push({ label: 'Another host…' });
    const chosen = items.length > 1 ? await window.showQuickPick(items, { placeHolder: 'Which host?' }) : items[0];
    if (!chosen || chosen.origin) return chosen?.origin;
    const typed = await window.showInputBox({
      prompt: 'The host, such as https://decode.example:8000',
      validateInput: (text) => (originOf(text) ? undefined : 'No address of the web.'),
    });
    return typed === undefined ? undefined : originOf(typed);
  }
}

/** Hosts are contacted only from a workspace that is trusted. */
async function isAllowed(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const manage = 'Manage Workspace Trust';
  const answer = await window.showWarningMessage(
    'NIXL: this workspace is not trusted, and its files and settings could name any host. No host is contacted from it. The demonstration and recordings work.',
    manage,
  );
  if (answer === manage) await commands.executeCommand('workbench.trust.manage');
  return false;
}

async function acceptsClear(origin: string): Promise<boolean> {
  const go = 'Keep It';
  const detail = 'Everybody on the way can read what is sent to it, the token too.';
  return (await window.showWarningMessage(`${origin} is not encrypted.`, { modal: true, detail }, go)) === go;
}

async function openedRecording(): Promise<Uri | undefined> {
  const kinds = [
    { label: 'A recording…', detail: 'a folder with a folder of pages for each endpoint', folder: true },
    { label: 'One saved page…', detail: 'what /metrics answered', folder: false },
  ];
  const kind = await window.showQuickPick(kinds, { placeHolder: 'What to replay' });
  if (!kind) return undefined;
  const options = { canSelectFolders: kind.folder, canSelectFiles: !kind.folder, openLabel: 'Replay' };
  return (await window.showOpenDialog(options))?.[0];
}
