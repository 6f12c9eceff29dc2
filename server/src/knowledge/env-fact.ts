import type { Fact } from './fact';
import type { UcxScope } from './ucx-table';
import type { Range, Versioned } from './version';

export type { UcxScope } from './ucx-table';

/** Whose variable it is. `other`: another program's (NCCL, PyTorch, plugins, scripts); we only explain those. */
export type EnvOwner = 'vllm' | 'nixl' | 'ucx' | 'other';

/** What took a variable's place. */
export interface EnvReplacement {
  readonly kind: 'variable' | 'flag' | 'extra-key';
  /** The variable, the flag without dashes, or the key of `kv_connector_extra_config`. */
  readonly name: string;
  /** The key within the flag's JSON object. */
  readonly key?: string;
  /** Whose extra key it is. */
  readonly connector?: string;
  /** False when the value has to be written differently or thought over. */
  readonly sameValue: boolean;
}

/** One environment variable. For `other` ones the range says nothing. */
export interface EnvFact extends Fact {
  readonly owner: EnvOwner;
  /** Who reads it, in words: `vLLM`, `NCCL`, `nobody`. */
  readonly reader: string;
  /** Type in the owner's own terms; `unknown` and `string` are never checked. */
  readonly type: string;
  /** What it takes, in words: `a whole number`, `y, n, yes, no, 1, 0, on or off`, `NHD or HND`. */
  readonly typeWords: string;
  /** Accepted values, where they are a closed set; of the newest release where they changed. */
  readonly values: readonly string[];
  /** Accepted values by release, where they changed. Releases in between check nothing. */
  readonly valueSets?: readonly Versioned<readonly string[]>[];
  /** UCX lists of `key:value` pairs: the keys, and the type of the values. */
  readonly keys?: readonly string[];
  readonly valueType?: string;
  /** Values worth proposing. */
  readonly suggest: readonly string[];
  readonly defaults: readonly Versioned<string>[];
  /** Releases that check the value; missing = all. */
  readonly checked?: Range;
  /** UCX only: where it lives. */
  readonly scope?: UcxScope;
  /** UCX only: the part of the library that reads it, for example `uct_rc_mlx5`. */
  readonly component?: string;
  /** The same setting under its present name. */
  readonly aliasOf?: string;
  /** Accepted and ignored. */
  readonly deprecated: boolean;
  /** UCX umbrella names: the variables that this one sets unless they are set themselves. */
  readonly sets: readonly string[];
  /** UCX: umbrella names that also set this one, the nearest first. */
  readonly setBy: readonly string[];
  /** What to write instead, once it is gone: a variable, flag or key, in words. */
  readonly insteadUse?: string;
  /** The one thing that took its place, where its meaning was kept. */
  readonly replacedBy?: EnvReplacement;
  /** Why it has no effect in a prefill/decode deployment, where that is so. */
  readonly inert?: string;
  /** NCCL variables: the UCX variable that people mean. */
  readonly ucxTwin?: string;
  /** Likely to matter for NIXL deployments: first in completion. */
  readonly important: boolean;
}

/** What a refused value leads to. */
export type Consequence =
  /** The process does not start, or the backend is not created. */
  | 'start-refused'
  /** The worker cannot be created. */
  | 'worker-fails'
  /** A UCX memory domain with all its transports vanishes; the process goes on. */
  | 'transport-vanishes'
  /** The value is dropped with a message; the default stays. */
  | 'ignored'
  /** The value is dropped without any message; the default stays. */
  | 'ignored-silently'
  /** The value is taken, but means something else than it says. */
  | 'misread';

export type EnvValueVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** False when only some of the versions that the engine may have refuse it. */
      readonly certain: boolean;
      /** The releases that refuse it, when not all do. */
      readonly range?: Range;
      /** What the reader accepts, in words. */
      readonly expected: string;
      /** What happens instead, as a clause: `UCX drops the value without any message and keeps its default`. */
      readonly effect: string;
      readonly consequence: Consequence;
      readonly scope?: UcxScope;
      /** The spelling that says the same and is accepted, where that is obvious (`false` → `n`). */
      readonly suggestion?: string;
    };
