import { expect, test } from 'vitest';
import { RunQueue } from '../../client/src/run-queue';

/** A run that ends when the test says so. */
function controlled() {
  const ends: ((error?: Error) => void)[] = [];
  const queue = new RunQueue(
    () => new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve()))),
  );
  return { queue, ends };
}

test('a run begins at once', async () => {
  const { queue, ends } = controlled();
  const first = queue.request();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
});

test('however often it is asked for during a run, it runs once after it, and all wait for that one', async () => {
  const { queue, ends } = controlled();
  const order: string[] = [];
  const first = queue.request().then(() => order.push('first'));
  const later = [1, 2, 3].map((n) => queue.request().then(() => order.push(`later ${n}`)));
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await first;
  await Promise.resolve();
  expect(ends).toHaveLength(2);
  expect(order).toEqual(['first']);
  ends[1]?.();
  await Promise.all(later);
  expect(order).toEqual(['first', 'later 1', 'later 2', 'later 3']);
  expect(ends).toHaveLength(2);
});

test('a run that fails does not hold up the next', async () => {
  const { queue, ends } = controlled();
  const first = queue.request();
  const second = queue.request();
  ends[0]?.(new Error('no server'));
  await expect(first).rejects.toThrow('no server');
  ends[1]?.();
  await second;
  const third = queue.request();
  expect(ends).toHaveLength(3);
  ends[2]?.();
  await third;
});
