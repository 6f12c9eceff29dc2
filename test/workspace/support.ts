import {
  type Analysis,
  type AnalysisOptions,
  AnalysisSession,
  isStillTrue,
  ReferencedFiles,
  WorkspaceIndex,
} from '../../server/src/analysis';
import { MemoryFiles } from '../support/memory-files';

/** A tree of files that is analysed as the command line and the server do it. */
export class Tree {
  readonly disk: MemoryFiles;
  readonly files: ReferencedFiles;
  readonly index: WorkspaceIndex;
  readonly #sessions = new Map<string, AnalysisSession>();

  constructor(files: Readonly<Record<string, string>>) {
    this.disk = new MemoryFiles(files);
    this.files = new ReferencedFiles(this.disk);
    this.index = new WorkspaceIndex(this.disk, this.files);
  }

  session(name: string): AnalysisSession {
    const session = this.#sessions.get(name) ?? new AnalysisSession();
    this.#sessions.set(name, session);
    return session;
  }

  async analyze(name: string, more: Partial<AnalysisOptions> = {}): Promise<Analysis> {
    const session = this.session(name);
    const options: AnalysisOptions = {
      ...more,
      file: (path) => this.files.find(name, path),
      object: this.index.finder(name),
    };
    for (;;) {
      const analysis = session.analyze({ name, text: this.disk.text(name) }, options);
      await this.index.load();
      if (isStillTrue(analysis, options)) return analysis;
    }
  }

  /** Writes a file, as somebody else would. */
  write(name: string, text: string): void {
    this.disk.write(name, text);
    this.files.forget(name);
    this.index.changed(name);
  }
}

/** Findings as `file: rule: covered`. */
export function shown(analysis: Analysis): string[] {
  return analysis.problems.map(
    ({ file, rule, start, end }) => `${file}: ${rule}: ${analysis.files.text(file)!.slice(start, end)}`,
  );
}
