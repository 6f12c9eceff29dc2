/** What a simulated deployment is and what befalls it: data only. Times are seconds since its start. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What is to be seen in it, in a sentence. */
  readonly detail: string;
  readonly model: ModelShape;
  /** Decides which metrics exist. */
  readonly vllm: string;
  readonly frontEnd: FrontEnd;
  /** Who shows the pages: vLLM itself, the agent of Ray (older releases of vLLM kept the colon), a worker of Dynamo. */
  readonly shownBy: 'vllm' | 'ray' | 'ray-colon' | 'dynamo';
  readonly connector: 'pull' | 'push';
  readonly prefill: Side;
  readonly decode: Side;
  readonly load: Load;
  readonly link: Link;
  readonly faults: Faults;
  readonly happenings: readonly Happening[];
  /** Seconds that it ran before its start: first pages are not all zeros. */
  readonly warmUp: number;
  /** NIXL's own exporter beside each engine, of this release. */
  readonly exporter?: NixlExporterRelease;
  /** Pages are filled up to about this size. */
  readonly pageBytes?: number;
}

/** `python`: one API server · `python-multi`: several of them, which add up their files · `rust`: OpenMetrics. */
export type FrontEnd = 'python' | 'python-multi' | 'rust';

export type NixlExporterRelease = '0.9' | '1.2' | '1.4' | 'main';

export type SideName = 'prefill' | 'decode';

export interface ModelShape {
  readonly name: string;
  /** Bytes of KV per token, all layers and all ranks together. */
  readonly bytesPerToken: number;
  /** Pieces of memory that one block of one rank is made of: keys and values of every layer, unless they are together. */
  readonly piecesPerBlock: number;
  readonly maxModelLen: number;
}

export interface Side {
  readonly endpoints: number;
  /** Data-parallel ranks behind one endpoint: engines. */
  readonly dataParallel: number;
  /** Ranks of one engine, each of which transfers for itself. */
  readonly tensorParallel: number;
  readonly blockSize: number;
  readonly gpuBlocks: number;
  readonly cacheDtype: string;
  /** Requests that run at once. */
  readonly slots: number;
  /** Prompt tokens per second that an engine computes. */
  readonly prefillRate: number;
  /** Mean time between tokens of one request on an otherwise idle engine. */
  readonly tokenMs: number;
  /** How requests are shared out among the side's engines; nothing: to the least busy. */
  readonly weights?: readonly number[];
  /** Share of prompts that begin like an earlier one, and how much of them does. */
  readonly prefixHits: number;
  readonly prefixShare: number;
  /** Endpoints (by index) that run with `--disable-log-stats`. */
  readonly statsDisabled?: readonly number[];
}

/** Requests that come by a curve, or exactly those of a list. */
export type Load =
  | {
      readonly kind: 'curve';
      /** Requests per second for each engine of the smaller side. */
      readonly perEngine: number;
      /** Swing of the curve around its mean, 0–1, and how long it takes. */
      readonly swing: number;
      readonly period: number;
      readonly promptTokens: number;
      readonly promptSpread: number;
      readonly outputTokens: number;
      readonly outputSpread: number;
    }
  | { readonly kind: 'list'; readonly requests: readonly ListedRequest[] };

export interface ListedRequest {
  readonly at: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export interface Link {
  /** 10^6 bytes per second of one transfer. */
  readonly megabytesPerSecond: number;
  /** Of the log-normal factor on the time of the bytes. */
  readonly spread: number;
  readonly latencyMs: number;
  /** Handing a transfer to the back end: a part for all of it and one for every descriptor. */
  readonly postMs: number;
  readonly postUsPerDescriptor: number;
}

/** Shares are 0–1. */
export interface Faults {
  /** Transfers that break. */
  readonly transfers: number;
  /** Notices of prompts that decode had in its own cache, which never arrive. */
  readonly notifications: number;
  /** NIXL's telemetry is off: transfers are made, and vLLM takes each for failed. */
  readonly telemetryOff: boolean;
  /** Prefill endpoints (by index) with which no handshake succeeds. */
  readonly handshake: readonly number[];
  /** Requests that come to decode without what it needs to fetch their KV. */
  readonly withoutParameters: number;
  /** Requests that are given up between prefill and decode. */
  readonly abandoned: number;
  /** Decode gets nothing to do. */
  readonly decodeSilent: boolean;
  /** Transfers begin and never end. */
  readonly stuck: boolean;
  /** What decode does when KV does not come: `kv_load_failure_policy`. */
  readonly policy: 'fail' | 'recompute';
  /** Seconds that prefill keeps KV which nobody fetches. */
  readonly leaseSeconds: number;
  /** Seconds that requests wait between prefill and decode, on average. */
  readonly hopSeconds: number;
}

export type Happening = { readonly at: number; readonly every?: number } & (
  | { readonly kind: 'restart'; readonly side: SideName; readonly endpoint: number; readonly seconds: number }
  /** Nobody answers for a while, though the engines go on. */
  | { readonly kind: 'outage'; readonly side: SideName; readonly endpoint: number; readonly seconds: number }
  | { readonly kind: 'sleep'; readonly side: SideName; readonly endpoint: number; readonly seconds: number }
  | { readonly kind: 'faults'; readonly faults: Partial<Faults> }
);
