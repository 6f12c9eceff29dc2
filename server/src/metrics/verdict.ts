import type { EndpointState, VerdictSeverity } from '../../../protocol/metrics';
import type { Thresholds } from './thresholds';
import type { EngineWindow } from './window';

/** A setting that a verdict is about. Where it stands is found by whoever has the configuration at hand. */
export type Setting =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string }
  /** A key of the KV transfer configuration, `kv_connector_extra_config` included. */
  | { readonly kind: 'field'; readonly name: string };

/** Something that the figures say about a deployment. */
export interface Verdict {
  readonly id: string;
  readonly severity: VerdictSeverity;
  /** A few words: the head of a card. */
  readonly title: string;
  readonly endpoint: string | null;
  readonly engine: string | null;
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
  readonly problem: string | null;
  /** Families of vLLM and NIXL on its last page. */
  readonly families: ReadonlySet<string>;
  readonly openMetrics: boolean;
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
}

/** One kind of verdict: a file in `verdicts/`, listed in `verdicts/index.ts`. */
export interface VerdictKind {
  readonly id: string;
  /** For the documentation. */
  readonly about: string;
  look(watched: Watched): Iterable<Verdict>;
}
