import {
  type Analysis,
  type AnalysisOptions,
  type Contribution,
  combine,
  contributionOf,
  type FilePlace,
  isKustomization,
  isOursByName,
  KustomizationGraph,
  mentionsOurs,
  ReferencedFiles,
  SideFiles,
  type Standing,
  sortUnchecked,
  standingOf,
  type UncheckedPart,
  WorkspaceIndex,
} from '../analysis';
import type { RunOptions } from './check';
import { type Excerpt, excerptOf } from './excerpt';
import { pathFiles, wholeTreeBelow } from './path-files';
import { EntryReader, type Reading } from './read-entry';
import type { Report } from './report';

/** Characters of files referred to that are kept for the next file, which may refer to the same. */
const MAX_KEPT = 2 * 1024 * 1024;

/** Folders are gone through one after the other: what this many files did not ask for is left behind. */
const MOST_IDLE = 8;

/** One run of the command line: files come in one after the other, and all that is kept of them is what was found. */
export class Run {
  readonly #options: RunOptions;
  readonly #log: (message: string) => void;
  readonly #look: (analysis: Analysis) => void;
  readonly #files = new ReferencedFiles(pathFiles);
  readonly #index = new WorkspaceIndex(pathFiles, this.#files);
  readonly #sides = new SideFiles(this.#files, this.#index, MOST_IDLE);
  readonly #graph = new KustomizationGraph(pathFiles);
  /** Texts of kustomizations by name. */
  readonly #kustomizations = new Map<string, string>();
  /** Manifests that take part in kustomizations: these say more about them than they do alone. */
  readonly #waiting = new Set<string>();
  /** Files in which nothing is of ours. */
  readonly #silent = new Set<string>();
  readonly #read = new Set<string>();
  readonly #contributions: Contribution[] = [];
  readonly #unreadable: UncheckedPart[] = [];
  readonly #excerpts = new Map<string, Excerpt>();

  constructor(options: RunOptions, log: (message: string) => void, look: (analysis: Analysis) => void) {
    this.#options = options;
    this.#log = log;
    this.#look = look;
  }

  /** Takes a file in. Of most there is nothing to say, which costs a search. */
  async add(name: string, reading: Reading): Promise<void> {
    if ('skipped' in reading) return;
    this.#read.add(name);
    if ('unchecked' in reading) this.#unreadable.push({ file: name, place: undefined, reason: reading.unchecked });
    else if (isKustomization(name)) {
      this.#kustomizations.set(name, reading.text);
      this.#graph.set(name, reading.text);
    } else if (!mentionsOurs(reading.text) && !isOursByName(name)) this.#silent.add(name);
    else if (this.#graph.isUsed(name)) this.#waiting.add(name);
    else await this.#addText(name, reading.text);
  }

  /**
   * Looks at what had to wait until all files were seen: the kustomizations in which something of ours takes part, the
   * ones that build upon others first, and the manifests that none of them speaks of.
   */
  async finish(): Promise<void> {
    const roots = this.#options.paths.filter((path) => path !== '-').map(wholeTreeBelow);
    const names = [...this.#kustomizations.keys()];
    const claimed = new Set<string>();
    for (const name of [...names.filter((one) => !this.#graph.isUsed(one)), ...names]) {
      if (claimed.has(name) || !this.#graph.parts(name).some((part) => this.#mayConcernUs(part))) continue;
      const root = roots.find((one) => one !== undefined && name.startsWith(one));
      const topmost = root !== undefined && this.#graph.isTopmost(name, root);
      const analysis = await this.#analyze(name, this.#kustomizations.get(name)!, topmost);
      claimed.add(name);
      for (const { file, start } of analysis.claims) if (start === 0) claimed.add(file);
      this.#keep(analysis);
    }
    const reader = new EntryReader();
    for (const name of this.#waiting) {
      if (claimed.has(name)) continue;
      const reading = reader.read({ path: name, named: true });
      if ('text' in reading) await this.#addText(name, reading.text);
    }
  }

  report(): Report {
    const { problems, unchecked } = combine(this.#contributions);
    const findings = this.#options.quiet ? problems.filter(({ severity }) => severity === 'error') : problems;
    return {
      files: this.#read.size,
      findings,
      warnings: problems.filter(({ severity }) => severity === 'warning').length,
      unchecked: sortUnchecked([...this.#unreadable, ...unchecked]),
      excerpt: (finding) => this.#excerpts.get(placeKey(finding)),
    };
  }

  #mayConcernUs(name: string): boolean {
    const text = this.#kustomizations.get(name);
    return text === undefined ? !this.#silent.has(name) : mentionsOurs(text);
  }

  async #addText(name: string, text: string): Promise<void> {
    const analysis = await this.#analyze(name, text);
    if (analysis.host) this.#keep(analysis);
    else this.#silent.add(name);
  }

  /** Keeps what was found, and lets the rest go. */
  #keep(analysis: Analysis): void {
    this.#look(analysis);
    this.#files.trim(MAX_KEPT);
    this.#contributions.push(contributionOf(analysis));
    for (const file of analysis.references.values()) if (file && !file.isUnread) this.#read.add(file.name);
    for (const { answer } of analysis.objects) if ('file' in answer) this.#read.add(answer.file.name);
    for (const problem of analysis.problems) this.#keepLines(problem, analysis);
    for (const comment of analysis.ignores)
      for (const place of [comment, ...comment.ids]) this.#keepLines(place, analysis);
  }

  /** Files that it refers to are read when it turns out that it does; then it is looked at again. */
  async #analyze(name: string, text: string, topmost = false): Promise<Analysis> {
    await this.#sides.prepare(name, text);
    const session = this.#sides.session(name, text.length);
    const options: AnalysisOptions = {
      ...this.#optionsOf(name),
      beside: () => this.#sides.beside(name, (other) => this.#optionsOf(other)),
      topmost,
    };
    for (;;) {
      const analysis = session.analyze({ name, text }, options);
      let standing: Standing;
      do {
        await this.#index.load();
        standing = standingOf(analysis, options);
      } while (standing === 'waiting');
      if (standing === 'true') return analysis;
    }
  }

  #optionsOf(name: string): AnalysisOptions {
    return {
      assumptions: this.#options.assumptions,
      rules: this.#options.rules,
      file: (path) => this.#files.find(name, path),
      object: this.#index.finder(name),
      log: this.#log,
    };
  }

  #keepLines(place: FilePlace, { files }: Analysis): void {
    const key = placeKey(place);
    const text = files.text(place.file);
    const lines = files.lines(place.file);
    if (this.#excerpts.has(key) || text === undefined || !lines) return;
    const excerpt = excerptOf(place.range, (line) => text.slice(lines.lineStart(line), lines.lineEnd(line)));
    this.#excerpts.set(key, excerpt);
  }
}

function placeKey({ file, start, end }: FilePlace): string {
  return `${start}\0${end}\0${file}`;
}
