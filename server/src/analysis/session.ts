import { type Deployment, nobodyAround } from '../model';
import { type DirectiveValue, directiveTexts, readDirectives, SourceText } from '../syntax';
import { detectHost, type HostKind, isOursByName, mentionsOurs, type ReferencedFile } from '../workspace';
import type { Beside, SideReading } from './beside';
import { asDefault } from './chart-defaults';
import { claimsOf, withoutClaimed } from './claims';
import { FileMap } from './file-map';
import { applyIgnores, type IgnoreComment } from './ignores';
import { PieceCount, tooDeep, tooLong } from './limits';
import { mergeProblems } from './merge-problems';
import { neighbourhood } from './neighbours';
import type { AnalysisInput, AnalysisOptions, RuleLevels } from './options';
import { OwnObjects } from './own-objects';
import { placeFinding } from './place-findings';
import { type FilePlace, type Problem, sortUnchecked, type UncheckedPart } from './problem';
import {
  type AnyObject,
  type AskedObject,
  isFileObject,
  isNotRead,
  isSameAnswer,
  joinDeployments,
  type ReadingContext,
  type ReadSlice,
  readSlice,
} from './read-slices';
import { rulesOf } from './rules-of';
import { checkComments, checkDeployment } from './run-rules';
import { FLAT_HOSTS, type Slice, slicesOf, YAML_HOSTS } from './slices';
import { unknownParts } from './unchecked';
import { usesIn } from './uses';

/** All that is known about one file. */
export interface Analysis {
  readonly name: string;
  readonly text: string;
  /** How the text was read; `undefined` when nothing of ours is in it. */
  readonly host: HostKind | undefined;
  readonly deployment: Deployment;
  readonly files: FileMap;
  /** Sorted; in this file or in files that it refers to. */
  readonly problems: readonly Problem[];
  readonly unchecked: readonly UncheckedPart[];
  /** The ignore comments of this file and of those that it refers to, with what they silenced. */
  readonly ignores: readonly IgnoreComment[];
  /** The files that it refers to, by the path written. */
  readonly references: ReadonlyMap<string, ReferencedFile | undefined>;
  /** The objects of other documents that it refers to. */
  readonly objects: readonly AskedObject[];
  /** What the files beside it said, if they were asked. */
  readonly beside: Beside | undefined;
  /** The texts that are judged here and no longer on their own, in this file or in others. */
  readonly claims: readonly FilePlace[];
  /** What the user said about rules. */
  readonly levels: RuleLevels;
}

/** How much work was done. */
export interface WorkCount {
  analyses: number;
  /** Slices that were parsed: YAML documents, or whole files of other kinds. */
  documentsParsed: number;
  /** Checks of one rule on one engine, or on the engines of one file. */
  rulesRun: number;
}

/** Analyses one file again and again, and does only that again which its changes touch. */
export class AnalysisSession {
  readonly work: WorkCount = { analyses: 0, documentsParsed: 0, rulesRun: 0 };
  #context = '';
  /** The rules that were run. */
  #ran = '';
  #slices = new Map<string, ReadSlice[]>();
  #objects = new OwnObjects();
  #reading: { readonly read: readonly ReadSlice[]; readonly reading: SideReading } | undefined;

  analyze(input: AnalysisInput, options: AnalysisOptions = {}): Analysis {
    this.work.analyses += 1;
    const concerned = options.anyway || mentionsOurs(input.text) || isOursByName(input.name);
    const host = concerned ? detectHost(input.name, input.text, input.languageId) : undefined;
    return host ? this.#check(input, host, options) : nothingIn(input);
  }

  /**
   * What a file says, read and not judged: for the analysis of another one beside it. The result stays the same for as long
   * as what was read does.
   */
  read(input: AnalysisInput, options: AnalysisOptions): SideReading | undefined {
    const { name, text } = input;
    const host = detectHost(name, text, input.languageId);
    const slices = host && YAML_HOSTS.has(host) ? slicesOf(host, text) : [];
    if (!host || slices.length === 0 || tooLong(slices)) return undefined;
    this.#objects.read(text);
    const { read, starts } = this.#read(slices, this.#readingContext(input, host, options), new FileMap());
    const last = this.#reading;
    const isSame =
      last?.reading.file.text === text &&
      last.read.length === read.length &&
      last.read.every((one, at) => one === read[at]);
    if (isSame) return last.reading;
    const roots = read.map(({ root }, index) => ({ root, start: starts[index]! }));
    const deployment = joinDeployments(read.map((slice) => slice.deployment));
    this.#reading = { read, reading: { file: { name, text }, roots, deployment } };
    return this.#reading.reading;
  }

