export type { HostKind, ReadContext } from '../readers';
export { detectHost, isOursByName, mentionsOurs, readDocument } from '../readers';
export { inWords } from '../readers/collector';
export * from './decode-bytes';
export * from './file-access';
export * from './referenced-files';
