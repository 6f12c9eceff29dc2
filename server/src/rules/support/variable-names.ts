import { behaviour } from '../../knowledge/behaviours';
import { type EnvFact, type EnvOwner, lookupEnv, nearestEnvNames, unknownEnvKind } from '../../knowledge/environment';
import { inRange } from '../../knowledge/version';
import type { Engine, Variable } from '../../model';
import type { Finding, Fix, Severity } from '../rule';
import { rename } from './environment';
import { finding, fix } from './findings';
import { usesNixl, usesUcx } from './nixl-engine';
import { applies, atMost, isEarlier, named, severityIn, trusted, unverified, versionsOf } from './versions';
import { code } from './words';

const PREFIXES: Readonly<Record<Exclude<EnvOwner, 'other'>, string>> = { vllm: 'VLLM_', nixl: 'NIXL_', ucx: 'UCX_' };
type Owner = keyof typeof PREFIXES;

/** Does the library take part in this engine's transfers? UCX does not where NIXL has other backends only. */
function reads(engine: Engine, owner: Owner): boolean {
  return owner === 'ucx' ? usesUcx(engine) : usesNixl(engine);
}

/** Variables of a library whose name no release knows. */
export function* unknownVariables(engine: Engine, owner: Owner): Iterable<Finding> {
  if (!reads(engine, owner)) return;
  for (const variable of engine.environment.effective()) {
    const { name } = variable;
    if (!name.startsWith(PREFIXES[owner]) || !variable.nameText.known) continue;
    if (lookupEnv(name) || unknownEnvKind(name) === 'foreign') continue;
    const meant = nearestEnvNames(name, 1)[0];
    const refused = owner === 'vllm' ? refusal(engine) : undefined;
    const verdict = refused ?? { severity: 'warning' as Severity, outcome: IGNORED[owner](engine, variable) };
    // A name of its own that happens to share the prefix is nobody's mistake, except where UCX lists it as unused.
    if (!refused && (meant === undefined ? owner !== 'ucx' || unverified(engine, 'ucx') : isOwn(variable, meant)))
      continue;
    const use = meant === undefined ? undefined : presentName(meant, engine);
    const advice = use === undefined ? 'Remove it' : `Write ${code(use)}`;
    yield finding(
      variable.nameText.place(),
      verdict.severity,
      `${code(name)} is no variable of ${NAMES[owner]}: ${verdict.outcome}. ${advice}.`,
      [
        use === undefined || engine.environment.get(use)
          ? undefined
          : fix(`Write ${code(use)}`, false, rename(variable, use)),
      ],
    );
  }
}

/** The name that was meant, or the one that took its place: one that the engine's release does not have is no advice. */
function presentName(meant: string, engine: Engine): string | undefined {
  const fact = lookupEnv(meant);
  if (!fact || (!fact.deprecated && inRange(fact.range, versionsOf(engine)) !== 'no')) return meant;
  const { replacedBy } = fact;
  const other = replacedBy?.kind === 'variable' && replacedBy.sameValue ? lookupEnv(replacedBy.name) : undefined;
  return other && inRange(other.range, versionsOf(engine)) !== 'no' ? other.name : undefined;
}

const NAMES: Readonly<Record<Owner, string>> = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX' };

const IGNORED: Readonly<Record<Owner, (engine: Engine, variable: Variable) => string>> = {
  vllm: (engine) =>
    applies(behaviour('unknown-variables-warned').range, engine) === 'yes'
      ? `${named(engine)} warns about it and goes on without it`
      : 'nobody reads it',
  nixl: () => 'nobody reads it',
  // What no table of UCX asks for is looked for in the environment only.
  ucx: (_engine, { via }) =>
    via === 'ucx-config' ? 'UCX drops it without a word' : 'UCX warns about it and goes on without it',
};

/** With `--fail-on-environ-validation` vLLM does not start with a name that it does not know. */
function refusal(engine: Engine): { readonly severity: Severity; readonly outcome: string } | undefined {
  if (engine.flags.all('fail-on-environ-validation').length === 0) return undefined;
  const severity = severityIn(behaviour('unknown-variables-warned').range, engine, 'error');
  return severity && { severity, outcome: '`--fail-on-environ-validation` makes vLLM stop for it' };
}

/**
 * True for an author's own variable, or one that a release newer than the tables may bring: a sister of a known one that
 * differs in numbers only (`VLLM_PORT2`, `…_FP6` beside `…_FP4`), or one that the same text reads.
 */
