import { type Analysis, comparePlaces, compareSeverity, type FileEdit, type Problem } from '../analysis';
import { envDefault, lookupEnv } from '../knowledge';
import { applyEdits, collide, ordered, type Shift, shiftOf } from './edits';
import { counterpart, type Draft, type Offer, type Scope, versionsOf } from './scope';

/** Reads a file of a scope again, with other texts in the place of those on disk. */
export type Reread = (scope: Scope, texts: ReadonlyMap<string, string>) => Analysis;

/** A change as it was found in one or several files that share it. */
export interface Found {
  readonly draft: Draft;
  readonly scope: Scope;
  /** The other engines that it was found in, where their edits are the same. */
  readonly proofs: readonly { readonly scope: Scope; readonly offers: readonly Offer[] }[];
}

/** A proposal that is to become a part of the plan. */
export interface Choice {
  readonly found: Found;
  readonly index: number;
  readonly edits: readonly FileEdit[];
}

/** The files as they read with some choices, or what is wrong with that. */
export type Outcome = ReadonlyMap<Scope, Analysis> | string;

/**
 * Reads the files again with the edits of all choices: every proposal has to show what it promises, and nothing may be
 * wrong that was not before.
 */
export function attempt(scopes: readonly Scope[], choices: readonly Choice[], reread: Reread): Outcome {
  if (choices.length === 0) return new Map(scopes.map((scope) => [scope, scope.goal]));
  if (hasCollision(choices)) return 'another edit wants the same characters';
  const edits = choices.flatMap((choice) => choice.edits);
  const texts = editedTexts(scopes, edits);
  const shift = shiftOf(edits);
  const after = new Map(scopes.map((scope) => [scope, reread(scope, texts)]));
  for (const [scope, analysis] of after) {
    if (analysis.deployment.engines.length !== scope.goal.deployment.engines.length) return 'an engine would be lost';
    const fresh = freshIn(scope, analysis, shift).find((problem) => !isAccepted(problem, choices));
    if (fresh) return `it would bring: ${fresh.message}`;
  }
  for (const { found, index } of choices) {
    if (isImposed(found.draft, after)) return 'it would set the variable for an engine that had another value';
    const proven = [{ scope: found.scope, offers: found.draft.proposals }, ...found.proofs].every(
      ({ scope, offers }) => offers[index]?.proof?.(after.get(scope)!) ?? true,
    );
    if (!proven || isGone(found, after, shift) === false) return 'it would not do what it says here';
  }
  return after;
}

function editedTexts(scopes: readonly Scope[], edits: readonly FileEdit[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const own = edits.filter((edit) => edit.file === file);
    const text = scopes.map(({ goal }) => goal.files.text(file)).find((found) => found !== undefined);
    if (text !== undefined) texts.set(file, applyEdits(text, ordered(own)));
  }
  return texts;
}

function hasCollision(choices: readonly Choice[]): boolean {
  const sorted = choices.flatMap((choice) => choice.edits).sort((a, b) => comparePlaces(a, b));
  let last: FileEdit | undefined;
  for (const edit of sorted) {
    if (last && collide(last, edit)) return true;
    if (!last || last.file !== edit.file || edit.end >= last.end) last = edit;
  }
  return false;
}

/** Does an old default, written where several engines read it, reach one whose release had another default? */
function isImposed({ kind, name, was }: Draft, outcome: ReadonlyMap<Scope, Analysis>): boolean {
  const fact = kind === 'default' && name !== undefined ? lookupEnv(name) : undefined;
  if (!fact) return false;
  return [...outcome].some(([scope, after]) =>
    scope.moves.some((move) => {
      if (move.goal.environment.get(fact.name) || !counterpart(move, scope, after)?.environment.get(fact.name)) {
        return false;
      }
      return envDefault(fact, versionsOf(move.start)[fact.range.library]) !== was;
    }),
  );
}

/** What the target finds wrong in the edited text, and not at that place of the text before. */
export function freshIn({ goal }: Scope, after: Analysis, shift: Shift): Problem[] {
  const known = new Set(goal.problems.map(({ rule, file, start }) => `${rule}\0${shift(file, start)}\0${file}`));
  return after.problems.filter(({ rule, file, start }) => !known.has(`${rule}\0${start}\0${file}`));
}

/** A change that is not safe may leave something lighter behind in its file than what it mends. */
export function isAccepted(problem: Problem, choices: readonly Choice[]): boolean {
  return choices.some(
    (choice) =>
      leavesSomething(choice) &&
      choice.edits.some(({ file }) => file === problem.file) &&
      compareSeverity(choice.found.draft.severity ?? 'hint', problem.severity) < 0,
  );
}

export function leavesSomething({ found, index }: Choice): boolean {
  const { safe, purpose } = found.draft.proposals[index]!;
  return !safe && purpose === 'mend';
}

/** Is the finding that a change is about gone afterwards? `undefined` where it is about none. */
export function isGone(
  { draft, scope }: Found,
  after: ReadonlyMap<Scope, Analysis>,
  shift: Shift,
): boolean | undefined {
  const { rule, place, kind } = draft;
  const analysis = after.get(scope);
  if (rule === undefined || kind === 'effect' || !analysis) return undefined;
  const start = shift(place.file, place.start);
  return !analysis.problems.some(
    (problem) => problem.rule === rule && problem.file === place.file && problem.start === start,
  );
}