  /** A session that knows what this one knows and leaves it alone: to see what another text would give. */
  fork(): AnalysisSession {
    const fork = new AnalysisSession();
    fork.#context = this.#context;
    fork.#ran = this.#ran;
    fork.#slices = this.#slices;
    fork.#objects = this.#objects.fork();
    return fork;
  }

  #check(input: AnalysisInput, host: HostKind, options: AnalysisOptions): Analysis {
    const { name, text } = input;
    const levels = options.rules ?? {};
    const empty = { ...nothingIn(input), host, levels };
    const slices = slicesOf(host, text);
    const long = tooLong(slices);
    if (long) return { ...empty, unchecked: [{ file: name, place: undefined, reason: long }] };

    const { files } = empty;
    if (YAML_HOSTS.has(host)) this.#objects.read(text);
    const context = this.#readingContext(input, host, options);
    const { read: all, unchecked } = this.#read(slices, context, files);
    const claims = claimsOf(all, files);
    const read = withoutClaimed(all, claims, files);
    const deployment = joinDeployments(read.map((slice) => slice.deployment));
    const references = new Map(read.flatMap(({ asked }) => [...asked]));
    const beside = host !== 'kustomization' && mayHaveNeighbours(deployment) ? options.beside?.() : undefined;
    for (const reading of beside?.readings ?? []) {
      files.addText(reading.file.name, reading.file.text);
      for (const { root, start } of reading.roots) files.addRoot(root, reading.file.name, start);
    }
    const around = mayHaveNeighbours(deployment)
      ? neighbourhood(deployment, beside ?? { readings: [], open: [] }, templatesOf(name, references))
      : nobodyAround;
    const together = checkDeployment(deployment, around, context.rules, context);
    const comments = deployment.engines.length > 0 ? this.#comments(name, text, files) : [];
    const raw = [
      ...read.flatMap((slice) => slice.findings),
      ...together,
      ...checkComments(comments, context.rules, context),
    ];
    const usesOf = usesIn(deployment);
    const placed = raw.flatMap((one) => placeFinding(one, files, usesOf) ?? []);
    const open = [...unchecked, ...uncheckedIn(deployment, files, name)];
    const { problems, ignores } = applyIgnores(
      mergeProblems(placed.map((problem) => leveled(asDefault(problem, name), levels))),
      files,
      {
        ran: (rule) => context.rules.all.some(({ id }) => id === rule),
        unchecked: open.flatMap(({ place }) => place ?? []),
        unjudged: new Set(beside?.readings.map(({ file }) => file.name)),
      },
    );
    const objects = read.flatMap((slice) => slice.objects);
    const found = { deployment, problems, unchecked: sortUnchecked(open), ignores };
    return { ...empty, ...found, references, objects, claims, beside };
  }

  /** What the comments for us say, as parts of the whole file. */
  #comments(name: string, text: string, files: FileMap): SourceText[] {
    const spans = directiveTexts(text);
    if (spans.length === 0) return [];
    const root = SourceText.root(text);
    files.addRoot(root, name, 0);
    return spans.map(({ start, end }) => root.slice(start, end));
  }

  /** What reading depends on beside the text. When it changes, nothing that was read before counts. */
  #readingContext(input: AnalysisInput, host: HostKind, options: AnalysisOptions): ReadingContext {
    const directives = readDirectives(input.text).filter(({ kind }) => kind === 'versions');
    const { rules, key: ran } = rulesOf(options);
    const assumptions = options.assumptions ?? {};
    const stated = directives.map((directive) => directive.kind === 'versions' && directive.values.map(stating));
    const { release, topmost = false } = options;
    const key = JSON.stringify([input.name, host, assumptions, release, topmost, stated]);
    if (key !== this.#context || ran !== this.#ran) this.#slices = new Map();
    this.#context = key;
    this.#ran = ran;
    return {
      host,
      rules,
      read: { name: input.name, assumptions, release, directives, topmost },
      file: options.file ?? (() => undefined),
      object: (kind, name, namespace) => {
        const own = this.#objects.find(kind, name, namespace);
        const elsewhere = 'unresolved' in own && own.unresolved === 'not-in-sight' && options.object;
        return elsewhere
          ? { kind, name, namespace, own: false, answer: elsewhere(kind, name, namespace) }
          : { kind, name, namespace, own: true, answer: own };
      },
      name: input.name,
      log: options.log ?? (() => {}),
      count: () => {
        this.work.rulesRun += 1;
      },
    };
  }

  #read(slices: readonly Slice[], context: ReadingContext, files: FileMap) {
    const { name } = context;
    const kept = new Map<string, ReadSlice[]>();
    const read: ReadSlice[] = [];
    const starts: number[] = [];
    const unchecked: UncheckedPart[] = [];
    const pieces = YAML_HOSTS.has(context.host) ? new PieceCount() : undefined;
    for (const slice of slices) {
      const start = () => files.place(name, slice.start, slice.start);
      const limit = pieces?.refuses(slice.text);
      if (limit) {
        if (!unchecked.some(({ reason }) => reason === limit))
          unchecked.push({ file: name, place: start(), reason: limit });
        continue;
      }
      // Two documents of equal text are two documents: each gets a root of its own, or they would lie in one place.
      const same = kept.get(slice.text) ?? [];
      kept.set(slice.text, same);
      let one = this.#slices.get(slice.text)?.[same.length];
      if (!one || !isCurrent(one, context)) {
        const deep = FLAT_HOSTS.has(context.host) ? undefined : tooDeep(slice.text);
        if (deep) {
          if (!unchecked.some(({ reason }) => reason === deep))
            unchecked.push({ file: name, place: start(), reason: deep });
          continue;
        }
        this.work.documentsParsed += 1;
        one = readSlice(slice, context);
      }
      same.push(one);
      read.push(one);
      starts.push(slice.start);
      files.addRoot(one.root, name, slice.start);
      for (const file of one.asked.values()) if (file) files.addReferenced(file);
      for (const { answer } of one.objects) this.#addObject(answer, files, name);
      if (one.failed) unchecked.push({ file: name, place: start(), reason: 'cannot be read: a fault of this tool' });
    }
    this.#slices = kept;
    return { read, starts, unchecked };
  }

  /** Places may lie in what a reference leads to. */
  #addObject(answer: AnyObject, files: FileMap, name: string): void {
    if ('unresolved' in answer) return;
    if (isFileObject(answer)) {
      files.addText(answer.file.name, answer.file.text);
      files.addRoot(answer.root, answer.file.name, answer.start);
    } else files.addRoot(answer.root, name, this.#objects.startOf(answer.root) ?? answer.start);
  }
}

