import { getLocation } from 'jsonc-parser';
import { type FlagKey, flagKeys, lookupFlagKey } from '../knowledge';
import type { Span } from '../model';

/** A known key of an option's JSON object, and the characters that an offset stands on. */
export interface FlagKeyAt {
  readonly key: FlagKey;
  readonly span: Span;
}

/** What stands at an offset of the JSON text of an option; `undefined` for options and keys that are not known. */
export function flagKeyAt(flag: string, text: string, at: number): FlagKeyAt | undefined {
  if (flagKeys(flag).length === 0) return undefined;
  const { path, previousNode } = getLocation(text, at);
  const key = typeof path[0] === 'string' ? lookupFlagKey(flag, [path[0]]) : undefined;
  if (!key || !previousNode) return undefined;
  const quoted = previousNode.type === 'string' || previousNode.type === 'property' ? 1 : 0;
  const start = previousNode.offset + quoted;
  const end = previousNode.offset + previousNode.length - quoted;
  return start <= at && at <= end ? { key, span: { start, end } } : undefined;
}
