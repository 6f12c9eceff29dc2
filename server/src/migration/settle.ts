import { type Analysis, comparePlaces, compareSeverity, type FileEdit, type Problem } from '../analysis';
import { applyEdits, collide, moved, ordered } from './edits';
import type { Change, Proposal } from './report';
import type { Draft, Offer, Scope } from './scope';

/** What may be done, beside what is safe. */
export interface Leave {
  /** Write down old defaults. */
  readonly keepDefaults: boolean;
  /** Take a proposal that is not safe where none is. */
  readonly unsafe: boolean;
  /** Files that nobody named are left as they are. */
  editable(file: string): boolean;
}

/** Reads a file of a scope again, with other texts in the place of those on disk. */
export type Reread = (scope: Scope, texts: ReadonlyMap<string, string>) => Analysis;

/** A change as it was found in one or several files that share it. */
export interface Found {
  readonly draft: Draft;
  readonly scope: Scope;
  /** The other engines that it was found in, where their edits are the same. */
  readonly proofs: readonly { readonly scope: Scope; readonly offers: readonly Offer[] }[];
}

interface Choice {
  readonly found: Found;
  readonly index: number;
  readonly edits: readonly FileEdit[];
}

export interface Settled {
  readonly changes: readonly Change[];
  readonly edits: readonly FileEdit[];
}

const COLLISION = 'another edit wants the same characters';

/**
 * Decides which proposals become a part of the plan: those that the leave allows, as long as reading the result again
 * shows what they promise and nothing wrong that was not there before.
 * @param all the files that share files with each other, and what was found in them
 */
export function settle(scopes: readonly Scope[], all: readonly Found[], leave: Leave, reread: Reread): Settled {
  const refused = new Map<Found, string>();
  const wanted = all.flatMap((found) => {
    const choice = firstAllowed(found, 0, leave, refused);
    return choice ? [choice] : [];
  });
  let accepted: readonly Choice[] = growing(scopes, [], wanted, { leave, refused, reread });
  let outcome = attempt(scopes, accepted, reread);
  [accepted, outcome] = withoutNeedless(scopes, accepted, outcome, reread);
  const edits = accepted.flatMap((choice) => choice.edits);
  const after = typeof outcome === 'string' ? new Map<Scope, Analysis>() : outcome;
  const changes = all.map((found) => {
    const choice = accepted.find((one) => one.found === found);
    const fresh = choice && leavesSomething(choice) ? leftBehind(scopes, after, edits, choice) : [];
    const change = changeOf(found, choice, choice ? undefined : refused.get(found), isGone(found, after, edits));
    return fresh.length === 0 ? change : { ...change, state: 'by-hand' as const, leaves: fresh };
  });
  return { changes, edits };
}

interface Growth {
  readonly leave: Leave;
  readonly refused: Map<Found, string>;
  readonly reread: Reread;
}

/** The choices that go together: all at once where that works, else halves of them, down to the ones that do not. */
function growing(
  scopes: readonly Scope[],
  accepted: readonly Choice[],
  choices: readonly Choice[],
  growth: Growth,
): readonly Choice[] {
  if (choices.length === 0) return accepted;
  const all = [...accepted, ...choices];
  const result = hasCollision(accepted, choices) ? COLLISION : attempt(scopes, all, growth.reread);
  if (typeof result !== 'string') return all;
  if (choices.length > 1) {
    const middle = Math.ceil(choices.length / 2);
    const first = growing(scopes, accepted, choices.slice(0, middle), growth);
    return growing(scopes, first, choices.slice(middle), growth);
  }
  const [choice] = choices;
  const { found, index } = choice!;
  growth.refused.set(found, result);
  const next = firstAllowed(found, index + 1, growth.leave, growth.refused);
  return next ? growing(scopes, accepted, [next], growth) : accepted;
}

/** What somebody has to see to after a change that is not safe. */
function leftBehind(
  scopes: readonly Scope[],
  after: ReadonlyMap<Scope, Analysis>,
  edits: readonly FileEdit[],
  choice: Choice,
): string[] {
  return scopes.flatMap((scope) =>
    freshIn(scope, after.get(scope) ?? scope.goal, edits)
      .filter(({ severity }) => severity === 'error' || severity === 'warning')
      .filter((problem) => isAccepted(problem, [choice]))
      .map(({ message }) => message),
  );
}

/**
 * Without the edits of those that say again what another one has said for them already: two services with one file of
 * variables, of which one has variables of its own.
 */
function withoutNeedless(
  scopes: readonly Scope[],
  choices: readonly Choice[],
  outcome: Outcome,
  reread: Reread,
): [readonly Choice[], Outcome] {
  let [kept, result] = [choices, outcome];
  for (const choice of choices) {
    const { message } = choice.found.draft;
    const keeps = choice.found.draft.proposals[choice.index]!.purpose === 'keep';
    const own = new Set(choice.edits.map(({ file }) => file));
    const alike = kept.some(
      ({ found, edits }) =>
        found.draft.message === message && edits.length > 0 && edits.every(({ file }) => !own.has(file)),
    );
    if (!keeps || !alike) continue;
    const without = kept.map((other) => (other === choice ? { ...choice, edits: [] } : other));
    const tried = attempt(scopes, without, reread);
    if (typeof tried !== 'string') [kept, result] = [without, tried];
  }
  return [kept, result];
}

