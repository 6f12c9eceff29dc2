import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber } from '../../../server/src/metrics/exposition';
import { NumberScanner } from '../../../server/src/metrics/exposition/number';

function scan(text: string, after = '\n'): number | undefined {
  const scanner = new NumberScanner();
  const value = scanner.read(Buffer.from(text + after), 0);
  if (scanner.end < 0) return undefined;
  expect(scanner.end).toBe(text.length);
  return value;
}

const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('numbers', () => {
  it('are read to the last bit, however they are written', () => {
    fc.assert(
      fc.property(anyDouble, fc.integer({ min: 0, max: 100 }), (value, digits) => {
        const texts = [
          String(value),
          value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2'),
          value.toExponential(Math.min(digits, 20)).toUpperCase(),
          value.toFixed(Math.min(digits, 20)),
          `${value.toPrecision(Math.max(1, Math.min(digits, 17)))}`,
        ];
        for (const text of texts) {
          expect([text, scan(text)]).toEqual([text, Number(text)]);
          expect([text, parseNumber(text)]).toEqual([text, Number(text)]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('are read to the last bit where digits and powers are few', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[+-]?[0-9]{1,17}(\.[0-9]{0,17})?([eE][+-]?[0-9]{1,3})?$/),
        fc.constantFrom('\n', ' ', '\t', '\r\n', ''),
        (text, after) => {
          expect(scan(text, after)).toBe(Number(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['NaN', Number.NaN],
    ['nan', Number.NaN],
    ['-nan', Number.NaN],
    ['+Inf', Infinity],
    ['Inf', Infinity],
    ['-Inf', -Infinity],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['0', 0],
    ['-0', -0],
    ['.5', 0.5],
    ['5.', 5],
    ['+7', 7],
    ['1e400', Infinity],
    ['1e-400', 0],
    ['0e999', 0],
    ['9007199254740993', 9007199254740992],
    ['0.1234567890123456789', 0.12345678901234568],
    ['123456789012345e22', 123456789012345e22],
    ['8.589934592e+09', 8589934592],
    ['1.7640000123456788e+09', 1764000012.3456788],
  ])('%s is %d', (text, value) => {
    expect(scan(text)).toBe(value);
    expect(parseNumber(text)).toBe(value);
  });

  it.each([
    '',
    '.',
    '-',
    '+',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    '0x10',
    '0x1p-2',
    '1_000',
    '1,5',
    'infinite',
    'NaNs',
    '--1',
    '1a',
    '١',
    '0b1',
  ])('%s is none', (text) => {
    expect(scan(text)).toBeUndefined();
    expect(parseNumber(text)).toBeUndefined();
  });

  it('are not looked for without end', () => {
    expect(scan('1'.repeat(10_000))).toBeUndefined();
    expect(scan('x'.repeat(10_000))).toBeUndefined();
  });
});
