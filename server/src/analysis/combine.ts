import { ruleIds } from './catalogue';
import { isClaimed } from './claims';
import { findUnusedIgnores } from './find-unused-ignores';
import { mergeProblems } from './merge-problems';
import { compareProblems, type FilePlace, type Problem, sortUnchecked, type UncheckedPart } from './problem';
import type { Analysis } from './session';

/** What an analysis contributes to a report, without the texts and trees behind it. */
export type Contribution = Pick<Analysis, 'name' | 'host' | 'problems' | 'unchecked' | 'ignores' | 'levels'> & {
  /** Names of the files that its engines use. */
  readonly uses: readonly string[];
  /** Texts in other files that are judged here, and no longer on their own. */
  readonly claims: readonly FilePlace[];
  /** Characters of the file. */
  readonly length: number;
  readonly engines: number;
};

export function contributionOf(analysis: Analysis): Contribution {
  const { name, host, problems, unchecked, ignores, levels, deployment } = analysis;
  const uses = usedFiles(analysis);
  const claims = analysis.claims.filter(({ file }) => file !== name);
  const engines = deployment.engines.length;
  return { name, host, problems, unchecked, ignores, levels, uses, claims, engines, length: analysis.text.length };
}

/** The other files of nothing but variables that the engines take over. */
function usedFiles({ name, deployment, files }: Analysis): string[] {
  const used = new Set<string>();
  for (const { environment } of deployment.engines) {
    for (const { nameText, via } of environment.variables) {
      if (via === 'config-map') continue;
      const file = files.locate(nameText.place())?.file;
      if (file !== undefined && file !== name) used.add(file);
    }
  }
  return [...used];
}

/**
 * What several files say together. A file that an engine of another one uses is judged there, with all that is known
 * about that engine, and no longer on its own. The result is sorted.
 */
export function combine(contributions: readonly Contribution[]): {
  readonly problems: readonly Problem[];
  readonly unchecked: readonly UncheckedPart[];
} {
  const used = new Set(contributions.flatMap(({ uses }) => uses));
  const claims = contributions.flatMap((one) => one.claims);
  const counted = contributions.filter(({ name }) => !used.has(name)).map((one) => withoutClaims(one, claims));
  const problems = mergeProblems(counted.flatMap((one) => one.problems));
  return {
    problems: [...problems, ...findUnusedIgnores(counted, ruleIds)].sort(compareProblems),
    unchecked: sortUnchecked(counted.flatMap((one) => one.unchecked)),
  };
}

/** What a file says on its own, without what other files judge. */
function withoutClaims(one: Contribution, all: readonly FilePlace[]): Contribution {
  const claims = all.filter(({ file }) => file === one.name);
  if (claims.length === 0) return one;
  // A kustomization that another one builds upon speaks of other files, too.
  if (claims.some(({ start, end }) => start === 0 && end === one.length))
    return { ...one, problems: [], unchecked: [] };
  const counts = (place: FilePlace | undefined) => !place || place.file !== one.name || !isClaimed(place, claims);
  return {
    ...one,
    problems: one.problems.filter((problem) => counts(problem.engine ?? problem)),
    unchecked: one.unchecked.filter(({ place }) => counts(place)),
  };
}
