import type { Consequence } from './env-fact';
import type { Range } from './version';

/** What one reader makes of a text: nothing to say, or what it does instead. */
export interface Fault {
  /** Releases that act so; missing = all. */
  readonly range?: Range;
  readonly expected: string;
  readonly effect: string;
  readonly consequence: Consequence;
  readonly suggestion?: string;
}

export const TRUE_WORDS = /^(?:1|true|t|yes|y|on|enabled?)$/i;
const FALSE_WORDS = /^(?:0|false|f|no|n|off|disabled?)$/i;

/** The spelling of yes or no that a reader takes, for a text that means either. */
export function suggest(text: string, yes: string, no: string): { suggestion?: string } {
  if (TRUE_WORDS.test(text.trim())) return { suggestion: yes };
  return FALSE_WORDS.test(text.trim()) ? { suggestion: no } : {};
}
