import { describe, expect, test } from 'vitest';
import {
  connectorsReading,
  extraKeys,
  holds,
  kvFields,
  lookupExtraKey,
  lookupKvField,
  nearestExtraKeys,
  nearestKvFields,
  takesAnyExtraKey,
  unknownKeyEffect,
  validateExtraConfig,
  validateKvTransferConfig,
  valueAt,
} from '../../server/src/knowledge';

const good = { kv_connector: 'NixlConnector', kv_role: 'kv_producer' };
const problems = (value: unknown) =>
  validateKvTransferConfig(value).map(({ path, keyword, key }) => [path.join('.'), keyword, key]);

describe('validateKvTransferConfig', () => {
  test('takes what vLLM converts', () => {
    expect(problems(good)).toEqual([]);
    expect(problems({})).toEqual([]);
    for (const kv_port of [14579, '14579', 14579.0, true, ' 14_579 '])
      expect(problems({ ...good, kv_port })).toEqual([]);
    for (const flag of [true, false, 'true', 'True', 'yes', 'on', '1', 1, 0, 'OFF']) {
      expect(problems({ ...good, enable_permute_local_kv: flag })).toEqual([]);
    }
    expect(problems({ ...good, kv_rank: null, kv_buffer_size: '1e9', engine_id: null })).toEqual([]);
  });

  test('refuses what vLLM refuses', () => {
    for (const kv_port of [14579.5, 'abc', null, [1]])
      expect(problems({ ...good, kv_port })).toEqual([['kv_port', 'type', undefined]]);
    for (const flag of [2, 'maybe', null]) {
      expect(problems({ ...good, enable_permute_local_kv: flag })).toEqual([
        ['enable_permute_local_kv', 'type', undefined],
      ]);
    }
    expect(problems({ ...good, engine_id: 7 })).toEqual([['engine_id', 'type', undefined]]);
    for (const extra of [null, '{}', []]) {
      expect(problems({ ...good, kv_connector_extra_config: extra })).toEqual([
        ['kv_connector_extra_config', 'type', undefined],
      ]);
    }
    expect(problems({ ...good, kv_load_failure_policy: 'retry' })).toEqual([
      ['kv_load_failure_policy', 'enum', undefined],
    ]);
    for (const value of [null, [], 'text', 3]) expect(problems(value)).toEqual([['', 'type', undefined]]);
  });

  test('a connector wants a role', () => {
    expect(problems({ kv_connector: 'NixlConnector' })).toEqual([['', 'required', 'kv_role']]);
    expect(problems({ kv_connector: 'NixlConnector', kv_role: null })).toEqual([['', 'required', 'kv_role']]);
    expect(problems({ kv_connector: 'NixlConnector', kv_role: 'KV_BOTH' })).toEqual([['kv_role', 'enum', undefined]]);
    expect(problems({ kv_role: 'kv_both' })).toEqual([]);
    expect(problems({ kv_connector: null })).toEqual([]);
  });

  test('names the unknown key', () => {
    expect(problems({ ...good, kv_conector: 1 })).toEqual([['', 'unknown-key', 'kv_conector']]);
    expect(nearestKvFields('kv_conector')[0]).toBe('kv_connector');
  });

  test('says nothing of what is not known', () => {
    expect(problems({ kv_connector: 'NixlConnector', kv_role: undefined, kv_port: undefined })).toEqual([]);
    expect(problems({ ...good, kv_connector_extra_config: undefined })).toEqual([]);
    expect(problems(undefined)).toEqual([]);
  });

  test('knows from which release on it is refused', () => {
    const [type] = validateKvTransferConfig({ ...good, kv_port: 'abc' });
    expect([holds(type!.range!, '0.9.0'), holds(type!.range!, '0.9.1')]).toEqual(['no', 'yes']);
    const [buffer] = validateKvTransferConfig({ ...good, kv_buffer_device: null });
    expect([holds(buffer!.range!, '0.11.0'), holds(buffer!.range!, '0.11.1')]).toEqual(['no', 'yes']);
    const [role] = validateKvTransferConfig({ kv_role: 'prefill' });
    expect(role!.range).toBeUndefined();
  });
});

test('unknown keys: refused, then dropped, then refused again', () => {
  expect(['0.9.0', '0.9.1', '0.15.1', '0.16.0', undefined].map(unknownKeyEffect)).toEqual([
    'refused',
    'ignored',
    'ignored',
    'refused',
    'unknown',
  ]);
});

