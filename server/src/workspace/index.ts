export type { HostKind, LocatedObject, ObjectKind, ReadContext, UnresolvedObject } from '../readers';
export {
  chooseObject,
  detectHost,
  isOursByName,
  mayDefine,
  mentionsOurs,
  objectsOfDocument,
  readDocument,
} from '../readers';
export { inWords } from '../readers/collector';
export * from './decode-bytes';
export * from './file-access';
export * from './file-objects';
export * from './index/workspace-index';
export * from './referenced-files';
