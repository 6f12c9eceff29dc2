import type { Example, Rule } from '../rules';
import { examples } from '../rules/examples';
import { combine, contributionOf } from './combine';
import type { Problem } from './problem';
import { type Analysis, analyze } from './session';
import { UNUSED_IGNORE, examples as unusedIgnore } from './unused-ignore';

/** The examples of a rule, of the analysis' own rules as well. */
export function examplesOf({ id }: Rule): readonly Example[] {
  return id === UNUSED_IGNORE ? unusedIgnore : (examples[id] ?? []);
}

/** What a rule finds in one of its examples, and nothing of the other rules. */
export function problemsOfExample(rule: Rule, { file, text, assume = {} }: Example): readonly Problem[] {
  return ownProblems(rule, analyze({ name: file, text }, { assumptions: assume, ...catalogueFor(rule) }));
}

/** The same in the words of the example. */
export function findingsOfExample(rule: Rule, example: Example) {
  return problemsOfExample(rule, example).map(({ start, end, severity, message }) => ({
    covers: example.text.slice(start, end),
    severity,
    message,
  }));
}

/** Comments are judged by what the rules that they name find: those all run. */
function catalogueFor(rule: Rule): { readonly catalogue?: readonly Rule[] } {
  return rule.id === UNUSED_IGNORE ? {} : { catalogue: [rule] };
}

function ownProblems({ id }: Rule, analysis: Analysis): readonly Problem[] {
  return combine([contributionOf(analysis)]).problems.filter((problem) => problem.rule === id);
}
