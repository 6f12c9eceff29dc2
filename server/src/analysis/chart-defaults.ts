import { compareSeverity, type Problem } from './problem';

const TEMPLATE = /(?:^|[/\\])templates[/\\]/;
const VALUES = /(?:^|[/\\])values\.ya?ml$/;

/**
 * What rests on a chart's own values is no error: they are defaults, and whoever installs the chart may say something else
 * (a parent chart, another values file, `--set`).
 * @param name the file that was analysed
 */
export function asDefault(problem: Problem, name: string): Problem {
  if (compareSeverity(problem.severity, 'warning') >= 0 || !TEMPLATE.test(name)) return problem;
  const rests = [problem, ...problem.related].some(({ file }) => file !== name && VALUES.test(file));
  return rests ? { ...problem, severity: 'warning' } : problem;
}
