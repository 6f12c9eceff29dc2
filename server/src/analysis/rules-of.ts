import { rules as allRules, type Rule } from '../rules';
import type { AnalysisOptions, RuleLevels } from './options';
import { type RuleSet, ruleSet } from './run-rules';

interface Chosen {
  readonly rules: RuleSet;
  /** Tells one choice of rules from another. */
  readonly key: string;
}

const byLevels = new WeakMap<RuleLevels, Chosen>();
let byDefault: Chosen | undefined;

/** The rules that are run with these options. What a user says about them is looked at once. */
export function rulesOf({ catalogue, rules: levels }: AnalysisOptions): Chosen {
  if (catalogue) return choose(catalogue, levels);
  const all = () =>
    choose(
      allRules.filter((rule) => isOn(rule, levels)),
      levels,
    );
  if (!levels) {
    byDefault ??= all();
    return byDefault;
  }
  const known = byLevels.get(levels) ?? all();
  byLevels.set(levels, known);
  return known;
}

function choose(rules: readonly Rule[], levels: RuleLevels = {}): Chosen {
  const on = rules.filter(({ id }) => levels[id] !== 'off');
  return { rules: ruleSet(on), key: on.map(({ id }) => id).join() };
}

/** Some rules wait until a user asks for them. */
function isOn({ id, offByDefault }: Rule, levels: RuleLevels = {}): boolean {
  return !offByDefault || levels[id] !== undefined;
}
