export type { Member, ObjectNode, Place, Reason, ScalarNode, SourceText, Span, TreeNode } from '../syntax';
export { at, isKnown, isScalar, items, member, toPlain } from '../syntax';
export * from './engine';
export * from './environment';
export * from './flags';
export * from './kv-transfer-config';
export * from './value';