/** The first proposal from `from` on that may be taken. */
function firstAllowed(found: Found, from: number, leave: Leave, refused: Map<Found, string>): Choice | undefined {
  const { proposals } = found.draft;
  const indexes = proposals.map((_, index) => index).slice(from);
  const safe = indexes.filter((index) => proposals[index]!.safe);
  const other = leave.unsafe
    ? indexes.filter((index) => !proposals[index]!.safe && proposals[index]!.purpose !== 'keep')
    : [];
  for (const index of [...safe, ...other]) {
    const { purpose } = proposals[index]!;
    if (purpose === 'keep' && !leave.keepDefaults) continue;
    const edits = placed(proposals[index]!, found.scope);
    const outside = edits?.find(({ file }) => !leave.editable(file));
    if (outside) refused.set(found, `${outside.file} was not named`);
    else if (edits) return { found, index, edits };
  }
  return undefined;
}

function placed({ edits }: Offer, { goal: { files } }: Scope): FileEdit[] | undefined {
  const placed = edits.map(({ file, start, end, newText }) => {
    const place = files.place(file, start, end);
    return place && { ...place, newText };
  });
  return placed.every((edit) => edit !== undefined) ? placed : undefined;
}

/** Do the choices collide with each other, or with those that are accepted already? */
function hasCollision(accepted: readonly Choice[], choices: readonly Choice[]): boolean {
  const edits = [...accepted, ...choices].flatMap((choice) => choice.edits);
  const sorted = [...edits].sort((a, b) => comparePlaces(a, b));
  let last: FileEdit | undefined;
  for (const edit of sorted) {
    if (last && collide(last, edit)) return true;
    if (!last || last.file !== edit.file || edit.end >= last.end) last = edit;
  }
  return false;
}

/** The files as they read afterwards, or what is wrong with that. */
type Outcome = ReadonlyMap<Scope, Analysis> | string;

function attempt(scopes: readonly Scope[], choices: readonly Choice[], reread: Reread): Outcome {
  if (choices.length === 0) return new Map(scopes.map((scope) => [scope, scope.goal]));
  const edits = choices.flatMap((choice) => choice.edits);
  const texts = editedTexts(scopes, edits);
  const after = new Map(scopes.map((scope) => [scope, reread(scope, texts)]));
  for (const [scope, analysis] of after) {
    if (analysis.deployment.engines.length !== scope.goal.deployment.engines.length) return 'an engine would be lost';
    const fresh = freshIn(scope, analysis, edits).find((problem) => !isAccepted(problem, choices));
    if (fresh) return `it would bring: ${fresh.message}`;
  }
  for (const { found, index } of choices) {
    const proven = [{ scope: found.scope, offers: found.draft.proposals }, ...found.proofs].every(
      ({ scope, offers }) => offers[index]?.proof?.(after.get(scope)!) ?? true,
    );
    if (!proven || !(isGone(found, after, edits) ?? true)) return 'it would not do what it says here';
  }
  return after;
}

export function editedTexts(scopes: readonly Scope[], edits: readonly FileEdit[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const own = edits.filter((edit) => edit.file === file);
    const text = scopes.map(({ goal }) => goal.files.text(file)).find((found) => found !== undefined);
    if (text !== undefined) texts.set(file, applyEdits(text, ordered(own)));
  }
  return texts;
}

/** What the target finds wrong in the edited text, and not at that place of the text before. */
function freshIn({ goal }: Scope, after: Analysis, edits: readonly FileEdit[]): Problem[] {
  const known = new Set(goal.problems.map((problem) => keyAfter(problem, edits)));
  return after.problems.filter(({ rule, file, start }) => !known.has(`${rule}\0${start}\0${file}`));
}

/** A change that is not safe may leave something lighter behind in its file than what it mends. */
function isAccepted(problem: Problem, choices: readonly Choice[]): boolean {
  return choices.some(
    (choice) =>
      leavesSomething(choice) &&
      choice.edits.some(({ file }) => file === problem.file) &&
      compareSeverity(choice.found.draft.severity ?? 'hint', problem.severity) < 0,
  );
}

function leavesSomething({ found, index }: Choice): boolean {
  const { safe, purpose } = found.draft.proposals[index]!;
  return !safe && purpose === 'mend';
}

function keyAfter({ rule, file, start }: Problem, edits: readonly FileEdit[]): string {
  return `${rule}\0${moved(start, ordered(edits.filter((edit) => edit.file === file)))}\0${file}`;
}

/** Is what the change is about gone afterwards? `undefined` where it is about no finding, or its place is gone. */
function isGone(
  { draft, scope }: Found,
  after: ReadonlyMap<Scope, Analysis>,
  edits: readonly FileEdit[],
): boolean | undefined {
  const { rule, place, kind } = draft;
  const analysis = after.get(scope);
  if (rule === undefined || kind === 'effect' || !analysis) return undefined;
  const start = moved(place.start, ordered(edits.filter(({ file }) => file === place.file)));
  return !analysis.problems.some(
    (problem) => problem.rule === rule && problem.file === place.file && problem.start === start,
  );
}

function changeOf(
  { draft, scope }: Found,
  choice: Choice | undefined,
  refusal: string | undefined,
  gone: boolean | undefined,
): Change {
  const { place, proposals, demands, ...rest } = draft;
  const usable = proposals.flatMap((offer): (Proposal & { readonly index: number })[] => {
    const edits = placed(offer, scope);
    const { title, safe, purpose } = offer;
    return edits ? [{ title, safe, purpose, edits, index: proposals.indexOf(offer) }] : [];
  });
  const chosen = choice && usable.find(({ index }) => index === choice.index);
  const shown = usable.map(({ index: _, ...proposal }) => proposal);
  const { file, start, end, range } = place;
  return {
    ...rest,
    file,
    start,
    end,
    range,
    state: chosen || (demands && gone) ? 'edit' : demands ? 'by-hand' : 'note',
    proposals: shown,
    ...(chosen && { chosen: shown[usable.indexOf(chosen)]! }),
    ...(refusal !== undefined && { refused: refusal }),
  };
}
