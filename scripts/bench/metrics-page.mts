/** A page of `/metrics` as vLLM's Python front end writes it, with figures that move from page to page. */

const NIXL_TIME = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 5];
const NIXL_BYTES = [2048, 8192, 32768, 131072, 524288, 2097152, 8388608, 33554432, 134217728, 536870912, 2147483648];
const DESCRIPTORS = [10, 20, 30, 50, 75, 100, 200, 400, 1000, 2000, 4000, 10000, 20000, 50000];
const LATENCY = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
const TOKENS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000];
const FIRST = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160];
const HTTP = [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60];

export interface PageShape {
  /** Engines behind the endpoint, and how many of them move KV. */
  readonly engines: number;
  readonly transferring: number;
  /** Paths whose requests the HTTP server counts. */
  readonly handlers: number;
}

/** One page; `step` moves its figures. */
export function metricsPage({ engines, transferring, handlers }: PageShape, step: number): string {
  const lines: string[] = [];
  const ids = Array.from({ length: engines }, (_, index) => `engine="${index}",model_name="meta-llama/Llama-3.1-70B"`);
  const moving = ids.slice(0, transferring);
  histogram(lines, 'vllm:nixl_xfer_time_seconds', NIXL_TIME, moving, step);
  histogram(lines, 'vllm:nixl_post_time_seconds', [0.001, ...NIXL_TIME], moving, step);
  histogram(lines, 'vllm:nixl_bytes_transferred', NIXL_BYTES, moving, step);
  histogram(lines, 'vllm:nixl_num_descriptors', DESCRIPTORS, moving, step);
  for (const name of ['failed_transfers', 'failed_notifications', 'kv_expired_reqs']) {
    value(lines, `vllm:nixl_num_${name}_total`, 'counter', moving, 0);
  }
  if (moving.length > 0) {
    value(lines, 'vllm:num_requests_running', 'gauge', moving, step % 17);
    value(lines, 'vllm:num_requests_waiting', 'gauge', moving, step % 5);
    value(lines, 'vllm:kv_cache_usage_perc', 'gauge', moving, ((step * 37) % 100) / 128.7);
    value(lines, 'vllm:prompt_tokens_total', 'counter', moving, step * 81_234);
    value(lines, 'vllm:generation_tokens_total', 'counter', moving, step * 9_321);
    histogram(lines, 'vllm:time_to_first_token_seconds', FIRST, moving, step);
  }
  for (const name of ['e2e_request_latency', 'request_queue_time', 'request_prefill_time', 'request_decode_time']) {
    histogram(lines, `vllm:${name}_seconds`, LATENCY, ids, step);
  }
  for (const name of ['prompt_tokens', 'generation_tokens', 'max_num_generation_tokens', 'params_max_tokens']) {
    histogram(lines, `vllm:request_${name}`, TOKENS, ids, step);
  }
  histogram(lines, 'vllm:iteration_tokens_total', TOKENS, ids, step);
  const paths = Array.from({ length: handlers }, (_, index) => `handler="/v1/path/${index}",method="POST"`);
  histogram(lines, 'http_request_duration_seconds', HTTP, paths, step);
  value(lines, 'process_start_time_seconds', 'gauge', [''], 1_764_000_000.25);
  return `${lines.join('\n')}\n`;
}

function head(lines: string[], name: string, type: string): void {
  lines.push(`# HELP ${name} What the engine counted of it since it started.`, `# TYPE ${name} ${type}`);
}

function value(lines: string[], name: string, type: string, sets: readonly string[], figure: number): void {
  head(lines, name, type);
  for (const set of sets) lines.push(`${name}${set === '' ? '' : `{${set}}`} ${python(figure)}`);
}

function histogram(
  lines: string[],
  name: string,
  edges: readonly number[],
  sets: readonly string[],
  step: number,
): void {
  head(lines, name, 'histogram');
  for (const [index, set] of sets.entries()) {
    const count = step * (index + 3);
    for (const [place, edge] of [...edges, Number.POSITIVE_INFINITY].entries()) {
      const below = Math.floor((count * (place + 1)) / (edges.length + 1));
      lines.push(`${name}_bucket{le="${python(edge)}",${set}} ${python(below)}`);
    }
    lines.push(`${name}_count{${set}} ${python(count)}`, `${name}_sum{${set}} ${python(count * 0.113917)}`);
  }
  head(lines, `${name}_created`, 'gauge');
  for (const set of sets) lines.push(`${name}_created{${set}} 1.764000012345678e+09`);
}

/** A number as Python's client writes it. */
function python(figure: number): string {
  if (figure === Number.POSITIVE_INFINITY) return '+Inf';
  if (figure >= 1e6 && Number.isInteger(figure)) return figure.toExponential().replace(/e\+(\d)$/, 'e+0$1');
  return Number.isInteger(figure) ? `${figure}.0` : String(figure);
}
