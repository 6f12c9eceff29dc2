import { Buckets } from '../counts';
import type { Endpoint } from '../engine';
import { Random } from '../random';
import type { Family, LabelPairs, Row } from './family';

const ROUTE: LabelPairs = [
  ['handler', '/v1/completions'],
  ['method', 'POST'],
];
const SERVED: LabelPairs = [...ROUTE, ['status', '2xx']];
const BROKEN: LabelPairs = [...ROUTE, ['status', '5xx']];
const HANDLER: LabelPairs = [['handler', '/v1/completions']];
const NONE: LabelPairs = [];
const SUCCESSES = ['stop', 'length', 'abort', 'repetition'];

/** What the HTTP server counts of the requests that its engines have finished. Sizes only from Python's. */
export function httpFamilies(endpoint: Endpoint, sizes: boolean): Family[] {
  const created = endpoint.startedAt / 1000 + 7.5;
  let served = 0;
  let broken = 0;
  let prompts = 0;
  for (const { counts } of endpoint.engines) {
    for (const reason of SUCCESSES) served += counts.counter('vllm:request_success', reason);
    broken += counts.counter('vllm:request_success', 'error');
    prompts += counts.histogram('vllm:request_prompt_tokens').sum;
  }
  const all = served + broken;
  const requests: Row[] = [];
  if (served > 0) requests.push({ labels: SERVED, value: served, created });
  if (broken > 0) requests.push({ labels: BROKEN, value: broken, created });
  const sized = (bytes: number): Row[] => [{ labels: HANDLER, value: { sum: bytes, count: all }, created }];
  const families: Family[] = [
    { name: 'http_requests', type: 'counter', help: 'Requests by method, status and handler', rows: requests },
  ];
  if (sizes) {
    families.push(
      {
        name: 'http_request_size_bytes',
        type: 'summary',
        help: 'Length of requests by handler',
        rows: sized(Math.round(prompts * 4.4)),
      },
      {
        name: 'http_response_size_bytes',
        type: 'summary',
        help: 'Length of answers by handler',
        rows: sized(all * 612),
      },
    );
  }
  families.push(
    {
      name: 'http_request_duration_highr_seconds',
      type: 'histogram',
      help: 'Latency of all requests, in many buckets',
      rows: [{ labels: NONE, value: together(endpoint, 'http_request_duration_highr_seconds'), created }],
    },
    {
      name: 'http_request_duration_seconds',
      type: 'histogram',
      help: 'Latency by handler, in few buckets',
      rows: [{ labels: ROUTE, value: together(endpoint, 'http_request_duration_seconds'), created }],
    },
  );
  return families;
}

function together({ engines }: Endpoint, family: string): Buckets {
  const sum = new Buckets(engines[0]!.counts.histogram(family).edges);
  for (const { counts } of engines) sum.add(counts.histogram(family));
  return sum;
}

/** One family with many routes, as servers behind gateways have it: nobody wants it, and it fills pages. */
export function routeFamily(endpoint: Endpoint, routes: number): Family {
  const random = new Random(endpoint.pid);
  const created = endpoint.startedAt / 1000 + 7.5;
  const rows: Row[] = [];
  for (let route = 0; route < routes; route++) {
    const value = new Buckets([
      0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60,
    ]);
    for (let index = 0; index < 40; index++) value.observe(Math.round(random.spread(1) * 4e5) / 1e6, 7);
    const handler = `/v1/tenants/${random.hex(8)}/deployments/${route}/completions`;
    rows.push({ labels: [...ROUTE.slice(1), ['handler', handler], ['status', '2xx']], value, created });
  }
  return { name: 'http_route_duration_seconds', type: 'histogram', help: 'Latency by route', rows };
}
