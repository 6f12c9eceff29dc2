import type { Platform } from '../model';
import type { Directive, ObjectNode, Reason, SourceText } from '../syntax';

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
  /** A file is there, whether or not it is a text that is read. */
  isThere?(path: string): boolean;
  /** The files in a folder, by the path written in this one; `undefined` when that is not known. */
  list?(folder: string): readonly string[] | undefined;
  /** The object of another document that a reference means, when exactly one in sight can be meant. */
  object?(kind: ObjectKind, name: string, namespace: string | undefined): FoundObject | UnresolvedObject;
  /** Nothing builds upon this kustomization, as far as anybody can tell. */
  readonly topmost?: boolean | undefined;
  /** The kustomization whose objects are read as it makes them; then only what builds upon it may change them. */
  readonly kustomized?: { readonly overlay: Reason | undefined } | undefined;
}

/** Kinds of objects that others refer to by name. */
export type ObjectKind = 'ConfigMap' | 'Service';

/** An object as its own document says it. */
export interface FoundObject {
  readonly tree: ObjectNode;
  /** A tool fills in `$NAME` before anybody reads its document. */
  readonly placeholders: boolean;
}

/**
 * Why a reference leads to no object: none in sight has the name, several have it and differ, what is in sight is not
 * read yet, or more is referred to than is followed.
 */
export interface UnresolvedObject {
  readonly unresolved: 'not-in-sight' | 'several' | 'not-read' | 'limit';
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
