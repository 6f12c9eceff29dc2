/** The facts: everything that vLLM, NIXL and UCX know about themselves, by version. */
export * from './backends';
export * from './behaviours';
export * from './buffer-devices';
export * from './connectors';
export * from './environment';
export * from './extra-config';
export type { Confidence, Fact } from './fact';
export * from './flags';
export * from './images';
export * from './kv-transfer-config';
export { editDistance, nearest } from './nearest';
export * from './releases';
export * from './side-channel';
export type { Source } from './source';
export * from './transports';
export * from './ucx-devices';
export * from './ucx-list';
export * from './version';