/** Analyses one file once. The same as a session's first run. */
export function analyze(input: AnalysisInput, options: AnalysisOptions = {}): Analysis {
  return new AnalysisSession().analyze(input, options);
}

function nothingIn({ name, text }: AnalysisInput): Analysis {
  const files = new FileMap();
  files.addText(name, text);
  return {
    name,
    text,
    host: undefined,
    deployment: joinDeployments([]),
    files,
    problems: [],
    unchecked: [],
    ignores: [],
    references: new Map(),
    objects: [],
    claims: [],
    beside: undefined,
    levels: {},
  };
}

/** True when the files and objects that a slice refers to are as they were. */
function isCurrent(slice: ReadSlice, { file, object }: ReadingContext): boolean {
  for (const [path, known] of slice.asked) if (file(path) !== known) return false;
  return slice.objects.every(({ kind, name, namespace, answer }) => {
    const now = object(kind, name, namespace).answer;
    // What is being read again is asked for again: until then it counts as it was.
    return isNotRead(now) || isSameAnswer(now, answer);
  });
}

/** Pods with a connector may have the other side in a file beside. */
function mayHaveNeighbours({ engines }: Deployment): boolean {
  return engines.some(({ pod, kvTransfer }) => pod?.object && kvTransfer);
}

/** The folder of a chart's templates: a template with values has asked for the chart's own file. */
function templatesOf(name: string, references: Analysis['references']): string | undefined {
  const [, folder] = /^(.*\/templates\/|templates\/)/.exec(name) ?? [];
  const isChart = [...references].some(([path, file]) => file !== undefined && /(?:^|\/)Chart\.yaml$/.test(path));
  return isChart ? folder : undefined;
}

function stating({ name, value }: DirectiveValue): string {
  return `${name}=${value}`;
}

function leveled(problem: Problem, levels: RuleLevels): Problem {
  const level = levels[problem.rule];
  return level && level !== 'off' ? { ...problem, severity: level } : problem;
}

function uncheckedIn(deployment: Deployment, files: FileMap, name: string): UncheckedPart[] {
  const parts = [...deployment.unchecked, ...deployment.engines.flatMap(unknownParts)];
  return parts.map(({ place, reason }) => {
    const located = place && files.locate(place);
    return { file: located?.file ?? name, place: located, reason };
  });
}
