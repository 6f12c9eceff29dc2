import scopesTable from '../../../schemas/ucx-environment.json';
import type { Consequence, EnvFact, EnvValueVerdict } from './env-fact';
import { nearest } from './nearest';
import { ucxVariable } from './ucx-table';
import { ucxAccepts, ucxMisreads, ucxProposals, ucxTypeWords, ucxZero } from './ucx-values';
import { type At, type Certainty, holds, type Range, type Versions, valuesAt } from './version';

/** What one reader makes of a text: nothing to say, or what it does instead. */
interface Fault {
  /** Releases that act so; missing = all. */
  readonly range?: Range;
  readonly expected: string;
  readonly effect: string;
  readonly consequence: Consequence;
  readonly suggestion?: string;
}

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
    const range: Range = fault.range ?? { library: fact.owner };
    const answer: Certainty = fault.range ? holds(range, at) : 'yes';
    if (answer === 'no') continue;
    const { range: _range, ...rest } = fault;
    const verdict: EnvValueVerdict = { ok: false, certain: answer === 'yes', ...rest, ...(fault.range && { range }) };
    if (answer === 'yes') return verdict;
    if (possible.ok) possible = verdict;
  }
  return possible;
}

const PYTHON_INT = /^\s*[+-]?\d+(?:_\d+)*\s*$/;
const PYTHON_FLOAT =
  /^\s*[+-]?(?:(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)\s*$/i;
const TRUE_WORDS = /^(?:1|true|t|yes|y|on|enabled?)$/i;
const FALSE_WORDS = /^(?:0|false|f|no|n|off|disabled?)$/i;

function vllmFaults(fact: EnvFact, text: string): Fault[] {
  switch (fact.type) {
    case 'int':
      return PYTHON_INT.test(text)
        ? []
        : [
            {
              expected: 'a whole number',
              effect: 'vLLM stops with a ValueError when it first reads it',
              consequence: 'start-refused',
            },
          ];
    case 'float':
      return PYTHON_FLOAT.test(text)
        ? []
        : [
            {
              expected: 'a number',
              effect: 'vLLM stops with a ValueError when it first reads it',
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
      return choiceFaults(fact, text);
    default:
      return [];
  }
}

function choiceFaults(fact: EnvFact, text: string): Fault[] {
  const folded = fact.type === 'choice-any-case' ? text.toLowerCase() : text;
  const values = fact.type === 'choice-any-case' ? fact.values.map((value) => value.toLowerCase()) : fact.values;
  if (values.includes(folded)) return [];
  const meant = nearest(text, fact.values, 1)[0];
  return [
    {
      ...((fact.checked ?? undefined) && { range: fact.checked! }),
      expected: fact.values.join(', '),
      effect: 'vLLM stops with a ValueError when it first reads it',
      consequence: 'start-refused',
      ...(meant !== undefined && { suggestion: meant }),
    },
  ];
}

/** NIXL's booleans: `y` and `n` alone in 0.5.0, more words up to 0.10, and an exception for all others from 1.0.0. */
const NIXL_BOOLS: readonly {
  readonly range: Range;
  readonly words: RegExp;
  readonly expected: string;
  readonly strict: boolean;
}[] = [
  { range: { library: 'nixl', until: '0.5.0' }, words: /^[yn]$/i, expected: 'y or n', strict: false },
  {
    range: { library: 'nixl', since: '0.5.1', until: '0.10' },
    words: /^(?:y|yes|1|on|n|no|0|off)$/i,
    expected: 'y, yes, 1, on, n, no, 0 or off',
    strict: false,
  },
  {
    range: { library: 'nixl', since: '1.0.0' },
    words: /^(?:y|yes|on|1|true|enable|n|no|off|0|false|disable)$/i,
    expected: 'y, yes, on, 1, true, enable, n, no, off, 0, false or disable',
    strict: true,
  },
];

/** Does NIXL from 1.0.0 on take this text for false? */
export function nixlReadsAsFalse(text: string): boolean {
  return NIXL_BOOLS[2]!.words.test(text) && /^(?:n|no|off|0|false|disable)$/i.test(text);
}

const FROM_1_0: Range = { library: 'nixl', since: '1.0.0' };
const STOPS = 'NIXL throws and the agent cannot be created';

function nixlFaults(fact: EnvFact, text: string): Fault[] {
  switch (fact.type) {
    case 'nixl-bool':
      return NIXL_BOOLS.filter(({ words }) => !words.test(text)).map(({ range, expected, strict }) => ({
        range,
        expected,
        effect: strict ? STOPS : 'NIXL warns and takes it for off',
        consequence: strict ? 'start-refused' : 'ignored',
        ...suggest(text, 'y', 'n'),
      }));
    case 'nixl-deepbind':
      return NIXL_BOOLS[2]!.words.test(text)
        ? []
        : [
            {
              expected: NIXL_BOOLS[2]!.expected,
              effect: 'NIXL warns and switches it on',
              consequence: 'misread',
              ...suggest(text, 'y', 'n'),
            },
          ];
    case 'nixl-log-level':
      return logLevelFaults(text);
    case 'nixl-port':
      return numberFaults(text, 65535);
    case 'nixl-uint':
      return numberFaults(text, undefined);
    case 'nixl-size':
      return /^(?:0|0x0+)$/i.test(text)
        ? [{ expected: 'a whole number above 0', effect: STOPS, consequence: 'start-refused' }]
        : numberFaults(text, undefined);
    case 'libfabric-uint':
      return /^\+?\d+$/.test(text.trimStart())
        ? []
        : [{ expected: 'a whole number', effect: 'NIXL warns and keeps its default', consequence: 'ignored' }];
    case 'directory':
      return fact.name === 'NIXL_PLUGIN_DIR' ? pluginDirFaults(text) : [];
    default:
      return [];
  }
}

const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

function logLevelFaults(text: string): Fault[] {
  if (LOG_LEVELS.includes(text.toUpperCase())) return [];
  const upper = text.trim().toUpperCase();
  const meant = upper === 'WARNING' ? 'WARN' : upper === 'CRITICAL' ? 'FATAL' : nearest(text, LOG_LEVELS, 1)[0];
  return [
    {
      expected: LOG_LEVELS.join(', '),
      effect: 'NIXL warns and keeps its default',
      consequence: 'ignored',
      ...(meant !== undefined && { suggestion: meant }),
    },
  ];
}

/** Strict from 1.0.0 on; before, C's conversions took leading blanks and trailing text. */
function numberFaults(text: string, most: number | undefined): Fault[] {
  const decimal = /^\d+$/.test(text);
  const valid = decimal || /^0x[\da-f]+$/i.test(text);
  if (valid && (most === undefined || Number(text) <= most)) return [];
  const expected = most === undefined ? 'a whole number without blanks or unit' : `a whole number up to ${most}`;
  return [{ range: FROM_1_0, expected, effect: STOPS, consequence: 'start-refused' }];
}

function pluginDirFaults(text: string): Fault[] {
  const expected = 'one folder';
  if (text === '') return [{ expected, effect: 'NIXL finds no plugins', consequence: 'start-refused' }];
  return text.includes(':')
    ? [
        {
          expected,
          effect: 'NIXL takes the whole text, colons included, for one folder and finds no plugin there',
          consequence: 'start-refused',
        },
      ]
    : [];
}

function suggest(text: string, yes: string, no: string): { suggestion?: string } {
  if (TRUE_WORDS.test(text.trim())) return { suggestion: yes };
  return FALSE_WORDS.test(text.trim()) ? { suggestion: no } : {};
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
