import { describe, expect, it } from 'vitest';
import { healthyDecode, healthyPrefill } from '../../support/engine-window';
import { of, said } from './support';

const XFER = 'vllm:nixl_xfer_time_seconds';
const FAILED = 'vllm:nixl_num_failed_transfers';
const EXPIRED = 'vllm:nixl_num_kv_expired_reqs';
const NOTICES = 'vllm:nixl_num_failed_notifications';

/** A decode none of whose transfers counts as done. */
const rejecting = (failed: number, over = {}) =>
  healthyDecode({
    counters: { [FAILED]: failed },
    histograms: {
      [XFER]: [0, 0],
      'vllm:nixl_post_time_seconds': [0, 0],
      'vllm:nixl_bytes_transferred': [0, 0],
      'vllm:nixl_num_descriptors': [0, 0],
    },
    ...over,
  });

describe('telemetry-off', () => {
  it('is critical where all transfers of a process fail, and names telemetry first', () => {
    const [verdict] = of('telemetry-off', { engines: [healthyPrefill(), rejecting(17960)] });
    expect(verdict).toMatchObject({ severity: 'critical', endpoint: 'decode', engine: '0', side: 'decode' });
    expect(verdict!.message).toMatch(
      /^All 17,960 transfers so far count as failed.*Most likely NIXL's telemetry is off/,
    );
    expect(verdict!.settings).toContainEqual({ kind: 'variable', name: 'NIXL_TELEMETRY_ENABLE' });
  });

  it('names the handshake first where KV expires unread meanwhile', () => {
    const [verdict] = of('telemetry-off', {
      engines: [healthyPrefill({ counters: { [EXPIRED]: 40 } }), rejecting(40)],
    });
    expect(verdict!.severity).toBe('critical');
    expect(verdict!.message).toContain(
      '40 requests expired on the other side without being read, so probably handshakes fail',
    );
    expect(verdict!.message).toContain('NIXL_TELEMETRY_ENABLE');
  });

  it('names the handshake first where the caches do not fit', () => {
    const [verdict] = of('telemetry-off', {
      engines: [
        healthyPrefill({ infos: { 'vllm:cache_config_info': { cache_dtype: 'fp8' } } }),
        rejecting(40, { infos: { 'vllm:cache_config_info': { cache_dtype: 'auto' } } }),
      ],
    });
    expect(verdict!.message).toContain('do not agree about `cache_dtype`');
  });

  it('tells that an exporter of NIXL answers', () => {
    const [verdict] = of('telemetry-off', {
      engines: [rejecting(40)],
      endpoints: [{ label: 'nixl', families: new Set(['agent_rx_bytes']) }],
    });
    expect(verdict!.evidence.join('\n')).toContain("NIXL's own exporter answers at nixl");
  });

  it('is found where prefill pushes', () => {
    const pushing = healthyPrefill({ counters: { [FAILED]: 12 } });
    expect(
      of('telemetry-off', { engines: [pushing, healthyDecode({ histograms: { [XFER]: [0, 0] } })] }),
    ).toMatchObject([{ endpoint: 'prefill', side: 'prefill', severity: 'critical' }]);
  });

  it('takes a family without a series for one that counted nothing', () => {
    const ray = { role: 'decode' as const, labels: { ReplicaId: 'r' }, counters: { [FAILED]: 8 } };
    expect(of('telemetry-off', { engines: [ray] })).toMatchObject([{ severity: 'critical' }]);
    expect(of('telemetry-off', { engines: [{ ...ray, labels: {} }] })).toEqual([]);
  });

  it('is a warning where nothing failed lately', () => {
    const quiet = rejecting(0, { counters: { [FAILED]: 0 }, lifetimes: { [FAILED]: 12 } });
    expect(of('telemetry-off', { engines: [quiet] })).toMatchObject([{ severity: 'warning' }]);
  });

  it.each([
    ['few', rejecting(2)],
    ['transfers done before the window', rejecting(40, { lifetimes: { [XFER]: 900 } })],
    ['transfers done in the window', healthyDecode({ counters: { [FAILED]: 40 } })],
    ['declined blocks that are about to expire', rejecting(40, { counters: { [FAILED]: 40, [EXPIRED]: 40 } })],
    ['notifications, which newer releases count too', rejecting(40, { counters: { [FAILED]: 40, [NOTICES]: 40 } })],
    ['no figure of the process', rejecting(40, { lifetimes: { [XFER]: null } })],
    ['no family', { role: 'decode' as const }],
  ])('is silent about %s', (_, decode) => {
    expect(of('telemetry-off', { engines: [healthyPrefill(), decode] })).toEqual([]);
  });
});

