import { describe, expect, it } from 'vitest';
import { CompletionItemTag } from 'vscode-languageserver-types';
import { analyze } from '../../server/src/analysis';
import { completion } from '../../server/src/features/completion';
import { atMark } from '../support/cursor';
import { complete, labels, RICH, script, serve } from './support';

const V = { vllm: '0.25.1' };

function struck(file: string, marked: string, assume = {}): string[] {
  return complete(file, marked, assume)
    .filter(({ tags }) => tags?.includes(CompletionItemTag.Deprecated))
    .map(({ label }) => label);
}

const config = (inner: string) => serve(`--kv-transfer-config '${inner}'`);

describe('what a release has', () => {
  it('decides which keys are offered', () => {
    const keys = config('{"kv_connector":"NixlConnector","‸"}');
    expect(labels('serve.sh', keys, { vllm: '0.11.0' })).not.toContain('kv_load_failure_policy');
    expect(labels('serve.sh', keys, V)).toContain('kv_load_failure_policy');
    const extra = config('{"kv_connector":"NixlConnector","kv_connector_extra_config":{"‸"}}');
    expect(labels('serve.sh', extra, { vllm: '0.19.1' })).not.toContain('kv_lease_duration');
    expect(labels('serve.sh', extra, V)).toContain('kv_lease_duration');
  });

  it('decides which variables and options are offered', () => {
    const timeout = 'export VLLM_NIXL_A‸\nvllm serve m\n';
    expect(labels('serve.sh', timeout, { vllm: '0.21.0' })).toEqual(['VLLM_NIXL_ABORT_REQUEST_TIMEOUT']);
    expect(labels('serve.sh', timeout, V)).toEqual([]);
    const task = serve('--task‸');
    expect(labels('serve.sh', task, V)).not.toContain('--task');
    expect(labels('serve.sh', task, { vllm: '0.10.0' })).toContain('--task');
  });

  it('strikes through what newer releases have lost, where no release is stated', () => {
    const timeout = 'export VLLM_NIXL_‸\nvllm serve m\n';
    expect(struck('serve.sh', timeout)).toEqual(['VLLM_NIXL_ABORT_REQUEST_TIMEOUT']);
    expect(struck('serve.sh', timeout, { vllm: '0.21.0' })).toEqual([]);
    const connectors = config('{"kv_connector":"‸"}');
    expect(struck('serve.sh', connectors)).toContain('P2pNcclConnector');
    expect(labels('serve.sh', connectors, V)).not.toContain('P2pNcclConnector');
  });

  it('strikes through what is accepted and ignored', () => {
    expect(struck('serve.sh', 'export UCX_ASYNC_MAX‸\nvllm serve m --kv-transfer-config "{}"\n')).toEqual([
      'UCX_ASYNC_MAX_EVENTS',
    ]);
  });

  it('is told in the detail, with the default', () => {
    const extra = config('{"kv_connector":"NixlConnector","kv_connector_extra_config":{"‸"}}');
    const lease = complete('serve.sh', extra, V).find(({ label }) => label === 'kv_lease_duration');
    expect(lease?.detail).toBe('number · default 30 · vLLM from 0.22.0');
    const policy = complete('serve.sh', config('{"kv_load_failure_policy":"‸"}'), V);
    expect(policy.find(({ label }) => label === 'fail')?.detail).toBe('default');
  });
});

