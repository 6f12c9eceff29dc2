import { describe, expect, test } from 'vitest';
import { connectorNames, holds, knownReleases, lookupConnector, valueAt, valuesAt } from '../../server/src/knowledge';

const BASE = 'vllm.distributed.kv_transfer.kv_connector';

describe('connectors of vLLM', () => {
  const names = connectorNames();

  test.each(names)('%s has a module and a role for every release that registers it', (name) => {
    const { ranges, modules, roles } = lookupConnector(name)!;
    // Read in documents only: where its class lies is not known.
    if (name === 'HiSparseConnector') return;
    for (const release of knownReleases('vllm').filter((candidate) => holds(ranges, candidate) === 'yes')) {
      expect(valueAt(modules, 'vllm', release), release).toMatch(new RegExp(`^${BASE}\\.`));
      expect(valuesAt(modules, 'vllm', release), release).toHaveLength(1);
      expect(valueAt(roles, 'vllm', release)?.length, release).toBeGreaterThan(0);
    }
  });

  test('move between modules', () => {
    const moduleOf = (name: string, release: string) => valueAt(lookupConnector(name)!.modules, 'vllm', release);
    expect(moduleOf('NixlConnector', '0.19.1')).toBe(`${BASE}.v1.nixl_connector`);
    expect(moduleOf('NixlConnector', '0.20.0')).toBe(`${BASE}.v1.nixl`);
    expect(moduleOf('MooncakeConnector', '0.10.0')).toBe(`${BASE}.simple_connector`);
    expect(moduleOf('MooncakeConnector', '0.12.0')).toBeUndefined();
    expect(moduleOf('MooncakeConnector', '0.15.1')).toBe(`${BASE}.v1.mooncake_connector`);
    expect(moduleOf('MooncakeConnector', '0.16.0')).toBe(`${BASE}.v1.mooncake.mooncake_connector`);
  });

  test('are made for some roles, or for any', () => {
    const rolesOf = (name: string, release: string) => valueAt(lookupConnector(name)!.roles, 'vllm', release);
    expect(rolesOf('NixlConnector', '0.22.1')).toEqual(['kv_producer', 'kv_consumer', 'kv_both']);
    expect(rolesOf('NixlConnector', '0.23.0')).toEqual(['kv_producer', 'kv_consumer']);
    expect(rolesOf('OffloadingConnector', '0.25.1')).toEqual(['kv_both']);
    expect(names.filter((name) => lookupConnector(name)!.roleIgnored)).toEqual(
      expect.arrayContaining(['OffloadingConnector', 'DecodeBenchConnector', 'ExampleConnector']),
    );
    expect(lookupConnector('MooncakeConnector')!.roleIgnored).toBe(false);
  });

  test('support the hybrid KV cache manager from some release on, or never', () => {
    const supports = (name: string, release: string) =>
      valueAt(lookupConnector(name)!.hma, 'vllm', release) ?? 'unknown';
    expect([supports('NixlConnector', '0.17.1'), supports('NixlConnector', '0.18.0')]).toEqual(['unknown', true]);
    expect(supports('SimpleCPUOffloadConnector', '0.19.0')).toBe(true);
    expect(supports('MooncakeStoreConnector', '0.22.0')).toBe(true);
    expect(supports('OffloadingConnector', '0.21.0')).toBe(true);
    expect(supports('LMCacheConnectorV1', '0.25.1')).toBe('unknown');
  });
});
