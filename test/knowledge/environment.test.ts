import { describe, expect, test } from 'vitest';
import {
  checkEnvValue,
  envDefault,
  envNames,
  holds,
  lookupEnv,
  nearestEnvNames,
  unknownEnvKind,
  type Versions,
} from '../../server/src/knowledge';

function check(name: string, text: string, versions?: Versions) {
  return checkEnvValue(lookupEnv(name)!, text, versions);
}

const existence: readonly [string, Versions, 'yes' | 'no' | 'unknown'][] = [
  ['VLLM_NIXL_SIDE_CHANNEL_HOST', {}, 'yes'],
  ['VLLM_NIXL_ABORT_REQUEST_TIMEOUT', { vllm: '0.9.2' }, 'no'],
  ['VLLM_NIXL_ABORT_REQUEST_TIMEOUT', { vllm: '0.10.0' }, 'yes'],
  ['VLLM_NIXL_ABORT_REQUEST_TIMEOUT', { vllm: '0.21.0' }, 'yes'],
  ['VLLM_NIXL_ABORT_REQUEST_TIMEOUT', { vllm: '0.22.0' }, 'no'],
  ['VLLM_NIXL_ABORT_REQUEST_TIMEOUT', {}, 'unknown'],
  ['VLLM_USE_V1', { vllm: '0.11.0' }, 'yes'],
  ['VLLM_USE_V1', { vllm: '0.11.1' }, 'no'],
  ['VLLM_ATTENTION_BACKEND', { vllm: '0.14.1' }, 'yes'],
  ['VLLM_ATTENTION_BACKEND', { vllm: '0.15.0' }, 'no'],
  ['VLLM_KV_CACHE_LAYOUT', { vllm: '0.9.1' }, 'no'],
  ['VLLM_GPU_NIC_PCIE_MAPPING', { vllm: '0.22.1' }, 'no'],
  ['VLLM_GPU_NIC_PCIE_MAPPING', { vllm: '0.23.0' }, 'yes'],
  ['VLLM_EC_SIDE_CHANNEL_PORT', { vllm: '0.25.1' }, 'no'],
  ['VLLM_EC_SIDE_CHANNEL_PORT', { vllm: '0.27.0' }, 'unknown'],
  ['VLLM_EC_SIDE_CHANNEL_PORT', { vllm: '0.28.0' }, 'yes'],
  ['VLLM_MORIIO_NUM_WORKERS', { vllm: '0.23.0' }, 'no'],
  ['VLLM_CPU_SGL_KERNEL', { vllm: '0.26.0' }, 'unknown'],
  ['NIXL_TELEMETRY_EXPORTER', { nixl: '0.8.0' }, 'no'],
  ['NIXL_UCX_GPU_XFER_TIMEOUT_MS', { nixl: '1.0.0' }, 'no'],
  ['NIXL_CONFIG_FILE', { nixl: '1.2.0' }, 'yes'],
  ['UCX_RC_GDA_NUM_CHANNELS', { ucx: '1.20.1' }, 'no'],
  ['UCX_RC_GDA_NUM_CHANNELS', { ucx: '1.21.0' }, 'yes'],
  ['UCX_IB_GDA_MAX_SYS_LATENCY', { ucx: '1.20' }, 'yes'],
  ['UCX_IB_GDA_MAX_SYS_LATENCY', { ucx: '1.21.0' }, 'no'],
  ['UCX_IB_REG_METHODS', {}, 'no'],
];

test.each(existence)('%s with %o: %s', (name, versions, expected) => {
  const { range } = lookupEnv(name)!;
  expect(holds(range, versions[range.library])).toBe(expected);
});

test('defaults that changed', () => {
  const port = lookupEnv('VLLM_NIXL_SIDE_CHANNEL_PORT')!;
  expect(envDefault(port, '0.11.0')).toBe('5557');
  expect(envDefault(port, '0.11.1')).toBe('5600');
  expect(envDefault(port, undefined)).toBeUndefined();
  const timeout = lookupEnv('VLLM_NIXL_ABORT_REQUEST_TIMEOUT')!;
  expect([envDefault(timeout, '0.11.0'), envDefault(timeout, '0.20.0')]).toEqual(['120', '480']);
  const errors = lookupEnv('UCX_HANDLE_ERRORS')!;
  expect([envDefault(errors, '1.19.1'), envDefault(errors, '1.20.0')]).toEqual(['bt', 'none']);
});

describe('long values', () => {
  const digits = '1'.repeat(200_000);

  test('are judged like short ones', () => {
    for (const text of [`${digits}x`, `${digits}.${digits}x`, `.${digits}x`])
      expect(check('UCX_RC_TIMEOUT', text).ok).toBe(false);
    for (const text of ['1', '1.', '.5', '1.5us', `${digits}.${digits}ms`])
      expect(check('UCX_RC_TIMEOUT', text)).toEqual({ ok: true });
  });

  test('are near no name', () => expect(nearestEnvNames(`UCX_TLS${digits}`)).toEqual([]));
});

