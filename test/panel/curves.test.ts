import { describe, expect, test } from 'vitest';
import { Curves, highest } from '../../client/webview/charts/curves';
import type { ChartHistory } from '../../protocol/metrics';

function history(times: number[], lines: Record<string, (number | null)[]>, restarts: number[] = []): ChartHistory {
  return {
    chart: 'c',
    times,
    lines: Object.entries(lines).map(([key, values]) => ({ key, label: key, values })),
    restarts: restarts.map((at) => ({ at, key: 'a' })),
  };
}

describe('curves', () => {
  test('grow by what is younger, whatever else comes along', () => {
    const curves = new Curves();
    curves.grow(history([10, 20], { a: [1, 2] }), 0);
    curves.grow(history([20, 30], { a: [99, 3] }), 0);
    expect(curves.times).toEqual([10, 20, 30]);
    expect(curves.curves[0]!.values).toEqual([1, 2, 3]);
  });

  test('a line that comes later or is gone has gaps, and all lines stay as long as the axis', () => {
    const curves = new Curves();
    curves.grow(history([10], { a: [1] }), 0);
    curves.grow(history([20], { b: [2] }), 0);
    curves.grow(history([30], { a: [3], b: [null] }), 0);
    expect(curves.curves.map(({ key, values }) => [key, values])).toEqual([
      ['a', [1, null, 3]],
      ['b', [null, 2, null]],
    ]);
  });

  test('forget what is old, in strokes, and lines of which nothing is left', () => {
    const curves = new Curves();
    const times = Array.from({ length: 100 }, (_, index) => index);
    curves.grow(history(times, { a: times, old: times.map((at) => (at < 10 ? at : null)) }, [5, 50]), 0);
    curves.grow(history([100], { a: [100] }), 10);
    expect(curves.times[0]).toBe(0);
    curves.grow(history([101], { a: [101] }), 40);
    expect(curves.times[0]).toBe(40);
    expect(curves.curves.map(({ key }) => key)).toEqual(['a']);
    expect(curves.curves[0]!.values).toEqual(curves.times);
    expect(curves.restarts).toEqual([{ at: 50, key: 'a' }]);
  });

  test('a restart is marked once, however often it is told', () => {
    const curves = new Curves();
    curves.grow(history([10], { a: [1] }, [8]), 0);
    curves.grow(history([20], { a: [1] }, [8, 18]), 0);
    expect(curves.restarts.map(({ at }) => at)).toEqual([8, 18]);
  });

  test('buckets lie by their edges, whichever came first', () => {
    const curves = new Curves();
    curves.grow(history([10], { '+Inf': [1], '100': [2], '25': [3] }), 0, true);
    curves.grow(history([20], { '5': [4] }), 0, true);
    expect(curves.curves.map(({ key }) => key)).toEqual(['5', '25', '100', '+Inf']);
    expect(curves.curves[0]!.values).toEqual([null, 4]);
  });

  test('a summary leaves out what is not known', () => {
    expect(Curves.summary([null, 3, 1, null])).toEqual({ low: 1, high: 3, last: null });
    expect(Curves.summary([null])).toBeUndefined();
  });

  test('of many lines those that reach highest are drawn, in their order', () => {
    const of = (key: string, ...values: (number | null)[]) => ({ key, label: key, values });
    const curves = [of('a', 1), of('b', null), of('c', 9, 0), of('d', 5)];
    expect(highest(curves, 2)).toEqual([2, 3]);
    expect(highest(curves, 4)).toEqual([0, 1, 2, 3]);
  });
});
