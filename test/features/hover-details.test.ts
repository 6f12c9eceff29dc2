import { describe, expect, it } from 'vitest';
import { hoverAt, script, serve } from './support';

const V = { vllm: '0.25.1' };

describe('lists of UCX', () => {
  it('tells an alias for the release, and how the list is written', () => {
    const old = hoverAt('serve.sh', script('UCX_TLS', '^i‸b,tcp'), { ucx: '1.18.1' });
    expect(old?.covers).toBe('ib');
    expect(old?.markdown).toContain('Stands for `rc_verbs`, `ud_verbs`, `rc_mlx5`, `ud_mlx5`, `dc_mlx5`.');
    expect(old?.markdown).toContain('Denied by the `^`');
    expect(old?.markdown).toContain('Written `[^]NAME[:aux],… | all`');
    expect(hoverAt('serve.sh', script('UCX_TLS', 'i‸b'), { ucx: '1.22.0' })?.markdown).toContain('`rc_gda`');
    expect(hoverAt('serve.sh', script('UCX_TLS', 'i‸b'))?.markdown).toContain('(up to 1.18.x)');
  });

  it('tells what :aux and a backslash do', () => {
    expect(hoverAt('serve.sh', script('UCX_TLS', 'rc,ud_mlx5:a‸ux'))?.markdown).toContain('With `:aux`');
    expect(hoverAt('serve.sh', script('UCX_TLS', "'\\t‸cp'"))?.markdown).toContain('UCX transport');
  });

  it('tells a transport that the release does not have', () => {
    const found = hoverAt('serve.sh', script('UCX_TLS', 'rc_g‸da,tcp'), { ucx: '1.19.0' });
    expect(found?.markdown).toContain('**UCX 1.19.0 does not have it.**');
  });

  it.each([
    ['mlx5_0:‸1', 'RDMA device, port 1'],
    ['mlx5_[0-‸3]:1', 'RDMA devices, 4 of them, port 1'],
    ['et‸h0', 'network interface'],
    ['fab‸ric7x', 'does not tell which kind'],
    ['al‸l', 'every network device'],
  ])('tells what %s is', (value, words) => {
    const found = hoverAt('serve.sh', script('UCX_NET_DEVICES', `mlx5_9:1,${value}`), { ucx: '1.22.0' });
    expect(found?.covers).toBe(value.replace('‸', ''));
    expect(found?.markdown).toContain(words);
  });

  it('tells how devices are written in the release', () => {
    const form = (ucx: string) => hoverAt('serve.sh', script('UCX_NET_DEVICE‸S', 'all'), { ucx })?.markdown;
    expect(form('1.20.0')).toContain('Written `DEVICE[:PORT],… | all`');
    expect(form('1.21.0')).toContain('`[^]` As the first character');
    expect(form('1.22.0')).toContain('`mlx5_[0-3]:1` are four');
  });

  it('tells the key of a pair, and what its value comes to', () => {
    const found = hoverAt('serve.sh', script('UCX_RNDV_THRESH', 'intra:6‸4k,inter:inf'));
    expect(found?.covers).toBe('intra:64k');
    expect(found?.markdown).toContain('read as 64 KiB (65536 bytes)');
  });

  it('tells a word of a list of words', () => {
    const found = hoverAt('serve.sh', script('UCX_HANDLE_ERRORS', 'bt,fre‸eze'));
    expect(found).toMatchObject({
      covers: 'freeze',
      markdown: expect.stringContaining('value of `UCX_HANDLE_ERRORS`'),
    });
  });
});

describe('values with a unit', () => {
  it.each([
    ['UCX_RC_TIMEOUT', '1m', 'Read as 1 minute.'],
    ['UCX_RC_TIMEOUT', '500ms', 'Read as 500 milliseconds.'],
    ['UCX_KEEPALIVE_INTERVAL', '20', 'Read as 20 seconds.'],
    ['UCX_BCOPY_THRESH', '4K', 'Read as 4 KiB (4096 bytes).'],
    ['UCX_BCOPY_THRESH', '1024', 'Read as 1024 bytes.'],
    ['UCX_CUDA_IPC_CACHE_MAX_SIZE', 'inf', 'Read as no limit.'],
  ])('%s=%s', (name, value, words) => {
    const found = hoverAt('serve.sh', script(name, `${value}‸`), { ucx: '1.22.0' });
    expect(found?.markdown).toContain(words);
    expect(found?.markdown).toContain('Written `NUMBER');
  });

  it('says nothing of a value that it cannot read', () => {
    expect(hoverAt('serve.sh', script('UCX_RC_TIMEOUT', '1min‸'))?.markdown).not.toContain('Read as');
  });
});

describe('the side channel', () => {
  it('says how the ports of the ranks follow, for the release', () => {
    const port = (vllm?: string) =>
      hoverAt('serve.sh', script('VLLM_NIXL_SIDE_CHANNEL_PO‸RT', '5600'), vllm ? { vllm } : {})?.markdown;
    expect(port('0.25.1')).toContain('`VLLM_NIXL_SIDE_CHANNEL_PORT` + data-parallel rank.');
    expect(port('0.10.2')).toContain('+ data-parallel rank × tensor-parallel size + tensor-parallel rank.');
    expect(port()).toContain('(vLLM from 0.11.1)');
    expect(port()).toContain('(vLLM 0.9.2 to 0.11.0)');
  });
});

