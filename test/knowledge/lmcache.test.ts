import { describe, expect, test } from 'vitest';
import {
  checkLmcacheValue,
  lmcacheExtraKey,
  lmcacheKey,
  lmcacheKeyNames,
  lmcacheRelease,
  lmcacheVariable,
  lookupLmcacheVariable,
  nearestLmcacheKeys,
} from '../../server/src/knowledge';

describe('settings of LMCache', () => {
  test('have a description, and successors that are still read', () => {
    for (const [inExtra, lookup] of [
      [false, lmcacheKey],
      [true, lmcacheExtraKey],
    ] as const) {
      for (const name of lmcacheKeyNames(inExtra)) {
        const key = lookup(name)!;
        expect(key.inExtra).toBe(inExtra);
        if (key.replacedBy === undefined) continue;
        const present = lookup(key.replacedBy);
        expect(present?.gone, name).toBeUndefined();
        expect(present, name).toBeDefined();
        expect(key.gone, name).toBeDefined();
      }
    }
    expect(lmcacheKeyNames(false).length).toBeGreaterThan(120);
  });

  test('stand in the order in which they matter', () => {
    const names = lmcacheKeyNames(false);
    expect(names.indexOf('pd_role')).toBeLessThan(names.indexOf('weka_path'));
    expect(lmcacheKey(names.at(-1)!)?.gone).toBeDefined();
    expect(lmcacheKeyNames(true)[0]).toBe('enable_nixl_storage');
  });

  test('are known by their variables, too', () => {
    expect(lookupLmcacheVariable('LMCACHE_PD_ROLE')?.name).toBe('pd_role');
    expect(lmcacheVariable('pd_role')).toBe('LMCACHE_PD_ROLE');
    for (const name of ['LMCACHE_pd_role', 'LMCACHE_NO_SUCH', 'PD_ROLE', 'LMCACHE_ENABLE_NIXL_STORAGE', 'LMCACHE_']) {
      expect(lookupLmcacheVariable(name), name).toBeUndefined();
    }
  });

  test('of two levels are not mixed up', () => {
    expect(lmcacheKey('enable_nixl_storage')).toBeUndefined();
    expect(lmcacheExtraKey('pd_role')).toBeUndefined();
    expect(lmcacheKey('constructor')).toBeUndefined();
    expect(nearestLmcacheKeys('pd_roles', false)).toEqual(['pd_role']);
    expect(nearestLmcacheKeys('nixl_rolle', false)).toEqual([]);
  });

  test('a day is told by the release after it', () => {
    expect(lmcacheRelease('2025-09-17')).toBe('about 0.3.7 (September 2025)');
    expect(lmcacheRelease('2026-06-30')).toBe('June 2026');
  });
});

describe('values', () => {
  const check = (name: string, value: unknown, source: 'file' | 'variable' = 'file') =>
    checkLmcacheValue(lmcacheKey(name)!, value, source) !== undefined;
  const extra = (name: string, value: unknown) =>
    checkLmcacheValue(lmcacheExtraKey(name)!, value, 'file') !== undefined;

  test.each([
    ['chunk_size', [256, '256', ' 256 ', true, 1.5], ['1k', [256], '1e9', {}]],
    ['max_local_cpu_size', [5, '5.5', '1e1', '.5', 'inf'], ['5GB', [5]]],
    ['local_cpu', [true, 'True', '1', 'no', 0], ['enabled', 2, []]],
    ['pd_role', ['sender', 'both', 5], ['kv_producer']],
    ['pd_peer_init_port', [7300, '7300, 7301', [7300, '7301'], [7300, undefined]], ['x', [7300, 'x'], [[1]], [null]]],
    ['nixl_backends', ['UCX', ['UCX', 'GDS']], [5, {}]],
    ['extra_config', [{}, '{"a": 1}'], [5, [1]]],
    ['remote_url', ['x', 5, null, ''], []],
  ] as const)('%s', (name, sound, unsound) => {
    expect(sound.filter((value) => check(name, value))).toEqual([]);
    expect(unsound.filter((value) => !check(name, value))).toEqual([]);
  });

  test('of variables have no boolean words of YAML', () => {
    expect(check('local_cpu', 'no', 'variable')).toBe(true);
    expect(check('local_cpu', 'TRUE', 'variable')).toBe(false);
  });

  test('in the extra configuration are taken as they are', () => {
    expect([true, 'true', 'yes', undefined].filter((value) => extra('enable_nixl_storage', value))).toEqual([]);
    expect(extra('enable_nixl_storage', 'false')).toBe(true);
    expect(extra('nixl_pool_size', '64')).toBe(true);
    expect(extra('nixl_backend_params', [])).toBe(true);
  });
});
