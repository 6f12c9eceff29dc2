import { describe, expect, test } from 'vitest';
import {
  backendNames,
  completeVersions,
  connectorNames,
  connectorState,
  editDistance,
  expandTransport,
  flagFact,
  holds,
  isBeyondTables,
  isNixlConnector,
  isUnverified,
  lookupBackend,
  lookupConnector,
  lookupFlag,
  nearestBackends,
  nearestConnectors,
  nearestFlags,
  nearestTransports,
  nixlForVllm,
  readUcxList,
  transportNames,
  ucxForNixl,
  valueAt,
  versionsFromImage,
} from '../../server/src/knowledge';
import { readSource } from '../../server/src/knowledge/source';

describe('connectors', () => {
  test.each([
    ['NixlConnector', '0.9.0', 'registered'],
    ['NixlPushConnector', '0.23.0', 'not-yet'],
    ['NixlPushConnector', '0.24.0', 'registered'],
    ['NixlPushConnector', undefined, 'depends'],
    ['SharedStorageConnector', '0.12.0', 'registered'],
    ['SharedStorageConnector', '0.13.0', 'removed'],
    ['P2pNcclConnector', '0.23.0', 'registered'],
    ['P2pNcclConnector', '0.24.0', 'removed'],
    ['MooncakeConnector', '0.10.0', 'registered'],
    ['MooncakeConnector', '0.12.0', 'not-yet'],
    ['MooncakeConnector', '0.13.0', 'registered'],
    ['HF3FSKVConnector', '0.19.1', 'not-yet'],
    ['MooncakeConnectorV1', '0.20.0', 'plugin'],
    ['DynamoNixlConnector', '0.20.0', 'plugin'],
    ['nixlconnector', '0.20.0', 'unknown-name'],
  ])('%s in %s is %s', (name, version, state) => {
    expect(connectorState(name, version).state).toBe(state);
  });

  test('what is meant by a misspelt name', () => {
    for (const name of ['NIXLConnector', 'nixl', 'NixlConnectorV1', 'NixlConector', 'Nixl']) {
      expect(nearestConnectors(name)[0], name).toBe('NixlConnector');
    }
    expect(nearestConnectors('LMCacheConnector', '0.20.0')[0]).toBe('LMCacheConnectorV1');
    expect(nearestConnectors('SomethingElse')).toEqual([]);
  });

  test('renames point to a connector that is registered', () => {
    expect(lookupConnector('SharedStorageConnector')?.replacedBy).toBe('ExampleConnector');
    expect(isNixlConnector('NixlPullConnector')).toBe(true);
    expect(isNixlConnector('MultiConnector')).toBe(false);
    expect(connectorNames('0.11.0')).not.toContain('ExampleConnector');
    expect(connectorNames('0.24.0').slice(0, 3).every(isNixlConnector)).toBe(true);
    expect(valueAt(lookupConnector('NixlConnector')!.hma, 'vllm', '0.17.1')).toBeUndefined();
    expect(valueAt(lookupConnector('NixlConnector')!.hma, 'vllm', '0.18.0')).toBe(true);
  });
});

