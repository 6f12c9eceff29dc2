import { describe, expect, test } from 'vitest';
import {
  checkFlagKey,
  checkFlagText,
  flagFact,
  flagKeys,
  flagNames,
  flagsBeginning,
  flagsWithKeys,
  flagValues,
  holds,
  lookupFlag,
  lookupFlagKey,
  nearestFlagKeys,
} from '../../server/src/knowledge';

const facts = flagNames().map((name) => flagFact(name)!);

/** What is wrong with a text for a flag: kind, and whether that is certain. */
function wrong(name: string, text: string, vllm?: string): readonly unknown[] {
  const fault = checkFlagText(flagFact(name)!, text, vllm);
  return fault ? [fault.kind, fault.certain, ...(fault.taken === undefined ? [] : [fault.taken])] : [];
}

describe('every flag', () => {
  test('has a description and, where a value follows, a type', () => {
    expect(facts.length).toBeGreaterThanOrEqual(355);
    for (const { name, description, type } of facts) {
      expect(description, name).toMatch(/\.$/);
      expect(type, name).not.toBe('');
    }
  });

  test('that gave way to another names one that there is, with a value of the same kind', () => {
    const replaced = facts.filter(({ replacedBy }) => replacedBy !== undefined);
    expect(replaced.map(({ name }) => name)).toContain('cuda-graph-sizes');
    for (const { name, value, replacedBy } of replaced) {
      const use = lookupFlag(`--${replacedBy}`);
      expect(use, name).toBeDefined();
      if (use!.path.length > 0) expect(lookupFlagKey(use!.fact.name, use!.path), name).toBeDefined();
      else expect(use!.fact.value, name).toBe(value);
    }
  });

  test('has values that lie within its own life', () => {
    for (const { name, values, range } of facts) {
      const { since: _since, sinceBy: _sinceBy, ...ends } = range;
      for (const value of values) {
        const { since } = value.range;
        if (since !== undefined) expect(holds(ends, since), `${name} ${value.name}`).not.toBe('no');
      }
    }
  });
});

describe('values of flags', () => {
  test.each([
    ['port', 'http', undefined, ['type', true]],
    ['port', '8000', undefined, []],
    ['port', ' +8_000 ', undefined, []],
    ['tensor-parallel-size', '0', '0.25.1', ['limit', true]],
    ['tensor-parallel-size', 'None', '0.25.1', []],
    ['max-model-len', '128k', '0.25.1', []],
    ['max-model-len', '1.5K', '0.25.1', ['type', true]],
    ['max-model-len', 'auto', '0.13.0', ['type', true]],
    ['max-model-len', 'auto', '0.14.0', []],
    ['max-model-len', 'auto', undefined, ['type', false]],
    ['gpu-memory-utilization', '90', '0.25.1', ['limit', true]],
    ['gpu-memory-utilization', '.9', '0.25.1', []],
    ['dtype', 'fp16', '0.25.1', ['value', true]],
    ['dtype', 'half', '0.25.1', []],
    ['kv-cache-dtype', 'nvfp4', '0.19.0', ['value', true, 'from 0.20.0']],
    ['kv-cache-dtype', 'nvfp4', '0.20.0', []],
    ['kv-cache-dtype', 'nvfp4', undefined, []],
    ['block-size', '48', '0.17.0', ['value', true]],
    ['block-size', '48', '0.18.0', []],
    ['moe-backend', 'Deep-Gemm', '0.25.1', []],
    ['attention-backend', 'WHATEVER', '0.11.0', []],
    ['model', '', '0.25.1', []],
  ])('--%s %s in %s', (name, text, vllm, expected) => {
    expect(wrong(name, text, vllm)).toEqual(expected);
  });

  test('are proposed for the release', () => {
    expect(flagValues(flagFact('kv-cache-dtype')!, '0.19.0')).not.toContain('nvfp4');
    expect(flagValues(flagFact('kv-cache-dtype')!, '0.20.0')).toContain('nvfp4');
  });

  test('a typing mistake is told from a word that nobody knows, and numbers are compared by value only', () => {
    expect(checkFlagText(flagFact('kv-cache-dtype')!, 'fp8_e4m4', '0.19.0')?.suggestion).toBe('fp8_e4m3');
    expect(checkFlagText(flagFact('kv-cache-dtype')!, 'zebra', '0.19.0')?.suggestion).toBeUndefined();
    expect(checkFlagText(flagFact('block-size')!, '63', '0.17.0')?.suggestion).toBeUndefined();
  });

  test('what came with a minor release may have been in a patch before it', () => {
    expect(checkFlagText(flagFact('kv-cache-dtype')!, 'nvfp4', '0.19.1')?.early).toBe(true);
    expect(checkFlagText(flagFact('kv-cache-dtype')!, 'nvfp4', '0.19.0')?.early).toBeUndefined();
  });
});

