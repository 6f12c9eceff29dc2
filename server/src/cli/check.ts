import {
  type Analysis,
  type AnalysisOptions,
  type Contribution,
  combine,
  contributionOf,
  decodeBytes,
  type FilePlace,
  isKustomization,
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
import type { CheckOptions } from './arguments';
import { type Excerpt, excerptOf } from './excerpt';
import { displayName, pathFiles, wholeTreeBelow } from './path-files';
import { EntryReader, type Reading, readingOf } from './read-entry';
import type { Report } from './report';
import { walk } from './walk';

export interface Outcome {
  readonly report: Report;
  /** Paths that are not there. */
  readonly missing: readonly string[];
}

/** Where standard input comes from; a stream in the program, a text in a test. */
export type StandardInput = () => Promise<Uint8Array>;

/** What a run needs to know; the rest of the options says how its report looks. */
export type RunOptions = Pick<CheckOptions, 'paths' | 'assumptions' | 'rules' | 'stdinName' | 'quiet'>;

/**
 * Checks what the user named, one file after the other; keeps what was found and lets the texts go.
 * @param look sees the analysis of every file in which there is something of ours, before it is let go
 */
export async function check(
  options: RunOptions,
  input: StandardInput,
  log: (message: string) => void,
  look: (analysis: Analysis) => void = () => {},
): Promise<Outcome> {
  const run = new Run(options, log, look);
  const reader = new EntryReader();
  const missing: string[] = [];
  if (options.paths.includes('-')) {
    await run.add(
      options.stdinName === undefined ? 'stdin' : displayName(options.stdinName),
      readingOf(decodeBytes(await input())),
    );
  }
  for await (const walked of walk(options.paths.filter((path) => path !== '-'))) {
    if ('missing' in walked) missing.push(walked.missing);
    else await run.add(displayName(walked.path), await reader.read(walked));
  }
  await run.addKustomizations(options.paths);
  return { report: run.report(), missing };
}

/** Characters of files referred to that are kept for the next file, which may refer to the same. */
const MAX_KEPT = 16 * 1024 * 1024;

class Run {
  readonly #options: RunOptions;
  readonly #log: (message: string) => void;
  readonly #look: (analysis: Analysis) => void;
  readonly #files = new ReferencedFiles(pathFiles);
  readonly #index = new WorkspaceIndex(pathFiles, this.#files);
  readonly #sides = new SideFiles(this.#files, this.#index);
  readonly #graph = new KustomizationGraph(pathFiles);
  /** Texts of kustomizations by name. */
  readonly #kustomizations = new Map<string, string>();
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

  async add(name: string, reading: Reading): Promise<void> {
    if ('skipped' in reading) return;
    this.#read.add(name);
    if ('unchecked' in reading) {
      this.#unreadable.push({ file: name, place: undefined, reason: reading.unchecked });
      return;
    }
    // What a kustomization makes is looked at when it is known what builds upon it.
    if (isKustomization(name)) {
      this.#kustomizations.set(name, reading.text);
      this.#graph.set(name, reading.text);
    } else if (!this.#keep(await this.#analyze(name, reading.text))) this.#silent.add(name);
  }

  /** Looks at the kustomizations in which something of ours takes part, the ones that build upon others first. */
  async addKustomizations(paths: readonly string[]): Promise<void> {
    const roots = paths.filter((path) => path !== '-').map(wholeTreeBelow);
    const names = [...this.#kustomizations.keys()];
    const claimed = new Set<string>();
    for (const name of [...names.filter((one) => !this.#graph.isUsed(one)), ...names]) {
      if (claimed.has(name) || !this.#graph.parts(name).some((part) => this.#mayConcernUs(part))) continue;
      const root = roots.find((one) => one !== undefined && name.startsWith(one));
      const topmost = root !== undefined && this.#graph.isTopmost(name, root);
      const analysis = await this.#analyze(name, this.#kustomizations.get(name)!, topmost);
      claimed.add(name);
      for (const { file } of analysis.claims) claimed.add(file);
      this.#keep(analysis);
    }
  }

  #mayConcernUs(name: string): boolean {
    const text = this.#kustomizations.get(name);
    return text === undefined ? !this.#silent.has(name) : mentionsOurs(text);
  }

  /** False when nothing of ours is in the file. */
  #keep(analysis: Analysis): boolean {
    if (!analysis.host) return false;
    this.#look(analysis);
    this.#files.trim(MAX_KEPT);
    this.#contributions.push(contributionOf(analysis));
    for (const file of analysis.references.values()) if (file) this.#read.add(file.name);
    for (const { answer } of analysis.objects) if ('file' in answer) this.#read.add(answer.file.name);
    for (const problem of analysis.problems) this.#keepLines(problem, analysis);
    for (const comment of analysis.ignores)
      for (const place of [comment, ...comment.ids]) this.#keepLines(place, analysis);
    return true;
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

  /** Files that it refers to are read when it turns out that it does; then it is looked at again. */
  async #analyze(name: string, text: string, topmost = false): Promise<Analysis> {
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
