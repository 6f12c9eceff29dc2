import {
  type Analysis,
  type AnalysisInput,
  type Assumptions,
  analyze,
  comparePlaces,
  contributionOf,
  type ReferencedFile,
  type Release,
  type RuleLevels,
  readDirectives,
  sortUnchecked,
} from '../analysis';
import { holds } from '../knowledge';
import type { Engine } from '../model';
import { behaviourChanges } from './changes/behaviours';
import { fieldChanges } from './changes/fields';
import { effectChanges, findingChanges } from './changes/findings';
import { flagChanges } from './changes/flags';
import { listenerChanges } from './changes/listeners';
import { fits, statementChanges } from './changes/statements';
import { variableChanges } from './changes/variables';
import { applyEdits, ordered } from './edits';
import type { Change, EngineStanding, FilePlan, Migration } from './report';
import { type Draft, hasNixl, type Move, type Scope } from './scope';
import { type Leave, settle } from './settle';
import { cautions, standing, type Target } from './target';
import type { Found, Reread } from './trial';

export interface MigrationOptions extends Partial<Leave> {
  readonly target: Target;
  /** What holds where the files do not say; its releases are where engines of unknown release start from. */
  readonly assumptions?: Assumptions;
  readonly rules?: RuleLevels;
  /** A file that another one refers to, when it is there and loaded. */
  readonly find?: (from: string, path: string) => ReferencedFile | undefined;
  readonly log?: (message: string) => void;
}

/** What a move of these files to another release takes: what changes, and the edits that go with it. */
export function planMigration(inputs: readonly AnalysisInput[], options: MigrationOptions): Migration {
  const { target } = options;
  const read = inputs.flatMap((input) => {
    const scope = readScope(input, options);
    return scope ? [scope] : [];
  });
  // A file that an engine of another one uses is judged there.
  const used = new Set(read.flatMap(({ goal }) => contributionOf(goal).uses));
  const scopes = read.filter(({ name }) => !used.has(name));
  const run = { scopes };
  const found = merged(
    scopes.flatMap((scope) =>
      [
        ...findingChanges(scope, run),
        ...scope.moves.flatMap((move) => [
          ...fieldChanges(move, scope),
          ...variableChanges(move, scope),
          ...flagChanges(move, scope),
          ...listenerChanges(move, scope),
          ...behaviourChanges(move, scope),
        ]),
        ...effectChanges(scope),
        ...statementChanges(scope),
      ].map((draft): Found => ({ draft, scope, proofs: [] })),
    ),
  );
  const leave: Leave = {
    keepDefaults: options.keepDefaults ?? true,
    unsafe: options.unsafe ?? false,
    editable: options.editable ?? (() => true),
  };
  const inputOf = new Map(inputs.map((input) => [input.name, input]));
  const reread: Reread = (scope, texts) => readAgain(inputOf.get(scope.name)!, scope, texts, options);
  const settled = groups(scopes).map((group) =>
    settle(
      group,
      found.filter(({ scope }) => group.includes(scope)),
      leave,
      reread,
    ),
  );
  const changes = settled.flatMap((one) => one.changes);
  return {
    target,
    engines: scopes.flatMap(({ moves }) => moves.map(engineStanding)),
    changes: [...changes].sort(compareChanges),
    files: filePlans(
      scopes,
      settled.flatMap(({ edits }) => edits),
    ),
    notes: [...cautions(target), ...togetherNote(scopes)],
    unchecked: sortUnchecked(scopes.flatMap(({ goal }) => goal.unchecked)),
  };
}

function readScope(input: AnalysisInput, options: MigrationOptions): Scope | undefined {
  const { target } = options;
  const file = (path: string) => options.find?.(input.name, path);
  const common = { file, ...(options.rules && { rules: options.rules }), ...(options.log && { log: options.log }) };
  const start = analyze(input, { ...common, ...(options.assumptions && { assumptions: options.assumptions }) });
  if (!start.host) return undefined;
  const goal = analyze(input, {
    ...common,
    assumptions: platformOnly(options),
    release: releaseFor(input.text, target),
  });
  const scope = { name: input.name, target, start, goal, moves: [] };
  const moves = goal.deployment.engines.map((engine, index): Move => {
    const before = start.deployment.engines[index] ?? engine;
    return { start: before, goal: engine, ...standingOf(before, engine, scope) };
  });
  return { ...scope, moves };
}

function readAgain(
  input: AnalysisInput,
  { goal }: Scope,
  texts: ReadonlyMap<string, string>,
  options: MigrationOptions,
): Analysis {
  const text = texts.get(input.name) ?? input.text;
  const edited = new Map<ReferencedFile, ReferencedFile>();
  const file = (path: string): ReferencedFile | undefined => {
    const found = options.find?.(input.name, path);
    const changed = found && texts.get(found.name);
    if (!found || changed === undefined) return found;
    if (!edited.has(found)) edited.set(found, { name: found.name, text: changed });
    return edited.get(found);
  };
  return analyze(
    { ...input, text },
    {
      file,
      assumptions: platformOnly(options),
      release: releaseFor(goal.text, options.target),
      ...(options.rules && { rules: options.rules }),
      ...(options.log && { log: options.log }),
    },
  );
}

