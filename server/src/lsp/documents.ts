import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  type Analysis,
  type Contribution,
  combine,
  type FileAccess,
  isKustomization,
  type Problem,
  ReferencedFiles,
  SideFiles,
  WorkspaceIndex,
} from '../analysis';
import type { Migration } from '../migration';
import { OpenDocument, type Surroundings } from './open-document';
import type { StatsResult } from './protocol';
import type { SettingsCache } from './settings';
import { Units } from './units';
import { canonicalUri } from './uri-files';

/** Characters of files on disk that are kept: beyond, they are read again when they are asked for. */
const MOST_KEPT = 8 * 1024 * 1024;

/** The findings of one version of a document. */
export interface DocumentProblems {
  readonly version: number;
  readonly problems: readonly Problem[];
}

/** The open documents, their analyses, and the files on disk that they refer to. */
export class Documents {
  readonly files: ReferencedFiles;
  readonly index: WorkspaceIndex;
  readonly #open = new Map<string, OpenDocument>();
  readonly #settings: SettingsCache;
  readonly #log: (message: string) => void;
  readonly #surroundings: Surroundings;
  readonly #units: Units;
  readonly #closedWork = { analyses: 0, documentsParsed: 0, rulesRun: 0 };

  constructor(settings: SettingsCache, access: FileAccess, log: (message: string) => void) {
    this.#settings = settings;
    this.#log = log;
    this.files = new ReferencedFiles(access);
    this.index = new WorkspaceIndex(access, this.files);
    const sides = new SideFiles(this.files, this.index);
    this.#surroundings = { files: this.files, index: this.index, sides, log };
    this.#units = new Units(this.#surroundings);
  }

  /** A document was opened or changed. */
  update(document: TextDocument): void {
    const name = canonicalUri(document.uri);
    const known = this.#open.get(document.uri);
    if (known) known.document = document;
    else this.#open.set(document.uri, new OpenDocument(document, name, this.#surroundings));
    this.files.setOpen(name, document.getText());
    this.index.setOpen(name, document.getText());
  }

  close(uri: string): void {
    const closed = this.#open.get(uri);
    if (!closed) return;
    this.#open.delete(uri);
    this.#settings.forget(uri);
    this.files.setOpen(closed.name, undefined);
    this.index.setOpen(closed.name, undefined);
    this.files.forget(closed.name);
    this.files.trim(MOST_KEPT);
    this.#units.keep([...this.#open.values()].map((open) => open.name));
    for (const key of ['analyses', 'documentsParsed', 'rulesRun'] as const) {
      this.#closedWork[key] += closed.session.work[key];
    }
  }

  /** A file changed where it is stored. */
  fileChanged(uri: string): void {
    const name = canonicalUri(uri);
    this.files.forget(name);
    this.index.changed(name);
  }