describe('the order', () => {
  it('begins with what matters for prefill and decode', () => {
    expect(labels('serve.sh', 'export VLLM_NIXL_‸\nvllm serve m\n').slice(0, 2)).toEqual([
      'VLLM_NIXL_SIDE_CHANNEL_HOST',
      'VLLM_NIXL_SIDE_CHANNEL_PORT',
    ]);
    expect(labels('serve.sh', 'export UCX_‸\nvllm serve m\n').indexOf('UCX_TLS')).toBeLessThan(10);
    expect(labels('serve.sh', serve(`--speculative-config '{"‸"}'`), V)[0]).toBe('method');
    expect(labels('serve.sh', serve('--kv‸'), V)).toEqual(
      expect.arrayContaining(['--kv-transfer-config', '--kv-events-config']),
    );
  });

  it('ends with what nobody has verified and what is on its way out', () => {
    const offered = labels('serve.sh', config('{"kv_connector":"‸"}'));
    expect(offered.slice(0, 3).every((name) => name.startsWith('Nixl'))).toBe(true);
    const unverified = offered.indexOf('HiSparseConnector');
    const gone = offered.indexOf('SharedStorageConnector');
    expect(offered.indexOf('MultiConnector')).toBeLessThan(unverified);
    expect(unverified).toBeLessThan(gone);
  });

  it('puts fields that the connector never reads last', () => {
    const offered = labels('serve.sh', config('{"kv_connector":"NixlConnector","‸"}'), V);
    expect(offered.indexOf('kv_port')).toBeGreaterThan(offered.indexOf('engine_id'));
    expect(labels('serve.sh', config('{"kv_connector":"P2pNcclConnector","‸"}'), V)).toContain('kv_port');
  });

  it('of transports begins with RDMA and this platform', () => {
    const first = (platform: 'cuda' | 'rocm') =>
      labels('serve.sh', script('UCX_TLS', '‸'), { ...V, platform }).slice(0, 6);
    expect(first('cuda')).toEqual(['rc', 'srd', 'cuda_copy', 'cuda_ipc', 'sm', 'tcp']);
    expect(first('rocm')).toEqual(['rc', 'srd', 'rocm_copy', 'rocm_ipc', 'sm', 'tcp']);
    const all = labels('serve.sh', script('UCX_TLS', '‸'), { ...V, platform: 'cuda' });
    expect(all.indexOf('rocm_copy')).toBeGreaterThan(all.indexOf('gga_mlx5'));
    expect(all.at(-1)).toBe('all');
  });

  it('of backends begins with those that move data between engines', () => {
    const offered = labels(
      'serve.sh',
      config('{"kv_connector":"NixlConnector","kv_connector_extra_config":{"backends":["‸"]}}'),
      V,
    );
    expect(offered[0]).toBe('UCX');
    expect(offered.indexOf('LIBFABRIC')).toBeLessThan(offered.indexOf('GDS'));
  });
});

describe('lists', () => {
  it.each([
    ['UCX_TLS', 'rc,‸', 'tcp', 'rc'],
    ['UCX_TLS', '^‸', 'tcp', 'all'],
    ['UCX_HANDLE_ERRORS', 'bt,‸', 'freeze', 'bt'],
    ['UCX_RNDV_FRAG_SIZE', 'host:1m,‸', 'cuda:', 'host:'],
    ['UCX_SOCKADDR_TLS_PRIORITY', 'tcp,‸', 'rdmacm', 'tcp'],
    ['UCX_NET_DEVICES', 'eth0,‸', 'mlx5_0:1', 'eth0'],
  ])('%s=%s', (name, value, offered, not) => {
    const list = labels('serve.sh', script(name, value), V);
    expect(list).toContain(offered);
    expect(list).not.toContain(not);
    const container = `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n    - name: v\n      image: vllm/vllm-openai:v0.25.1\n      env:\n        - name: ${name}\n          value: "${value}"\n`;
    expect(labels('pod.yaml', container)).toContain(offered);
  });

  it('have nothing to offer for the value of a key', () => {
    expect(labels('serve.sh', script('UCX_RNDV_THRESH', 'intra:‸'), V)).toEqual([]);
  });
});

describe('objects of options', () => {
  it('have their keys and values offered', () => {
    expect(labels('serve.sh', serve(`--kv-events-config '{"‸"}'`), V)).toContain('publisher');
    expect(labels('serve.sh', serve(`--kv-events-config '{"publisher": "‸"}'`), V)).toContain('zmq');
    expect(labels('serve.sh', serve(`--kv-events-config '{"publisher": "zmq", "‸"}'`), V)).not.toContain('publisher');
    expect(labels('serve.sh', serve(`--kv-events-config '{"enable_kv_cache_events": ‸}'`), V)).toEqual([
      'true',
      'false',
    ]);
    expect(labels('serve.sh', serve('--speculative-config.meth‸'), V)).toContain('method');
    expect(labels('vllm.yaml', 'model: m\nkv-events-config:\n  ‸\nkv-transfer-config: {}\n', V)).toContain('endpoint');
  });

  it('have those of the release', () => {
    const methods = serve(`--speculative-config '{"method": "‸"}'`);
    expect(labels('serve.sh', methods, { vllm: '0.9.0' })).not.toContain('suffix');
    expect(labels('serve.sh', methods, V)).toContain('suffix');
    expect(labels('serve.sh', serve(`--speculative-config '{"‸"}'`), V)).not.toContain('target_model_config');
  });

  it('take the keys of the connector that the file has', () => {
    const text = (connector: string) =>
      `model: m\nkv-transfer-config:\n  kv_connector: ${connector}\n  kv_connector_extra_config:\n    ‸\n`;
    expect(labels('vllm.yaml', text('NixlConnector'), V)).toContain('kv_lease_duration');
    expect(labels('vllm.yaml', text('OffloadingConnector'), V)).toContain('spec_name');
  });
});

