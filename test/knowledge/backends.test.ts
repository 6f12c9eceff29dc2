import { describe, expect, it, test } from 'vitest';
import {
  backendNames,
  backendParameters,
  backendsWithParameter,
  checkBackendParameter,
  dynamoBackendVariable,
  isEnvironmentOnly,
  lookupBackendParameter,
  lookupEnv,
  lookupNixlConfigKey,
  nearestBackendParameters,
  nixlConfigKeys,
  ucxPresets,
  valueAt,
} from '../../server/src/knowledge';

describe('parameters of backends', () => {
  it('are those of the release', () => {
    const names = (backend: string, nixl?: string) => backendParameters(backend, nixl).map(({ name }) => name);
    expect(names('UCX', '0.4.1')).toEqual(['device_list', 'num_workers', 'ucx_error_handling_mode', 'ucx_devices']);
    expect(names('UCX', '1.4.1')).toContain('engine_config');
    expect(names('UCX', '1.4.1')).not.toContain('ucx_ep_close_force');
    expect(names('POSIX', '0.10.1')).toEqual(['use_aio', 'use_posix_aio', 'use_uring']);
    expect(names('LIBFABRIC', '1.3.2')).toEqual(['max_bw_per_dram_seg', 'striping_threshold']);
    expect(names('NOPE')).toEqual([]);
    expect(names('toString')).toEqual([]);
  });

  it('have defaults by release', () => {
    const { defaults } = lookupBackendParameter('UCX', 'ucx_error_handling_mode')!;
    expect(valueAt(defaults, 'nixl', '0.4.0')).toBe('none');
    expect(valueAt(defaults, 'nixl', '1.4.1')).toBe('peer');
  });

  it('are found by a near name, and know whose they are', () => {
    expect(nearestBackendParameters('GDS_MT', 'threads_count')).toEqual(['thread_count']);
    expect(backendsWithParameter('split_batch_size')).toEqual(['LIBFABRIC', 'UCX']);
    expect(lookupBackendParameter('Mooncake', 'mooncake_devices')?.unread).toBe(true);
    expect(lookupBackendParameter('UCX', 'constructor')).toBeUndefined();
  });

  it.each([
    ['UCX', 'num_threads', '8', '1.4.1', true],
    ['UCX', 'num_threads', '0x8', '1.4.1', true],
    ['UCX', 'num_threads', '-1', '1.4.1', 'yes'],
    ['UCX', 'num_threads', 'many', '1.3.2', 'no'],
    ['UCX', 'num_threads', 'many', undefined, 'unknown'],
    ['UCX', 'ucx_error_handling_mode', 'Peer', '0.9.0', 'yes'],
    ['POSIX', 'use_uring', 'enable', '1.4.1', true],
    ['POSIX', 'use_uring', 'maybe', '1.4.1', 'yes'],
    ['LIBFABRIC', 'num_threads', 'x', '1.4.1', 'no'],
    ['UCX', 'device_list', 'anything', '1.4.1', true],
  ])('%s %s=%s at %s', (backend, name, text, nixl, expected) => {
    const verdict = checkBackendParameter(lookupBackendParameter(backend, name)!, text, nixl);
    expect(verdict.ok ? true : verdict.certain).toBe(expected);
  });

  it('name variables that the tables know', () => {
    const variables = backendNames().flatMap((backend) =>
      backendParameters(backend).flatMap(({ variable }) => variable ?? []),
    );
    expect(variables.length).toBeGreaterThan(5);
    for (const name of variables) expect([name, lookupEnv(name)?.name]).toEqual([name, name]);
  });

  it('are read out of the names of variables of Dynamo', () => {
    const about = (name: string) => {
      const found = dynamoBackendVariable(name);
      return found && [found.backend.name, found.parameter?.name];
    };
    expect(about('DYN_KVBM_NIXL_BACKEND_UCX')).toEqual(['UCX', undefined]);
    expect(about('DYN_KVBM_NIXL_BACKEND_GDS_MT')).toEqual(['GDS_MT', undefined]);
    expect(about('DYN_KVBM_NIXL_BACKEND_GDS_BATCH_LIMIT')).toEqual(['GDS', 'batch_limit']);
    expect(about('DYN_KVBM_NIXL_BACKEND_OBJ__BUCKET')).toEqual(['OBJ', 'bucket']);
    expect(about('DYN_KVBM_NIXL_BACKEND_ACME')).toBeUndefined();
    expect(about('DYN_KVBM_CPU_CACHE_GB')).toBeUndefined();
  });
});

describe("NIXL's configuration file", () => {
  test('its keys are variables that the tables know, and none is for the environment only', () => {
    const known = nixlConfigKeys().filter((name) => name !== 'NVTX_INJECTION64_PATH');
    for (const name of known) {
      expect([name, lookupEnv(name)?.name, isEnvironmentOnly(name)]).toEqual([name, name, false]);
      expect(lookupNixlConfigKey(name)?.effect).toMatch(/\w/);
    }
  });

  test('a key is there since its variable is, and not before there was a file', () => {
    expect(lookupNixlConfigKey('NIXL_PLUGIN_DIR')?.range.since).toBe('1.2.0');
    expect(lookupNixlConfigKey('NIXL_TRACE_BACKENDS')?.range.since).toBe('1.4.0');
    expect(nixlConfigKeys('1.2.0')).not.toContain('NIXL_UCX_DEEPBIND');
    expect(lookupNixlConfigKey('NIXL_LOG_LEVEL')).toBeUndefined();
    expect(lookupNixlConfigKey('constructor')).toBeUndefined();
  });
});

test('what NIXL sets itself are variables of UCX', () => {
  for (const name of ['UCX_RNDV_THRESH', 'UCX_MAX_RMA_RAILS', 'UCX_RC_FENCE', 'UCX_ADDRESS_VERSION']) {
    expect(ucxPresets(name).length).toBeGreaterThan(0);
    expect(lookupEnv(name)?.owner).toBe('ucx');
  }
  expect(ucxPresets('UCX_TLS')).toEqual([]);
});