describe('transfers-failing', () => {
  const failing = (failed: number, over = {}) => healthyDecode({ counters: { [FAILED]: failed, ...over } });

  it('is critical with a share of many', () => {
    const [verdict] = of('transfers-failing', { engines: [healthyPrefill(), failing(25)] });
    expect(verdict).toMatchObject({ severity: 'critical', endpoint: 'decode' });
    expect(verdict!.message).toMatch(/^25 transfers \(20 %\) failed in the last 60 s/);
  });

  it.each([
    ['one', failing(1)],
    ['few that are a large share', failing(9)],
    ['a small share of many', healthyDecode({ counters: { [FAILED]: 40 } }, 10_000)],
  ])('is a warning about %s', (_, decode) => {
    expect(of('transfers-failing', { engines: [decode] })).toMatchObject([{ severity: 'warning' }]);
  });

  it('leaves out blocks that were declined as they expire', () => {
    expect(of('transfers-failing', { engines: [failing(4, { [EXPIRED]: 4 })] })).toEqual([]);
    expect(of('transfers-failing', { engines: [failing(6, { [EXPIRED]: 4 })] })[0]!.message).toMatch(/^2 transfers/);
  });

  it('says nothing beside the verdict that all fail', () => {
    expect(said({ engines: [rejecting(40)] })).toEqual(['telemetry-off critical']);
  });

  it('speaks of a first failure before anything was done', () => {
    expect(said({ engines: [rejecting(1)] })).toEqual(['transfers-failing warning']);
  });

  it('takes notifications alone as information', () => {
    const decode = failing(0, { 'vllm:nixl_num_failed_notifications': 3 });
    expect(of('transfers-failing', { engines: [decode] })).toMatchObject([
      { severity: 'info', title: 'Notifications fail' },
    ]);
  });

  it('takes them for no transfers where newer releases count them as such', () => {
    const [verdict] = of('transfers-failing', {
      engines: [rejecting(10, { counters: { [FAILED]: 10, [NOTICES]: 10 } })],
    });
    expect(verdict).toMatchObject({ severity: 'info', title: 'Notifications fail' });
    expect(verdict!.evidence).toContainEqual(expect.stringMatching(/^failed transfers: 10, no more than those/));
    expect(of('transfers-failing', { engines: [failing(14, { [NOTICES]: 10 })] })[0]!.message).toMatch(/^4 transfers/);
  });

  it('is silent without failures and without the family', () => {
    expect(of('transfers-failing', { engines: [failing(0), { role: 'prefill' }] })).toEqual([]);
  });
});

describe('kv-expired', () => {
  const expiring = (over = {}) => healthyPrefill({ counters: { [EXPIRED]: 12, ...over } });

  it('tells the share and both settings where the release is not known', () => {
    const [verdict] = of('kv-expired', { engines: [expiring(), healthyDecode()] });
    expect(verdict).toMatchObject({ severity: 'warning', endpoint: 'prefill', side: 'prefill' });
    expect(verdict!.message).toContain('12 requests (12 % of those finished)');
    expect(verdict!.message).toContain(
      '`kv_lease_duration` (30 s unless it is set), before vLLM 0.22.0 `VLLM_NIXL_ABORT',
    );
    expect(verdict!.settings.map(({ name }) => name)).toEqual(['kv_lease_duration', 'VLLM_NIXL_ABORT_REQUEST_TIMEOUT']);
  });

  it.each([
    ['0.30.0', '`kv_lease_duration` (30 s unless it is set).'],
    ['0.20.0', '`VLLM_NIXL_ABORT_REQUEST_TIMEOUT` (480 s unless it is set).'],
    ['0.16.0', '`VLLM_NIXL_ABORT_REQUEST_TIMEOUT` (480 s unless it is set).'],
  ])('names the setting of vLLM %s', (vllm, words) => {
    const [verdict] = of('kv-expired', { engines: [expiring()], hints: { prefill: { versions: { vllm } } } });
    expect(verdict!.message.endsWith(words)).toBe(true);
  });

  it('reads the release off a page that only newer ones have', () => {
    const newer = healthyPrefill({
      counters: { [EXPIRED]: 12, 'vllm:tool_call_parser_invocations': 0 },
    });
    expect(of('kv-expired', { engines: [newer] })[0]!.settings).toEqual([{ kind: 'field', name: 'kv_lease_duration' }]);
  });

  it('believes the page where the configuration names a release that cannot have it', () => {
    const engines = [healthyPrefill({ counters: { [EXPIRED]: 12, 'vllm:tool_call_parser_invocations': 0 } })];
    const [verdict] = of('kv-expired', { engines, hints: { prefill: { versions: { vllm: '0.11.0' } } } });
    expect(verdict!.settings).toEqual([{ kind: 'field', name: 'kv_lease_duration' }]);
  });

  it('sends to failing transfers first where there are any', () => {
    const decode = healthyDecode({ counters: { [FAILED]: 12 } });
    const [verdict] = of('kv-expired', { engines: [expiring(), decode] });
    expect(verdict!.message.endsWith('Transfers fail at the same time (12): mend those first.')).toBe(true);
  });

  it('names what decode keeps where the same block may be booked twice', () => {
    const [verdict] = of('kv-expired', { engines: [expiring({ [FAILED]: 12 })] });
    expect(verdict!.settings.map(({ name }) => name)).toContain('decoder_kv_blocks_ttl');
    expect(of('kv-expired', { engines: [expiring()] })[0]!.settings.map(({ name }) => name)).not.toContain(
      'decoder_kv_blocks_ttl',
    );
  });

  it('is silent without expiries and without the family', () => {
    expect(of('kv-expired', { engines: [healthyPrefill(), { role: 'prefill', endpoint: 'old' }] })).toEqual([]);
  });
});

describe('late-notifications', () => {
  const LATE = 'vllm:nixl_num_notifications_after_expiry';

  it('is critical from the first on', () => {
    const [verdict] = of('late-notifications', {
      engines: [healthyPrefill({ counters: { [LATE]: 1 } }), healthyDecode()],
    });
    expect(verdict).toMatchObject({ severity: 'critical', endpoint: 'prefill', side: 'prefill' });
    expect(verdict!.message).toMatch(/^1 read in the last 60 s ended after prefill had freed the blocks/);
    expect(verdict!.settings).toContainEqual({ kind: 'field', name: 'kv_lease_duration', side: 'decode' });
  });

  it('is silent without any, and where the release has no such counter', () => {
    expect(of('late-notifications', { engines: [healthyPrefill(), { role: 'prefill', endpoint: 'old' }] })).toEqual([]);
  });
});
