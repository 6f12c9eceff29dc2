import { expect, test } from 'vitest';
import {
  isSidecarFrom,
  parseVersion,
  sidecarDefault,
  sidecarFlag,
  sidecarFlagNames,
  sidecarRelease,
} from '../../server/src/knowledge';

test('every option names others that there are, and its releases follow each other', () => {
  expect(sidecarFlagNames().length).toBeGreaterThan(25);
  for (const name of sidecarFlagNames()) {
    const { since, gone, replacedBy } = sidecarFlag(name)!;
    if (gone !== undefined) expect(isSidecarFrom(parseVersion(gone)!, since), name).toBe(true);
    if (replacedBy !== undefined) expect(sidecarFlag(replacedBy), name).toBeDefined();
  }
  expect(sidecarFlag('constructor')).toBeUndefined();
});

test('only the tag of a published image tells the release', () => {
  expect(sidecarRelease('ghcr.io/llm-d/llm-d-routing-sidecar:v0.5.1')?.text).toBe('0.5.1');
  expect(sidecarRelease('ghcr.io/llm-d/llm-d-router-disagg-sidecar:0.10.0')?.release).toEqual([0, 10, 0]);
  for (const image of [
    'ghcr.io/llm-d/llm-d-routing-sidecar:latest',
    'ghcr.io/llm-d/llm-d-routing-sidecar:v0.4.0-rc.1',
    'quay.io/someone/llm-d-routing-sidecar:v0.4.0',
    'ghcr.io/llm-d/llm-d-cuda:v0.4.0',
  ]) {
    expect(sidecarRelease(image), image).toBeUndefined();
  }
});

test('the port of the engine moved', () => {
  expect(sidecarDefault('vllm-port', parseVersion('0.9.0'))).toBe('8001');
  expect(sidecarDefault('vllm-port', parseVersion('0.10.0'))).toBe('8200');
  expect(sidecarDefault('vllm-port', undefined)).toBeUndefined();
  expect(sidecarDefault('port', undefined)).toBe('8000');
  expect(sidecarDefault('cert-path', undefined)).toBeUndefined();
});

test('the ports are as old as the sidecar, its connector came with 0.0.5', () => {
  expect(sidecarFlag('port')?.since).toBe('0.0.1');
  expect(sidecarFlag('vllm-port')?.since).toBe('0.0.1');
  expect(sidecarFlag('connector')?.since).toBe('0.0.5');
  expect(sidecarFlag('secure-proxy')?.since).toBe('0.2.0');
});

test('a tag from before an image had its name tells no release', () => {
  expect(sidecarRelease('ghcr.io/llm-d/llm-d-router-disagg-sidecar:v0.9.0')?.text).toBe('0.9.0');
  expect(sidecarRelease('ghcr.io/llm-d/llm-d-router-disagg-sidecar:0.0.5')).toBeUndefined();
  expect(sidecarRelease('ghcr.io/llm-d/llm-d-routing-sidecar:v0.0.5')?.text).toBe('0.0.5');
});
