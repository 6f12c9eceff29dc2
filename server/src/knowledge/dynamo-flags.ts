import table from '../../../schemas/dynamo-flags.json';
import type { Confidence } from './fact';
import { lazy } from './lazy';
import { nearest } from './nearest';
import { readSource, type Source } from './source';

/**
 * One option of Dynamo's vLLM worker (`python -m dynamo.vllm`), beside those of vLLM's engine that it hands on. Its
 * releases are words: nothing depends on them.
 */
export interface DynamoFlag {
  /** Without dashes: `disaggregation-mode`. */
  readonly name: string;
  /** `1.0 (February 2026)`: the first release that has it. */
  readonly since: string;
  /** The first release that no longer has it. */
  readonly gone?: string;
  readonly value: 'none' | 'one' | 'many';
  /** `--no-x` exists beside `--x`. */
  readonly negatable: boolean;
  readonly type: string;
  readonly values: readonly string[];
  readonly default?: string;
  /** The variable that sets it, too. */
  readonly variable?: string;
  /** The flag that takes the same value and means the same. */
  readonly replacedBy?: string;
  readonly insteadUse?: string;
  /** Matters for prefill/decode: first in completion. */
  readonly important: boolean;
  readonly description: string;
  readonly sources: readonly Source[];
  readonly confidence: Confidence;
}

/** A word of a command line, read as an option of Dynamo. */
export interface DynamoFlagUse {
  readonly flag: DynamoFlag;
  readonly negated: boolean;
  /** Where the value starts in the word, when it is joined by `=`. */
  readonly valueAt?: number;
}

interface Row {
  readonly dynamoSince: string;
  readonly dynamoGone?: string;
  readonly value: DynamoFlag['value'];
  readonly negatable?: boolean;
  readonly type: string;
  readonly values?: readonly string[];
  readonly default?: string;
  readonly variable?: string;
  readonly replacedBy?: string;
  readonly insteadUse?: string;
  readonly important?: boolean;
  readonly description: string;
  readonly sources?: readonly string[];
  readonly confidence?: Confidence;
}

const rows = lazy(() => table.flags as Readonly<Record<string, Row>>);

/** The option of this exact name without dashes. */
export function dynamoFlag(name: string): DynamoFlag | undefined {
  if (!Object.hasOwn(rows(), name)) return undefined;
  const { dynamoSince, dynamoGone, ...row } = rows()[name]!;
  return {
    ...row,
    name,
    since: dynamoSince,
    ...(dynamoGone !== undefined && { gone: dynamoGone }),
    negatable: row.negatable === true,
    values: row.values ?? [],
    important: row.important === true,
    sources: (row.sources ?? table.sources).map(readSource),
    confidence: row.confidence ?? (table.confidence as Confidence),
  };
}

/** Reads `--disaggregation-mode`, `--endpoint=x`, `--no-headless`. Dynamo's own parser knows no underscores and no shortened names. */
export function lookupDynamoFlag(word: string): DynamoFlagUse | undefined {
  if (!word.startsWith('--')) return undefined;
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const valueAt = equals < 0 ? {} : { valueAt: equals + 1 };
  const flag = dynamoFlag(name);
  if (flag) return { flag, negated: false, ...valueAt };
  const positive = name.startsWith('no-') ? dynamoFlag(name.slice(3)) : undefined;
  return positive?.negatable ? { flag: positive, negated: true, ...valueAt } : undefined;
}

/** Names without dashes, those that matter for prefill/decode first, those that are gone last. */
export function dynamoFlagNames(): readonly string[] {
  const weight = (name: string) => (rows()[name]!.dynamoGone !== undefined ? 2 : rows()[name]!.important ? 0 : 1);
  return Object.keys(rows()).sort((a, b) => weight(a) - weight(b) || (a < b ? -1 : 1));
}

/** Options of Dynamo close to a misspelt one, nearest first. */
export function nearestDynamoFlags(name: string): readonly string[] {
  return nearest(name, Object.keys(rows()));
}
