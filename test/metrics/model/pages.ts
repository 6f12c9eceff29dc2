import { PageReader } from '../../../server/src/metrics/exposition';
import { Deployment } from '../../../server/src/metrics/model';
import type { Page } from '../../../server/src/metrics/page';

/** Finite edges in seconds, as vLLM has them. */
export const TIME_EDGES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 5];
export const POST_EDGES = [0.001, ...TIME_EDGES];
export const BYTE_EDGES = Array.from({ length: 12 }, (_, index) => 2 ** (11 + 2 * index));
export const DESCRIPTOR_EDGES = [10, 20, 30, 50, 75, 100, 200, 400, 1000, 2000, 4000, 10000, 20000, 50000];

/** One finished transfer of one rank: seconds, bytes, pieces. */
export interface Transfer {
  readonly time: number;
  readonly post: number;
  readonly bytes: number;
  readonly descriptors: number;
}

const labelText = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');

export function histogram(
  name: string,
  labels: Readonly<Record<string, string>>,
  edges: readonly number[],
  values: readonly number[],
): string {
  const own = labelText(labels);
  const lines = [`# TYPE ${name} histogram`];
  for (const edge of edges) {
    lines.push(`${name}_bucket{${own},le="${edge}"} ${values.filter((value) => value <= edge).length}.0`);
  }
  lines.push(`${name}_bucket{${own},le="+Inf"} ${values.length}.0`);
  lines.push(`${name}_count{${own}} ${values.length}.0`);
  lines.push(`${name}_sum{${own}} ${values.reduce((sum, value) => sum + value, 0)}`);
  return `${lines.join('\n')}\n`;
}

export function transfersText(labels: Readonly<Record<string, string>>, transfers: readonly Transfer[]): string {
  return [
    histogram(
      'vllm:nixl_xfer_time_seconds',
      labels,
      TIME_EDGES,
      transfers.map(({ time }) => time),
    ),
    histogram(
      'vllm:nixl_post_time_seconds',
      labels,
      POST_EDGES,
      transfers.map(({ post }) => post),
    ),
    histogram(
      'vllm:nixl_bytes_transferred',
      labels,
      BYTE_EDGES,
      transfers.map(({ bytes }) => bytes),
    ),
    histogram(
      'vllm:nixl_num_descriptors',
      labels,
      DESCRIPTOR_EDGES,
      transfers.map(({ descriptors }) => descriptors),
    ),
  ].join('');
}

export function counterText(name: string, labels: Readonly<Record<string, string>>, value: number | string): string {
  return `# TYPE ${name}_total counter\n${name}_total{${labelText(labels)}} ${value}\n`;
}

export function gaugeText(name: string, labels: Readonly<Record<string, string>>, value: number | string): string {
  return `# TYPE ${name} gauge\n${name}{${labelText(labels)}} ${value}\n`;
}

export const LABELS = { engine: '0', model_name: 'm' };

/** A deployment that is fed with pages as text. */
export class Fed {
  readonly deployment: Deployment;
  readonly #readers = new Map<string, PageReader>();

  constructor(intervalMs = 2000, patienceMs = intervalMs) {
    this.deployment = new Deployment({ intervalMs, patienceMs });
  }

  page(endpoint: string, at: number, text: string): Page {
    const reader = this.#readers.get(endpoint) ?? new PageReader();
    this.#readers.set(endpoint, reader);
    const page = reader.readBytes(Buffer.from(text), at);
    this.deployment.page(endpoint, `http://${endpoint}/metrics`, { page, latencyMs: 1 });
    return page;
  }

  lost(endpoint: string, at: number): void {
    this.deployment.failure(endpoint, `http://${endpoint}/metrics`, {
      state: 'down',
      problem: 'Nobody answered.',
      at,
      nextAt: at + 1000,
    });
  }

  /** The report's row of the only engine of an endpoint, or of the one named. */
  engine(endpoint: string, engine = '0') {
    const found = this.deployment.report().endpoints.find((row) => row.endpoint === endpoint)?.engines;
    const rows = found?.filter((row) => row.engine === engine) ?? [];
    if (rows.length !== 1) throw new Error(`${rows.length} engines ${engine} behind ${endpoint}`);
    return rows[0]!;
  }
}