describe('comments', () => {
  it('offer what may be stated', () => {
    expect(labels('serve.sh', `# nixl: ‸\n${serve('')}`)).toEqual(['vllm=', 'nixl=', 'ucx=', 'platform=', 'ignore[']);
    expect(labels('serve.sh', `# nixl: vllm=0.25.1 ‸\n${serve('')}`)).not.toContain('ignore[');
  });

  it('offer releases, those that were verified first', () => {
    const offered = labels('serve.sh', `# nixl: vllm=‸\n${serve('')}`);
    expect(offered[0]).toBe('0.28.0');
    expect(offered).toContain('0.9.0');
    expect(offered.at(-1)).toBe('0.29.0');
    expect(labels('serve.sh', `# nixl: platform=‸\n${serve('')}`)).toContain('rocm');
  });

  it('offer rules to ignore', () => {
    const offered = labels('serve.sh', `# nixl: ignore[kv-both, ‸\n${serve('')}`);
    expect(offered).toContain('unknown-role');
    expect(offered).not.toContain('kv-both');
  });
});

describe('images', () => {
  it.each(['services:\n  a:\n    image: vllm/‸\n', 'services:\n  vllm:\n    image: ‸\n'])(
    'are offered in %j',
    (text) => {
      const offered = labels('compose.yaml', text);
      expect(offered[0]).toMatch(/^vllm\//);
      expect(offered).toContain('ghcr.io/llm-d/llm-d-cuda');
    },
  );

  it('have their tags offered, the newest first', () => {
    const offered = labels('Dockerfile', 'FROM vllm/vllm-openai:‸\n');
    expect(offered[0]).toBe('v0.28.0');
    expect(labels('compose.yaml', 'services:\n  a:\n    image: "ghcr.io/llm-d/llm-d-cuda:v0.‸"\n')).toContain('v0.3.0');
    expect(labels('compose.yaml', 'services:\n  vllm:\n    image: postgres:‸\n')).toEqual([]);
  });
});

describe('what a client can show', () => {
  const text = atMark(config('{"kv_connector":"NixlConnector","kv_connector_extra_config":{"‸"}}'));
  const list = (style: Parameters<typeof completion>[2]) =>
    completion(analyze({ name: 'serve.sh', text: text.text }, { assumptions: V }), text.offset, style);

  it('comes later where the client asks for it', () => {
    const found = list({ ...RICH, later: ['detail', 'documentation'] });
    const lease = found.items.find(({ label }) => label === 'kv_lease_duration')!;
    expect(lease).not.toHaveProperty('detail');
    expect(lease).not.toHaveProperty('documentation');
    const told = found.describe!(lease.data as number);
    const whole = list(RICH).items.find(({ label }) => label === 'kv_lease_duration')!;
    expect(told).toEqual({ detail: whole.detail, documentation: whole.documentation });
    expect(whole).not.toHaveProperty('data');
  });

  it('is plain text where it knows nothing else', () => {
    const [item] = list({ snippets: false, markdown: false }).items;
    expect(item!.documentation).toMatchObject({ kind: 'plaintext', value: expect.not.stringMatching(/[`*]/) });
    expect(JSON.stringify(list({ snippets: false, markdown: false }))).not.toContain('"tags"');
  });

  it('strikes through in the older way', () => {
    const { text: gone, offset } = atMark('export VLLM_NIXL_A‸\nvllm serve m\n');
    const { items } = completion(analyze({ name: 'serve.sh', text: gone }), offset, { ...RICH, deprecation: 'flag' });
    expect(items).toMatchObject([{ deprecated: true }]);
  });
});

it('says that there is more, and narrows down as more is typed', () => {
  const at = (typed: string) => {
    const { text, offset } = atMark(`export ${typed}‸\nvllm serve m --kv-transfer-config '{}'\n`);
    return completion(analyze({ name: 'serve.sh', text }), offset, RICH);
  };
  expect(at('UCX_')).toMatchObject({ isIncomplete: true, items: { length: 200 } });
  const narrow = at('UCX_RNDV');
  expect(narrow.isIncomplete).toBe(false);
  expect(narrow.items.map(({ label }) => label)).toContain('UCX_RNDV_SCHEME');
});
