import { replaced } from '../segments';
import type { Encoder } from '../source-text';
import type { TreeNode } from '../tree';
import type { JsonCursor } from './cursor';
import { escapeJson } from './string';

const pythonLiterals: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };
const numbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** A number stays a number, and a literal one of its kind; other words get their quotes. */
const literalEncoder: Encoder = (replacement, at, text) => {
  const whole = replaced(text, at, replacement);
  const type = literalType(text);
  return type !== undefined && literalType(whole) === type ? replacement : quotedWhole(replacement, at, text);
};

/** A word as a whole gets quotes. */
export const quotedWhole: Encoder = (replacement, at, text) =>
  literalType(text) === undefined && at.start === 0 && at.end === text.length
    ? `"${escapeJson(replacement)}"`
    : undefined;

function literalType(word: string): 'boolean' | 'null' | 'number' | undefined {
  if (word === 'true' || word === 'false') return 'boolean';
  if (word === 'null') return 'null';
  return Object.hasOwn(numbers, word) || jsonNumber.test(word) ? 'number' : undefined;
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number, a literal, or a word that should have quotes. */
export function readBare(cursor: JsonCursor): TreeNode | undefined {
  const span = cursor.bareRun(cursor.depth === 0 ? /[\n]/ : /[\s,{}[\]"]/);
  if (span.start === span.end) return undefined;
  const place = cursor.source.place(span);
  const reason = cursor.holeIn(span);
  if (reason) return { type: 'unknown', reason, place, notation: 'json' };
  const text = cursor.source.slice(span.start, span.end, literalEncoder);
  const word = text.text;
  const base = { text, place, notation: 'json' } as const;
  if (word === 'true' || word === 'false') return { ...base, type: 'boolean', value: word === 'true' };
  if (word === 'null') return { ...base, type: 'null', value: null };
  if (Object.hasOwn(numbers, word)) return { ...base, type: 'number', value: numbers[word]! };
  if (jsonNumber.test(word)) return { ...base, type: 'number', value: Number(word) };
  if (Object.hasOwn(pythonLiterals, word)) {
    const newText = pythonLiterals[word]!;
    cursor.mistake(
      'python-literal',
      span,
      `\`${word}\` instead of \`${newText}\``,
      'Write the literals as JSON has them',
      [{ ...span, newText }],
    );
    return word === 'None'
      ? { ...base, type: 'null', value: null }
      : { ...base, type: 'boolean', value: word === 'True' };
  }
  if (cursor.depth === 0) {
    cursor.mistake('not-json', span, 'no JSON');
    return { ...base, type: 'string', value: word };
  }
  const number = badNumber(word);
  if (number) {
    const edits = number.newText === undefined ? [] : [{ ...span, newText: number.newText }];
    cursor.mistake(number.kind, span, number.message, edits.length > 0 ? 'Write a JSON number' : undefined, edits);
    return number.value === undefined
      ? { ...base, type: 'string', value: word }
      : { ...base, type: 'number', value: number.value };
  }
  cursor.mistake('unquoted-text', span, 'a text without double quotes', 'Write the texts in double quotes', [
    { ...span, newText: `"${escapeJson(word)}"` },
  ]);
  return { ...base, type: 'string', value: word };
}

interface BadNumber {
  readonly kind: 'number-suffix' | 'bad-number';
  readonly message: string;
  readonly value: number | undefined;
  readonly newText?: string;
}

/** A word that was meant as a number, though JSON has no such number. */
function badNumber(word: string): BadNumber | undefined {
  const shown = `\`${word}\`, which is no number in JSON`;
  const plain = word.replaceAll('_', '');
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) {
    const value = Number(plain);
    return { kind: plain === word ? 'bad-number' : 'number-suffix', message: shown, value, newText: String(value) };
  }
  if (/^0[xX][0-9a-fA-F]+$/.test(word)) {
    return { kind: 'bad-number', message: shown, value: Number(word), newText: String(Number(word)) };
  }
  if (/^[+-]?\d[\d.]*(?:[eE][+-]?\d+)?[A-Za-z%]+$/.test(word))
    return { kind: 'number-suffix', message: shown, value: undefined };
  return undefined;
}
