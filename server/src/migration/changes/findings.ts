import { compareSeverity, type Problem } from '../../analysis';
import { connectorState, holds, lookupConnector, lookupEnv, lookupFlag } from '../../knowledge';
import type { Variable } from '../../model';
import { offerRemoval } from '../offers';
import type { Draft, Move, Offer, Scope } from '../scope';
import { code } from '../words';
import { isLease, leaseOffers } from './lease';
import { replacementOffers } from './replacements';
import type { Run } from './run';

/**
 * What the new release finds wrong and the old one does not, or not as much; and names that it does not have any more,
 * also those that the old one has given up already.
 */
export function findingChanges(scope: Scope, run: Run): Draft[] {
  const before = new Map(scope.start.problems.map((problem) => [keyOf(problem), problem]));
  return scope.goal.problems.flatMap((problem) => {
    const move = moveOf(problem, scope);
    if (move === 'left alone') return [];
    const known = before.get(keyOf(problem));
    const isNew = !known || compareSeverity(problem.severity, known.severity) < 0;
    const variable = goneVariable(problem, scope);
    if (!isNew && !variable && !isGoneName(problem, scope)) return [];
    return [draftOf(problem, move, variable, scope, run)];
  });
}

/** What was wrong, or had no effect, and is not reported for the new release. */
export function effectChanges(scope: Scope): Draft[] {
  const after = new Set(scope.goal.problems.map(keyOf));
  return scope.start.problems.flatMap((problem): Draft[] => {
    const move = moveOf(problem, scope);
    if (move === 'left alone' || (move && move.standing !== 'moves') || after.has(keyOf(problem))) return [];
    if (problem.severity !== 'error' && problem.severity !== 'warning') return [];
    return [
      {
        kind: 'effect',
        place: problem,
        engines: labels(problem, scope),
        ...named(problem, scope),
        message: problem.message,
        severity: problem.severity,
        rule: problem.rule,
        certain: true,
        minor: false,
        demands: false,
        proposals: [],
      },
    ];
  });
}

function keyOf({ rule, file, start, end }: Problem): string {
  return `${rule}\0${start}\0${end}\0${file}`;
}

/** The engine that a finding is about; none for findings about several, or about no engine. */
function moveOf(problem: Problem, { moves }: Scope): Move | 'left alone' | undefined {
  const move = moves.find(({ place }) => place && problem.engine && isAt(place, problem.engine));
  if (move) return move.standing === 'newer' ? 'left alone' : move;
  return moves.length > 0 && moves.every(({ standing }) => standing === 'newer') ? 'left alone' : undefined;
}

function isAt(
  a: { file: string; start: number; end: number },
  b: { file: string; start: number; end: number },
): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}

function labels(problem: Problem, { moves }: Scope): string[] {
  const move = moves.find(({ place }) => place && problem.engine && isAt(place, problem.engine));
  return move ? [move.label] : [];
}

/** A flag, connector or metric that older releases had, and the target has not. */
function isGoneName(problem: Problem, scope: Scope): boolean {
  const name = named(problem, scope).name ?? '';
  const { vllm } = scope.target;
  switch (problem.rule) {
    case 'flag-not-in-version': {
      const until = lookupFlag(/^-/.test(name) ? name : `--${name}`, vllm)?.fact.range.until;
      return until !== undefined && holds({ library: 'vllm', until }, vllm) === 'no';
    }
    case 'connector-not-in-version':
      return connectorState(name, vllm).state === 'removed';
    default:
      return problem.rule === 'metric-removed' && problem.severity === 'warning';
  }
}

interface Gone {
  readonly move: Move;
  readonly variable: Variable;
}

/** The variable whose name a finding is about, when the target's libraries do not know it any more. */
function goneVariable(problem: Problem, scope: Scope): Gone | undefined {
  if (!problem.rule.endsWith('-variable-removed')) return undefined;
  for (const move of scope.moves) {
    if (move.standing === 'newer') continue;
    for (const variable of move.goal.environment.effective()) {
      const place = scope.goal.files.locate(variable.nameText.place());
      if (!place || !isAt(place, problem)) continue;
      const fact = lookupEnv(variable.name);
      return fact && problem.severity !== 'info' ? { move, variable } : undefined;
    }
  }
  return undefined;
}

function draftOf(problem: Problem, move: Move | undefined, gone: Gone | undefined, scope: Scope, run: Run): Draft {
  const own = problem.fixes.map((fix): Offer => ({ ...fix, purpose: 'mend' }));
  const extra = gone ? removalOffers(gone, scope, run) : [];
  const { severity } = problem;
  return {
    kind: gone ? 'removal' : 'break',
    place: problem,
    engines: move ? [move.label] : labels(problem, scope),
    ...named(problem, scope),
    message: problem.message,
    severity,
    rule: problem.rule,
    certain: true,
    minor: false,
    demands: severity === 'error' || severity === 'warning',
    proposals: [...extra, ...own.map((offer) => judged(offer, problem, scope))],
  };
}

function removalOffers({ move, variable }: Gone, scope: Scope, run: Run): Offer[] {
  const words = { title: `Remove ${code(variable.name)}, which nobody reads`, safe: true, purpose: 'mend' } as const;
  const lease = leaseOffers(variable, move, scope, run);
  // What is a lease now is no plain exchange of names.
  const replaced = lease.length > 0 || isLease(variable) ? lease : replacementOffers(variable, move, scope);
  return [...replaced, ...offerRemoval(variable, words, move, scope)];
}

/** Fixes that change nothing once the new release runs, though they would have done so before. */
function judged(offer: Offer, problem: Problem, scope: Scope): Offer {
  const safe = offer.safe || isSameConnector(problem, scope) || isIgnoredKey(problem) || isRenamedFlag(problem);
  return { ...offer, safe };
}

/** A connector under its new name: it reads the very settings of the old one. */
function isSameConnector(problem: Problem, scope: Scope): boolean {
  if (problem.rule !== 'connector-not-in-version') return false;
  const old = lookupConnector(named(problem, scope).name ?? '');
  const instead = old?.replacedBy === undefined ? undefined : lookupConnector(old.replacedBy);
  return instead !== undefined && old?.extraConfig !== undefined && old.extraConfig === instead.extraConfig;
}

/** A flag under its new name: its fact says that the value and the meaning stay. */
function isRenamedFlag({ rule }: Problem): boolean {
  return rule === 'flag-not-in-version';
}

/** A key that the new release drops without a word is as good as not there. */
function isIgnoredKey({ rule, severity }: Problem): boolean {
  return rule === 'key-not-in-version' && severity === 'warning';
}

/** The characters that a finding is about, where they are a word or two. */
function named({ file, start, end }: Problem, { goal }: Scope): { readonly name?: string } {
  const name = goal.files.text(file)?.slice(start, end) ?? '';
  return /^[^\n]{1,80}$/.test(name) ? { name } : {};
}
