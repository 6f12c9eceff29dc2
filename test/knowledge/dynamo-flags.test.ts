import { expect, test } from 'vitest';
import { dynamoFlag, dynamoFlagNames, lookupDynamoFlag, nearestDynamoFlags } from '../../server/src/knowledge';

test('every option names others that there are, and says since when', () => {
  expect(dynamoFlagNames().length).toBeGreaterThan(80);
  for (const name of dynamoFlagNames()) {
    const flag = dynamoFlag(name)!;
    expect(flag.description, name).toMatch(/\.$/);
    expect(flag.since, name).toMatch(/^\d+\.\d+ \(/);
    if (flag.replacedBy !== undefined) expect(dynamoFlag(flag.replacedBy), name).toBeDefined();
  }
});

test('those for prefill and decode come first, those that are gone last', () => {
  const names = dynamoFlagNames();
  expect(names.indexOf('disaggregation-mode')).toBeLessThan(names.indexOf('custom-jinja-template'));
  expect(dynamoFlag(names.at(-1)!)?.gone).toBeDefined();
});

test('words are read as the parser reads them', () => {
  expect(lookupDynamoFlag('--is-prefill-worker')).toMatchObject({ flag: { value: 'none' }, negated: false });
  expect(lookupDynamoFlag('--disaggregation-mode=decode')).toMatchObject({
    flag: { name: 'disaggregation-mode', values: expect.arrayContaining(['prefill', 'decode']) },
    valueAt: 22,
  });
  for (const word of ['--disaggregation_mode', '-x', 'endpoint', '--no-endpoint', '--constructor']) {
    expect(lookupDynamoFlag(word), word).toBeUndefined();
  }
});

test('a misspelt option is near a known one', () => {
  expect(nearestDynamoFlags('is-prefil-worker')[0]).toBe('is-prefill-worker');
});