describe('flags', () => {
  const use = (word: string, version?: string) => {
    const found = lookupFlag(word, version);
    return found && { ...found, fact: found.fact.name };
  };

  test('spellings', () => {
    expect(use('--kv_transfer_config')).toEqual({
      fact: 'kv-transfer-config',
      negated: false,
      path: [],
      append: false,
    });
    expect(use('--tensor-parallel-size=4')).toMatchObject({ fact: 'tensor-parallel-size', valueAt: 23 });
    expect(use('-tp')).toMatchObject({ fact: 'tensor-parallel-size' });
    expect(use('-dpr=2')).toMatchObject({ fact: 'data-parallel-start-rank', valueAt: 5 });
    expect(use('--no-enable-prefix-caching')).toMatchObject({ fact: 'enable-prefix-caching', negated: true });
    expect(use('--no-port')).toBeUndefined();
    expect(use('--nonsense')).toBeUndefined();
    for (const word of ['-', '--', 'serve', '', '/model']) expect(use(word)).toBeUndefined();
  });

  test('dots belong to keys, except behind the equals sign', () => {
    expect(use('--kv-transfer-config.kv_connector_extra_config.backends+')).toMatchObject({
      path: ['kv_connector_extra_config', 'backends'],
      append: true,
    });
    expect(use('--kv-transfer-config={"kv_ip":"127.0.0.1"}')).toMatchObject({ path: [], valueAt: 21 });
  });

  test('-O changed its meaning', () => {
    expect(use('-O3', '0.11.0')).toMatchObject({ fact: 'compilation-config', valueAt: 2 });
    expect(use('-O3', '0.12.0')).toMatchObject({ fact: 'optimization-level', valueAt: 2 });
    expect(use('-O.level', '0.11.2')).toMatchObject({ fact: 'compilation-config', path: ['level'] });
  });

  test('what takes a value', () => {
    for (const name of [
      'headless',
      'enforce-eager',
      'enable-expert-parallel',
      'trust-remote-code',
      'async-scheduling',
      'data-parallel-hybrid-lb',
      'disable-log-requests',
      'disable-hybrid-kv-cache-manager',
      'enable-auto-tool-choice',
      'calculate-kv-scales',
    ]) {
      expect(flagFact(name)?.value, name).toBe('none');
    }
    for (const name of [
      'port',
      'tensor-parallel-size',
      'kv-cache-dtype',
      'max-model-len',
      'kv-transfer-config',
      'tool-call-parser',
      'config',
      'block-size',
    ]) {
      expect(flagFact(name)?.value, name).toBe('one');
    }
    expect(flagFact('served-model-name')?.value).toBe('many');
    expect(flagFact('hf-token')?.value).toBe('optional');
    expect(flagFact('kv-events-config')?.json).toBe(true);
  });

  test.each([
    ['disable-log-requests', '0.16.0', 'yes'],
    ['disable-log-requests', '0.17.0', 'no'],
    ['swap-space', '0.17.1', 'yes'],
    ['swap-space', '0.18.0', 'no'],
    ['num-scheduler-steps', '0.10.1', 'no'],
    ['nnodes', '0.11.0', 'no'],
    ['nnodes', '0.11.1', 'yes'],
    ['fail-on-environ-validation', '0.17.0', 'yes'],
    ['calculate-kv-scales', '0.25.1', 'yes'],
    ['calculate-kv-scales', '0.27.0', 'unknown'],
    ['calculate-kv-scales', '0.28.0', 'no'],
    ['dp-sync-interval', '0.25.1', 'no'],
    ['dp-sync-interval', '0.29.0', 'no'],
    ['dp-sync-interval', '0.30.0', 'yes'],
    ['prefix-match-unit', '0.27.0', 'unknown'],
  ])('--%s in %s: %s', (name, version, expected) => {
    expect(holds(flagFact(name)!.range, version)).toBe(expected);
  });

  test('nearest', () => {
    expect(nearestFlags('kv-transfer-cfg')).toEqual(['kv-transfer-config']);
    expect(nearestFlags('tensor-paralel-size')[0]).toBe('tensor-parallel-size');
  });
});

describe('releases', () => {
  test('vLLM implies NIXL implies UCX', () => {
    expect(completeVersions({ vllm: '0.24.0' })).toEqual({ vllm: '0.24.0', nixl: '1.2.0', ucx: '1.21' });
    expect(completeVersions({ vllm: '0.24.0', nixl: '1.4.1' })).toMatchObject({ nixl: '1.4.1', ucx: '1.22' });
    expect(completeVersions({ vllm: '0.20.0' })).toMatchObject({ nixl: '0.7.1..0.10.1', ucx: '1.19.0..1.20' });
    expect(completeVersions({})).toEqual({});
    expect(completeVersions({ vllm: '0.24.0' }, true)).toEqual({ vllm: '0.24.0' });
    expect(nixlForVllm('0.10.2')).toBeUndefined();
    expect(nixlForVllm('nightly')).toBeUndefined();
    expect(ucxForNixl('1.0.0')).toBe('1.20');
    expect(ucxForNixl('1.0.1')).toBe('1.21');
  });

  test('how far the tables reach', () => {
    const beyond = ['0.33.0', '0.33.4', '0.34.0', '1.0.0', '0.34.0rc1', '0.30.0..0.35.0', '0.34.0..0.35.0', undefined];
    expect(beyond.map((version) => isBeyondTables('vllm', version))).toEqual([
      ...[false, false, true, true, false, false, true, false],
    ]);
    expect([isUnverified('vllm', '0.28.0'), isUnverified('vllm', '0.29.0')]).toEqual([false, true]);
    expect([isUnverified('ucx', '1.22.1'), isUnverified('ucx', '1.23.0')]).toEqual([false, true]);
  });
});

