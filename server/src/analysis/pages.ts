/** The pages of the rules: apart from the rest of the room, so that nobody loads them who only checks. */

export { examplesOf, findingsOfExample, pageOf, problemsOfExample } from './examples';
export { rulePage, rulePages } from './rule-page';
