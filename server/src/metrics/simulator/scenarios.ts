import type { Faults, Link, Load, ModelShape, Scenario, Side } from './scenario';

/** Keys and values of all layers: 32 layers, 8 heads of 128, two bytes. */
const LLAMA_8B: ModelShape = {
  name: 'meta-llama/Llama-3.1-8B-Instruct',
  bytesPerToken: 131_072,
  piecesPerBlock: 64,
  maxModelLen: 32_768,
};

/** 28 layers, 4 heads of 128, two bytes. */
export const QWEN_7B: ModelShape = {
  name: 'Qwen/Qwen2-7B-Instruct',
  bytesPerToken: 57_344,
  piecesPerBlock: 56,
  maxModelLen: 32_768,
};

const LLAMA_70B: ModelShape = {
  name: 'meta-llama/Llama-3.3-70B-Instruct',
  bytesPerToken: 327_680,
  piecesPerBlock: 160,
  maxModelLen: 32_768,
};

const PREFILL: Side = {
  endpoints: 1,
  dataParallel: 1,
  tensorParallel: 1,
  blockSize: 64,
  gpuBlocks: 6000,
  cacheDtype: 'auto',
  slots: 8,
  prefillRate: 18_000,
  tokenMs: 12,
  prefixHits: 0.25,
  prefixShare: 0.4,
};

const DECODE: Side = { ...PREFILL, slots: 96, prefixHits: 0.05, prefixShare: 0.3 };

const LOAD: Load = {
  kind: 'curve',
  perEngine: 4,
  swing: 0.35,
  period: 90,
  promptTokens: 1600,
  promptSpread: 0.6,
  outputTokens: 160,
  outputSpread: 0.6,
};

/** About what RDMA at 200 Gbit/s gives to one of several transfers. */
const RDMA: Link = { megabytesPerSecond: 9000, spread: 0.35, latencyMs: 0.15, postMs: 0.25, postUsPerDescriptor: 0.35 };

/** UCX without RDMA. */
export const TCP: Link = { megabytesPerSecond: 280, spread: 0.2, latencyMs: 2, postMs: 1.5, postUsPerDescriptor: 0.76 };

const NO_FAULTS: Faults = {
  transfers: 0,
  notifications: 0,
  telemetryOff: false,
  handshake: [],
  withoutParameters: 0,
  abandoned: 0,
  decodeSilent: false,
  stuck: false,
  policy: 'fail',
  leaseSeconds: 30,
  hopSeconds: 0.01,
};

/** One prefill and one decode engine on which nothing is wrong. */
export const HEALTHY: Scenario = {
  id: 'healthy',
  title: 'Healthy pair',
  detail: 'One prefill and one decode engine over RDMA: steady transfers, no failures.',
  model: LLAMA_8B,
  vllm: '0.32.0',
  frontEnd: 'python',
  shownBy: 'vllm',
  connector: 'pull',
  prefill: PREFILL,
  decode: DECODE,
  load: LOAD,
  link: RDMA,
  faults: NO_FAULTS,
  happenings: [],
  warmUp: 60,
};

/** Whatever of a deployment differs from a healthy pair. */
interface Difference
  extends Partial<Omit<Scenario, 'id' | 'title' | 'detail' | 'prefill' | 'decode' | 'load' | 'link' | 'faults'>> {
  readonly prefill?: Partial<Side>;
  readonly decode?: Partial<Side>;
  readonly load?: Partial<Extract<Load, { kind: 'curve' }>>;
  readonly link?: Partial<Link>;
  readonly faults?: Partial<Faults>;
}

function scenario(id: string, title: string, detail: string, difference: Difference): Scenario {
  const { prefill, decode, load, link, faults, ...rest } = difference;
  return {
    ...HEALTHY,
    ...rest,
    id,
    title,
    detail,
    prefill: { ...PREFILL, ...prefill },
    decode: { ...DECODE, ...decode },
    load: { ...LOAD, ...load } as Load,
    link: { ...RDMA, ...link },
    faults: { ...NO_FAULTS, ...faults },
  };
}

/** Enough to see how it was before. */
const SOON = 20;

