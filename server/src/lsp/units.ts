import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Contribution } from '../analysis';
import { OpenDocument, type Surroundings } from './open-document';
import type { Settings } from './settings';

/** Kustomizations that one document is looked at for. */
const MOST = 20;

/**
 * Kustomizations that nobody has open: what they make of an open manifest says more about it than the manifest alone.
 * Each is analysed as a document of its own, for as long as one that takes part in it is open.
 */
export class Units {
  readonly #surroundings: Surroundings;
  readonly #units = new Map<string, OpenDocument>();
  #version = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** What the kustomizations say in which a file takes part, apart from open ones. */
  async contributions(name: string, settings: Settings, isOpen: (name: string) => boolean): Promise<Contribution[]> {
    const { index } = this.#surroundings;
    for (;;) {
      const names = index.kustomizationsOf(name).filter((one) => !isOpen(one));
      if (names.length === 0) return [];
      const units = names.slice(0, MOST).map((one) => this.#unit(one));
      const found = units.map((unit) => (unit instanceof OpenDocument ? unit.analyze(settings).contribution : unit));
      await index.load();
      const standings = units.map((unit) => (unit instanceof OpenDocument ? unit.standing(settings) : unit));
      if (standings.every((standing) => standing === 'true' || standing === 'gone')) {
        return found.filter((one) => typeof one !== 'string');
      }
    }
  }

  /** The last of what these kustomizations said, without looking again. */
  latest(): Contribution[] {
    return [...this.#units.values()].flatMap(({ latest }) => latest?.contribution ?? []);
  }

  /** Forgets the kustomizations in which none of these files takes part. */
  keep(names: readonly string[]): void {
    const used = new Set(names.flatMap((name) => this.#surroundings.index.kustomizationsOf(name)));
    for (const name of this.#units.keys()) if (!used.has(name)) this.#units.delete(name);
  }

  /** The document of a kustomization, or why there is none. */
  #unit(name: string): OpenDocument | 'waiting' | 'gone' {
    const { files } = this.#surroundings;
    const file = files.get(name);
    if (!file) return files.isKnown(name) ? 'gone' : 'waiting';
    const known = this.#units.get(name);
    if (known?.document.getText() === file.text) return known;
    this.#version += 1;
    const document = TextDocument.create(name, 'yaml', this.#version, file.text);
    const unit = known ?? new OpenDocument(document, name, this.#surroundings);
    unit.document = document;
    this.#units.set(name, unit);
    return unit;
  }
}
