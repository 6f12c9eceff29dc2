import { type SourceText, splitYamlDocuments } from '../syntax';
import {
  chooseObject,
  type LocatedObject,
  mayHoldKind,
  type ObjectKind,
  objectsOfDocument,
  type UnresolvedObject,
} from '../workspace';

/** A YAML document of the file. */
interface OwnDocument {
  readonly start: number;
  readonly text: string;
}

/**
 * The objects that the documents of a file itself define, for references from other documents of it. What a document
 * defines is kept by its text, so that the same reference finds the same object until that document changes.
 */
export class OwnObjects {
  #text = '';
  #documents: readonly OwnDocument[] = [];
  #known = new Map<string, readonly LocatedObject[] | 'limit'>();
  /** The documents that may define an object of a kind. */
  #holders = new Map<ObjectKind, readonly OwnDocument[]>();

  /** The file's text from now on. */
  read(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#holders = new Map();
    this.#documents = splitYamlDocuments(text).map(({ start, end }) => ({ start, text: text.slice(start, end) }));
    const known = new Map<string, readonly LocatedObject[] | 'limit'>();
    for (const document of this.#documents) {
      const objects = this.#known.get(document.text);
      if (objects) known.set(document.text, objects);
    }
    this.#known = known;
  }

  find(kind: ObjectKind, name: string, namespace: string | undefined): LocatedObject | UnresolvedObject {
    const holders = this.#holders.get(kind) ?? this.#documents.filter(({ text }) => mayHoldKind(text, kind));
    this.#holders.set(kind, holders);
    const found: LocatedObject[] = [];
    for (const { start, text } of holders) {
      if (!text.includes(name)) continue;
      const objects = this.#known.get(text) ?? objectsOfDocument(text, start);
      this.#known.set(text, objects);
      if (objects === 'limit') return { unresolved: 'limit' };
      found.push(...objects.filter((object) => object.kind === kind && object.name === name));
    }
    const chosen = chooseObject(found, namespace);
    if (chosen === 'several') return { unresolved: 'several' };
    return chosen ?? { unresolved: 'not-in-sight' };
  }

  /** Where the document of an object starts now. */
  startOf(root: SourceText): number | undefined {
    return this.#documents.find(({ text }) => text === root.text)?.start;
  }

  /** What this one knows, for another text. */
  fork(): OwnObjects {
    const fork = new OwnObjects();
    fork.#known = new Map(this.#known);
    return fork;
  }
}
