export type { ArrayNode, Member, ObjectNode, Place, Reason, ScalarNode, SourceText, Span, TreeNode } from '../syntax';
export {
  addMember,
  at,
  isKnown,
  isScalar,
  items,
  member,
  removeMember,
  renameKey,
  setScalar,
  tomlTypeOf,
  toPlain,
  ucxConditionLabels,
} from '../syntax';
export * from './belonging';
export * from './config-file';
export * from './config-map';
export * from './container';
export * from './engine';
export * from './environment';
export * from './flags';
export * from './inference-pool';
export * from './kubernetes-object';
export * from './kv-transfer-config';
export * from './labels';
export * from './lmcache-config';
export * from './metric-use';
export * from './neighbourhood';
export * from './network-policy';
export * from './open';
export * from './pod';
export * from './proxy';
export * from './quantity';
export * from './role';
export * from './service';
export * from './value';
