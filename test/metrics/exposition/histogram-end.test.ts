import { describe, expect, it } from 'vitest';
import { fixture, read } from './support';

const labels = 'engine="0",model_name="m"';
const part = (name: string, suffix: string, more = '') => `vllm:nixl_${name}_${suffix}{${labels}${more}} 1\n`;
const buckets = (name: string) => ['5', '10', '+Inf'].map((le) => part(name, 'bucket', `,le="${le}"`)).join('');
const ORDERS: Readonly<Record<string, (name: string) => string>> = {
  'buckets, count, sum': (name) => buckets(name) + part(name, 'count') + part(name, 'sum'),
  'sum, buckets, count': (name) => part(name, 'sum') + buckets(name) + part(name, 'count'),
  'sum, count, buckets': (name) => part(name, 'sum') + part(name, 'count') + buckets(name),
};

describe('a page that was cut between two lines', () => {
  it.each(Object.entries(ORDERS))('is seen within a histogram: %s', (_, lines) => {
    const first = lines('xfer_time_seconds');
    const second = lines('bytes_transferred').trimEnd().split('\n');
    for (let length = 1; length < second.length; length += 1) {
      const text = `${first}${second.slice(0, length).join('\n')}\n`;
      expect(read(text).unfinished, text).toBe(true);
    }
    expect(read(`${first}${second.join('\n')}\n`).unfinished).toBeUndefined();
    expect(read(first).unfinished).toBeUndefined();
  });

  it('is seen within the buckets of the only histogram', () => {
    expect(
      read(
        buckets('xfer_time_seconds')
          .split('+Inf')[0]!
          .replace(/[^\n]*$/, ''),
      ).unfinished,
    ).toBe(true);
  });

  it('is not seen where something follows, or where no histogram of the page has more lines', () => {
    const [first, second] = ['xfer_time_seconds', 'bytes_transferred'];
    for (const text of [
      `${ORDERS['buckets, count, sum']!(first)}${buckets(second)}other 1\n`,
      `${buckets(first)}${part(first, 'count')}${buckets(second)}${part(second, 'count')}`,
      `${part(first, 'sum')}${part(first, 'count')}${part(second, 'sum')}${part(second, 'count')}`,
      `${ORDERS['buckets, count, sum']!(first)}vllm:nixl_odd_sum 1\nvllm:nixl_odd_count 1\n`,
      `${ORDERS['buckets, count, sum']!(first)}vllm:nixl_num_failed_transfers_total 1\n`,
    ]) {
      expect(read(text).unfinished, text).toBeUndefined();
    }
  });

  it.each(['python-single', 'python-multi-process', 'python-two-ranks', 'rust-openmetrics'])(
    'is not seen on whole pages of %s',
    (name) => {
      expect(read(fixture(name)).unfinished).toBeUndefined();
    },
  );
});
