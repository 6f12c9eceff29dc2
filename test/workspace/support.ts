import {
  type Analysis,
  type AnalysisOptions,
  type AnalysisSession,
  ReferencedFiles,
  SideFiles,
  type Standing,
  standingOf,
  WorkspaceIndex,
} from '../../server/src/analysis';
import { MemoryFiles } from '../support/memory-files';

/** A tree of files that is analysed as the command line and the server do it. */
export class Tree {
  readonly disk: MemoryFiles;
  readonly files: ReferencedFiles;
  readonly index: WorkspaceIndex;
  readonly sides: SideFiles;

  constructor(files: Readonly<Record<string, string>>) {
    this.disk = new MemoryFiles(files);
    this.files = new ReferencedFiles(this.disk);
    this.index = new WorkspaceIndex(this.disk, this.files);
    this.sides = new SideFiles(this.files, this.index);
  }

  session(name: string): AnalysisSession {
    return this.sides.session(name, this.disk.text(name).length);
  }

  async analyze(name: string, more: Partial<AnalysisOptions> = {}): Promise<Analysis> {
    const session = this.session(name);
    const optionsOf = (one: string): AnalysisOptions => ({
      file: (path) => this.files.find(one, path),
      object: this.index.finder(one),
    });
    const options = { ...optionsOf(name), beside: () => this.sides.beside(name, optionsOf), ...more };
    for (;;) {
      const analysis = session.analyze({ name, text: this.disk.text(name) }, options);
      let standing: Standing;
      do {
        await this.index.load();
        standing = standingOf(analysis, options);
      } while (standing === 'waiting');
      if (standing === 'true') return analysis;
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
