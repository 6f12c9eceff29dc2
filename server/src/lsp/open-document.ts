import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  type Analysis,
  type AnalysisOptions,
  AnalysisSession,
  type Contribution,
  contributionOf,
  ReferencedFiles,
  type SideFiles,
  type Standing,
  standingOf,
  type WorkspaceIndex,
} from '../analysis';
import type { Settings } from './settings';

/** An analysis of one version of a document, and what it was made of. */
interface Result {
  readonly version: number;
  readonly settings: Settings;
  readonly topmost: boolean;
  readonly analysis: Analysis;
  readonly contribution: Contribution;
}

/** What documents share. */
export interface Surroundings {
  readonly files: ReferencedFiles;
  readonly index: WorkspaceIndex;
  readonly sides: SideFiles;
  readonly log: (message: string) => void;
}

/** What the server knows about a document that is open. */
export class OpenDocument {
  readonly session = new AnalysisSession();
  readonly name: string;
  readonly #surroundings: Surroundings;
  document: TextDocument;
  /** What was last found in other files, by file. */
  elsewhere: ReadonlyMap<string, string> = new Map();
  #result: Result | undefined;

  constructor(document: TextDocument, name: string, surroundings: Surroundings) {
    this.document = document;
    this.name = name;
    this.#surroundings = surroundings;
  }

  /** The last analysis, whatever has changed since. */
  get latest(): Result | undefined {
    return this.#result;
  }

  /** The analysis of the current text, made at most once for a version, these settings and the files referred to. */
  analyze(settings: Settings): Result {
    const known = this.#result;
    if (known && this.standing(settings) !== 'changed') return known;
    const { version } = this.document;
    const { topmost = false } = this.#options(settings);
    const analysis = this.#run(this.session, this.document.getText(), settings);
    this.#result = { version, settings, topmost, analysis, contribution: contributionOf(analysis) };
    return this.#result;
  }

  /** How the last analysis stands to the current text, these settings, and the files referred to. */
  standing(settings: Settings): Standing {
    const known = this.#result;
    if (known?.version !== this.document.version || known.settings !== settings) return 'changed';
    const options = this.#options(settings);
    return known.topmost === (options.topmost ?? false) ? standingOf(known.analysis, options) : 'changed';
  }

  /** What the analysis would be with another text, with the settings of the last one. */
  analysisOf(text: string): Analysis | undefined {
    return this.#result && this.#run(this.session.fork(), text, this.#result.settings);
  }

  /** True when the last analysis asked for this file, or for objects that it may define. */
  refersTo(name: string): boolean {
    const { files, index } = this.#surroundings;
    const analysis = this.#result?.analysis;
    if (!analysis) return false;
    const asksBeside = analysis.beside !== undefined || analysis.objects.some(({ own }) => !own);
    if (analysis.beside?.readings.some(({ file }) => file.name === name)) return true;
    if (asksBeside && index.folderOf(name) === index.folderOf(this.name)) return true;
    const listing = ReferencedFiles.listingAround(name);
    return [...analysis.references.keys()].some((path) => {
      const asked = files.nameOf(this.name, path);
      return asked === name || asked === listing;
    });
  }

  #run(session: AnalysisSession, text: string, settings: Settings): Analysis {
    return session.analyze({ name: this.name, text, languageId: this.document.languageId }, this.#options(settings));
  }

  #options({ assumptions, rules }: Settings): AnalysisOptions {
    const { files, index, sides, log } = this.#surroundings;
    const optionsOf = (name: string): AnalysisOptions => ({
      assumptions,
      rules,
      file: (path) => files.find(name, path),
      object: index.finder(name),
      log,
    });
    return {
      ...optionsOf(this.name),
      beside: () => sides.beside(this.name, optionsOf),
      topmost: index.isTopmost(this.name),
    };
  }
}
