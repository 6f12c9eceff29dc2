import { type Disposable, StatusBarAlignment, ThemeColor, window } from 'vscode';
import type { MetricsSummary } from '../../../protocol/metrics';
import type { PanelStatus } from '../../../protocol/panel';
import { summaryWords } from './summary-words';

/** The item of the status bar while metrics are watched: what the link carries, and the worst that is known. */
export class MetricsStatus implements Disposable {
  readonly #item = window.createStatusBarItem('nixl.metrics', StatusBarAlignment.Left, 0);

  constructor() {
    this.#item.name = 'NIXL Live Metrics';
    this.#item.command = 'nixl.showMetrics';
  }

  status({ phase, source }: PanelStatus): void {
    if (phase === 'starting') {
      this.#item.text = '$(loading~spin) NIXL';
      this.#item.tooltip = `Asking ${source}…`;
      this.#item.backgroundColor = undefined;
      this.#item.show();
    } else if (phase !== 'running') {
      this.#item.hide();
    }
  }

  summary(summary: MetricsSummary | undefined): void {
    if (!summary) {
      this.#item.hide();
      return;
    }
    const { text, tooltip } = summaryWords(summary);
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: tooltip };
    const color = { critical: 'errorBackground', warning: 'warningBackground', info: undefined }[
      summary.worst ?? 'info'
    ];
    this.#item.backgroundColor = color ? new ThemeColor(`statusBarItem.${color}`) : undefined;
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
