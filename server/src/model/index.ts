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
} from '../syntax';
export * from './engine';
export * from './environment';
export * from './flags';
export * from './kv-transfer-config';
export * from './value';
