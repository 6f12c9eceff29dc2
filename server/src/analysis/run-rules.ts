import type { Deployment, Engine, Neighbourhood } from '../model';
import type { Finding, Rule } from '../rules';
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

/** Runs the rules that look at one engine on its own. */
export function checkEngines(engines: readonly Engine[], rules: readonly Rule[], context: RunContext): RawFinding[] {
  return engines.flatMap((engine) => rules.flatMap((rule) => run(rule, engine, () => rule.check?.(engine), context)));
}

/** Runs the rules that look at all engines of a file together, and at what is around them. */
export function checkDeployment(
  deployment: Deployment,
  around: Neighbourhood,
  rules: readonly Rule[],
  context: RunContext,
): RawFinding[] {
  return rules.flatMap((rule) => run(rule, undefined, () => rule.checkDeployment?.(deployment, around), context));
}

/** A rule that throws costs its own findings on this engine and nothing else. */
function run(
  rule: Rule,
  engine: Engine | undefined,
  check: () => Iterable<Finding> | undefined,
  context: RunContext,
): RawFinding[] {
  try {
    const findings = check();
    if (findings === undefined) return [];
    context.count();
    return Array.from(findings, (finding) => ({ rule, finding, engine }));
  } catch (error) {
    context.log(`Rule ${rule.id} failed on ${context.name}: ${faultOf(error)}`);
    return [];
  }
}
