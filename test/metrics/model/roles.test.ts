import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../server/src/metrics/thresholds';
import { counterText, Fed, type Transfer, transfersText } from './pages';

type Labels = Readonly<Record<string, string>>;

const some = (count: number): Transfer[] =>
  Array.from({ length: count }, () => ({ time: 0.02, post: 0.001, bytes: 2 ** 22, descriptors: 64 }));

interface Doing {
  readonly transfers?: number;
  readonly external?: number;
  readonly computed?: number;
  readonly failed?: number;
  readonly expired?: number;
  readonly finished?: number;
  readonly generated?: number;
  /** Releases before 0.16 do not tell sources apart. */
  readonly old?: boolean;
  readonly labels?: Labels;
}

function page({
  transfers = 0,
  external = 0,
  computed = 0,
  failed = 0,
  expired = 0,
  finished = 0,
  generated,
  old,
  labels,
}: Doing) {
  const own = { engine: '0', model_name: 'm', ...labels };
  const source = (name: string, tokens: number) =>
    counterText('vllm:prompt_tokens_by_source', { ...own, source: name }, tokens);
  return [
    transfersText(own, some(transfers)),
    counterText('vllm:nixl_num_failed_transfers', own, failed),
    counterText('vllm:nixl_num_kv_expired_reqs', own, expired),
    counterText('vllm:request_success', { ...own, finished_reason: 'stop' }, finished),
    generated === undefined ? '' : counterText('vllm:generation_tokens', own, generated),
    ...(old ? [] : [source('external_kv_transfer', external), source('local_compute', computed)]),
  ].join('');
}

/** Endpoints with names that say nothing. */
function fed(
  engines: Readonly<Record<string, Doing>>,
  roles: Readonly<Record<string, 'prefill' | 'decode' | 'both'>> = {},
) {
  const deployment = new Fed();
  for (const [endpoint, doing] of Object.entries(engines)) {
    deployment.deployment.expect(endpoint, `http://${endpoint}`, roles[endpoint]);
    deployment.page(
      endpoint,
      0,
      page({ ...(doing.labels && { labels: doing.labels }), ...(doing.old && { old: true }) }),
    );
    deployment.page(endpoint, 2000, page(doing));
  }
  return deployment.deployment;
}

const rolesOf = (deployment: ReturnType<typeof fed>) =>
  Object.fromEntries(
    deployment
      .watched(60, DEFAULT_THRESHOLDS)
      .engines.map(({ id, role, roleFrom }) => [id.endpoint, role && `${role} by ${roleFrom}`]),
  );

