import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Network, PrometheusSource, Tokens } from '../../../server/src/metrics/sources';
import { PrometheusPast } from '../../../server/src/metrics/sources/prometheus-past';
import { Collector, Servers, TIGHT } from './support';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [number, string];

let servers: Servers;
let sources: PrometheusSource[];

beforeEach(() => {
  servers = new Servers();
  sources = [];
});
afterEach(async () => {
  for (const source of sources) source.stop();
  await servers.close();
});

interface Asked {
  readonly path: string;
  readonly fields: URLSearchParams;
  readonly authorization: string | undefined;
}

/** A Prometheus server that says what a test wants it to. */
function prometheus(asked: Asked[], answer: (asked: Asked) => unknown): RequestListener {
  return (request, response) => {
    let form = '';
    request.on('data', (piece: Buffer) => {
      form += piece.toString();
    });
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const one = { path, fields: new URLSearchParams(form), authorization: headers.authorization };
      asked.push(one);
      const result = answer(one);
      const failed = typeof result === 'object' && result !== null && 'error' in result;
      const body = failed ? { status: 'error', ...result } : { status: 'success', data: { result } };
      response.writeHead(failed ? 400 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  };
}

const now = () => Math.floor(Date.now() / 1000);

const count = (targets: number) => [{ metric: {}, value: [now(), `${targets}`] }];

const series = (name: string, labels: Labels, ...values: Sample[]) => ({
  metric: { __name__: name, ...labels },
  values,
});

const isCount = ({ fields }: Asked) => fields.get('query')!.startsWith('count(');

function watch(
  url: string,
  more: Partial<ConstructorParameters<typeof PrometheusSource>[0]> = {},
  tokens = new Tokens(),
) {
  const options = { label: 'prometheus', url, intervalMs: 5_000, backfillMs: 0, ...more };
  const source = new PrometheusSource(options, { network: new Network(), tokens, limits: TIGHT });
  const collector = new Collector();
  source.start(collector);
  sources.push(source);
  return collector;
}

describe('a Prometheus server', () => {
  it('gives a page for every scrape of every target, at the time of the scrape', async () => {
    const asked: Asked[] = [];
    const [first, second] = [now() - 20, now() - 5];
    const target = (pod: string) => ({
      job: 'vllm',
      instance: `${pod}:8000`,
      namespace: 'llm',
      pod,
      engine: '0',
      model_name: 'a"b',
    });
    const url = await servers.http(
      prometheus(asked, (one) => {
        if (isCount(one)) return count(2);
        return [
          series('vllm:nixl_num_failed_transfers_total', target('decode-0'), [first, '2'], [second, '3']),
          series(
            'vllm:nixl_xfer_time_seconds_bucket',
            { ...target('decode-0'), le: '0.005' },
            [first, '1'],
            [second, '4'],
          ),
          series('vllm:nixl_num_failed_transfers_total', target('prefill-0'), [second, '0']),
        ];
      }),
    );
    const tokens = new Tokens();
    tokens.set(url, 'secret-token');
    const collector = watch(`${url}/prometheus/graph?g0.expr=up`, { matchers: '{namespace="llm"}' }, tokens);
    await collector.until(({ pages }) => pages.length === 3);
    expect(collector.pages.map(({ endpoint, arrival: { page } }) => [endpoint, page.at])).toEqual([
      ['decode-0', first * 1000],
      ['decode-0', second * 1000],
      ['prefill-0', second * 1000],
    ]);
    const { samples, families } = collector.pages[1]!.arrival.page;
    expect(samples.map(({ series: { family, part, le }, value }) => [family, part, le, value])).toEqual([
      ['vllm:nixl_num_failed_transfers', 'value', undefined, 3],
      ['vllm:nixl_xfer_time_seconds', 'bucket', 0.005, 4],
    ]);
    expect(samples[0]!.series.set.labels).toEqual(target('decode-0'));
    expect(families.has('vllm:nixl_xfer_time_seconds')).toBe(true);
    expect(asked.map(({ path }) => path)).toEqual(['/prometheus/api/v1/query', '/prometheus/api/v1/query']);
    const query = asked[1]!.fields.get('query')!;
    expect(query).toMatch(/^\{__name__=~"[^"]*nixl_[^"]*",namespace="llm"\}\[60s\]$/);
    const [, names] = /__name__=~"([^"]*)"/.exec(query)!;
    const wanted = new RegExp(`^(?:${names})$`);
    for (const name of [
      'vllm:nixl_xfer_time_seconds_bucket',
      'ray_vllm_nixl_bytes_transferred_sum',
      'vllm:kv_cache_usage_perc',
      'vllm:prompt_tokens_total',
      'vllm:time_to_first_token_seconds_count',
      'agent_tx_bytes_total',
    ]) {
      expect(name).toMatch(wanted);
    }
    expect('vllm:lora_requests_info').not.toMatch(wanted);
    expect('node_cpu_seconds_total').not.toMatch(wanted);
    expect(asked[0]!.authorization).toBe('Bearer secret-token');
  });

  /** A scrape a second, of an engine that starts anew every seven seconds: what a range selector has of it. */
  const restarting = (one: Asked, labels: Labels) => {
    const [, seconds] = /\[(\d+)s\]$/.exec(one.fields.get('query')!)!;
    const end = Math.floor(Number(one.fields.get('time') ?? now()));
    const times = Array.from({ length: Number(seconds) }, (_, index) => end - Number(seconds) + 1 + index);
    return series('vllm:nixl_num_failed_transfers_total', labels, ...times.map((at): Sample => [at, `${at % 7}`]));
  };

  it('tells every sample of the past, whatever began anew in between', async () => {
    const asked: Asked[] = [];
    const url = await servers.http(
      prometheus(asked, (one) => (isCount(one) ? count(1) : [restarting(one, { instance: 'a:8000', engine: '0' })])),
    );
    const collector = watch(url, { backfillMs: 600_000 });
    await collector.until(({ pages }) => pages.length >= 600);
    const moments = collector.pages.map(({ arrival: { page } }) => page.at / 1000);
    const [first] = moments;
    expect(moments).toEqual(moments.map((_, index) => first! + index));
    expect(collector.pages.map(({ arrival: { page } }) => page.samples[0]!.value)).toEqual(moments.map((at) => at % 7));
    expect(Date.now() / 1000 - first!).toBeLessThanOrEqual(603);
    expect(asked.map(({ path }) => path)).toEqual(asked.map(() => '/api/v1/query'));
    const pieces = asked.slice(2).map(({ fields }) => /\[(\d+)s\]$/.exec(fields.get('query')!)![1]);
    expect(pieces).toEqual(['301', '271']);
    expect(collector.pages.some(({ arrival }) => arrival.note !== undefined)).toBe(false);
  });

  it('says what it leaves out of a past that cannot be had', async () => {
    const asked: Asked[] = [];
    const url = await servers.http(
      prometheus(asked, (one) => {
        if (isCount(one)) return count(1);
        const tooMuch = asked.length > 3;
        const error = 'query processing would load too many samples into memory';
        return tooMuch ? { errorType: 'execution', error } : [restarting(one, { instance: 'a:8000' })];
      }),
    );
    const collector = watch(url, { backfillMs: 1_800_000 });
    await collector.until(({ pages }) => pages.length >= 300);
    expect(collector.pages.length).toBeLessThan(350);
    expect(collector.failures).toEqual([]);
    const since = new Date(Number(asked[3]!.fields.get('time')) * 1000).toISOString().slice(11, 19);
    expect(collector.pages.at(-1)!.arrival.note).toBe(
      `Prometheus tells what was since ${since} UTC; what was before is left out: Prometheus: the query fails: query processing would load too many samples into memory`,
    );
  });

  it('asks for less at once, and for no more than there is room for, where there are many samples', async () => {
    const spans: number[] = [];
    const samples = Array.from({ length: 500_000 }, (): [number, string] => [now(), '1']);
    const api = {
      query: (query: string) => {
        spans.push(Number(/\[(\d+)s\]$/.exec(query)![1]));
        return Promise.resolve([{ labels: {}, samples: samples.slice(0, 4000 * (spans.at(-1)! - 1)) }]);
      },
    };
    const past = new PrometheusPast(api, '{}');
    const told = await past.read(1000, 2800, 4000, new AbortController().signal);
    expect(spans).toEqual([101, 101, 101, 101, 101]);
    expect(told).toMatchObject({ from: 2300, problem: 'it is too much.' });
  });

  it('knows an engine that is away at this moment', async () => {
    const asked: Asked[] = [];
    const labels = { instance: 'a:8000' };
    const url = await servers.http(
      prometheus(asked, (one) => {
        const query = one.fields.get('query')!;
        if (isCount(one)) return query.includes('last_over_time(') && query.includes('[1800s]') ? count(1) : [];
        return one.fields.has('time') ? [restarting(one, labels)] : [];
      }),
    );
    const collector = watch(url, { backfillMs: 1_800_000 });
    await collector.until(({ pages }) => pages.length > 1700);
    expect(asked[0]!.fields.get('query')).toMatch(/^count\(count by \([^)]*\) \(last_over_time\(\{.*\}\[300s\]\)\)\)$/);
  });

  it('counts a target once that two jobs scrape, and tells namesakes apart', async () => {
    const at = now() - 5;
    const one = (job: string, namespace: string) => ({ job, namespace, pod: 'p-0', instance: 'p:8000', engine: '0' });
    const url = await servers.http(
      prometheus([], (asked) => {
        if (isCount(asked)) return count(3);
        return [one('b', 'x'), one('a', 'x'), one('a', 'y')].map((labels) =>
          series('vllm:nixl_num_failed_transfers_total', labels, [at, '1']),
        );
      }),
    );
    const collector = watch(url);
    await collector.until(({ pages }) => pages.length === 2);
    expect(
      collector.pages.map(({ endpoint, arrival }) => [endpoint, arrival.page.samples[0]!.series.set.labels.job]),
    ).toEqual([
      ['p-0', 'a'],
      ['y/p-0/p:8000', 'a'],
    ]);
  });

  it('is asked for sums by role and model when there are many engines', async () => {
    const asked: Asked[] = [];
    const role = { role: 'decode', model_name: 'm' };
    const url = await servers.http(
      prometheus(asked, (one) => {
        if (isCount(one)) return count(1000);
        const [start, end] = [Number(one.fields.get('start')), Number(one.fields.get('end'))];
        const steps = Array.from({ length: (end - start) / 60 + 1 }, (_, index) => start + index * 60);
        const all = (value: string) => steps.map((at): Sample => [at, value]);
        return [
          { metric: { summed: 'vllm:nixl_xfer_time_seconds_count', ...role }, values: all('10') },
          { metric: { summed: 'vllm:num_requests_running', ...role }, values: all('7') },
          { metric: { summed: 'engines', ...role }, values: all('512') },
        ];
      }),
    );
    const collector = watch(url, { backfillMs: 180_000, mostTargets: 200 });
    await collector.until(({ pages }) => pages.length === 4);
    expect(new Set(collector.pages.map(({ endpoint }) => endpoint))).toEqual(new Set(['decode · m']));
    expect(collector.pages.map(({ arrival: { page } }) => page.samples.map(({ value }) => value))).toEqual([
      [10, 7],
      [20, 7],
      [30, 7],
      [40, 7],
    ]);
    expect(collector.pages[0]!.arrival.note).toMatch(/^The sum of 512 engines, /);
    const { path, fields } = asked[1]!;
    expect(path).toBe('/api/v1/query_range');
    expect(fields.get('query')).toContain('increase({__name__="vllm:nixl_bytes_transferred_sum"}[60s])');
    expect(fields.get('query')).not.toContain('instance');
  });

  it('says what is wrong, without secrets', async () => {
    const tokens = new Tokens();
    const wrong = await servers.http(
      prometheus([], () => ({ errorType: 'bad_data', error: 'parse error near secret-token' })),
    );
    tokens.set(wrong, 'secret-token');
    const empty = await servers.http(prometheus([], () => []));
    const html = await servers.http((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    );
    const noJson = await servers.http((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":'),
    );
    const denied = await servers.http((_request, response) => response.writeHead(403).end('no'));
    const moved = await servers.http((_request, response) => response.writeHead(302, { location: '/login' }).end());
    const cases = [
      [wrong, 'Prometheus: it does not understand the label matchers: parse error near ***'],
      [empty, 'Prometheus has no figures of vLLM or NIXL that the label matchers select.'],
      [html, 'The answer is not that of a Prometheus server.'],
      [noJson, 'The answer of Prometheus is no JSON.'],
      [denied, 'Whoever asks is not allowed to (HTTP 403).'],
      [moved, 'It redirects what was posted.'],
    ] as const;
    for (const [url, problem] of cases) {
      const collector = watch(url, { matchers: 'job="x"' }, tokens);
      await collector.until(({ failures }) => failures.length > 0);
      expect(collector.failures[0]).toMatchObject({ endpoint: 'prometheus', failure: { state: 'refused', problem } });
    }
  });

  it('takes its targets down with it, and brings them back', async () => {
    let broken = false;
    let at = now() - 60;
    const fine = prometheus([], (one) => {
      at += 1;
      return isCount(one) ? count(1) : [series('vllm:nixl_num_failed_transfers_total', { pod: 'p' }, [at, '1'])];
    });
    const url = await servers.http((request, response) => {
      if (broken) response.writeHead(503).end();
      else fine(request, response);
    });
    const forgotten: string[] = [];
    const collector = watch(url, { intervalMs: 20, shortestIntervalMs: 20 });
    Object.assign(collector, { forget: (endpoint: string) => forgotten.push(endpoint) });
    await collector.until(({ pages }) => pages.length > 0);
    expect(forgotten).toContain('prometheus');
    broken = true;
    await collector.until(({ failures }) => failures.length >= 2);
    const { failures } = collector;
    expect(failures.slice(0, 2).map(({ endpoint }) => endpoint)).toEqual(['prometheus', 'p']);
    expect(failures[1]!.failure).toMatchObject({ state: 'refused', problem: 'It is not ready (HTTP 503).' });
    broken = false;
    const before = collector.pages.length;
    await collector.until(({ pages }) => pages.length > before);
  });

  it('says when it has nothing new of a target', async () => {
    const url = await servers.http(
      prometheus([], (one) => {
        const labels = { pod: 'gone' };
        return isCount(one) ? count(1) : [series('vllm:nixl_num_failed_transfers_total', labels, [now() - 500, '1'])];
      }),
    );
    const collector = watch(url);
    await collector.until(({ failures }) => failures.length > 0);
    expect(collector.failures[0]).toMatchObject({
      endpoint: 'gone',
      failure: {
        state: 'down',
        problem: expect.stringMatching(/^Prometheus has nothing of it since \d\d:\d\d:\d\d UTC\.$/),
      },
    });
  });
});
