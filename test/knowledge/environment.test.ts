import { describe, expect, test } from 'vitest';
import {
  checkEnvValue,
  envDefault,
  envNames,
  flagFact,
  holds,
  knownReleases,
  lookupEnv,
  lookupExtraKey,
  nearestEnvNames,
  unknownEnvKind,
  type Versioned,
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
  ['VLLM_EC_SIDE_CHANNEL_PORT', { vllm: '0.26.0' }, 'unknown'],
  ['VLLM_EC_SIDE_CHANNEL_PORT', { vllm: '0.27.0' }, 'yes'],
  ['VLLM_EC_SIDE_CHANNEL_PORT', { vllm: '0.28.0' }, 'yes'],
  ['VLLM_MORIIO_NUM_WORKERS', { vllm: '0.23.0' }, 'no'],
  ['VLLM_CPU_SGL_KERNEL', { vllm: '0.26.0' }, 'yes'],
  ['VLLM_CPU_SGL_KERNEL', { vllm: '0.27.0' }, 'no'],
  ['VLLM_KIMI_K3_SHARD_SP_SHARED_EXPERT', { vllm: '0.26.0' }, 'no'],
  ['VLLM_TEST_FORCE_FP8_MARLIN', { vllm: '0.28.0' }, 'unknown'],
  ['VLLM_KIMI_K3_GEMM_RS', { vllm: '0.31.0' }, 'no'],
  ['NIXL_LIBFABRIC_POST_QUEUE_SIZE', { nixl: '1.4.1' }, 'no'],
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
  const bind = lookupEnv('VLLM_CPU_OMP_THREADS_BIND')!;
  expect([envDefault(bind, '0.9.0'), envDefault(bind, '0.9.1')]).toEqual(['all', 'auto']);
  const allToAll = lookupEnv('VLLM_ALL2ALL_BACKEND')!;
  expect(['0.10.2', '0.11.0', '0.14.0'].map((vllm) => envDefault(allToAll, vllm))).toEqual([
    'naive',
    'allgather_reducescatter',
    undefined,
  ]);
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

describe('vLLM values that changed', () => {
  test('a choice that a release added is refused before it', () => {
    const quick = (vllm?: string) => check('VLLM_ROCM_QUICK_REDUCE_QUANTIZATION', 'INT3', { vllm });
    expect(quick('0.24.0')).toMatchObject({ certain: true, consequence: 'start-refused' });
    expect(quick('0.25.0')).toEqual({ ok: true });
    expect(quick('0.10.2')).toEqual({ ok: true });
    expect(quick()).toMatchObject({ certain: false, range: { since: '0.11.0', until: '0.24' } });
    const precision = (text: string, vllm: string) => check('VLLM_FLOAT32_MATMUL_PRECISION', text, { vllm }).ok;
    expect([precision('tf32', '0.13.0'), precision('tf32', '0.14.0'), precision('HIGH', '0.14.0')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('the layouts of later releases are no mistake there', () => {
    expect(check('VLLM_KV_CACHE_LAYOUT', 'BLHNC', { vllm: '0.28.0' })).toMatchObject({ certain: true });
    expect(check('VLLM_KV_CACHE_LAYOUT', 'BLHNC', { vllm: '0.30.0' })).toEqual({ ok: true });
    expect(check('VLLM_KV_CACHE_LAYOUT', 'hnd', { vllm: '0.30.0' })).toMatchObject({ suggestion: 'HND' });
  });

  test('a switch that once took any word is refused only where it is read with int()', () => {
    expect(check('VLLM_KEEP_ALIVE_ON_ENGINE_DEATH', 'true', { vllm: '0.11.0' })).toEqual({ ok: true });
    expect(check('VLLM_KEEP_ALIVE_ON_ENGINE_DEATH', 'true', { vllm: '0.11.1' })).toMatchObject({ certain: true });
    expect(check('VLLM_KEEP_ALIVE_ON_ENGINE_DEATH', 'true')).toMatchObject({ certain: false });
  });

  test('every part of a list counts', () => {
    const labels = (text: string) => check('VLLM_GPT_OSS_SYSTEM_TOOL_MCP_LABELS', text, { vllm: '0.20.0' }).ok;
    expect([labels('container,code_interpreter'), labels('container, web'), labels('')]).toEqual([true, false, true]);
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

  test('vLLM and NIXL names say what they do, each in its own words', () => {
    const seen = new Map<string, string>();
    for (const owner of ['vllm', 'nixl'] as const) {
      for (const name of envNames(owner, {})) {
        const { description } = lookupEnv(name)!;
        expect(description.length, name).toBeGreaterThanOrEqual(20);
        expect(seen.get(description), name).toBeUndefined();
        seen.set(description, name);
      }
    }
    expect(seen.size).toBeGreaterThanOrEqual(400);
  });

  test('no name of vLLM or NIXL has an unread type', () => {
    for (const owner of ['vllm', 'nixl'] as const)
      for (const name of envNames(owner)) expect(lookupEnv(name)!.type, name).not.toBe('unknown');
  });

  test('a default is a value that the variable takes, in every release that has it', () => {
    let checked = 0;
    for (const owner of ['vllm', 'nixl'] as const) {
      for (const name of envNames(owner)) {
        const fact = lookupEnv(name)!;
        for (const release of knownReleases(owner)) {
          if (holds(fact.range, release) !== 'yes') continue;
          const value = envDefault(fact, release);
          // Words (`the plugins folder beside libnixl.so`) stand where the default is computed.
          if (value === undefined || /^the [a-z]/.test(value)) continue;
          expect(checkEnvValue(fact, value, { [owner]: release }), `${name}=${value} with ${release}`).toEqual({
            ok: true,
          });
          checked++;
        }
      }
    }
    expect(checked).toBeGreaterThan(5000);
  });

  test('at most one default applies to a release', () => {
    for (const owner of ['vllm', 'nixl'] as const) {
      for (const name of envNames(owner)) {
        const { defaults, valueSets = [], range } = lookupEnv(name)!;
        for (const release of knownReleases(owner)) {
          const certain = (list: readonly Versioned<unknown>[]) =>
            list.filter((entry) => holds({ ...entry, library: range.library }, release) === 'yes').length;
          expect(certain(defaults), `${name} with ${release}`).toBeLessThanOrEqual(1);
          expect(certain(valueSets), `${name} with ${release}`).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  test("what takes a name's place exists, and later than the name or beside it", () => {
    const replaced = (['vllm', 'nixl'] as const)
      .flatMap((owner) => envNames(owner))
      .map((name) => lookupEnv(name)!)
      .filter((fact) => fact.replacedBy);
    expect(replaced.length).toBeGreaterThanOrEqual(30);
    for (const { name, replacedBy, insteadUse } of replaced) {
      const { kind, name: other, key, connector } = replacedBy!;
      expect(insteadUse, name).toContain(key ?? other);
      if (kind === 'variable') expect(lookupEnv(other)?.owner, name).toBe('vllm');
      else if (kind === 'flag') expect(flagFact(other)?.name, name).toBe(other);
      else expect(lookupExtraKey(connector!, other), name).toBeDefined();
    }
    expect(lookupEnv('VLLM_NIXL_ABORT_REQUEST_TIMEOUT')!.replacedBy).toEqual({
      kind: 'extra-key',
      name: 'kv_lease_duration',
      connector: 'NixlConnector',
      sameValue: false,
    });
    expect(lookupEnv('VLLM_ATTENTION_BACKEND')!.replacedBy).toEqual({
      kind: 'flag',
      name: 'attention-backend',
      sameValue: true,
    });
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
