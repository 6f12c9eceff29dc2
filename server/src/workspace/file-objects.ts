import type { LocatedObject, ObjectKind, UnresolvedObject } from '../readers';
import type { ReferencedFile } from './referenced-files';

/** An object that stands in another file. The object stays the same for as long as the file does. */
export interface FileObject extends LocatedObject {
  readonly file: ReferencedFile;
}

/** The object that a reference means, or why there is none. */
export type ObjectAnswer = FileObject | UnresolvedObject;

/** Finds the object of another file that a reference means. */
export type FindObject = (kind: ObjectKind, name: string, namespace: string | undefined) => ObjectAnswer;
