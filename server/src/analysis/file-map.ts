import type { Place } from '../model';
import { LineIndex, type RootPlace, SourceText } from '../syntax';
import type { ReferencedFile } from '../workspace';
import type { FilePlace } from './problem';

interface Mapped {
  readonly file: string;
  /** Where the root text starts in the file. */
  readonly start: number;
}

/** Which file, and which part of it, every root text is: turns places on decoded text into file ranges. */
export class FileMap {
  readonly #roots = new Map<SourceText, Mapped>();
  readonly #texts = new Map<string, { readonly text: string; lines: LineIndex | undefined }>();

  addText(file: string, text: string): void {
    if (!this.#texts.has(file)) this.#texts.set(file, { text, lines: undefined });
  }

  /** A part of a file's text, from `start` on, is this root. */
  addRoot(root: SourceText, file: string, start: number): void {
    this.#roots.set(root, { file, start });
  }

  addReferenced(file: ReferencedFile): void {
    this.addText(file.name, file.text);
    this.addRoot(rootOf(file), file.name, 0);
  }

  /** The files that places may lie in. */
  texts(): { readonly file: string; readonly text: string }[] {
    return [...this.#texts].map(([file, { text }]) => ({ file, text }));
  }

  text(file: string): string | undefined {
    return this.#texts.get(file)?.text;
  }

  lines(file: string): LineIndex | undefined {
    const entry = this.#texts.get(file);
    if (entry) entry.lines ??= new LineIndex(entry.text);
    return entry?.lines;
  }

  /** The characters of a file that a place stands for; `undefined` for text that stands in no file. */
  locate(place: Place): FilePlace | undefined {
    return this.locateRoot(place.source.locate(place.span));
  }

  locateRoot({ root, span }: RootPlace): FilePlace | undefined {
    const mapped = this.#roots.get(root);
    return mapped && this.place(mapped.file, mapped.start + span.start, mapped.start + span.end);
  }

  /** Offsets in one of the files as lines and characters. */
  place(file: string, start: number, end: number): FilePlace | undefined {
    const range = this.lines(file)?.range(start, end);
    return range && { file, start, end, range };
  }
}

const referencedRoots = new WeakMap<ReferencedFile, SourceText>();

/** The root text of a referenced file: the same for as long as the file is. */
export function rootOf(file: ReferencedFile): SourceText {
  let root = referencedRoots.get(file);
  if (!root) {
    root = SourceText.root(file.text);
    referencedRoots.set(file, root);
  }
  return root;
}
