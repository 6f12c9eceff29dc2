export type { HostKind, LocatedObject, ObjectKind, ReadContext, UnresolvedObject } from '../readers';
export {
  chooseObject,
  detectHost,
  isKustomization,
  isOursByName,
  mayHoldKind,
  mentionsOurs,
  objectsOfDocument,
  readDocument,
} from '../readers';
export { inWords } from '../readers/collector';
export * from './decode-bytes';
export * from './file-access';
export * from './file-objects';
export * from './index/kustomization-graph';
export type { FileSummary } from './index/scan';
export * from './index/workspace-index';
export * from './referenced-files';