/** What a demonstration can show. Ids are stable. */
export const SCENARIOS: readonly Scenario[] = [
  HEALTHY,
  scenario('telemetry-off', 'NIXL telemetry off', 'Every transfer is made and counted as failed; clients get errors.', {
    faults: { telemetryOff: true },
  }),
  scenario(
    'failing',
    'Failing transfers',
    'From second 20 on one transfer in twelve breaks, and prefill waits in vain for the notice.',
    {
      happenings: [{ kind: 'faults', at: SOON, faults: { transfers: 0.08 } }],
    },
  ),
  scenario(
    'expiring',
    'Expiring KV',
    'One client in ten gives up between prefill and decode: its KV waits until the lease runs out.',
    {
      faults: { abandoned: 0.1, leaseSeconds: 15 },
    },
  ),
  scenario(
    'late',
    'Late notifications',
    'Requests queue so long before decode that it reads blocks after prefill gave them away.',
    {
      happenings: [{ kind: 'faults', at: SOON, faults: { hopSeconds: 6, leaseSeconds: 5 } }],
    },
  ),
  scenario(
    'recompute',
    'Decode recomputes',
    'From second 20 on half of the requests come to decode without the parameters to fetch their KV.',
    {
      happenings: [{ kind: 'faults', at: SOON, faults: { withoutParameters: 0.5 } }],
    },
  ),
  scenario(
    'silent',
    'Silent decode',
    'From second 20 on prefill goes on finishing requests of which decode never hears.',
    {
      happenings: [{ kind: 'faults', at: SOON, faults: { decodeSilent: true } }],
    },
  ),
  scenario('stuck', 'Stuck transfers', 'From second 20 on requests wait on decode for KV that never arrives.', {
    happenings: [{ kind: 'faults', at: SOON, faults: { stuck: true } }],
  }),
  scenario(
    'handshake',
    'Failing handshakes',
    'Decode cannot reach one of two prefill engines and computes those prompts itself.',
    {
      prefill: { endpoints: 2 },
      decode: { endpoints: 2 },
      faults: { handshake: [1], policy: 'recompute' },
    },
  ),
  scenario(
    'tcp',
    'TCP instead of RDMA',
    'Transfers take a third of a second, at a rate that RDMA would pass thirtyfold.',
    {
      link: TCP,
      load: { perEngine: 1.5 },
    },
  ),
  scenario(
    'fragments',
    'Small descriptors',
    'Blocks of 16 tokens, a copy of 16 KiB for every layer: the rate stays low and posting takes long.',
    {
      model: QWEN_7B,
      prefill: { blockSize: 16, gpuBlocks: 24_000 },
      decode: { blockSize: 16, gpuBlocks: 24_000 },
      link: { megabytesPerSecond: 1100, postUsPerDescriptor: 20 },
      load: { perEngine: 3 },
    },
  ),
  scenario('imbalance', 'Uneven ranks', 'Of two data-parallel ranks of decode, one gets six of seven requests.', {
    decode: { dataParallel: 2, weights: [6, 1], gpuBlocks: 1150 },
    prefill: { dataParallel: 2 },
    load: { perEngine: 3, outputTokens: 320 },
  }),
  scenario(
    'drift',
    'Different caches',
    'Prefill and decode disagree about the size of blocks and the type of the cache.',
    {
      decode: { blockSize: 16, gpuBlocks: 24_000, cacheDtype: 'fp8' },
    },
  ),
  scenario(
    'restarts',
    'Restarts',
    'Decode starts anew every two minutes, prefill once: counters begin again at zero.',
    {
      happenings: [
        { kind: 'restart', at: 30, every: 120, side: 'decode', endpoint: 0, seconds: 8 },
        { kind: 'restart', at: 75, side: 'prefill', endpoint: 0, seconds: 8 },
      ],
    },
  ),
  scenario(
    'outage',
    'Endpoint down',
    'Twice in three minutes nobody answers at decode for twenty seconds, though it works on.',
    {
      happenings: [{ kind: 'outage', at: 25, every: 90, side: 'decode', endpoint: 0, seconds: 20 }],
    },
  ),
  scenario(
    'sleeping',
    'Sleeping engine',
    'One of two decode engines is put to sleep for a while; the other one takes its requests.',
    {
      prefill: { endpoints: 2 },
      decode: { endpoints: 2 },
      happenings: [{ kind: 'sleep', at: 15, every: 180, side: 'decode', endpoint: 1, seconds: 90 }],
    },
  ),
  scenario('kv-full', 'KV cache full', 'Decode runs out of blocks: requests wait and running ones are preempted.', {
    decode: { gpuBlocks: 230 },
    load: { perEngine: 2.2, promptTokens: 500, outputTokens: 600 },
    faults: { leaseSeconds: 120 },
  }),
  scenario(
    'stats-disabled',
    'Statistics off',
    'One of two decode engines runs with --disable-log-stats: its page has no figure of vLLM.',
    {
      prefill: { endpoints: 2 },
      decode: { endpoints: 2, statsDisabled: [1] },
    },
  ),
  scenario('push', 'Push connector', 'Prefill writes into decode: transfers are counted on prefill.', {
    connector: 'push',
  }),
  scenario('tensor-parallel', 'Four ranks each', 'Each request is four transfers, one for each tensor-parallel rank.', {
    model: LLAMA_70B,
    prefill: { tensorParallel: 4, prefillRate: 9000 },
    decode: { tensorParallel: 4, tokenMs: 22 },
    load: { perEngine: 2 },
  }),
  scenario(
    'data-parallel',
    'Several API servers',
    'Four data-parallel ranks behind each endpoint, whose API servers add up their files.',
    {
      frontEnd: 'python-multi',
      prefill: { dataParallel: 4 },
      decode: { dataParallel: 4 },
    },
  ),
  scenario('rust', 'Rust front end', 'Pages in OpenMetrics, as the Rust front end writes them.', { frontEnd: 'rust' }),
  scenario('rust-before', 'Older Rust front end', 'Pages in OpenMetrics that have no figure of NIXL yet.', {
    frontEnd: 'rust',
    vllm: '0.26.0',
  }),
  scenario('old', 'Old release', 'vLLM 0.10: former names, no figure of NIXL.', { vllm: '0.10.2' }),
  scenario(
    'no-expiry',
    'No expiry counter',
    'vLLM 0.12 does not count expired KV yet; its clients give up all the same.',
    {
      vllm: '0.12.0',
      faults: { abandoned: 0.1, leaseSeconds: 15 },
    },
  ),
  scenario('ray', 'Ray Serve', 'Figures under the names that Ray gives them, none before it counted something.', {
    shownBy: 'ray',
  }),
  scenario('ray-before', 'Older Ray Serve', 'Figures with a colon in their names, as vLLM 0.10 gave them to Ray.', {
    shownBy: 'ray-colon',
    vllm: '0.11.1',
  }),
  scenario('dynamo', 'Dynamo', 'Two workers on each side, with the labels of Dynamo.', {
    shownBy: 'dynamo',
    prefill: { endpoints: 2 },
    decode: { endpoints: 2 },
  }),
  scenario(
    'nixl-exporter',
    "NIXL's own exporter",
    "NIXL's exporter beside each engine: finer times, kinds of errors.",
    {
      exporter: '1.4',
      faults: { transfers: 0.01 },
    },
  ),
  scenario(
    'nixl-exporter-next',
    "NIXL's next exporter",
    "NIXL's exporter of its main branch: histograms in microseconds.",
    {
      exporter: 'main',
    },
  ),
  scenario(
    'markup',
    'Strange names',
    'A model whose name holds quotes, braces, commas and markup: text, nothing else.',
    {
      model: { ...LLAMA_8B, name: 'acme/<img src=x onerror=alert(1)>{"a","b"} \\ model' },
    },
  ),
  scenario('idle', 'Idle', 'Everything is there, and nothing to do.', { load: { perEngine: 0 }, warmUp: 0 }),
  scenario('fleet', 'Fleet of 64', '32 prefill and 32 decode engines, one of which fails now and then.', {
    prefill: { endpoints: 32 },
    decode: { endpoints: 32 },
    load: { perEngine: 2 },
    warmUp: 20,
    happenings: [
      { kind: 'restart', at: 40, every: 240, side: 'decode', endpoint: 7, seconds: 10 },
      { kind: 'outage', at: 60, every: 200, side: 'prefill', endpoint: 3, seconds: 15 },
      { kind: 'faults', at: SOON, faults: { transfers: 0.002 } },
    ],
  }),
];

export function findScenario(id: string): Scenario | undefined {
  return SCENARIOS.find((known) => known.id === id);
}

/** The same with so many engines altogether, half of them on each side, as endpoints of their own. */
export function withEngines(base: Scenario, engines: number): Scenario {
  const half = Math.max(1, engines / 2);
  const endpoints = (count: number, side: Side) => Math.max(1, Math.round(count / side.dataParallel));
  return {
    ...base,
    prefill: { ...base.prefill, endpoints: endpoints(Math.floor(half), base.prefill) },
    decode: { ...base.decode, endpoints: endpoints(Math.ceil(half), base.decode) },
  };
}
