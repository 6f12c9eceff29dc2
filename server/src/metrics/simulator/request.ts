import type { Engine } from './engine';

/** One request on its way through prefill and decode. Times are seconds since the start of the simulation. */
export interface Request {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Prompt tokens that prefill still had from earlier requests. */
  readonly knownTokens: number;
  readonly prefill: Engine;
  /** Which life of the prefill engine holds its KV. */
  prefillLife: number;
  decode?: Engine;
  /** Arrival at the engine that has it now, and when it began to run there. */
  arrivedAt: number;
  startedAt: number;
  /** 0: not yet. */
  firstTokenAt: number;
  /** Prompt tokens that the engine that has it now computed itself. */
  computedTokens: number;
  /** Decode computes the prompt itself. */
  local: boolean;
  /** Its blocks were taken from it; it begins again when there is room. */
  preempted: boolean;
  /** Counts how often it began: what an earlier beginning planned does not happen. */
  attempt: number;
  /** Tokens still to be made, and how much of the next one is. */
  left: number;
  progress: number;
  /** Tokens whose KV it holds on decode. */
  held: number;
}
