import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareVersions,
  describeBounds,
  holds,
  inRange,
  newestRelease,
  parseVersion,
  type Range,
  valueAt,
  valuesAt,
} from '../../server/src/knowledge';

const vllm = (bounds: Omit<Range, 'library'>): Range => ({ library: 'vllm', ...bounds });

describe('parseVersion', () => {
  test.each([
    ['0.11.0', [0, 11, 0], 3],
    ['v0.11.0', [0, 11, 0], 3],
    ['1.22', [1, 22, 0], 2],
    ['0.11.0+cu129', [0, 11, 0], 3],
    [' 0.9.2 ', [0, 9, 2], 3],
  ])('%s', (text, release, parts) => {
    expect(parseVersion(text)).toMatchObject({ release, parts });
    expect(parseVersion(text)?.pre).toBeUndefined();
  });

  test('pre-releases, posts and development builds', () => {
    expect(parseVersion('0.11.0rc1')?.pre).toEqual({ phase: 'rc', number: 1 });
    expect(parseVersion('0.11.0-rc.2')?.pre).toEqual({ phase: 'rc', number: 2 });
    expect(parseVersion('0.11.0.post1')).toMatchObject({ post: 1 });
    expect(parseVersion('0.11.1.dev3+g1a2b3c4')).toMatchObject({ pre: { phase: 'dev', number: 3 }, local: 'g1a2b3c4' });
    expect(parseVersion('0.11.1rc2.dev5+gabc')?.pre).toEqual({ phase: 'rc', number: 2 });
  });

  test.each(['latest', 'nightly', 'v', '', '0.11.x', '$VERSION', '0.11.0-cu129', 'sha256:12'])(
    '%s is no version',
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
    },
  );
});

test('sorts as PEP 440 does', () => {
  const sorted = [
    '0.9.2',
    '0.10.0',
    '0.11.0.dev1',
    '0.11.0a1',
    '0.11.0rc1',
    '0.11.0rc2',
    '0.11.0',
    '0.11.0.post1',
    '0.11.1',
  ];
  const versions = sorted.map((text) => parseVersion(text)!);
  for (const [i, a] of versions.entries()) {
    for (const [j, b] of versions.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j));
  }
  expect(compareVersions(parseVersion('1.22')!, parseVersion('1.22.0')!)).toBe(0);
  expect(compareVersions(parseVersion('0.11.0+cu129')!, parseVersion('v0.11.0')!)).toBe(0);
});

describe('holds', () => {
  test('a full last release ends there, a series ends with its last patch', () => {
    expect(holds(vllm({ until: '0.11.0' }), '0.11.0')).toBe('yes');
    expect(holds(vllm({ until: '0.11.0' }), '0.11.0.post1')).toBe('yes');
    expect(holds(vllm({ until: '0.11.0' }), '0.11.1')).toBe('no');
    expect(holds(vllm({ until: '0.11' }), '0.11.2')).toBe('yes');
    expect(holds(vllm({ until: '0.11' }), '0.12.0')).toBe('no');
    expect(holds(vllm({ since: '0.11.1' }), '0.11.1')).toBe('yes');
    expect(holds(vllm({ since: '0.11.1' }), '0.11.0')).toBe('no');
  });

  test('no version means all supported ones', () => {
    expect(holds(vllm({}), undefined)).toBe('yes');
    expect(holds(vllm({ since: '0.9.0' }), undefined)).toBe('yes');
    expect(holds(vllm({ since: '0.13.0' }), undefined)).toBe('unknown');
    expect(holds(vllm({ until: '0.8' }), undefined)).toBe('no');
    expect(holds(vllm({ since: '99.0.0' }), undefined)).toBe('no');
    expect(holds(vllm({ since: '0.13.0' }), 'nightly')).toBe('unknown');
  });

  test('a candidate has what its release has, or still what the one before had', () => {
    expect(holds(vllm({ since: '0.11.1' }), '0.11.1rc1')).toBe('unknown');
    expect(holds(vllm({ since: '0.11.1' }), '0.11.0rc1')).toBe('no');
    expect(holds(vllm({ since: '0.10.0' }), '0.11.1rc1')).toBe('yes');
    expect(holds(vllm({ until: '0.11.0' }), '0.11.1.dev3+gabc')).toBe('unknown');
    expect(holds(vllm({ until: '0.11' }), '0.12.0rc1')).toBe('unknown');
  });

  test('a series alone is all of its releases', () => {
    expect(holds(vllm({ since: '0.11.1' }), '0.11')).toBe('unknown');
    expect(holds(vllm({ since: '0.11.0' }), '0.11')).toBe('yes');
    expect(holds({ library: 'ucx', since: '1.21.0' }, '1.21')).toBe('yes');
  });

  test('newer than the tables counts as the newest known', () => {
    expect(holds(vllm({ since: '0.33.0' }), '7.0.0')).toBe('yes');
    expect(holds(vllm({ since: '0.33.0', until: '0.33' }), '0.34.0')).toBe('yes');
    expect(holds(vllm({ until: '0.21' }), '0.40.0')).toBe('no');
  });

  test('older than the tables is only known for what began later', () => {
    expect(holds(vllm({}), '0.8.5')).toBe('unknown');
    expect(holds(vllm({ until: '0.21' }), '0.8.5')).toBe('unknown');
    expect(holds(vllm({ since: '0.11.0' }), '0.8.5')).toBe('no');
  });

  test('boundaries that are known only roughly leave the releases between them open', () => {
    const range = vllm({ since: '0.26.0', sinceBy: '0.28.0' });
    expect([holds(range, '0.25.1'), holds(range, '0.27.0'), holds(range, '0.28.0')]).toEqual(['no', 'unknown', 'yes']);
    const gone = vllm({ until: '0.25', goneBy: '0.28.0' });
    expect([holds(gone, '0.25.1'), holds(gone, '0.27.1'), holds(gone, '0.28.0')]).toEqual(['yes', 'unknown', 'no']);
  });

  test('somewhere between two releases, as text or as an object', () => {
    const range: Range = { library: 'nixl', since: '1.0.0' };
    expect(holds(range, '0.7.1..0.10.1')).toBe('no');
    expect(holds(range, { from: '0.7.1', to: '1.0.0' })).toBe('unknown');
    expect(holds(range, { version: '1.3.0..1.3.2' })).toBe('yes');
  });

  test('several ranges: a name that was given up and reused', () => {
    const ranges = [vllm({ until: '0.10.0' }), vllm({ since: '0.13.0' })];
    expect(['0.10.0', '0.12.0', '0.13.0'].map((at) => holds(ranges, at))).toEqual(['yes', 'no', 'yes']);
    expect(holds(ranges, undefined)).toBe('unknown');
  });
});

