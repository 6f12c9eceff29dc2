export type Library = 'vllm' | 'nixl' | 'ucx';

/** What one library's source says about itself, and what our tables say of the same release: both in this form. */
export interface Statement {
  readonly library: Library;
  readonly tables: readonly Table[];
}

export interface Table {
  /** `environment`, `flags`, `connectors`, … */
  readonly name: string;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  /** The default as text; missing where there is none or where it is computed. */
  readonly value?: string;
  /** `vllm/envs.py:120`, in the checkout. */
  readonly where?: string;
  /** Our tables only: false when the release may have it. */
  readonly certain?: boolean;
}

/** A part of upstream that is not where it used to be: nothing can be said of its table. */
export class Moved extends Error {}
