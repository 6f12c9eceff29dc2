import { expect, it } from 'vitest';
import type { EngineRole } from '../../../protocol/metrics';
import { PageReader } from '../../../server/src/metrics/exposition';
import { Deployment } from '../../../server/src/metrics/model/deployment';
import { DEFAULT_THRESHOLDS } from '../../../server/src/metrics/thresholds';
import { look } from '../../../server/src/metrics/verdicts';

/** What one engine has counted up to a moment, as the Python front end writes it. */
interface Counted {
  readonly transfers?: number;
  readonly failed?: number;
  readonly expired?: number;
  readonly deferred?: number;
  readonly tokens?: Readonly<Record<string, number>>;
  readonly cacheDtype?: string;
}

function pageOf({
  transfers = 0,
  failed = 0,
  expired = 0,
  deferred = 0,
  tokens = {},
  cacheDtype = 'auto',
}: Counted): string {
  const labels = 'engine="0",model_name="m"';
  const histogram = (name: string, sum: number) => `# TYPE ${name} histogram
${name}_bucket{engine="0",le="+Inf",model_name="m"} ${transfers}.0
${name}_count{${labels}} ${transfers}.0
${name}_sum{${labels}} ${sum}
`;
  const counter = (name: string, value: number, more = '') =>
    `# TYPE ${name}_total counter\n${name}_total{${labels}${more}} ${value}.0\n`;
  const sources = ['local_compute', 'local_cache_hit', 'external_kv_transfer'];
  return [
    histogram('vllm:nixl_xfer_time_seconds', transfers * 0.002),
    histogram('vllm:nixl_post_time_seconds', transfers * 0.0004),
    histogram('vllm:nixl_bytes_transferred', transfers * 8 * 2 ** 20),
    histogram('vllm:nixl_num_descriptors', transfers * 64),
    counter('vllm:nixl_num_failed_transfers', failed),
    counter('vllm:nixl_num_failed_notifications', 0),
    counter('vllm:nixl_num_kv_expired_reqs', expired),
    '# TYPE vllm:prompt_tokens_by_source_total counter\n',
    ...sources.map(
      (source) => `vllm:prompt_tokens_by_source_total{${labels},source="${source}"} ${tokens[source] ?? 0}.0\n`,
    ),
    '# TYPE vllm:num_requests_waiting_by_reason gauge\n',
    ...[['capacity', 0] as const, ['deferred', deferred] as const].map(
      ([reason, value]) => `vllm:num_requests_waiting_by_reason{${labels},reason="${reason}"} ${value}.0\n`,
    ),
    '# TYPE vllm:engine_sleep_state gauge\n',
    `vllm:engine_sleep_state{${labels},sleep_state="awake"} 1.0\n`,
    '# TYPE vllm:cache_config_info gauge\n',
    `vllm:cache_config_info{block_size="16",cache_dtype="${cacheDtype}",engine="0",num_gpu_blocks="100"} 1.0\n`,
  ].join('');
}

/** What is said after 40 s of these pages, first and last. */
function said(sides: Readonly<Partial<Record<'prefill' | 'decode', readonly [Counted, Counted]>>>): string[] {
  const deployment = new Deployment();
  for (const [label, pages] of Object.entries(sides)) {
    const reader = new PageReader();
    const url = `http://${label}:8000/metrics`;
    deployment.expect(label, url, label as EngineRole);
    pages.forEach((counted, index) => {
      const page = reader.readBytes(Buffer.from(pageOf(counted)), 1_000_000 + index * 40_000);
      deployment.page(label, url, { page, latencyMs: 1 });
    });
  }
  const found = look(deployment.watched(60, DEFAULT_THRESHOLDS), (kind, error) => {
    throw new Error(`${kind} failed`, { cause: error });
  });
  return found.map(({ id, severity, endpoint, engine }) => `${id} ${severity} ${endpoint}/${engine}`);
}

const started = { local_compute: 50, external_kv_transfer: 9950 };

it('says nothing of pages of a pair that works', () => {
  const decode = [{ transfers: 10 }, { transfers: 130, tokens: started }] as const;
  expect(said({ prefill: [{}, { tokens: { local_compute: 10_000 } }], decode })).toEqual([]);
});

it('finds telemetry that is off', () => {
  expect(said({ decode: [{ failed: 17_000 }, { failed: 17_960 }] })).toEqual(['telemetry-off critical decode/0']);
});

it('finds what fails, what expires and what is computed again', () => {
  const decode = [
    { transfers: 10 },
    { transfers: 40, failed: 20, tokens: { local_compute: 8000, external_kv_transfer: 2000 } },
  ] as const;
  expect(said({ prefill: [{}, { expired: 4 }], decode })).toEqual([
    'transfers-failing critical decode/0',
    'decode-recomputes warning decode/0',
    'kv-expired warning prefill/0',
  ]);
});

it('finds caches that do not fit, and requests that wait', () => {
  const decode = [{ deferred: 2 }, { deferred: 2 }] as const;
  expect(said({ prefill: [{ cacheDtype: 'fp8' }, { cacheDtype: 'fp8' }], decode })).toEqual([
    'config-drift warning decode/0',
    'transfers-stuck warning decode/0',
  ]);
});

it('takes requests that wait since the last page for what they are', () => {
  expect(said({ decode: [{ deferred: 0 }, { deferred: 2 }] })).toEqual([]);
});
