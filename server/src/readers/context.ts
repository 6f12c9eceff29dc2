import type { Platform } from '../model';
import type { Directive, SourceText } from '../syntax';

/** What a reader is told beside the text. */
export interface ReadContext {
  /** The file's name: a path or a URI. Network namespaces are told apart by it. */
  readonly name: string;
  /** What the folder's settings or the command line say about all engines. */
  readonly assumptions: Assumed;
  /** The releases to read the file for, whatever it says itself. */
  readonly release?: Release | undefined;
  /** The `# nixl:` comments of the whole file; only the versions in them matter here. */
  readonly directives: readonly Directive[];
  /** The root text of another file, by the path written in this one; `undefined` when it is not there or not read yet. */
  file(path: string): SourceText | undefined;
}

/** Releases that win over all that a file says. */
export interface Release {
  readonly vllm?: string | undefined;
  readonly nixl?: string | undefined;
  readonly ucx?: string | undefined;
}

export interface Assumed {
  readonly vllm?: string | undefined;
  readonly nixl?: string | undefined;
  readonly ucx?: string | undefined;
  readonly platform?: Platform | undefined;
}
