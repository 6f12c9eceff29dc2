import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type Analysis, AnalysisSession, type Contribution, contributionOf, type ReferencedFiles } from '../analysis';
import type { Settings } from './settings';

/** An analysis of one version of a document, and what it was made of. */
interface Result {
  readonly version: number;
  readonly settings: Settings;
  readonly analysis: Analysis;
  readonly contribution: Contribution;
}

/** What the server knows about a document that is open. */
export class OpenDocument {
  readonly session = new AnalysisSession();
  readonly name: string;
  readonly #files: ReferencedFiles;
  readonly #log: (message: string) => void;
  document: TextDocument;
  #result: Result | undefined;

  constructor(document: TextDocument, name: string, files: ReferencedFiles, log: (message: string) => void) {
    this.document = document;
    this.name = name;
    this.#files = files;
    this.#log = log;
  }

  /** The last analysis, whatever has changed since. */
  get latest(): Result | undefined {
    return this.#result;
  }

  /** The analysis of the current text, made at most once for a version, these settings and the files referred to. */
  analyze(settings: Settings): Result {
    const { version } = this.document;
    const known = this.#result;
    if (known?.version === version && known.settings === settings && this.#sameFiles(known.analysis)) return known;
    const analysis = this.#run(this.session, this.document.getText(), settings);
    this.#result = { version, settings, analysis, contribution: contributionOf(analysis) };
    return this.#result;
  }

  /** What the analysis would be with another text, with the settings of the last one. */
  analysisOf(text: string): Analysis | undefined {
    return this.#result && this.#run(this.session.fork(), text, this.#result.settings);
  }

  /** True when the last analysis asked for this file. */
  refersTo(name: string): boolean {
    const paths = this.#result?.analysis.references.keys() ?? [];
    return [...paths].some((path) => this.#files.nameOf(this.name, path) === name);
  }

  #run(session: AnalysisSession, text: string, settings: Settings): Analysis {
    return session.analyze(
      { name: this.name, text, languageId: this.document.languageId },
      {
        assumptions: settings.assumptions,
        rules: settings.rules,
        file: (path) => this.#files.find(this.name, path),
        log: this.#log,
      },
    );
  }

  #sameFiles({ references }: Analysis): boolean {
    for (const [path, file] of references) if (this.#files.find(this.name, path) !== file) return false;
    return true;
  }
}
