import scopesTable from '../../../schemas/ucx-environment.json';
import type { Consequence, EnvFact, EnvValueVerdict } from './env-fact';
import { type Fault, suggest, TRUE_WORDS } from './env-fault';
import { nixlFaults } from './env-nixl-values';
import { nearest } from './nearest';
import { ucxVariable } from './ucx-table';
import { ucxAccepts, ucxMisreads, ucxProposals, ucxTypeWords, ucxZero } from './ucx-values';
import { type At, type Certainty, holds, type Range, type Versions, valuesAt } from './version';

export { nixlReadsAsFalse } from './env-nixl-values';

const OK: EnvValueVerdict = { ok: true };

/**
 * Would the library accept this text as the variable's value? What is not known (a type, another program's variable)
 * accepts everything; lists of UCX names have rules of their own.
 */
export function checkEnvValue(fact: EnvFact, text: string, versions: Versions = {}): EnvValueVerdict {
  // A name that the version does not know is another finding.
  if (fact.owner === 'ucx') return checkUcx(fact, text, versions.ucx);
  if (fact.owner === 'other') return OK;
  const at = fact.owner === 'vllm' ? versions.vllm : versions.nixl;
  const faults = fact.owner === 'vllm' ? vllmFaults(fact, text) : nixlFaults(fact, text);
  let possible: EnvValueVerdict = OK;
  for (const fault of faults) {
    const range = fault.range ?? fact.checked;
    const answer: Certainty = range ? holds(range, at) : 'yes';
    if (answer === 'no') continue;
    const { range: _range, ...rest } = fault;
    const verdict: EnvValueVerdict = { ok: false, certain: answer === 'yes', ...rest, ...(range && { range }) };
    if (answer === 'yes') return verdict;
    if (possible.ok) possible = verdict;
  }
  return possible;
}

const STOPS_VLLM = 'vLLM stops with a ValueError when it first reads it';
const PYTHON_INT = /^\s*[+-]?\d+(?:_\d+)*\s*$/;
const PYTHON_FLOAT =
  /^\s*[+-]?(?:(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)\s*$/i;

function vllmFaults(fact: EnvFact, text: string): Fault[] {
  switch (fact.type) {
    case 'int':
      return PYTHON_INT.test(text)
        ? []
        : [
            {
              expected: 'a whole number',
              effect: STOPS_VLLM,
              consequence: 'start-refused',
            },
          ];
    case 'float':
      return PYTHON_FLOAT.test(text)
        ? []
        : [
            {
              expected: 'a number',
              effect: STOPS_VLLM,
              consequence: 'start-refused',
            },
          ];
    case 'int-bool':
      return PYTHON_INT.test(text)
        ? []
        : [
            {
              expected: '0 or 1',
              effect: 'vLLM reads it with int() and stops with a ValueError when it first does',
              consequence: 'start-refused',
              ...suggest(text, '1', '0'),
            },
          ];
    case 'word-bool': {
      const accepted = fact.values.map((value) => value.toLowerCase());
      return accepted.includes(text.trim().toLowerCase()) || !TRUE_WORDS.test(text.trim())
        ? []
        : [
            {
              expected: `${fact.values.join(' or ')} for true; anything else is false`,
              effect: 'vLLM takes it for false',
              consequence: 'misread',
              suggestion: accepted.includes('1') ? '1' : 'true',
            },
          ];
    }
    case 'one':
      return text === '1' || !TRUE_WORDS.test(text)
        ? []
        : [
            {
              expected: '1 for true; anything else is false',
              effect: 'vLLM takes it for false',
              consequence: 'misread',
              suggestion: '1',
            },
          ];
    case 'choice':
    case 'choice-any-case':
    case 'choice-list':
      return choiceFaults(fact, text);
    default:
      return [];
  }
}

/** A closed set of words; with `valueSets` one set for each span of releases, and none outside of them. */
function choiceFaults(fact: EnvFact, text: string): Fault[] {
  const sets = fact.valueSets ?? [{ value: fact.values }];
  return sets.flatMap(({ value, ...bounds }) => {
    if (accepts(fact, value, text)) return [];
    const meant = nearest(text, value, 1)[0];
    const range: Range | undefined =
      Object.keys(bounds).length > 0 ? { library: fact.owner as 'vllm', ...bounds } : fact.checked;
    return [
      {
        ...(range && { range }),
        expected: fact.type === 'choice-list' ? `names separated by commas: ${value.join(', ')}` : value.join(', '),
        effect: STOPS_VLLM,
        consequence: 'start-refused' as const,
        ...(meant !== undefined && fact.type !== 'choice-list' && { suggestion: meant }),
      },
    ];
  });
}

function accepts(fact: EnvFact, values: readonly string[], text: string): boolean {
  // An empty list is a list, and blanks beside its commas do not count.
  if (fact.type === 'choice-list')
    return text.split(',').every((part) => part.trim() === '' || values.includes(part.trim()));
  const folded = fact.type === 'choice-any-case';
  return values.some((value) => (folded ? value.toLowerCase() === text.toLowerCase() : value === text));
}

interface ScopeRow {
  readonly effect: string;
  readonly consequence: Consequence;
}

function checkUcx(fact: EnvFact, text: string, ucx: At): EnvValueVerdict {
  const variable = ucxVariable(fact.name);
  if (!variable || variable.deprecated || variable.scope === 'getenv') return OK;
  const types = valuesAt(variable.types, 'ucx', ucx);
  const refusing = types.filter((type) => !ucxAccepts(type, text));
  const type = refusing[0] ?? types[0];
  if (!type) return OK;
  const scope = (scopesTable.scopes as Readonly<Record<string, ScopeRow>>)[variable.scope];
  if (refusing.length > 0 && scope) {
    return {
      ok: false,
      certain: refusing.length === types.length,
      expected: ucxTypeWords(type),
      effect: scope.effect,
      consequence: scope.consequence,
      scope: variable.scope,
      ...ucxSuggestion(ucxProposals(type), text),
    };
  }
  if (variable.positive && ucxZero(type, text)) {
    const context = (scopesTable.scopes as Readonly<Record<string, ScopeRow>>).context!;
    return { ok: false, certain: true, expected: 'a value above zero', ...context, scope: variable.scope };
  }
  if (!ucxMisreads(type, text)) return OK;
  return {
    ok: false,
    certain: types.length === 1,
    expected: ucxTypeWords(type),
    effect: 'UCX reads it as a number and gets zero or a wrong one',
    consequence: 'misread',
    scope: variable.scope,
    suggestion: text.toLowerCase(),
  };
}

function ucxSuggestion(proposals: readonly string[], text: string): { suggestion?: string } {
  if (proposals.includes('y')) return suggest(text, 'y', 'n');
  const meant = nearest(text.trim(), proposals, 1)[0] ?? proposals.find((value) => value === text.trim());
  return meant === undefined ? {} : { suggestion: meant };
}
