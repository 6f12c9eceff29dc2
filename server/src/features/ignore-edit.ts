import { type Analysis, commandStart, enclosing, type FileEdit, type Problem } from '../analysis';
import { type Engine, placeOf, type Value } from '../model';

/**
 * The edit that silences a finding with a comment. Where a comment may stand depends on what the line is part of: in a
 * JSON text there is none, in a continued shell command none either. So the likely places are tried, nearest first,
 * and one counts when reading the text anew shows the finding gone and everything else as it was.
 */
export function ignoreEdit(
  analysis: Analysis,
  problem: Problem,
  reanalyze: (text: string) => Analysis,
): FileEdit | undefined {
  if (problem.file !== analysis.name) return undefined;
  const before = fingerprint(analysis);
  const others = remaining(analysis, problem);
  for (const { start, newText } of candidates(analysis, problem)) {
    const text = analysis.text.slice(0, start) + newText + analysis.text.slice(start);
    const after = reanalyze(text);
    const same = remaining(after, undefined);
    if (same === others && fingerprint(after) === before && unused(after) <= unused(analysis)) {
      const place = analysis.files.place(analysis.name, start, start);
      return place && { ...place, newText };
    }
  }
  return undefined;
}

interface Insertion {
  readonly start: number;
  readonly newText: string;
}

function* candidates(analysis: Analysis, problem: Problem): Generator<Insertion> {
  const { text } = analysis;
  const lines = text.split('\n');
  const starts: number[] = [0];
  for (const line of lines) starts.push(starts.at(-1)! + line.length + 1);
  const existing = analysis.ignores.find(
    (comment) => comment.file === analysis.name && speaksAbout(comment.range.start.line, problem),
  );
  const last = existing?.ids.at(-1);
  if (last) yield { start: last.end, newText: `,${problem.rule}` };

  const mark = `# nixl: ignore[${problem.rule}]`;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const above = (line: number): Insertion => ({
    start: starts[line]!,
    newText: `${/^[ \t]*/.exec(lines[line]!)![0]}${mark}${eol}`,
  });
  const first = problem.range.start.line;
  yield above(first);
  const command = commandStart(lines, first);
  if (command < first) yield above(command);
  for (const { line, block } of enclosing(lines, first, problem.startsOn)) {
    const end = starts[line]! + lines[line]!.trimEnd().length;
    if (block) yield { start: end, newText: ` ${mark}` };
    yield above(line);
  }
}

function speaksAbout(line: number, problem: Problem): boolean {
  return line === problem.range.start.line || line === problem.range.start.line - 1;
}

/** The findings by rule and message, without the one that is to go. */
function remaining({ problems }: Analysis, except: Problem | undefined): string {
  return problems
    .filter((problem) => problem !== except)
    .map(({ rule, message }) => `${rule} ${message}`)
    .sort()
    .join('\n');
}

function unused({ ignores }: Analysis): number {
  return ignores.flatMap(({ ids }) => ids.filter(({ used, judged }) => judged && !used)).length;
}

/** What the engines are told: a comment that ends up in a script or a value shows here. */
function fingerprint({ deployment }: Analysis): string {
  return JSON.stringify(deployment.engines.map(engineParts));
}

function engineParts({ name, flags, environment, kvTransfer }: Engine): unknown {
  const config = kvTransfer?.place.source.text.slice(kvTransfer.place.span.start, kvTransfer.place.span.end);
  return [
    name,
    flags.list.map(({ spelled, values }) => [spelled, values.map(textOf)]),
    flags.positionals.map(textOf),
    environment.variables.map((variable) => [variable.name, textOf(variable.value)]),
    kvTransfer?.form === 'json' ? config : undefined,
  ];
}

function textOf(value: Value): string {
  const { source, span } = placeOf(value);
  return source.text.slice(span.start, span.end);
}
