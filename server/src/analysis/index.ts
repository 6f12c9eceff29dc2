/** Documents → model → findings with places in files and edits. */

export { readSource } from '../knowledge/source';
export type { Assumptions, Edit, Example, Fix, Rule, Severity } from '../rules';
export { type Directive, type Position, type Range, readDirectives } from '../syntax';
export {
  type Decoded,
  decodeBytes,
  detectHost,
  type FileAccess,
  type FolderEntry,
  type HostKind,
  inWords,
  isBinary,
  isKustomization,
  isOursByName,
  KustomizationGraph,
  mentionsOurs,
  type ReferencedFile,
  ReferencedFiles,
  WorkspaceIndex,
} from '../workspace';
export type { Beside, SideReading } from './beside';
export { catalogue, isRuleId, ruleIds } from './catalogue';
export { type Contribution, combine, contributionOf } from './combine';
export { commandStart, enclosing } from './covering-lines';
export { docsOf } from './docs';
export { type EnginePort, enginePorts } from './engine-ports';
export { faultOf } from './fault';
export type { IgnoreComment } from './ignores';
export { MAX_CHARACTERS, MAX_NESTING } from './limits';
export * from './options';
export { placeFix } from './place-findings';
export * from './problem';
export { type Analysis, AnalysisSession, analyze, type WorkCount } from './session';
export { SideFiles } from './side-files';
export { isNamedByOthers } from './slices';
export { isStillTrue, type Standing, standingOf } from './still-true';
export { UNUSED_IGNORE } from './unused-ignore';
export { VERSION } from './version';
