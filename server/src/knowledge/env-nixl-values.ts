import type { EnvFact } from './env-fact';
import { type Fault, suggest } from './env-fault';
import { nearest } from './nearest';
import type { Range } from './version';

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

/** What NIXL makes of a text. */
export function nixlFaults(fact: EnvFact, text: string): Fault[] {
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