describe('images', () => {
  test.each([
    ['vllm/vllm-openai:v0.11.0', '0.11.0', 'cuda', 'api-server'],
    ['docker.io/vllm/vllm-openai:v0.11.1', '0.11.1', 'cuda', 'vllm-serve'],
    ['mirror.example:5000/hub/vllm/vllm-openai:v0.22.0-cu129', '0.22.0', 'cuda', 'vllm-serve'],
    ['vllm/vllm-openai:v0.11.1rc3', '0.11.1rc3', 'cuda', 'vllm'],
    ['vllm/vllm-openai:v0.20.0@sha256:0123', '0.20.0', 'cuda', 'vllm-serve'],
    ['vllm/vllm-openai:latest', undefined, 'cuda', 'vllm'],
    ['vllm/vllm-openai@sha256:0123', undefined, 'cuda', 'vllm'],
    ['vllm/vllm-openai:nightly-0123abc', undefined, 'cuda', 'vllm'],
    ['rocm/vllm:rocm7.0.0_vllm_0.11.1_20251103', '0.11.1', 'rocm', 'unknown'],
    ['ghcr.io/llm-d/llm-d-cuda:v0.5.1', '0.15.1', 'cuda', 'unknown'],
    ['ghcr.io/llm-d/llm-d-xpu:latest', undefined, 'xpu', 'unknown'],
    ['nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.0-efa', '0.23.0', 'cuda', 'none'],
    ['nvcr.io/nvidia/ai-dynamo/vllm-runtime:my-tag', undefined, 'cuda', 'none'],
    ['registry.redhat.io/rhaiis/vllm-cuda-rhel9:3.2.2', '0.10.1', 'cuda', 'unknown'],
    ['registry.example/aibrix/vllm-openai:v0.10.2-aibrix-v0.5.0-nixl-0.7.1-20251123', '0.10.2', 'cuda', 'unknown'],
    ['lmcache/vllm-openai:v0.3.9', undefined, 'cuda', 'unknown'],
    ['lmcache/vllm-openai:v0.5.4', '0.27.1', 'cuda', 'unknown'],
    ['nvcr.io/nvidia/vllm:26.09-py3', '0.29.0', 'cuda', 'none'],
    ['registry.redhat.io/rhaii/vllm-cuda-rhel9:3.5.0', '0.24.0', 'cuda', 'unknown'],
    ['ghcr.io/llm-d/llm-d-rocm:v0.9.0', '0.26.0', 'rocm', 'unknown'],
    ['nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.8.1.post2-cuda13', '0.12.0', 'cuda', 'none'],
  ])('%s', (image, vllm, platform, entrypoint) => {
    const fact = versionsFromImage(image);
    expect(fact).toMatchObject({ platform, entrypoint });
    expect(fact?.vllm).toBe(vllm);
  });

  test.each([
    ['vllm/vllm-openai:v0.11.0', '12.8'],
    ['vllm/vllm-openai:v0.19.1', '12.9'],
    ['vllm/vllm-openai:v0.31.0', '13.0'],
    ['vllm/vllm-openai:v0.31.0-aarch64-cu129', '12.9'],
    ['vllm/vllm-openai:nightly', undefined],
    ['vllm/vllm-openai-rocm:v0.22.0', undefined],
    ['public.ecr.aws/deep-learning-containers/vllm:0.23.0-gpu-py312-cu130-ubuntu22.04-ec2', '13.0'],
    ['nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.1.0', '12.9'],
    ['nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.1.0-efa-cuda13-amd64', '13.0'],
    ['nvcr.io/nvidia/vllm:26.07-py3', '13.3'],
    ['ghcr.io/llm-d/llm-d-aws:v0.8.1', '13.0'],
    ['ghcr.io/llm-d/llm-d-xpu:v0.8.1', undefined],
  ])('%s brings CUDA %s', (image, cuda) => {
    expect(versionsFromImage(image)?.cuda).toBe(cuda);
  });

  test('NIXL from the image family, not from vLLM alone', () => {
    expect(versionsFromImage('nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.0')).toMatchObject({
      nixl: '1.1.0',
      ownLibraries: true,
    });
    expect(versionsFromImage('vllm/vllm-openai:v0.24.0')).toMatchObject({ nixl: '1.2.0', ownLibraries: false });
    expect(versionsFromImage('x/aibrix/vllm-openai:v0.9.2-cu128-nixl-v0.4.1')).toMatchObject({ nixl: '0.4.1' });
    expect(versionsFromImage('rocm/vllm:latest')?.ownLibraries).toBe(true);
  });

  test.each([
    'redis:7',
    'busybox',
    '',
    '$(IMAGE)',
    'kserve/huggingfaceserver:v0.16.0-gpu',
    'my/vllm-openai-proxy:1.0',
    '{{ .Values.image }}',
  ])('%s says nothing', (image) => {
    expect(versionsFromImage(image)).toBeUndefined();
  });
});

