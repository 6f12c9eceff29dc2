import type { Band, EngineRole } from '../../../protocol/metrics';
import type { Labels } from './page';

/** An engine of vLLM as its metrics name it: one data-parallel rank behind one endpoint. */
export interface EngineId {
  readonly key: string;
  /** The label of its source; for a source with many instances (Prometheus) the instance. */
  readonly endpoint: string;
  /** The label `engine`; `0` where there is none. */
  readonly engine: string;
  readonly model: string | null;
  /** All labels that tell it from others: `worker_id`, `pod`, `ReplicaId` … */
  readonly labels: Labels;
}

/** How often values fell into buckets within a stretch of time. Edges are numbers, counts are cumulative. */
export interface Distribution {
  readonly count: number;
  /** `NaN` where it is not that of all of these values: pages had their count without it. */
  readonly sum: number;
  /** Those of them that a sum is known of, where that is not known of all. */
  readonly summed?: { readonly count: number; readonly sum: number };
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/**
 * What an engine did between two pages. Increases are corrected for restarts: after one the whole label set counts from
 * zero. `null`: no page of the stretch has the family.
 */
export interface EngineWindow {
  readonly id: EngineId;
  readonly role: EngineRole | undefined;
  readonly roleFrom: 'configuration' | 'labels' | 'behaviour' | undefined;
  /** Wall time between the first and the last page. */
  readonly seconds: number;
  readonly restarts: number;
  /** `false`: no page of the stretch has anything of it, so that nothing is known of it. */
  readonly seen?: boolean;
  /** The increase of a counter, summed over the label sets that carry `only`. */
  counter(family: string, only?: Labels): number | null;
  histogram(family: string): Distribution | null;
  /** The last value of a gauge, summed over the label sets that carry `only`. */
  gauge(family: string, only?: Labels): number | null;
  /** The lowest value of that gauge on any page of the stretch: tells what lasted from what is of this moment. */
  lowest?(family: string, only?: Labels): number | null;
  /** What the process itself has counted so far: a counter's value, a histogram's count. */
  lifetime(family: string): number | null;
  /** The labels of an information gauge, such as `vllm:cache_config_info`. */
  info(family: string): Labels | null;
  /** The family was on the last page, with or without a series. */
  declares(family: string): boolean;
  /** The increase of a counter by the values of one label: prompt tokens by `source`. */
  counterBy(family: string, label: string): Readonly<Record<string, number>> | null;
}

/** The bucket that holds the q-th part of the values: the first whose cumulative count reaches q·n. `null`: no values. */
export type Quantile = (distribution: Distribution, q: number) => Band | null;
