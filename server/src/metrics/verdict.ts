import type { EndpointState, VerdictSeverity } from '../../../protocol/metrics';
import type { Versions } from '../knowledge/version';
import type { Thresholds } from './thresholds';
import type { EngineWindow } from './window';

/** A setting that a verdict is about. Where it stands is found by whoever has the configuration at hand. */
export type Setting = (
  | { readonly kind: 'variable'; readonly name: string }
  /** Without its dashes: `block-size`. */
  | { readonly kind: 'flag'; readonly name: string }
  /** A key of the KV transfer configuration, `kv_connector_extra_config` included. */
  | { readonly kind: 'field'; readonly name: string }
) & {
  /** The side that has to set it, where that is not the side of the verdict. */
  readonly side?: 'prefill' | 'decode';
};

/** Something that the figures say about a deployment. */
export interface Verdict {
  readonly id: string;
  readonly severity: VerdictSeverity;
  /** A few words: the head of a card. */
  readonly title: string;
  readonly endpoint: string | null;
  readonly engine: string | null;
  /** The pair, or the ranks, that it is about: tells apart what has no endpoint or engine of its own. */
  readonly group?: string;
  /** What is wrong, what follows, what to do: one or two sentences. */
  readonly message: string;
  /** The figures that it rests on, as sentences or `name: value`. */
  readonly evidence: readonly string[];
  readonly settings: readonly Setting[];
  /** The side whose configuration holds the settings. */
  readonly side?: 'prefill' | 'decode';
  readonly sources: readonly string[];
}

/** One endpoint with what became of asking it. */
export interface WatchedEndpoint {
  readonly label: string;
  readonly state: EndpointState;
  /** `false`: nothing became of asking it yet, so that its state says nothing. */
  readonly asked?: boolean;
  readonly problem: string | null;
  /** Families of vLLM and NIXL on its last page. */
  readonly families: ReadonlySet<string>;
  readonly openMetrics: boolean;
  /** Several servers take turns behind it. */
  readonly shared?: boolean;
}

/** What the configuration says about the engines of one side. Nothing said: not known. */
export interface SideHints {
  /** RDMA is what it asks for: devices or transports that are named, resources that a pod requests. */
  readonly rdmaConfigured?: boolean;
  readonly versions?: Versions;
}

/** A deployment over a stretch of time: what verdicts look at. */
export interface Watched {
  readonly endpoints: readonly WatchedEndpoint[];
  readonly engines: readonly EngineWindow[];
  /** Engines that exchange KV, as far as is known. */
  readonly pairs: readonly {
    readonly label: string;
    readonly prefill: readonly EngineWindow[];
    readonly decode: readonly EngineWindow[];
  }[];
  readonly thresholds: Thresholds;
  readonly hints?: { readonly prefill?: SideHints; readonly decode?: SideHints };
}

/** One kind of verdict: a file in `verdicts/`, listed in `verdicts/index.ts`. */
export interface VerdictKind {
  readonly id: string;
  /** For the documentation. */
  readonly about: string;
  look(watched: Watched): Iterable<Verdict>;
}