function platformOnly({ assumptions }: MigrationOptions): Assumptions {
  return assumptions?.platform ? { platform: assumptions.platform } : {};
}

/** The releases to read a file for. What its comments say about NIXL and UCX holds on where it goes with the new vLLM. */
function releaseFor(text: string, target: Target): Release {
  const stated: { nixl?: string; ucx?: string } = {};
  for (const directive of readDirectives(text)) {
    if (directive.kind !== 'versions') continue;
    for (const { name, value } of directive.values) if (name === 'nixl' || name === 'ucx') stated[name] = value;
  }
  const nixl = target.nixl ?? (stated.nixl && fits('nixl', stated.nixl, target) ? stated.nixl : undefined);
  const dropped = stated.nixl !== undefined && nixl !== stated.nixl;
  return { vllm: target.vllm, nixl, ucx: target.ucx ?? (dropped ? undefined : stated.ucx) };
}

function standingOf(start: Engine, goal: Engine, scope: Omit<Scope, 'moves'>): EngineStanding {
  const { version: from, from: origin } = start.versions.vllm ?? {};
  const { target } = scope;
  const place = scope.goal.files.locate(goal.place);
  const order = standing(from, target.vllm);
  return {
    file: place?.file ?? scope.name,
    place,
    label: goal.name ?? goal.entry,
    from,
    origin,
    standing:
      order === 'older' || (order === 'newer' && target.downgrade)
        ? 'moves'
        : order === 'same'
          ? 'there'
          : (order ?? 'unknown'),
  };
}

function engineStanding({ file, place, label, from, origin, standing: where }: Move): EngineStanding {
  return { file, place, label, from, origin, standing: where };
}

/** The same change in several engines is one, with all of their names. */
function merged(all: readonly Found[]): Found[] {
  const byKey = new Map<string, Found>();
  for (const found of all) {
    const { kind, place, message } = found.draft;
    const key = `${kind}\0${place.file}\0${place.start}\0${place.end}\0${message}`;
    const known = byKey.get(key);
    byKey.set(key, known ? joined(known, found) : found);
  }
  return [...byKey.values()];
}

function joined(known: Found, other: Found): Found {
  const engines = [...new Set([...known.draft.engines, ...other.draft.engines])];
  const draft: Draft = { ...known.draft, engines };
  const same = JSON.stringify(known.draft.proposals) === JSON.stringify(other.draft.proposals);
  const proofs = same ? [{ scope: other.scope, offers: other.draft.proposals }] : [];
  return { draft, scope: known.scope, proofs: [...known.proofs, ...proofs] };
}

/** Files that share files belong together. */
function groups(scopes: readonly Scope[]): Scope[][] {
  const groupOf = new Map<string, Scope[]>();
  for (const scope of scopes) {
    const files = scope.goal.files.texts().map(({ file }) => file);
    const touching = new Set(files.flatMap((file) => groupOf.get(file) ?? []));
    const [group = []] = new Set(files.flatMap((file) => (groupOf.has(file) ? [groupOf.get(file)!] : [])));
    for (const other of touching) {
      if (group.includes(other)) continue;
      group.push(other);
      for (const { file } of other.goal.files.texts()) groupOf.set(file, group);
    }
    group.push(scope);
    for (const file of files) groupOf.set(file, group);
  }
  return [...new Set(groupOf.values())];
}

function filePlans(
  scopes: readonly Scope[],
  edits: readonly Change['proposals'][number]['edits'][number][],
): FilePlan[] {
  const files = [...new Set(edits.map(({ file }) => file))].sort();
  return files.flatMap((file) => {
    const own = ordered(edits.filter((edit) => edit.file === file));
    const text = scopes.map(({ goal }) => goal.files.text(file)).find((found) => found !== undefined);
    if (text === undefined) return [];
    const newText = applyEdits(text, own);
    return newText === text ? [] : [{ file, text, newText, edits: own }];
  });
}

/** Both sides have to speak the same release from the compatibility hash on. */
function togetherNote(scopes: readonly Scope[]): string[] {
  const moving = scopes.flatMap(({ moves }) => moves).filter((move) => move.standing === 'moves' && hasNixl(move.goal));
  const hashed = { library: 'vllm', since: '0.13.0' } as const;
  const both = moving.some(
    ({ from, goal }) => holds(hashed, from) === 'yes' && holds(hashed, goal.versions.vllm?.version) === 'yes',
  );
  return both
    ? ['Prefill and decode refuse each other while their vLLM releases differ: upgrade both sides together.']
    : [];
}

function compareChanges(a: Change, b: Change): number {
  return comparePlaces(a, b) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.message < b.message ? -1 : 1);
}

const ORDER: readonly Change['kind'][] = ['break', 'removal', 'default', 'behaviour', 'effect', 'statement'];
