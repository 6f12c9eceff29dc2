import { describe, expect, it } from 'vitest';
import {
  behaviour,
  bufferDefaultRefused,
  bufferDeviceAllowed,
  bufferDevices,
  holds,
  isPluginBufferDevice,
} from '../../server/src/knowledge';

describe('the buffer device of a NIXL connector', () => {
  it.each([
    ['cuda', 'cuda', '0.10.1', 'yes'],
    ['cpu', 'cuda', '0.11.0', 'no'],
    ['cpu', 'cuda', '0.11.1', 'yes'],
    ['cpu', 'cuda', undefined, 'unknown'],
    ['rocm', 'rocm', '0.25.1', 'no'],
    ['cuda', 'rocm', '0.25.1', 'yes'],
    ['xpu', 'xpu', '0.16.0', 'no'],
    ['xpu', 'xpu', '0.17.0', 'yes'],
    ['gpu', undefined, '0.25.1', 'no'],
    ['hpu', undefined, '0.25.1', 'unknown'],
    ['cuda', undefined, '0.25.1', 'unknown'],
  ] as const)('%s on %s in %s: %s', (value, platform, version, answer) => {
    expect(bufferDeviceAllowed(value, platform, version)).toBe(answer);
  });

  it('is listed for a platform and a release', () => {
    expect(bufferDevices('xpu', '0.16.0')).toEqual(['cpu']);
    expect([...bufferDevices('rocm', '0.25.1')].sort()).toEqual(['cpu', 'cuda']);
  });

  it('has a default that other platforms than CUDA refused up to 0.17', () => {
    expect(bufferDefaultRefused('cuda')).toBeUndefined();
    const range = bufferDefaultRefused('xpu')!;
    expect(['0.10.0', '0.17.1', '0.18.0'].map((version) => holds(range, version))).toEqual(['no', 'yes', 'no']);
  });

  it('of a plugin is known as such', () => {
    expect([isPluginBufferDevice('hpu'), isPluginBufferDevice('cuda')]).toEqual([true, false]);
  });
});

describe('what vLLM does by release', () => {
  it.each([
    ['config-file-mapping-refused', '0.15.1', '0.16.0'],
    ['module-path-second', '0.19.1', '0.20.0'],
    ['pipeline-parallel-refused', '0.25.1', '0.26.0'],
  ] as const)('%s: in %s, not in %s', (id, inside, outside) => {
    const { range } = behaviour(id);
    expect([holds(range, inside), holds(range, outside)]).toEqual(['yes', 'no']);
  });
});
