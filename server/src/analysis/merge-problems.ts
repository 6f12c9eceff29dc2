import { compareProblems, compareSeverity, type Problem } from './problem';

/**
 * One finding for the same rule on the same characters: the gravest speaks, the engines of the others become related
 * places. The result is sorted.
 */
export function mergeProblems(problems: Iterable<Problem>): Problem[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const key = `${problem.rule}\0${problem.start}\0${problem.end}\0${problem.file}`;
    const group = groups.get(key);
    if (group) group.push(problem);
    else groups.set(key, [problem]);
  }
  return [...groups.values()].map(mergeGroup).sort(compareProblems);
}

function mergeGroup(group: readonly Problem[]): Problem {
  if (group.length === 1) return group[0]!;
  const [first, ...others] = [...group].sort((a, b) => compareSeverity(a.severity, b.severity)) as [
    Problem,
    ...Problem[],
  ];
  const related = [...first.related];
  const seen = new Set([first.engine, ...related].map(placeKey));
  for (const { engine, message } of others) {
    if (!engine || seen.has(placeKey(engine))) continue;
    seen.add(placeKey(engine));
    const says = message === first.message ? `The same holds for ${engine.label}.` : `For ${engine.label}: ${message}`;
    related.push({ file: engine.file, start: engine.start, end: engine.end, range: engine.range, message: says });
  }
  return { ...first, related };
}

function placeKey(place: { readonly file: string; readonly start: number; readonly end: number } | undefined): string {
  return place ? `${place.start}\0${place.end}\0${place.file}` : '';
}
