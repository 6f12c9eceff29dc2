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
  toPlain,
  tomlTypeOf,
  ucxConditionLabels,
} from '../syntax';
export * from './config-file';
export * from './engine';
export * from './environment';
export * from './flags';
export * from './kv-transfer-config';
export * from './metric-use';
export * from './value';