describe('UCX values', () => {
  test('a global one is dropped without a word, and the right spelling is known', () => {
    expect(check('UCX_MEMTYPE_CACHE', 'false')).toMatchObject({
      ok: false,
      certain: true,
      consequence: 'ignored-silently',
      scope: 'global',
      suggestion: 'n',
    });
    for (const text of ['n', 'No', '0', 'off', 'TRY']) expect(check('UCX_MEMTYPE_CACHE', text).ok).toBe(true);
    for (const text of ['', 'OFF', ' n', 'auto']) expect(check('UCX_MEMTYPE_CACHE', text).ok).toBe(false);
  });

  test.each([
    ['UCX_PROTO_ENABLE', 'true', 'start-refused'],
    ['UCX_POSIX_HUGETLB_MODE', 'foo', 'transport-vanishes'],
    ['UCX_TCP_KEEPIDLE', 'bad', 'worker-fails'],
    ['UCX_MEM_MMAP_HOOK_MODE', 'off', 'ignored-silently'],
    ['UCX_KEEPALIVE_INTERVAL', '0', 'start-refused'],
  ])('%s=%s: %s, by where it lives', (name, text, consequence) => {
    expect(check(name, text)).toMatchObject({ ok: false, certain: true, consequence });
  });

  test('umbrella names are checked like what they set', () => {
    expect(lookupEnv('UCX_RC_SEND_OVERHEAD')?.sets).toContain('UCX_RC_MLX5_SEND_OVERHEAD');
    expect(lookupEnv('UCX_RC_MLX5_SEND_OVERHEAD')?.setBy).toEqual(['UCX_RC_SEND_OVERHEAD', 'UCX_IB_SEND_OVERHEAD']);
    expect(check('UCX_IB_ADDR_TYPE', 'ethernet').ok).toBe(false);
    expect(check('UCX_IB_ADDR_TYPE', 'ETH').ok).toBe(true);
  });

  test('what a release added is refused before it, and only perhaps when the release is not known', () => {
    const added = (versions: Versions) => check('UCX_REG_NONBLOCK_MEM_TYPES', 'host,gaudi', versions);
    expect(added({ ucx: '1.20.1' })).toMatchObject({ ok: false, certain: true });
    expect(added({ ucx: '1.21.0' })).toEqual({ ok: true });
    expect(added({})).toMatchObject({ ok: false, certain: false });
  });

  test('an obsolete variable takes anything, and numbers keep their tail', () => {
    expect(check('UCX_TCP_MAX_BCOPY', 'nonsense').ok).toBe(true);
    expect(check('UCX_MAX_RNDV_RAILS', '4x').ok).toBe(true);
    expect(check('UCX_RNDV_THRESH', 'intra:8k').ok).toBe(false);
    expect(check('UCX_RNDV_THRESH', 'intra:8k,64k').ok).toBe(true);
  });
});

describe('vLLM values', () => {
  test('numbers are what Python reads', () => {
    for (const text of ['5600', ' 5600 ', '5_600', '+1'])
      expect(check('VLLM_NIXL_SIDE_CHANNEL_PORT', text).ok).toBe(true);
    for (const text of ['', '5600.0', '"5600"', 'tcp://10.0.0.1:80', '5 600']) {
      expect(check('VLLM_NIXL_SIDE_CHANNEL_PORT', text)).toMatchObject({ ok: false, consequence: 'start-refused' });
    }
  });

  test('switches that are read with int() do not take words', () => {
    expect(check('VLLM_SERVER_DEV_MODE', 'true')).toMatchObject({ consequence: 'start-refused', suggestion: '1' });
    expect(check('VLLM_SERVER_DEV_MODE', '1').ok).toBe(true);
  });

  test('switches that are compared with words take other words for false', () => {
    expect(check('VLLM_ROCM_USE_AITER', 'True').ok).toBe(true);
    expect(check('VLLM_ROCM_USE_AITER', 'no').ok).toBe(true);
    expect(check('VLLM_ROCM_USE_AITER', 'yes')).toMatchObject({ consequence: 'misread' });
    expect(check('VLLM_SKIP_P2P_CHECK', 'true')).toMatchObject({ consequence: 'misread', suggestion: '1' });
  });

  test('a layout in lower case is refused from the release that checks it', () => {
    expect(check('VLLM_KV_CACHE_LAYOUT', 'hnd', { vllm: '0.11.0' })).toMatchObject({
      certain: true,
      suggestion: 'HND',
    });
    expect(check('VLLM_KV_CACHE_LAYOUT', 'hnd', { vllm: '0.10.2' })).toEqual({ ok: true });
    expect(check('VLLM_KV_CACHE_LAYOUT', 'hnd')).toMatchObject({ certain: false });
  });
});