  uris(): string[] {
    return [...this.#open.keys()];
  }

  version(uri: string): number | undefined {
    return this.#open.get(uri)?.document.version;
  }

  /** The name by which files refer to an open document. */
  nameOf(uri: string): string | undefined {
    return this.#open.get(uri)?.name;
  }

  /** The client's URI of an open file. */
  uriOf(name: string): string | undefined {
    for (const [uri, open] of this.#open) if (open.name === name) return uri;
    return undefined;
  }

  /** The open documents that refer to a file, whether it is there or not. */
  referrers(uri: string): string[] {
    const name = this.#open.get(uri)?.name ?? canonicalUri(uri);
    return [...this.#open]
      .filter(([, open]) => open.name !== name && open.refersTo(name))
      .map(([referrer]) => referrer);
  }

  /** The open documents that a change in a file may say something new about. */
  touchedBy(uri: string): string[] {
    const name = this.#open.get(uri)?.name ?? canonicalUri(uri);
    const units = new Set([name, ...this.index.kustomizationsOf(name)]);
    const together = [...this.#open].filter(
      ([, open]) => open.name !== name && this.index.kustomizationsOf(open.name).some((unit) => units.has(unit)),
    );
    return [...new Set([...this.referrers(uri), ...together.map(([other]) => other)])];
  }

  /** The other open documents in which this one finds something else than when it was last asked. */
  changedBy(uri: string): string[] {
    const open = this.#open.get(uri);
    if (!open?.latest) return [];
    const found = new Map<string, string>();
    for (const { file, rule, start, end } of open.latest.contribution.problems) {
      if (file !== open.name) found.set(file, `${found.get(file) ?? ''}${rule} ${start} ${end}\n`);
    }
    const before = open.elsewhere;
    open.elsewhere = found;
    const files = new Set([...before.keys(), ...found.keys()]);
    return [...files].flatMap((file) => (before.get(file) === found.get(file) ? [] : (this.uriOf(file) ?? [])));
  }

  /** The open documents that take part in kustomizations, or are some. */
  inKustomizations(): string[] {
    return [...this.#open].flatMap(([uri, { name }]) =>
      isKustomization(name) || this.index.kustomizationsOf(name).length > 0 ? uri : [],
    );
  }

  /** The analysis of a document's current text, with the files that it refers to; `undefined` when it is not open. */
  async analysis(uri: string): Promise<Analysis | undefined> {
    for (;;) {
      const asked = this.#open.get(uri);
      if (!asked) return undefined;
      const settings = await this.#settings.get(uri);
      const open = this.#open.get(uri);
      if (!open) return undefined;
      const { analysis } = open.analyze(settings);
      do await this.index.load();
      while (this.#open.get(uri) === open && open.standing(settings) === 'waiting');
      // Nothing came in meanwhile, neither a file nor an edit.
      const isLatest = this.#open.get(uri) === open && open.latest?.analysis === analysis;
      if (isLatest && open.standing(settings) === 'true') return analysis;
    }
  }

  /** The findings in a document: its own, and what other open documents that use it find in it. */
  async problems(uri: string): Promise<DocumentProblems | undefined> {
    const analysis = await this.analysis(uri);
    for (const referrer of this.referrers(uri)) await this.analysis(referrer);
    const asked = this.#open.get(uri);
    const units = asked ? await this.#unitsOf(uri, asked.name) : [];
    const open = this.#open.get(uri);
    if (!open || !analysis) return undefined;
    if (open.latest?.analysis !== analysis) return this.problems(uri);
    const others = this.referrers(uri).flatMap((referrer) => this.#open.get(referrer)?.latest?.contribution ?? []);
    const { problems } = combine([open.latest.contribution, ...others, ...units]);
    return { version: open.latest.version, problems: problems.filter(({ file }) => file === open.name) };
  }

  async #unitsOf(uri: string, name: string): Promise<Contribution[]> {
    const open = new Set([...this.#open.values()].map((one) => one.name));
    return this.#units.contributions(name, await this.#settings.get(uri), (one) => open.has(one));
  }

  /** What a move of a document to another vLLM takes; `undefined` when it is not open, or says nothing to us. */
  async migration(uri: string, version: string): Promise<Migration | undefined> {
    const { planMigration, standing } = await import('../migration');
    const analysis = await this.analysis(uri);
    const open = this.#open.get(uri);
    if (!analysis?.host || !open) return undefined;
    const { assumptions, rules } = await this.#settings.get(uri);
    // An older release is meant only where there is nothing to bring forward.
    const { engines } = analysis.deployment;
    const downgrade =
      engines.length > 0 && engines.every((one) => standing(one.versions.vllm?.version, version) === 'newer');
    const input = { name: open.name, text: analysis.text, languageId: open.document.languageId };
    return planMigration([input], {
      target: { vllm: version, downgrade },
      assumptions,
      rules,
      find: (from, path) => this.files.find(from, path),
      log: this.#log,
    });
  }

  /** What the analysis of a document would be with another text. */
  analysisOf(uri: string, text: string): Analysis | undefined {
    return this.#open.get(uri)?.analysisOf(text);
  }

  /** What open documents find in files that are not open, by file. */
  foreignProblems(): Map<string, Problem[]> {
    const contributions = [...this.#open.values()].flatMap(({ latest }) => latest?.contribution ?? []);
    // Kustomizations that nobody has open speak of open files only; but what they judge counts no longer by itself.
    const units = this.#units.latest().map((unit) => ({ ...unit, problems: [], unchecked: [], ignores: [] }));
    const byFile = new Map<string, Problem[]>();
    for (const problem of combine([...contributions, ...units]).problems) {
      if (this.uriOf(problem.file) !== undefined) continue;
      const list = byFile.get(problem.file);
      if (list) list.push(problem);
      else byFile.set(problem.file, [problem]);
    }
    return byFile;
  }

  work(): StatsResult {
    const sum = { ...this.#closedWork };
    for (const { session } of this.#open.values()) {
      sum.analyses += session.work.analyses;
      sum.documentsParsed += session.work.documentsParsed;
      sum.rulesRun += session.work.rulesRun;
    }
    return sum;
  }
}
