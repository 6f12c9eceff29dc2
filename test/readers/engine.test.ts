import { describe, expect, test } from 'vitest';
import type { Engine } from '../../server/src/model';
import { covered, read, readOne } from './support';

const script = (...lines: string[]) => `#!/bin/bash\n${lines.join('\n')}\n`;
const pod = (image: string, more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: vllm\n    image: ${image}\n    args: [--model, m]\n${more}`;

const versions = ({ versions }: Engine) =>
  Object.fromEntries(Object.entries(versions).map(([name, assumed]) => [name, [assumed.version, assumed.from]]));

describe('versions', () => {
  test('nothing is known', () => {
    expect(versions(readOne('a.sh', script('vllm serve m')))).toEqual({});
  });

  test('the image tells, and what it says of NIXL counts before what vLLM requires', () => {
    const engine = readOne(
      'a.yaml',
      pod('nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.1.0', '    command: [vllm, serve]\n'),
    );
    expect(versions(engine)).toMatchObject({ vllm: ['0.19.0', 'image'], nixl: ['0.10.1', 'image'] });
    expect(covered(engine.versions.vllm!.place!)).toBe('nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.1.0');
  });

  test('a comment of the file counts before all, and the image’s NIXL belongs to the image’s vLLM', () => {
    const engine = readOne('a.yaml', `# nixl: vllm=0.24.0\n${pod('vllm/vllm-openai:v0.11.0')}`);
    expect(versions(engine)).toMatchObject({ vllm: ['0.24.0', 'comment'], nixl: ['1.2.0', 'implied'] });
  });

  test('an image with libraries of its own: what vLLM requires says nothing about it', () => {
    const engine = readOne(
      'a.yaml',
      `# nixl: vllm=0.24.0\n${pod('nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.1.0', '    command: [vllm, serve]\n')}`,
    );
    expect(versions(engine)).toEqual({ vllm: ['0.24.0', 'comment'] });
  });

  test('of several comments the last counts', () => {
    const text = script('# nixl: vllm=0.24.0 nixl=1.1.0', '# nixl: vllm=0.25.0', 'vllm serve m');
    expect(versions(readOne('a.sh', text))).toMatchObject({ vllm: ['0.25.0', 'comment'], nixl: ['1.1.0', 'comment'] });
  });

  test('settings fill in what nothing in the file says', () => {
    const assume = { vllm: '0.12.0', ucx: '1.20' };
    expect(versions(readOne('a.sh', script('vllm serve m'), { assume }))).toMatchObject({
      vllm: ['0.12.0', 'setting'],
      ucx: ['1.20', 'setting'],
    });
    const engine = readOne('a.yaml', pod('vllm/vllm-openai:v0.11.0'), { assume });
    expect(versions(engine)).toMatchObject({ vllm: ['0.11.0', 'image'], ucx: ['1.20', 'setting'] });
  });

  test('what is installed counts before the image', () => {
    const text = `FROM vllm/vllm-openai:v0.11.0\nRUN apt-get update && pip install 'vllm==0.12.0'\nCMD ["--model", "m"]\n`;
    const engine = readOne('Dockerfile', text);
    expect(versions(engine)).toMatchObject({ vllm: ['0.12.0', 'requirement'] });
    expect(covered(engine.versions.vllm!.place!)).toBe('0.12.0');
  });

  test('what may be installed does not', () => {
    const text = script('if [ -n "$X" ]; then pip install vllm==0.12.0; fi', 'vllm serve m');
    expect(versions(readOne('a.sh', text))).toEqual({});
  });
});

describe('platform', () => {
  const limits = (resource: string) => `    resources: {limits: {${resource}: 1}}\n`;
  test.each([
    ['nothing', pod('x/vllm:1', '    command: [vllm, serve]\n'), undefined],
    ['the image', pod('vllm/vllm-openai:v0.11.0'), 'cuda'],
    ['the devices', pod('x/vllm:1', `    command: [vllm, serve]\n${limits('amd.com/gpu')}`), 'rocm'],
    ['devices before the image', pod('vllm/vllm-openai:v0.11.0', limits('gpu.intel.com/xe')), 'xpu'],
    ['a comment', `# nixl: platform=rocm\n${pod('vllm/vllm-openai:v0.11.0')}`, 'rocm'],
    ['a comment that makes no sense', `# nixl: platform=abacus\n${pod('vllm/vllm-openai:v0.11.0')}`, 'cuda'],
  ])('%s', (_, text, platform) => {
    expect(readOne('a.yaml', text).platform).toBe(platform);
  });

  test('a setting', () => {
    expect(readOne('a.sh', script('vllm serve m'), { assume: { platform: 'xpu' } }).platform).toBe('xpu');
  });
});

describe('parallel sizes', () => {
  const parallel = (words: string, prefix = '') => readOne('a.sh', script(`${prefix} vllm serve m ${words}`)).parallel;
  test.each([
    ['', { tensor: 1, pipeline: 1, data: 1, dataLocal: 1, dataStart: 0 }],
    ['-tp 4 -pp 2', { tensor: 4, pipeline: 2, data: 1, dataLocal: 1, dataStart: 0 }],
    ['--data-parallel-size 8', { tensor: 1, pipeline: 1, data: 8, dataLocal: 8, dataStart: 0 }],
    ['-dp 8 -dpl 4 -dpr 4', { tensor: 1, pipeline: 1, data: 8, dataLocal: 4, dataStart: 4 }],
    ['-dp 8 --data-parallel-rank 3', { tensor: 1, pipeline: 1, data: 8, dataLocal: 1, dataStart: 3 }],
    ['-dp 8 -dpn $RANK', { tensor: 1, pipeline: 1, data: 8, dataLocal: 1, dataStart: undefined }],
    ['-dp 8 --nnodes 2 --node-rank 1', { tensor: 1, pipeline: 1, data: 8, dataLocal: undefined, dataStart: undefined }],
    ['-tp $TP', { tensor: undefined, pipeline: 1, data: 1, dataLocal: 1, dataStart: 0 }],
    ['-tp 4 "$@"', { tensor: 4, pipeline: undefined, data: undefined, dataLocal: undefined, dataStart: undefined }],
    ['-tp 2 -tp 4', { tensor: 4, pipeline: 1, data: 1, dataLocal: 1, dataStart: 0 }],
  ])('%s', (words, expected) => {
    expect(parallel(words)).toEqual(expected);
  });

  test('variables of vLLM count without flags', () => {
    expect(parallel('', 'VLLM_DP_SIZE=4 VLLM_DP_RANK=2')).toMatchObject({ data: 4, dataLocal: 1, dataStart: 2 });
    expect(parallel('-dp 8', 'VLLM_DP_SIZE=4 VLLM_DP_RANK=2')).toMatchObject({ data: 8, dataLocal: 8, dataStart: 0 });
    expect(parallel('', 'VLLM_DP_SIZE=$N')).toMatchObject({ data: undefined, dataLocal: undefined });
  });

  test('a flag without a readable number is no number', () => {
    expect(parallel('-tp four').tensor).toBeUndefined();
    expect(parallel('-tp 1_0').tensor).toBe(10);
  });
});

test('a value that is not known is listed, a known one is not', () => {
  const { unchecked } = read(
    'a.sh',
    script('vllm serve m --kv-transfer-config "$KV"', `vllm serve m --kv-transfer-config '{}'`),
  );
  expect(unchecked.map(({ reason, place }) => [reason, place && covered(place)])).toEqual([
    ['`--kv-transfer-config` is not known: `$KV` is set elsewhere', '$KV'],
  ]);
});
