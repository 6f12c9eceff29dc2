import type { Example, Page, Rule } from '../rules';
import { pages } from '../rules/pages';
import { combine, contributionOf } from './combine';
import type { Problem } from './problem';
import { type Analysis, analyze } from './session';
import { UNUSED_IGNORE, page as unusedIgnore } from './unused-ignore';

/** What the page of a rule says, of the analysis' own rules as well. */
export function pageOf({ id }: Rule): Page {
  return id === UNUSED_IGNORE ? unusedIgnore() : pages[id]!();
}

/** The examples of a rule. */
export function examplesOf(rule: Rule): readonly Example[] {
  return pageOf(rule).examples;
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