describe('transports', () => {
  const expand = (entry: string, ucx?: string) =>
    expandTransport(entry, ucx)
      ?.map(({ name }) => name)
      .sort();

  test('aliases by version', () => {
    expect(expand('rc')).toEqual(['rc_mlx5', 'rc_verbs']);
    expect(expand('ib', '1.18.1')).not.toContain('srd');
    expect(expand('ib', '1.20.0')).toContain('srd');
    expect(expand('ib', '1.20.0')).not.toContain('rc_gda');
    expect(expand('ib')).toContain('rc_gda');
    expect(expand('gga', '1.18.0')).toEqual([]);
    expect(expand('gga', '1.19.0')).toEqual(['gga_mlx5']);
    expect(expand('cuda')).toEqual(['cuda_copy', 'cuda_ipc', 'gdr_copy']);
  });

  test('strict names, auxiliary and unknown ones', () => {
    expect(expand('\\tcp')).toEqual(['tcp']);
    expect(expand('\\sm')).toBeUndefined();
    expect(expand('tcp:aux')).toEqual([]);
    for (const name of ['TCP', ' tcp', '^tcp', 'rdma', 'nvlink', '']) expect(expand(name)).toBeUndefined();
  });

  test('what NIXL needs of them', () => {
    const base = transportNames().filter((name) => expandTransport(name)!.some(({ baseLane }) => baseLane));
    for (const name of ['tcp', 'rc', 'ud', 'ib', 'dc', 'srd']) expect(base).toContain(name);
    for (const name of ['sm', 'self', 'cuda', 'cma', 'cuda_ipc', 'gdr_copy', 'rc_gda', 'posix'])
      expect(base).not.toContain(name);
    expect(expandTransport('cuda')!.find(({ gpu }) => gpu === 'cuda')?.name).toBe('cuda_copy');
    expect(expandTransport('cuda_ipc')!.some(({ gpu }) => gpu)).toBe(false);
  });

  test('nearest', () => {
    expect(nearestTransports('cuda-copy')[0]).toBe('cuda_copy');
    expect(nearestTransports('RC')[0]).toBe('rc');
  });
});

test('UCX lists are split as UCX splits them', () => {
  const shape = (value: string) => readUcxList(value).entries.map(({ text, start, end }) => [text, start, end]);
  expect(shape('rc,cuda_copy')).toEqual([
    ['rc', 0, 2],
    ['cuda_copy', 3, 12],
  ]);
  expect(readUcxList('^cuda_ipc,sm')).toMatchObject({ negated: true, all: false });
  expect(shape('^cuda_ipc')).toEqual([['cuda_ipc', 1, 9]]);
  expect(shape('rc, tcp,^sm')).toEqual([
    ['rc', 0, 2],
    [' tcp', 3, 7],
    ['^sm', 8, 11],
  ]);
  expect(readUcxList('\\tcp:aux').entries[0]).toMatchObject({ name: 'tcp', strict: true, aux: true });
  expect([readUcxList('all').all, readUcxList('^all').all, readUcxList('all,tcp').all]).toEqual([true, true, false]);
  expect([readUcxList('').entries, readUcxList('^').entries]).toEqual([[], []]);
  expect(shape('a,,b')).toHaveLength(3);
});

test('backends are exact names', () => {
  expect(lookupBackend('ucx')).toBeUndefined();
  expect(nearestBackends('ucx')[0]).toBe('UCX');
  expect(nearestBackends('MOONCAKE')[0]).toBe('Mooncake');
  expect(lookupBackend('POSIX')?.remote).toBe(false);
  expect(holds(lookupBackend('UCX_MO')!.range, '0.8.0')).toBe('no');
  expect(backendNames('0.5.0')).not.toContain('LIBFABRIC');
  expect(backendNames()[0]).toBe('UCX');
});

test('edit distance counts a swap once and gives up early', () => {
  expect(editDistance('TSL', 'TLS')).toBe(1);
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('abcdefgh', 'zyxwvuts', 2)).toBe(3);
});

test('sources become addresses', () => {
  expect(readSource('vllm#25056').url).toBe('https://github.com/vllm-project/vllm/issues/25056');
  expect(readSource('vllm:vllm/envs.py@v0.25.1').url).toBe(
    'https://github.com/vllm-project/vllm/blob/v0.25.1/vllm/envs.py',
  );
  expect(readSource('words alone')).toEqual({ text: 'words alone' });
});