describe('the role of an engine', () => {
  it('is that of the configuration first, then that of its names, then what it does', () => {
    const decoding = { transfers: 20, external: 5000 };
    expect(rolesOf(fed({ a: decoding }, { a: 'prefill' }))).toEqual({ a: 'prefill by configuration' });
    expect(rolesOf(fed({ a: { ...decoding, labels: { pod: 'llama-prefill-0' } } }))).toEqual({
      a: 'prefill by labels',
    });
    expect(rolesOf(fed({ a: { ...decoding, labels: { llm_isvc_role: 'decode' } } }))).toEqual({
      a: 'decode by labels',
    });
    expect(rolesOf(fed({ 'my-prefill': {}, 'prefill-decode': {} }))).toEqual({
      'my-prefill': 'prefill by labels',
      'prefill-decode': undefined,
    });
    expect(rolesOf(fed({ a: decoding }))).toEqual({ a: 'decode by behaviour' });
    expect(rolesOf(fed({ a: decoding }, { a: 'both' }))).toEqual({ a: 'decode by behaviour' });
    expect(rolesOf(fed({ a: {} }, { a: 'both' }))).toEqual({ a: 'both by configuration' });
  });

  it('is seen where decode pulls', () => {
    const engines = { a: { computed: 9000, finished: 20 }, b: { transfers: 20, external: 9000, finished: 20 } };
    expect(rolesOf(fed(engines))).toEqual({ a: 'prefill by behaviour', b: 'decode by behaviour' });
  });

  it('is seen where prefill pushes, though transfers are counted on the other side', () => {
    const engines = { a: { transfers: 20, computed: 9000, finished: 20 }, b: { external: 9000, finished: 20 } };
    expect(rolesOf(fed(engines))).toEqual({ a: 'prefill by behaviour', b: 'decode by behaviour' });
    expect(rolesOf(fed({ a: engines.a }))).toEqual({ a: 'prefill by behaviour' });
  });

  it('is not taken from tokens that an offloading connector loaded', () => {
    const offloading = { external: 4500, computed: 9000, finished: 20 };
    const decoding = { transfers: 20, external: 9000, computed: 20, finished: 20 };
    expect(rolesOf(fed({ a: offloading, b: decoding }))).toEqual({
      a: 'prefill by behaviour',
      b: 'decode by behaviour',
    });
    expect(rolesOf(fed({ a: offloading }))).toEqual({ a: undefined });
    expect(rolesOf(fed({ a: offloading, b: offloading }))).toEqual({ a: undefined, b: undefined });
    // Where prefill pushes, it counts transfers too: it answers with one token.
    const engines = {
      a: { ...offloading, transfers: 20, generated: 20 },
      b: { external: 9000, computed: 20, finished: 20, generated: 900 },
    };
    expect(rolesOf(fed(engines))).toEqual({ a: 'prefill by behaviour', b: 'decode by behaviour' });
    expect(rolesOf(fed({ a: engines.a }))).toEqual({ a: undefined });
  });

  it('is seen in releases that do not tell sources of tokens apart', () => {
    expect(rolesOf(fed({ a: { old: true, finished: 20 }, b: { old: true, transfers: 20, finished: 20 } }))).toEqual({
      a: 'prefill by behaviour',
      b: 'decode by behaviour',
    });
  });

  it('is seen where every transfer fails, and where KV expires', () => {
    expect(rolesOf(fed({ a: { expired: 3 }, b: { failed: 20 } }))).toEqual({
      a: 'prefill by behaviour',
      b: 'decode by behaviour',
    });
  });

  it('is not guessed', () => {
    expect(rolesOf(fed({ a: {}, b: { computed: 500, finished: 3 }, c: { transfers: 1, computed: 10 } }))).toEqual({
      a: undefined,
      b: undefined,
      c: undefined,
    });
  });
});

describe('pairs', () => {
  const pairs = (deployment: ReturnType<typeof fed>) =>
    deployment
      .update(2000, { running: true, windowSeconds: 60, source: 'live' })
      .pairs.map(({ label, prefill, decode, window }) => [label, prefill.length, decode.length, window.transfers]);

  it('are all engines of one model', () => {
    const decode = { transfers: 20, external: 9000 };
    expect(pairs(fed({ prefill1: {}, prefill2: {}, decode1: decode, decode2: decode, decode3: decode }))).toEqual([
      ['m', 2, 3, 60],
    ]);
  });

  it('are kept apart by model and by labels of deployments', () => {
    const of = (namespace: string, model_name = 'm') => ({ transfers: 5, labels: { namespace, model_name } });
    const engines = {
      'prefill-a': of('a'),
      'decode-a': of('a'),
      'prefill-b': of('b'),
      'decode-b': of('b'),
      'decode-c': of('b', 'n'),
    };
    expect(pairs(fed(engines))).toEqual([
      ['m · a', 1, 1, 10],
      ['m · b', 1, 1, 10],
      ['n · b', 0, 1, 5],
    ]);
  });

  it('may call one model by two names', () => {
    const engines = {
      prefill: { labels: { model_name: '/models/m' } },
      decode: { transfers: 5, labels: { model_name: 'm' } },
    };
    expect(pairs(fed(engines))).toEqual([['/models/m → m', 1, 1, 5]]);
  });

  it('count an engine that is both once', () => {
    const engines = { a: { transfers: 5, external: 500, expired: 1 }, b: { transfers: 7, external: 500, expired: 1 } };
    const deployment = fed(engines, { a: 'both', b: 'both' });
    expect(rolesOf(deployment)).toEqual({ a: 'both by configuration', b: 'both by configuration' });
    expect(pairs(deployment)).toEqual([['m', 2, 2, 12]]);
  });

  it('of which one side is out of sight are not judged', () => {
    const deployment = fed({ decode: { transfers: 5 } });
    expect(pairs(deployment)).toEqual([['m', 0, 1, 5]]);
    expect(deployment.watched(60, DEFAULT_THRESHOLDS).pairs).toEqual([]);
  });
});
