import type { FileEdit } from '../analysis';
import { shiftOf } from './edits';
import type { Change, Proposal } from './report';
import type { Offer, Scope } from './scope';
import {
  attempt,
  type Choice,
  type Found,
  freshIn,
  isAccepted,
  isGone,
  leavesSomething,
  type Outcome,
  type Reread,
} from './trial';

/** What may be done, beside what is safe. */
export interface Leave {
  /** Write down old defaults. */
  readonly keepDefaults: boolean;
  /** Take a proposal that is not safe where none is. */
  readonly unsafe: boolean;
  /** Files that nobody named are left as they are. */
  editable(file: string): boolean;
}

export interface Settled {
  readonly changes: readonly Change[];
  readonly edits: readonly FileEdit[];
}

/** Choices that go together, and what comes of them. */
interface Accepted {
  readonly choices: readonly Choice[];
  readonly after: Exclude<Outcome, string>;
}

/**
 * Decides which proposals become a part of the plan: those that the leave allows, as long as reading the result again
 * shows what they promise and nothing wrong that was not there before.
 * @param scopes the files that share files with each other
 * @param all what was found in them
 */
export function settle(scopes: readonly Scope[], all: readonly Found[], leave: Leave, reread: Reread): Settled {
  const growth: Growth = { scopes, leave, refused: new Map(), reread };
  const wanted = all.flatMap((found) => firstAllowed(found, 0, growth) ?? []);
  const nothing: Accepted = { choices: [], after: new Map(scopes.map((scope) => [scope, scope.goal])) };
  const { choices, after } = withoutNeedless(growing(nothing, wanted, growth), growth);
  const edits = choices.flatMap((choice) => choice.edits);
  const shift = shiftOf(edits);
  const changes = all.map((found) => {
    const choice = choices.find((one) => one.found === found);
    const change = changeOf(found, choice, growth.refused.get(found), isGone(found, after, shift));
    if (!choice || !leavesSomething(choice)) return change;
    const leaves = scopes.flatMap((scope) =>
      freshIn(scope, after.get(scope)!, shift)
        .filter(({ severity }) => severity === 'error' || severity === 'warning')
        .filter((problem) => isAccepted(problem, [choice]))
        .map(({ message }) => message),
    );
    return leaves.length === 0 ? change : { ...change, state: 'by-hand' as const, leaves };
  });
  return { changes, edits };
}

interface Growth {
  readonly scopes: readonly Scope[];
  readonly leave: Leave;
  /** Why a proposal was not taken. */
  readonly refused: Map<Found, string>;
  readonly reread: Reread;
}

/** The choices that go together: all at once where that works, else halves of them, down to the ones that do not. */
function growing(accepted: Accepted, more: readonly Choice[], growth: Growth): Accepted {
  if (more.length === 0) return accepted;
  const choices = [...accepted.choices, ...more];
  const after = attempt(growth.scopes, choices, growth.reread);
  if (typeof after !== 'string') return { choices, after };
  if (more.length > 1) {
    const middle = Math.ceil(more.length / 2);
    return growing(growing(accepted, more.slice(0, middle), growth), more.slice(middle), growth);
  }
  const { found, index } = more[0]!;
  growth.refused.set(found, after);
  const next = firstAllowed(found, index + 1, growth);
  return next ? growing(accepted, [next], growth) : accepted;
}

/**
 * Without the edits of those that say again what another one has said for them already: two services with one file of
 * variables, of which one has variables of its own.
 */
function withoutNeedless(accepted: Accepted, { scopes, reread }: Growth): Accepted {
  let kept = accepted;
  for (const choice of accepted.choices) {
    const { message, proposals } = choice.found.draft;
    if (proposals[choice.index]!.purpose !== 'keep') continue;
    const own = new Set(choice.edits.map(({ file }) => file));
    const alike = kept.choices.some(
      ({ found, edits }) =>
        found.draft.message === message && edits.length > 0 && edits.every(({ file }) => !own.has(file)),
    );
    if (!alike) continue;
    const choices = kept.choices.map((other) => (other === choice ? { ...choice, edits: [] } : other));
    const after = attempt(scopes, choices, reread);
    if (typeof after !== 'string') kept = { choices, after };
  }
  return kept;
}

/** The first proposal from `from` on that may be taken. */
function firstAllowed(found: Found, from: number, { leave, refused }: Growth): Choice | undefined {
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

function changeOf(
  { draft, scope }: Found,
  choice: Choice | undefined,
  refusal: string | undefined,
  gone: boolean | undefined,
): Change {
  const { place, proposals, demands, ...rest } = draft;
  const { file, start, end, range } = place;
  const shown = new Map(
    proposals.flatMap((offer, index): [number, Proposal][] => {
      const edits = placed(offer, scope);
      const { title, safe, purpose } = offer;
      return edits ? [[index, { title, safe, purpose, edits }]] : [];
    }),
  );
  const needless = choice?.edits.length === 0;
  const chosen = choice && !needless ? shown.get(choice.index) : undefined;
  const refused = needless ? 'another edit does it for this one too' : choice ? undefined : refusal;
  const settled = choice !== undefined || (demands && gone === true);
  return {
    ...rest,
    file,
    start,
    end,
    range,
    state: settled ? 'edit' : demands ? 'by-hand' : 'note',
    proposals: [...shown.values()],
    ...(chosen && { chosen }),
    ...(refused !== undefined && { refused }),
  };
}