describe('properties', () => {
  const release = fc
    .tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 4 }))
    .map((parts) => parts.join('.'));
  const bounds = fc.record({ since: release, until: release }, { requiredKeys: [] });

  test('a release inside the tables is never unknown to exact bounds', () => {
    fc.assert(
      fc.property(bounds, fc.integer({ min: 9, max: 33 }), (range, minor) => {
        expect(holds(vllm(range), `0.${minor}.0`)).not.toBe('unknown');
      }),
    );
  });

  test('what all of a span answers, each release of it answers', () => {
    fc.assert(
      fc.property(bounds, fc.integer({ min: 9, max: 33 }), fc.integer({ min: 0, max: 10 }), (range, from, length) => {
        const to = Math.min(from + length, 33);
        const whole = holds(vllm(range), `0.${from}.0..0.${to}.0`);
        if (whole === 'unknown') return;
        for (let minor = from; minor <= to; minor++) expect(holds(vllm(range), `0.${minor}.0`)).toBe(whole);
      }),
    );
  });

  test('before and from a release on are opposites', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 33 }), fc.integer({ min: 9, max: 33 }), (minor, at) => {
        const from = holds(vllm({ since: `0.${minor}.0` }), `0.${at}.0`);
        const before = holds(vllm({ until: `0.${minor - 1}` }), `0.${at}.0`);
        expect(from === 'yes').toBe(before === 'no');
      }),
    );
  });

  test('compares like numbers, whatever is written around them', () => {
    fc.assert(
      fc.property(release, release, (a, b) => {
        const [x, y] = [parseVersion(`v${a}`)!, parseVersion(`${b}+local.1`)!];
        expect(compareVersions(x, y) < 0).toBe(compareVersions(y, x) > 0);
        expect(compareVersions(x, parseVersion(a)!)).toBe(0);
      }),
    );
  });
});

test('inRange asks the version of the right library', () => {
  const versions = { vllm: '0.11.0', nixl: '0.6.0', ucx: undefined };
  expect(inRange(vllm({ until: '0.11.0' }), versions)).toBe('yes');
  expect(inRange({ library: 'nixl', since: '1.0.0' }, versions)).toBe('no');
  expect(inRange({ library: 'ucx', since: '1.21.0' }, versions)).toBe('unknown');
});

test('valueAt gives a value only when it is certain', () => {
  const values = [
    { until: '0.11.0', value: 5557 },
    { since: '0.11.1', value: 5600 },
  ];
  expect(valueAt(values, 'vllm', '0.11.0')).toBe(5557);
  expect(valueAt(values, 'vllm', newestRelease('vllm'))).toBe(5600);
  expect(valueAt(values, 'vllm', undefined)).toBeUndefined();
  expect(valuesAt(values, 'vllm', '0.11')).toEqual([5557, 5600]);
});

test('bounds in words', () => {
  expect(describeBounds({})).toBe('all versions');
  expect(describeBounds({ since: '0.9.1', until: '0.9.1' })).toBe('0.9.1');
  expect(describeBounds({ since: '0.11.1' })).toBe('from 0.11.1');
  expect(describeBounds({ until: '0.21' })).toBe('up to 0.21.x');
  expect(describeBounds({ since: '0.10.0', until: '0.11.0' })).toBe('0.10.0 to 0.11.0');
});
