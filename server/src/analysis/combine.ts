import { ruleIds } from './catalogue';
import { findUnusedIgnores } from './find-unused-ignores';
import { mergeProblems } from './merge-problems';
import { compareProblems, type Problem, sortUnchecked, type UncheckedPart } from './problem';
import type { Analysis } from './session';

/** What an analysis contributes to a report, without the texts and trees behind it. */
export type Contribution = Pick<Analysis, 'name' | 'host' | 'problems' | 'unchecked' | 'ignores' | 'levels'> & {
  /** Names of the files that its engines use. */
  readonly uses: readonly string[];
  readonly engines: number;
};

export function contributionOf(analysis: Analysis): Contribution {
  const { name, host, problems, unchecked, ignores, levels, deployment } = analysis;
  const uses = usedFiles(analysis);
  return { name, host, problems, unchecked, ignores, levels, uses, engines: deployment.engines.length };
}

/** The other files that variables of the engines come from. */
function usedFiles({ name, deployment, files }: Analysis): string[] {
  const used = new Set<string>();
  for (const { environment } of deployment.engines) {
    for (const { nameText } of environment.variables) {
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
  const counted = contributions.filter(({ name }) => !used.has(name));
  const problems = mergeProblems(counted.flatMap((one) => one.problems));
  return {
    problems: [...problems, ...findUnusedIgnores(counted, ruleIds)].sort(compareProblems),
    unchecked: sortUnchecked(counted.flatMap((one) => one.unchecked)),
  };
}