describe('options that take an object', () => {
  it.each([
    [serve(`--kv-events-config '{"publi‸sher":"zmq"}'`), 'publisher', 'key of `--kv-events-config`'],
    [serve(`--kv-events-config '{"publisher":"zm‸q"}'`), 'zmq', 'key of `--kv-events-config`'],
    [serve(`--speculative-config '{"model":"m","num_speculative_tokens":‸3}'`), '3', '`num_speculative_tokens`'],
    [serve('--speculative-config.meth‸od eagle3'), '--speculative-config.method', 'key of `--speculative-config`'],
    [serve('--speculative-config.method eag‸le3'), 'eagle3', 'key of `--speculative-config`'],
    [serve(`--kv-events-config '{"no_such_key":"zm‸q"}'`), '{"no_such_key":"zmq"}', 'option of `vllm serve`'],
  ])('%s', (text, covers, words) => {
    const found = hoverAt('serve.sh', text, V);
    expect(found).toMatchObject({ covers, markdown: expect.stringContaining(words) });
  });
});

describe('versions', () => {
  it('are told with every fact, with where they come from', () => {
    const key = serve(`--kv-transfer-config '{"kv_connector":"NixlConnector","kv_ro‸le":"kv_both"}'`);
    expect(hoverAt('serve.sh', key, V)?.markdown).toContain('Checked against vLLM 0.25.1, from the settings.');
    expect(hoverAt('serve.sh', `# nixl: vllm=0.19.1\n${key}`)?.markdown).toContain('vLLM 0.19.1, from a comment');
    expect(hoverAt('serve.sh', key)?.markdown).toContain('The vLLM version is not known here.');
  });

  it('say how far they can be trusted', () => {
    const key = (vllm: string) =>
      hoverAt('serve.sh', serve(`--kv-transfer-config '{"kv_ro‸le":"kv_both"}'`), { vllm })?.markdown;
    expect(key('0.28.0')).not.toContain('verified');
    expect(key('0.31.0')).toContain('vLLM 0.31.0, from the settings (not verified beyond 0.28.0).');
    expect(key('0.99.0')).toMatch(/\(treated as [\d.]+, not verified beyond 0\.28\.0\)/);
  });

  it('say when a name is not there', () => {
    const found = hoverAt('serve.sh', script('VLLM_NIXL_ABORT_REQUEST_TIMEOU‸T', '60'), V);
    expect(found?.markdown).toContain('**vLLM 0.25.1 does not have it.**');
    const other = hoverAt('serve.sh', script('NCCL_IB_HC‸A', 'mlx5_0'), V);
    expect(other?.markdown).not.toContain('does not have it');
    expect(other?.markdown).toContain('`UCX_NET_DEVICES`');
  });

  it('are told on the image, with what it is', () => {
    const found = hoverAt('compose.yaml', 'services:\n  a:\n    image: vllm/vllm-open‸ai:v0.25.1\n');
    expect(found?.markdown).toContain('image with vLLM · platform cuda');
    expect(found?.markdown).toContain('vLLM 0.25.1, from the image');
  });

  it('are told on a requirement', () => {
    const found = hoverAt('serve.sh', `pip install vllm==0.19‸.1\n${script('UCX_TLS', 'rc')}`);
    expect(found?.markdown).toContain('vLLM 0.19.1, from a pip requirement');
  });
});

describe('comments', () => {
  it('tell what follows from a version', () => {
    const found = hoverAt('serve.sh', `# nixl: vllm=0.2‸5.1\n${serve('')}`);
    expect(found?.covers).toBe('vllm=0.25.1');
    expect(found?.markdown).toMatch(/Released 2026-07-12\.[\s\S]*NIXL 1\.3\.0/);
    expect(hoverAt('serve.sh', `# nixl: vllm=0.3‸1.0\n${serve('')}`)?.markdown).toContain('not verified beyond');
  });

  it('tell the platform and the rule', () => {
    expect(hoverAt('serve.sh', `# nixl: platform=ro‸cm\n${serve('')}`)?.markdown).toContain('platform rocm');
    const rule = hoverAt('serve.sh', `# nixl: ignore[kv-bo‸th] why\n${serve('')}`);
    expect(rule).toMatchObject({ covers: 'kv-both', markdown: expect.stringContaining('at most hint') });
    expect(hoverAt('serve.sh', `# nixl: ignore[no-such-ru‸le] why\n${serve('')}`)).toBeUndefined();
  });
});

it('explains a setting inside of a setting by the outer one', () => {
  const config = `{"kv_connector":"OffloadingConnector","kv_role":"kv_both","kv_connector_extra_config":{"secondary_tiers":[{"ty‸pe":"x"}]}}`;
  expect(hoverAt('serve.sh', serve(`--kv-transfer-config '${config}'`), V)?.markdown).toContain('`secondary_tiers`');
});