test('fields by version', () => {
  expect(kvFields()[0]?.name).toBe('kv_connector');
  expect(holds(lookupKvField('kv_load_failure_policy')!.range, '0.12.0')).toBe('no');
  const policy = lookupKvField('kv_load_failure_policy')!.defaults;
  expect([valueAt(policy, 'vllm', '0.16.0'), valueAt(policy, 'vllm', '0.17.0')]).toEqual(['recompute', 'fail']);
  expect(lookupKvField('kv_port')?.inertFor).toContain('NixlConnector');
  expect(lookupKvField('toString')).toBeUndefined();
});

describe('extra config', () => {
  const extra = (value: unknown, connector = 'NixlConnector') =>
    validateExtraConfig(connector, value).map(({ path, keyword, key }) => [path.join('.'), keyword, key]);

  test('NIXL takes lists, whole numbers and real booleans', () => {
    expect(
      extra({
        backends: ['UCX', 'LIBFABRIC'],
        num_threads: 8,
        enforce_handshake_compat: false,
        kv_lease_duration: 30.5,
      }),
    ).toEqual([]);
    expect(extra({ backends: 'UCX' })).toEqual([['backends', 'type', undefined]]);
    expect(extra({ backends: ['UCX', 1] })).toEqual([['backends.1', 'type', undefined]]);
    expect(extra({ num_threads: '4' })).toEqual([['num_threads', 'type', undefined]]);
    expect(extra({ kv_lease_duration: '30' })).toEqual([['kv_lease_duration', 'type', undefined]]);
    expect(extra({ enable_cross_layers_blocks: 'True' })).toEqual([]);
    expect(extra({ enable_cross_layers_blocks: 'yes' })).toEqual([['enable_cross_layers_blocks', 'type', undefined]]);
  });

  test('a quoted false is true to Python, a quoted true harmless', () => {
    const [problem] = validateExtraConfig('NixlConnector', { enforce_handshake_compat: 'false' });
    expect(problem).toMatchObject({ path: ['enforce_handshake_compat'], keyword: 'type' });
    expect(problem!.effect).toMatch(/true/);
    expect(extra({ bidirectional_kv_xfer: 'true' })).toEqual([]);
  });

  test('unknown keys are the closed connectors’ only', () => {
    expect(extra({ backend: ['UCX'] })).toEqual([['', 'unknown-key', 'backend']]);
    expect(nearestExtraKeys('NixlConnector', 'backend')).toEqual(['backends']);
    expect(extra({ anything: 1 }, 'LMCacheConnectorV1')).toEqual([]);
    expect(extra({ anything: 1 }, 'SomebodysConnector')).toEqual([]);
    expect([
      takesAnyExtraKey('NixlConnector'),
      takesAnyExtraKey('LMCacheMPConnector'),
      takesAnyExtraKey('Nope'),
    ]).toEqual([false, true, true]);
  });

  test('MultiConnector wants a list of objects', () => {
    expect(extra({}, 'MultiConnector')).toEqual([['', 'required', 'connectors']]);
    expect(extra({ connectors: {} }, 'MultiConnector')).toEqual([['connectors', 'type', undefined]]);
    expect(extra({ connectors: [good, '{}'] }, 'MultiConnector')).toEqual([['connectors.1', 'type', undefined]]);
  });

  test('keys by connector and version', () => {
    expect(extraKeys('NixlConnector')[0]?.name).toBe('backends');
    expect(lookupExtraKey('NixlConnector', 'push_registration_timeout')).toBeUndefined();
    expect(lookupExtraKey('NixlPushConnector', 'push_registration_timeout')).toBeDefined();
    expect(holds(lookupExtraKey('NixlConnector', 'kv_lease_duration')!.range, '0.21.0')).toBe('no');
    expect(holds(lookupExtraKey('OffloadingConnector', 'num_cpu_blocks')!.range, '0.14.0')).toBe('no');
    expect(connectorsReading('mooncake_protocol')).toEqual(['MooncakeConnector']);
    expect(connectorsReading('backends')).toEqual(['NixlConnector', 'NixlPullConnector', 'NixlPushConnector']);
    expect(connectorsReading('constructor')).toEqual([]);
  });
});
