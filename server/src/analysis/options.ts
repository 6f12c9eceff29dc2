import type { Assumptions, Rule, Severity } from '../rules';
import type { FindObject, ReferencedFile } from '../workspace';
import type { Beside } from './beside';

/** The severities that a user may give a rule. */
export const SEVERITY_LEVELS: readonly (Severity | 'off')[] = ['off', 'hint', 'info', 'warning', 'error'];

/** The platforms that a user may state. */
export const PLATFORMS = ['cuda', 'rocm', 'xpu', 'cpu'] as const;

/** Releases that win over all that a file says about versions. */
export interface Release {
  readonly vllm?: string | undefined;
  readonly nixl?: string | undefined;
  readonly ucx?: string | undefined;
}

/** What a user says about rules: a severity for all findings of one, or none of it. */
export type RuleLevels = Readonly<Record<string, Severity | 'off'>>;

export interface AnalysisInput {
  /** A path or URI; its last part may decide how the text is read. */
  readonly name: string;
  readonly text: string;
  /** What an editor calls the language; name and content count before it. */
  readonly languageId?: string | undefined;
}

export interface AnalysisOptions {
  readonly assumptions?: Assumptions;
  /** The releases to check for, whatever the file, its images and the assumptions say. */
  readonly release?: Release | undefined;
  readonly rules?: RuleLevels;
  /** The rules to run; all of them unless a test wants one. */
  readonly catalogue?: readonly Rule[];
  /** A file that this one refers to, when it is there and loaded. */
  readonly file?: (path: string) => ReferencedFile | undefined;
  /** The object of another file that a reference in this one means. */
  readonly object?: FindObject;
  /** What the files beside this one say; asked for where there are pods with engines of ours. */
  readonly beside?: () => Beside;
  /** Nothing builds upon this kustomization, as far as the caller can tell. */
  readonly topmost?: boolean;
  /** The file is read though no word of ours is in it: to find what others name. */
  readonly anyway?: boolean;
  /** Told about faults of ours. Never gets content. */
  readonly log?: (message: string) => void;
}
