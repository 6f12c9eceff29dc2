import { lookupMetric } from '../../../knowledge';
import type { Buckets } from '../counts';
import type { NixlAgent } from '../nixl-agent';
import type { NixlExporterRelease } from '../scenario';
import { escapeLabel, shortHelp } from './family';
import { exporterNumber } from './numbers';

const CATEGORIES = {
  transfer: 'NIXL_TELEMETRY_TRANSFER',
  performance: 'NIXL_TELEMETRY_PERFORMANCE',
  memory: 'NIXL_TELEMETRY_MEMORY',
} as const;

type Category = keyof typeof CATEGORIES;

interface Figure {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly category: Category;
  readonly value: number;
}

/** The page of NIXL's own exporter. Its names and labels differ by release. */
export function nixlExporterPage(agent: NixlAgent, release: NixlExporterRelease, scrapes: number): string {
  const figures = release === '0.9' ? figuresOf09(agent) : figuresSince11(agent, release === '1.2');
  let text = exposerText(scrapes);
  // The library gathers counters first, then gauges, then histograms.
  for (const type of ['counter', 'gauge'] as const) {
    for (const figure of figures) if (figure.type === type) text += figureText(figure, agent, release);
    if (type === 'counter' && release !== '0.9' && release !== '1.2') text += errorsText(agent);
  }
  if (release !== 'main') return text;
  text += histogramText('agent_xfer_time_us', agent.transferTimes, agent);
  return text + histogramText('agent_xfer_post_time_us', agent.postTimes, agent);
}

function figuresOf09(agent: NixlAgent): Figure[] {
  return [
    ...moved(agent).map((figure): Figure => ({ ...figure, type: 'counter' })),
    { name: 'agent_xfer_time', type: 'gauge', category: 'performance', value: agent.lastTransferTime },
    { name: 'agent_xfer_post_time', type: 'gauge', category: 'performance', value: agent.lastPostTime },
    { name: 'agent_memory_registered', type: 'gauge', category: 'memory', value: agent.registered },
    { name: 'agent_memory_deregistered', type: 'gauge', category: 'memory', value: 0 },
  ];
}

function figuresSince11(agent: NixlAgent, before13: boolean): Figure[] {
  const counters = [
    ...moved(agent),
    { name: 'agent_memory_registered', category: 'memory', value: agent.registered },
    { name: 'agent_memory_deregistered', category: 'memory', value: 0 },
    { name: 'agent_xfer_time', category: 'performance', value: agent.transferTime },
    { name: 'agent_xfer_post_time', category: 'performance', value: agent.postTime },
    ...(before13 ? [] : [{ name: 'agent_telemetry_events_dropped', category: 'performance', value: 0 } as const]),
  ] as const;
  const memory = before13 ? '' : '_last_bytes';
  const gauges: Figure[] = [
    { name: `agent_memory_registered${memory}`, type: 'gauge', category: 'memory', value: agent.registered },
    { name: `agent_memory_deregistered${memory}`, type: 'gauge', category: 'memory', value: 0 },
  ];
  if (!before13) {
    gauges.push(
      { name: 'agent_tx_last_bytes', type: 'gauge', category: 'transfer', value: agent.lastSent },
      { name: 'agent_rx_last_bytes', type: 'gauge', category: 'transfer', value: agent.lastReceived },
      { name: 'agent_xfer_time', type: 'gauge', category: 'performance', value: agent.lastTransferTime },
      { name: 'agent_xfer_post_time', type: 'gauge', category: 'performance', value: agent.lastPostTime },
    );
  }
  return [
    ...counters.map(
      ({ name, category, value }): Figure => ({ name: `${name}_total`, type: 'counter', category, value }),
    ),
    ...gauges,
  ];
}

function moved(agent: NixlAgent): { readonly name: string; readonly category: Category; readonly value: number }[] {
  return [
    { name: 'agent_tx_bytes', category: 'transfer', value: agent.sentBytes },
    { name: 'agent_rx_bytes', category: 'transfer', value: agent.receivedBytes },
    { name: 'agent_tx_requests_num', category: 'transfer', value: agent.sentRequests },
    { name: 'agent_rx_requests_num', category: 'transfer', value: agent.receivedRequests },
  ];
}

function figureText({ name, type, category, value }: Figure, agent: NixlAgent, release: NixlExporterRelease): string {
  const categorized = release === '0.9' || release === '1.2' ? `,category="${CATEGORIES[category]}"` : '';
  const labels = `agent_name="${agent.name}"${categorized},hostname="${escapeLabel(agent.host)}"`;
  return `${head(name, type)}${name}{${labels}} ${exporterNumber(value)}\n`;
}

function errorsText(agent: NixlAgent): string {
  const name = 'agent_errors_total';
  let text = head(name, 'counter');
  for (const status of lookupMetric(name)!.labelValues.status!) {
    text += `${name}{${names(agent)},status="${status}"} ${exporterNumber(agent.errors.get(status) ?? 0)}\n`;
  }
  return text;
}

function histogramText(name: string, { edges, counts, sum, count }: Buckets, agent: NixlAgent): string {
  const labels = names(agent);
  let text = `${head(name, 'histogram')}${name}_count{${labels}} ${count}\n${name}_sum{${labels}} ${exporterNumber(sum)}\n`;
  let reached = 0;
  for (let index = 0; index <= edges.length; index++) {
    reached += counts[index]!;
    const edge = index === edges.length ? '+Inf' : exporterNumber(edges[index]!);
    text += `${name}_bucket{${labels},le="${edge}"} ${reached}\n`;
  }
  return text;
}

function names({ name, host }: NixlAgent): string {
  return `agent_name="${name}",hostname="${escapeLabel(host)}"`;
}

function head(name: string, type: string): string {
  const help = shortHelp(lookupMetric(name)?.description ?? name);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

/** What the library in the exporter counts of itself. */
function exposerText(scrapes: number): string {
  const bytes = scrapes * 2311;
  return (
    '# HELP exposer_transferred_bytes_total Bytes sent to those who asked\n# TYPE exposer_transferred_bytes_total counter\n' +
    `exposer_transferred_bytes_total ${bytes}\n` +
    '# HELP exposer_scrapes_total Times that it was asked\n# TYPE exposer_scrapes_total counter\n' +
    `exposer_scrapes_total ${scrapes}\n`
  );
}
