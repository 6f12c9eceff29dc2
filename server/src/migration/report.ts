import type { FileEdit, FilePlace, Severity, UncheckedPart } from '../analysis';
import type { Target } from './target';

/** What a change is about. */
export type ChangeKind =
  /** Wrong in the new release, and not, or less so, in the old one. */
  | 'break'
  /** A name that the new release does not read any more. */
  | 'removal'
  /** A default that differs and that nothing written down overrides. */
  | 'default'
  /** Something that the library does in another way. */
  | 'behaviour'
  /** Wrong, or without effect, in the old release, and not any more. */
  | 'effect'
  /** Where a file names its release. */
  | 'statement';

export type Purpose =
  /** Makes it right for the new release. */
  | 'mend'
  /** Writes down what was the default, so that it stays. */
  | 'keep'
  /** Names the new release. */
  | 'state';

/** Something that can be done about a change. */
export interface Proposal {
  readonly title: string;
  /** It does not change what the deployment does, beyond what the new release does anyway. */
  readonly safe: boolean;
  readonly purpose: Purpose;
  readonly edits: readonly FileEdit[];
}

/** How a change stands in the plan. */
export type ChangeState =
  /** One of its proposals is a part of the plan. */
  | 'edit'
  /** Somebody has to see to it. */
  | 'by-hand'
  /** Good to know. */
  | 'note';

/** A difference between the releases that concerns a file. */
export interface Change extends FilePlace {
  readonly kind: ChangeKind;
  readonly state: ChangeState;
  /** The engines that it was seen in; none where a file has none, or speaks of all. */
  readonly engines: readonly string[];
  /** What it is about: a variable, flag, field or behaviour, or the characters of a finding. */
  readonly name?: string | undefined;
  readonly message: string;
  /** For `break`, `removal` and `effect`: how severe it is, and the rule that says so. */
  readonly severity?: Severity | undefined;
  readonly rule?: string | undefined;
  /** False where something that is not in sight may set it, so that it may not matter. */
  readonly certain: boolean;
  /** Has little to do with moving KV blocks. */
  readonly minor: boolean;
  /** As somebody would write them. */
  readonly was?: string | undefined;
  readonly becomes?: string | undefined;
  readonly proposals: readonly Proposal[];
  /** The proposal that is a part of the plan. */
  readonly chosen?: Proposal | undefined;
  /** Why none is, where one could be. */
  readonly refused?: string | undefined;
  /** What is wrong after a proposal that is not safe, and was not before. */
  readonly leaves?: readonly string[];
}

/** Where an engine stands before it moves. */
export interface EngineStanding {
  readonly file: string;
  readonly place: FilePlace | undefined;
  readonly label: string;
  /** The release that it runs now, as far as it is known. */
  readonly from: string | undefined;
  readonly origin: 'comment' | 'image' | 'requirement' | 'setting' | 'implied' | undefined;
  /**
   * `moves`: to the target. `there`: runs it already. `newer`: runs a newer one and is left alone. `unknown`: its
   * release is not known, so that only what is true of the target itself can be said.
   */
  readonly standing: 'moves' | 'there' | 'newer' | 'unknown';
}

/** A file with what the plan does to it. */
export interface FilePlan {
  readonly file: string;
  readonly text: string;
  readonly newText: string;
  /** Sorted, without overlaps. */
  readonly edits: readonly FileEdit[];
}

/** Everything about a move to another release. */
export interface Migration {
  readonly target: Target;
  readonly engines: readonly EngineStanding[];
  /** In the order of files and places. */
  readonly changes: readonly Change[];
  /** The files that change. */
  readonly files: readonly FilePlan[];
  /** What holds for all of it. */
  readonly notes: readonly string[];
  readonly unchecked: readonly UncheckedPart[];
}