describe('NIXL values', () => {
  test('booleans by release', () => {
    const enable = (text: string, nixl?: string) => check('NIXL_TELEMETRY_ENABLE', text, { nixl });
    expect(enable('true', '0.10.1')).toMatchObject({ certain: true, consequence: 'ignored', suggestion: 'y' });
    expect(enable('true', '1.0.0')).toEqual({ ok: true });
    expect(enable('true')).toMatchObject({ certain: false, consequence: 'ignored' });
    expect(enable('', '1.3.2')).toMatchObject({ certain: true, consequence: 'start-refused' });
    expect(enable('yes', '0.5.0')).toMatchObject({ certain: true });
    expect(enable('y')).toEqual({ ok: true });
  });

  test('log levels have no WARNING', () => {
    expect(check('NIXL_LOG_LEVEL', 'WARNING')).toMatchObject({ consequence: 'ignored', suggestion: 'WARN' });
    expect(check('NIXL_LOG_LEVEL', 'debug').ok).toBe(true);
  });

  test('numbers are strict from 1.0.0', () => {
    expect(check('NIXL_TELEMETRY_RUN_INTERVAL', '100ms', { nixl: '1.2.0' }).ok).toBe(false);
    expect(check('NIXL_TELEMETRY_RUN_INTERVAL', '100ms', { nixl: '0.9.0' }).ok).toBe(true);
    expect(check('NIXL_TELEMETRY_PROMETHEUS_PORT', '70000', { nixl: '1.2.0' }).ok).toBe(false);
  });

  test('the plugin folder is one folder', () => {
    expect(check('NIXL_PLUGIN_DIR', '/a:/b').ok).toBe(false);
    expect(check('NIXL_PLUGIN_DIR', '/opt/nixl/plugins').ok).toBe(true);
  });
});

describe('names', () => {
  test.each([
    ['UCX_TSL', 'UCX_TLS'],
    ['UCX_NET_DEVICE', 'UCX_NET_DEVICES'],
    ['ucx_tls', 'UCX_TLS'],
    ['VLLM_NIXL_SIDECHANNEL_PORT', 'VLLM_NIXL_SIDE_CHANNEL_PORT'],
    ['VLLM_NIXL_SIDE_CHANNEL_IP', 'VLLM_NIXL_SIDE_CHANNEL_HOST'],
    ['VLLM_NIXL_PORT', 'VLLM_NIXL_SIDE_CHANNEL_PORT'],
    ['NIXL_PLUGINS_DIR', 'NIXL_PLUGIN_DIR'],
    ['NIXL_DEBUG', 'NIXL_LOG_LEVEL'],
  ])('%s is meant to be %s', (written, meant) => {
    expect(lookupEnv(written)).toBeUndefined();
    expect(nearestEnvNames(written)[0]).toBe(meant);
  });

  test('other projects and scripts are not unknown', () => {
    expect(unknownEnvKind('VLLM_ASCEND_ENABLE_X')).toBe('foreign');
    expect(unknownEnvKind('MY_VLLM_THING')).toBe('foreign');
    expect(unknownEnvKind('VLLM_NIXL_FOO')).toBe('unknown');
    expect(lookupEnv('VLLM_NIXL_DEVICE_TO_DEVICE')).toMatchObject({ owner: 'other' });
    expect(check('VLLM_NIXL_DEVICE_TO_DEVICE', 'anything').ok).toBe(true);
    expect(nearestEnvNames('VLLM_MY_OWN_LAUNCHER_ARGUMENTS')).toEqual([]);
  });

  test('NCCL variables name the UCX one that people mean', () => {
    expect(lookupEnv('NCCL_IB_HCA')).toMatchObject({ owner: 'other', reader: 'NCCL', ucxTwin: 'UCX_NET_DEVICES' });
  });

  test('proposals leave out what the version cannot have', () => {
    expect(envNames('vllm', { vllm: '0.22.0' })).not.toContain('VLLM_NIXL_ABORT_REQUEST_TIMEOUT');
    expect(envNames('vllm', { vllm: '0.21.0' })).toContain('VLLM_NIXL_ABORT_REQUEST_TIMEOUT');
    expect(envNames('ucx').slice(0, 130)).toContain('UCX_TLS');
    expect(envNames('ucx')).not.toContain('UCX_IB_REG_METHODS');
  });

  test('every name can be described', () => {
    for (const owner of ['vllm', 'nixl', 'ucx', 'other'] as const) {
      for (const name of envNames(owner)) {
        const fact = lookupEnv(name)!;
        expect(fact.typeWords, name).not.toBe('');
        expect(fact.sources.length, name).toBeGreaterThan(0);
      }
    }
  });
});
