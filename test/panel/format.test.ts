import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  amount,
  band,
  beside,
  bytes,
  count,
  gigabits,
  inUnit,
  megabytes,
  milliseconds,
  NONE,
  onAxis,
  percent,
  rate,
  span,
} from '../../client/webview/format';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [0.004, '< 0.01'],
    [0.42, '0.42'],
    [9.999, '10.0'],
    [12.34, '12.3'],
    [1204.4, '1,204'],
    [1234567, '1,234,567'],
  ])('%d is %s', (value, text) => expect(amount(value)).toBe(text));

  test('what is not known is a dash, and never zero', () => {
    for (const words of [amount, count, milliseconds, megabytes, rate, percent, bytes, gigabits]) {
      expect(words(null)).toBe(NONE);
      expect(words(undefined)).toBe(NONE);
      expect(words(Number.NaN)).toContain(NONE);
    }
    expect(inUnit(null, 'MB/s')).toBe(NONE);
  });

  test('no number comes out with an exponent, as NaN or as Infinity', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: 0, max: 1e15 }), (value) => {
        for (const words of [amount, count, milliseconds, megabytes, rate, percent, bytes, span]) {
          expect(words(value)).not.toMatch(/e\+|NaN|Infinity/);
        }
      }),
    );
  });
});

describe('units', () => {
  test.each([
    [0.4, '0.40 ms'],
    [1.91, '1.91 ms'],
    [999.4, '999 ms'],
    [1600, '1.60 s'],
    [180_000, '3.00 min'],
  ])('%d ms is %s', (value, text) => expect(milliseconds(value)).toBe(text));

  test.each([
    [0, '0 MB'],
    [0.0005, '524 B'],
    [0.0547, '56.0 KB'],
    [8, '8.00 MB'],
    [1023, '1,023 MB'],
    [1340, '1.31 GB'],
  ])('%d MB is %s', (value, text) => expect(megabytes(value)).toBe(text));

  test('MB is 2^20 bytes, Gbit is 10^9 bits', () => {
    expect(bytes(2 ** 20)).toBe('1.00 MB');
    expect(gigabits(1000)).toBe('8.39 Gbit/s');
  });

  test('a chart in percent has hundreds, a figure has ones', () => {
    expect(inUnit(55, 'percent')).toBe('55 %');
    expect(percent(0.55)).toBe('55 %');
    expect(percent(0.0004)).toBe('< 0.1 %');
  });

  test('an axis has short words', () => {
    expect(onAxis(1000, 'MB/s')).toBe('1000 MB/s');
    expect(onAxis(2048, 'MB/s')).toBe('2 GB/s');
    expect(onAxis(0.30000000000000004, 'ms')).toBe('0.3 ms');
    expect(onAxis(0, 'MB')).toBe('0');
    expect(onAxis(12_000, 'count')).toBe('12 k');
  });
});

describe('percentiles', () => {
  test.each([
    [{ gt: 0, le: 5 }, '≤ 5 ms'],
    [{ gt: 100, le: 200 }, '100–200 ms'],
    [{ gt: 1000, le: 5000 }, '1–5 s'],
    [{ gt: 750, le: 1000 }, '750 ms–1 s'],
    [{ gt: 5000, le: null }, '> 5 s'],
  ])('%j is %s', (value, text) => expect(band(value)).toBe(text));

  test('without values there is none', () => expect(band(null)).toBe(NONE));
});

test('two values side by side share their unit only where it is the same', () => {
  expect(beside('299 ms', '282 ms')).toBe('299 / 282 ms');
  expect(beside('299 ms', '1.20 s')).toBe('299 ms / 1.20 s');
  expect(beside('2', '3')).toBe('2 / 3');
  expect(beside(NONE, NONE)).toBe(NONE);
  expect(beside(NONE, '55 %')).toBe('– / 55 %');
});
