import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/analysis';
import { toPlain } from '../../server/src/model';
import { detectHost, isOursByName } from '../../server/src/readers';
import { read } from './support';

const pd = 'local_cpu: false\nenable_pd: true\npd_role: sender\ntransfer_channel: nixl\n';

describe("LMCache's file is told by its keys", () => {
  it.each([
    ['lmcache-prefiller-config.yaml', pd],
    ['config.yaml', pd],
    ['lmcache.yml.j2', 'chunk_size: {{ size }}\nlocal_cpu: true\n'],
    ['config.yaml', 'chunk_size: 256\nlocal_cpu: true\nremote_url: "lm://x:1"\nmine: 1\n'],
    ['old.yaml', 'enable_nixl: True\nnixl_role: "sender"\nnixl_receiver_host: "localhost"\n'],
    ['lmcache-config.yaml', 'enable_nixl_storag: true\npd_role: sender\n'],
    ['lmcache.yaml', ''],
    ['lmcache.yaml', 'pd_'],
    ['-', pd],
  ])('%s', (name, text) => {
    expect(detectHost(name, text)).toBe('lmcache-config');
  });

  it.each([
    ['values.yaml', 'chunk_size: 5\nextra_config: {}\n', 'yaml'],
    ['values.yaml', 'image: lmcache/vllm-openai\nlocal_cpu: true\nreplicas: 2\nservice: {}\n', 'yaml'],
    ['lmcache.yaml', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  local_cpu: "true"\n  chunk_size: "1"\n', 'kubernetes'],
    ['lmcache.yaml', 'services:\n  a:\n    image: x\n', 'compose'],
    ['lmcache-values.yaml', 'replicas: 2\nservingEngineSpec:\n  local_cpu: true\n', 'yaml'],
    ['lmcache.yaml', '- local_cpu: true\n- chunk_size: 256\n', 'yaml'],
    ['serve.yaml', 'model: m\ntensor-parallel-size: 2\nlocal_cpu: true\n', 'vllm-config'],
    ['app.yaml', 'cache_policy: LRU\nnuma_mode: auto\n', 'yaml'],
    ['lmcache.json', '{"local_cpu": true, "chunk_size": 256}', 'json'],
  ])('%s is something else', (name, text, host) => {
    expect(detectHost(name, text)).toBe(host);
  });

  it('is ours by its name, whatever words it has', () => {
    expect(isOursByName('conf/lmcache-decoder-config.yaml')).toBe(true);
    expect(isOursByName('lmcache.md')).toBe(false);
  });
});

describe('reading', () => {
  it('gives the settings of an engine that is elsewhere', () => {
    const { engines } = read('lmcache.yaml', `${pd}extra_config:\n  nixl_backend: POSIX\n`);
    expect(engines).toHaveLength(1);
    const [engine] = engines;
    expect(engine?.entry).toBe('lmcache config file');
    expect(engine?.kvTransfer).toBeUndefined();
    expect(engine?.flags.absent('kv-transfer-config')).toBe(false);
    expect(engine?.lmcache && toPlain(engine.lmcache.root)).toMatchObject({
      enable_pd: true,
      extra_config: { nixl_backend: 'POSIX' },
    });
  });

  it('finds it in a ConfigMap', () => {
    const data = pd.replaceAll(/^/gm, '    ').trimEnd();
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  lmcache.yaml: |\n${data}\n`;
    expect(read('cm.yaml', text).engines.map(({ entry }) => entry)).toEqual(['lmcache config file']);
  });

  it('makes no engine of a file without settings', () => {
    expect(read('lmcache.yaml', '').engines).toEqual([]);
    expect(read('lmcache.yaml', 'pd_').engines).toEqual([]);
  });

  it('brings no findings about an engine that such a file does not describe', () => {
    const text = `${pd}pd_proxy_host: proxy\npd_proxy_port: 7500\npd_buffer_size: 1\npd_buffer_device: cuda\n`;
    for (const vllm of [undefined, '0.9.1', '0.25.1']) {
      const assumptions = vllm === undefined ? {} : { vllm };
      expect(analyze({ name: 'lmcache.yaml', text }, { assumptions }).problems).toEqual([]);
    }
  });

  it('takes nothing for a mistake that a template may write', () => {
    const text = 'local_cpu: {{ .Values.cpu }}\nenable_pd: true\n{{- range .Values.more }}\n{{ . }}\n{{- end }}\n';
    expect(analyze({ name: 'lmcache.yaml', text }).problems).toEqual([]);
  });
});
