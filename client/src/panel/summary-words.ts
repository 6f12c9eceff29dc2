import type { MetricsSummary } from '../../../protocol/metrics';

const ICONS = { critical: '$(error)', warning: '$(warning)', info: '$(info)' } as const;

/** What the status bar says, and what it says when asked. */
export function summaryWords({ linkLoadMBps, worst, verdicts, ok, endpoints }: MetricsSummary): {
  readonly text: string;
  readonly tooltip: string;
} {
  const load = linkLoadMBps === null ? 'KV –' : `KV ${rateWords(linkLoadMBps)}`;
  const icon = worst ? `${ICONS[worst]} ` : ok < endpoints ? '$(warning) ' : '$(pulse) ';
  const parts = [
    linkLoadMBps === null ? 'No figures of transfers yet' : `KV moves at ${rateWords(linkLoadMBps)} (MB is 2^20 bytes)`,
    verdicts === 0 ? 'no verdict' : `${verdicts} ${verdicts === 1 ? 'verdict' : 'verdicts'}, the worst is ${worst}`,
    `${ok} of ${endpoints} ${endpoints === 1 ? 'endpoint' : 'endpoints'} in sight`,
  ];
  return { text: `${icon}${load}`, tooltip: `NIXL: ${parts.join(', ')}.` };
}

function rateWords(rate: number): string {
  if (rate < 1023.5) return `${rate < 9.95 ? rate.toFixed(1) : Math.round(rate)} MB/s`;
  return `${(rate / 1024).toFixed(1)} GB/s`;
}
