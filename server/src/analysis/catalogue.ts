import { type Rule, rules } from '../rules';
import { unusedIgnore } from './unused-ignore';

/** All that can be found, in the order of the ids. */
export const catalogue: readonly Rule[] = [...rules, unusedIgnore].sort((a, b) => (a.id < b.id ? -1 : 1));

export const ruleIds: readonly string[] = catalogue.map(({ id }) => id);

export function isRuleId(id: string): boolean {
  return ruleIds.includes(id);
}
