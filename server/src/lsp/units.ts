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
      const found = names.slice(0, MOST).map((one) => this.#analyze(one, settings));
      if (found.length === 0) return [];
      await index.load();
      const again = names.slice(0, MOST).map((one) => this.#analyze(one, settings));
      if (again.every((one, position) => one !== 'not-read' && one === found[position])) {
        return again.flatMap((one) => (one === undefined || one === 'not-read' ? [] : one));
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

  #analyze(name: string, settings: Settings): Contribution | 'not-read' | undefined {
    const { files } = this.#surroundings;
    const file = files.get(name);
    if (!file) return files.isKnown(name) ? undefined : 'not-read';
    let unit = this.#units.get(name);
    if (unit?.document.getText() !== file.text) {
      this.#version += 1;
      const document = TextDocument.create(name, 'yaml', this.#version, file.text);
      if (unit) unit.document = document;
      else unit = new OpenDocument(document, name, this.#surroundings);
      this.#units.set(name, unit);
    }
    return unit!.analyze(settings).contribution;
  }
}