function isOwn(variable: Variable, meant: string): boolean {
  const { name } = variable;
  if (withoutNumbers(name) === withoutNumbers(meant)) return true;
  const { root } = variable.nameText.locate();
  return new RegExp(`\\$[{(]?${name}(?![A-Za-z0-9_])`).test(root.text);
}

function withoutNumbers(name: string): string {
  return name.replace(/_?\d+/g, '');
}

/** Variables that the engine's release no longer has. */
export function* removedVariables(engine: Engine, owner: Owner): Iterable<Finding> {
  for (const { variable, fact } of factsOf(engine, owner)) {
    if (fact.deprecated) {
      if (inRange(fact.range, versionsOf(engine)) === 'no') continue;
      yield finding(
        variable.nameText.place(),
        'warning',
        `${code(fact.name)} is obsolete: ${NAMES[owner]} warns about it and ignores it. Remove it.`,
      );
      continue;
    }
    const { until, goneBy } = fact.range;
    if (until === undefined) continue;
    const there = inRange(fact.range, versionsOf(engine));
    if (there === 'yes' || (there === 'no' && isEarlier(fact.range, engine))) continue;
    const gone = goneBy ?? until;
    const refused = owner === 'vllm' && there === 'no' ? refusal(engine) : undefined;
    const outcome =
      there === 'unknown'
        ? `newer releases ignore it`
        : (refused?.outcome ??
          `${named(engine, owner)} ${owner === 'nixl' ? 'ignores it' : IGNORED_WORDS[owner](engine, variable)}`);
    yield finding(
      variable.nameText.place(),
      trusted(fact, 'until', refused?.severity ?? atMost('warning', there === 'no' ? 'warning' : 'info')),
      `${code(fact.name)} is gone after ${NAMES[owner]} ${goneBy === undefined ? lastOf(until) : `${lastOf(until)}, at the latest with ${gone}`}: ${outcome}. ${fact.insteadUse ? `Use ${fact.insteadUse}` : 'Remove it'}.`,
      [replacement(variable, fact, engine)],
    );
  }
}

/** Another variable that means the same, where it is not set already and the engine's release may have it. */
function replacement(variable: Variable, { replacedBy }: EnvFact, engine: Engine): Fix | undefined {
  const other = replacedBy?.kind === 'variable' && replacedBy.sameValue ? lookupEnv(replacedBy.name) : undefined;
  if (!other || engine.environment.get(other.name) || inRange(other.range, versionsOf(engine)) === 'no') {
    return undefined;
  }
  return fix(`Write ${code(other.name)}`, false, rename(variable, other.name));
}

const IGNORED_WORDS: Readonly<Record<Owner, (engine: Engine, variable: Variable) => string>> = {
  vllm: (engine) =>
    applies(behaviour('unknown-variables-warned').range, engine) === 'yes'
      ? 'warns about it and ignores it'
      : 'ignores it',
  nixl: () => 'ignores it',
  ucx: (_engine, { via }) => (via === 'ucx-config' ? 'ignores it without a word' : 'warns about it and ignores it'),
};

function lastOf(until: string): string {
  return until.split('.').length < 3 ? `${until}.x` : until;
}

/** Variables that came after the engine's release. */
export function* futureVariables(engine: Engine, owner: Owner): Iterable<Finding> {
  for (const { variable, fact } of factsOf(engine, owner)) {
    if (!isEarlier(fact.range, engine)) continue;
    const refused = owner === 'vllm' ? refusal(engine) : undefined;
    const { since, sinceBy } = fact.range;
    yield finding(
      variable.nameText.place(),
      trusted(fact, 'since', refused?.severity ?? 'warning'),
      `${code(fact.name)} exists from ${NAMES[owner]} ${sinceBy ?? since} on: ${refused?.outcome ?? `${named(engine, owner)} ${IGNORED_WORDS[owner](engine, variable)}`}.${fact.deprecated ? ' Later releases ignore it, too: remove it.' : ''}`,
    );
  }
}

function* factsOf(engine: Engine, owner: Owner): Iterable<{ readonly variable: Variable; readonly fact: EnvFact }> {
  if (!reads(engine, owner)) return;
  for (const variable of engine.environment.effective()) {
    const fact = lookupEnv(variable.name);
    if (fact?.owner === owner && variable.nameText.known) yield { variable, fact };
  }
}
