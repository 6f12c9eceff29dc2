import type { Deployment, Engine, Neighbourhood } from '../model';
import type { Finding, Rule } from '../rules';
import type { SourceText } from '../syntax';
import { faultOf } from './fault';

/** What a rule found, and in which engine; none for rules that look at several at once. */
export interface RawFinding {
  readonly rule: Rule;
  readonly finding: Finding;
  readonly engine: Engine | undefined;
}

export interface RunContext {
  /** Told which rule failed on which document, and how; never gets content. */
  readonly log: (message: string) => void;
  readonly name: string;
  /** Told of every check. */
  readonly count: () => void;
}

/** Rules, those that look at one engine and those that look at all of a file apart. */
export interface RuleSet {
  readonly all: readonly Rule[];
  readonly ofEngines: readonly Rule[];
  readonly ofDeployments: readonly Rule[];
  readonly ofComments: readonly Rule[];
}

export function ruleSet(all: readonly Rule[]): RuleSet {
  return {
    all,
    ofEngines: all.filter(({ check }) => check),
    ofDeployments: all.filter(({ checkDeployment: check }) => check),
    ofComments: all.filter(({ checkComments: check }) => check),
  };
}

/** Runs the rules that look at one engine on its own. */
export function checkEngines(engines: readonly Engine[], { ofEngines }: RuleSet, context: RunContext): RawFinding[] {
  const found: RawFinding[] = [];
  for (const engine of engines) {
    const check = (rule: Rule) => rule.check!(engine);
    for (const rule of ofEngines) run(rule, check, engine, found, context);
  }
  return found;
}

/** Runs the rules that look at all engines of a file together, and at what is around them. */
export function checkDeployment(
  deployment: Deployment,
  around: Neighbourhood,
  { ofDeployments }: RuleSet,
  context: RunContext,
): RawFinding[] {
  const found: RawFinding[] = [];
  const check = (rule: Rule) => rule.checkDeployment!(deployment, around);
  for (const rule of ofDeployments) run(rule, check, undefined, found, context);
  return found;
}

/** Runs the rules that look at the comments for us. */
export function checkComments(
  comments: readonly SourceText[],
  { ofComments }: RuleSet,
  context: RunContext,
): RawFinding[] {
  const found: RawFinding[] = [];
  const check = (rule: Rule) => rule.checkComments!(comments);
  for (const rule of comments.length > 0 ? ofComments : []) run(rule, check, undefined, found, context);
  return found;
}

/** A rule that throws costs its own findings on this engine and nothing else. */
function run(
  rule: Rule,
  check: (rule: Rule) => Iterable<Finding>,
  engine: Engine | undefined,
  found: RawFinding[],
  context: RunContext,
): void {
  const before = found.length;
  try {
    context.count();
    for (const finding of check(rule)) found.push({ rule, finding, engine });
  } catch (error) {
    found.length = before;
    context.log(`Rule ${rule.id} failed on ${context.name}: ${faultOf(error)}`);
  }
}