describe('names', () => {
  test('may be shortened as long as they fit one flag', () => {
    expect(flagsBeginning('max-model', '0.25.1')).toEqual(['max-model-len']);
    expect(flagsBeginning('tensor_parallel', '0.25.1')).toEqual(['tensor-parallel-size']);
    expect(flagsBeginning('kv-transfer-config', '0.25.1')).toEqual([]);
  });

  test('negations have releases of their own', () => {
    expect(flagFact('headless')?.negations).toBeUndefined();
    expect(flagFact('enable-prefix-caching')?.negations).toBeDefined();
    expect(lookupFlag('--no-enable-log-requests')).toMatchObject({ negated: true });
  });
});

describe('keys of objects', () => {
  test('are described, for the flags that matter', () => {
    for (const flag of ['kv-events-config', 'speculative-config', 'eplb-config', 'ec-transfer-config']) {
      expect(flagsWithKeys()).toContain(flag);
      expect(flagKeys(flag).length, flag).toBeGreaterThan(4);
      for (const { name, description } of flagKeys(flag)) expect(description, `${flag} ${name}`).toMatch(/\.$/);
    }
    expect(flagKeys('port')).toEqual([]);
    expect(flagKeys('constructor')).toEqual([]);
  });

  test('are looked up at the first level only', () => {
    expect(lookupFlagKey('kv-events-config', 'publisher')).toMatchObject({ flag: 'kv-events-config', type: 'enum' });
    expect(lookupFlagKey('kv-events-config', ['publisher'])?.name).toBe('publisher');
    expect(lookupFlagKey('kv-events-config', ['publisher', 'x'])).toBeUndefined();
    expect(lookupFlagKey('kv-events-config', 'no_such')).toBeUndefined();
  });

  test('are found under a misspelt name, those of the release only', () => {
    expect(nearestFlagKeys('kv-events-config', 'end_point')).toEqual(['endpoint']);
    expect(nearestFlagKeys('eplb-config', 'comunicator', '0.25.1')).toEqual(['communicator']);
    expect(nearestFlagKeys('eplb-config', 'comunicator', '0.19.0')).toEqual([]);
  });

  test.each([
    ['kv-events-config', 'enable_kv_cache_events', 'maybe', '0.25.1', ['type', true]],
    ['kv-events-config', 'enable_kv_cache_events', 'yes', '0.25.1', []],
    ['kv-events-config', 'enable_kv_cache_events', 'maybe', '0.9.0', []],
    ['kv-events-config', 'enable_kv_cache_events', 'maybe', undefined, ['type', false]],
    ['kv-events-config', 'hwm', '1000', '0.25.1', []],
    ['kv-events-config', 'hwm', 1.5, '0.25.1', ['type', true]],
    ['kv-events-config', 'replay_endpoint', null, '0.25.1', []],
    ['kv-events-config', 'publisher', 'kafka', '0.25.1', ['value', true]],
    ['kv-events-config', 'publisher', 'kafka', '0.11.0', []],
    ['speculative-config', 'num_speculative_tokens', 0, '0.25.1', ['limit', true]],
    ['speculative-config', 'num_speculative_tokens', undefined, '0.25.1', []],
    ['speculative-config', 'method', 'dflash', '0.19.0', ['value', true]],
  ])('--%s.%s = %s in %s', (flag, key, value, vllm, expected) => {
    const fault = checkFlagKey(lookupFlagKey(flag, key)!, value, vllm);
    expect(fault ? [fault.kind, fault.certain] : []).toEqual(expected);
  });
});
