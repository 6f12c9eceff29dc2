import { type Consequence, checkEnvValue, type EnvFact, lookupEnv } from '../../knowledge/environment';
import { inRange } from '../../knowledge/version';
import type { Engine } from '../../model';
import type { Finding, Severity } from '../rule';
import { isQuoted, type KnownVariable, knownVariables, setValue, valuePlace } from './environment';
import { finding, fix } from './findings';
import { usesNixl, usesUcx } from './nixl-engine';
import { atMost, releases, versionsOf } from './versions';
import { code } from './words';

/** What a refused value comes to, by what it leads to. */
export const SEVERITIES: Readonly<Record<Consequence, Severity>> = {
  'start-refused': 'error',
  'worker-fails': 'error',
  'transport-vanishes': 'warning',
  ignored: 'warning',
  'ignored-silently': 'warning',
  misread: 'warning',
};

/**
 * Values that the library does not take as they are written.
 * @param skip variables that have a rule of their own, or that nothing reads here
 * @param softer values that are read only under a condition that nobody states
 */
export function* refusedValues(
  engine: Engine,
  owner: 'vllm' | 'nixl' | 'ucx',
  skip: (fact: EnvFact, known: KnownVariable) => boolean,
  softer: (fact: EnvFact) => boolean = () => false,
): Iterable<Finding> {
  if (!(owner === 'ucx' ? usesUcx(engine) : usesNixl(engine))) return;
  const versions = versionsOf(engine);
  for (const known of knownVariables(engine)) {
    const { variable, text } = known;
    const fact = lookupEnv(variable.name);
    if (fact?.owner !== owner || isQuoted(text) || skip(fact, known)) continue;
    const read = inRange(fact.range, versions);
    if (read === 'no') continue;
    const verdict = checkEnvValue(fact, text, versions);
    if (verdict.ok) continue;
    const { certain, consequence, effect, expected, range, suggestion } = verdict;
    // The releases that decide: those that refuse the value, or else those that read the variable at all.
    const { since, until } = fact.range;
    const sure = certain && (read === 'yes' || (since === undefined && until === undefined));
    const decisive = certain ? (sure ? undefined : fact.range) : range;
    const when = decisive ? ` with ${releases(decisive)}` : certain ? '' : ' in some releases';
    yield finding(
      valuePlace(variable),
      atMost(SEVERITIES[consequence], sure ? (softer(fact) ? 'warning' : 'error') : 'info'),
      `${code(variable.name)} is ${text === '' ? 'empty' : code(text)}, but takes ${expected}${when}: ${effect}.${suggestion === undefined ? '' : ` Write ${code(suggestion)}.`}`,
      [suggestion === undefined ? undefined : fix(`Write ${code(suggestion)}`, false, setValue(variable, suggestion))],
    );
  }
}
