import type { Consequence } from './env-fact';
import { boundsOf, type Fact, type FactRow } from './fact';
import { readSource } from './source';
import { type At, type Certainty, holds, type Range, type Versioned } from './version';

/** Something that can be given to a NIXL backend when it is created. All values are texts. */
export interface BackendParameter extends Fact {
  readonly backend: string;
  readonly type: 'text' | 'number' | 'boolean' | 'choice';
  /** What it takes, in words. */
  readonly typeWords: string;
  /** Accepted values, where they are a closed set. */
  readonly values: readonly string[];
  readonly defaults: readonly Versioned<string>[];
  /** Releases that fail to create the backend for a value that they cannot read. */
  readonly refused?: Range;
  /** Listed by the plugin, and read by nobody. */
  readonly unread: boolean;
  /** A variable of the environment that wins over it, or stands in for it. */
  readonly variable?: string;
}

export interface ParameterRow extends FactRow {
  readonly type: BackendParameter['type'];
  readonly values?: readonly string[];
  readonly defaults?: readonly Versioned<string>[];
  readonly refused?: string;
  readonly unread?: boolean;
  readonly variable?: string;
}

const WORDS: Readonly<Record<BackendParameter['type'], string>> = {
  text: 'text',
  number: 'a whole number',
  boolean: 'y, yes, on, 1, true, enable, n, no, off, 0, false or disable',
  choice: '',
};

export function readParameter(backend: string, name: string, row: ParameterRow): BackendParameter {
  const values = row.values ?? [];
  return {
    name,
    backend,
    range: { library: 'nixl', ...boundsOf(row) },
    description: row.description ?? '',
    sources: (row.sources ?? []).map(readSource),
    confidence: row.confidence ?? 'source',
    type: row.type,
    typeWords: values.length > 0 ? `${values.slice(0, -1).join(', ')} or ${values.at(-1)}` : WORDS[row.type],
    values: row.type === 'boolean' ? ['true', 'false'] : values,
    defaults: row.defaults ?? [],
    ...(row.refused !== undefined && { refused: { library: 'nixl', since: row.refused } }),
    unread: row.unread === true,
    ...(row.variable !== undefined && { variable: row.variable }),
  };
}

export type ParameterVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** Whether the backend is certainly refused for it. */
      readonly certain: Certainty;
      readonly expected: string;
      /** What happens, as a clause. */
      readonly effect: string;
      readonly consequence: Consequence;
      readonly suggestion?: string;
    };

const BOOLEAN = /^(?:y|yes|on|1|true|enable|n|no|off|0|false|disable)$/i;

/** Would NIXL take this text for the parameter? Texts and choices that no code checks are never refused. */
export function checkBackendParameter(parameter: BackendParameter, text: string, nixl: At): ParameterVerdict {
  const { type, values, typeWords, refused } = parameter;
  const taken =
    type === 'text' ||
    (type === 'number' && /^(?:\d+|0x[\da-f]+)$/i.test(text)) ||
    (type === 'boolean' && BOOLEAN.test(text)) ||
    (type === 'choice' && values.includes(text));
  if (taken) return { ok: true };
  const near = values.find((value) => value.toLowerCase() === text.trim().toLowerCase());
  const certain = refused ? holds(refused, nixl) : 'no';
  return {
    ok: false,
    certain,
    expected: typeWords,
    effect:
      certain === 'yes'
        ? `NIXL cannot create the ${parameter.backend} backend`
        : 'NIXL fails to create the backend, or warns and keeps the default, depending on its release',
    consequence: certain === 'yes' ? 'start-refused' : 'ignored',
    ...(near !== undefined && { suggestion: near }),
  };
}
