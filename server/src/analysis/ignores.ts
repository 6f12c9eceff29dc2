import { type IgnoreDirective, readDirectives, type Span } from '../syntax';
import { coveringLines } from './covering-lines';
import type { FileMap } from './file-map';
import type { FilePlace, Problem } from './problem';

/** A comment `# nixl: ignore[rule-id] reason` and what came of it. */
export interface IgnoreComment extends FilePlace {
  /** What goes when the comment goes: its line when nothing else stands there, else the blanks before it too. */
  readonly whole: FilePlace;
  readonly ids: readonly IgnoredRule[];
}

export interface IgnoredRule extends FilePlace {
  readonly id: string;
  /** It silenced a finding. */
  readonly used: boolean;
  /** The rule was run, so that not being used says something. */
  readonly judged: boolean;
}

export interface IgnoreContext {
  /** Was this rule run? */
  readonly ran: (rule: string) => boolean;
  /** Files that are looked at for what they say about others, and not judged themselves. */
  readonly unjudged: ReadonlySet<string>;
  /** What could not be checked: whether a comment there is needed is not known either. */
  readonly unchecked: readonly FilePlace[];
}

interface Comment {
  readonly directive: IgnoreDirective;
  readonly used: Set<string>;
}

/** Takes out what comments silence, and tells which comments did. */
export function applyIgnores(
  problems: readonly Problem[],
  files: FileMap,
  context: IgnoreContext,
): { readonly problems: readonly Problem[]; readonly ignores: readonly IgnoreComment[] } {
  const silenced = new Set<Problem>();
  const ignores: IgnoreComment[] = [];
  for (const { file, text } of files.texts()) {
    const comments = readIgnores(text);
    if (comments.length === 0) continue;
    const lines = text.split('\n');
    const here = problems.filter((problem) => problem.file === file);
    for (const problem of here) {
      const comment = ownComment(comments, lines, problem);
      if (comment) silence(comment, problem, silenced);
    }
    // A comment at the end of the line before may be about that line: it counts when nothing there needed it.
    for (const problem of here) {
      const before = comments.find(({ directive, used }) => {
        return directive.line === problem.range.start.line - 1 && names(directive, problem) && !used.has(problem.rule);
      });
      if (before && !silenced.has(problem)) silence(before, problem, silenced);
    }
    const unknown = context.unchecked.filter((place) => place.file === file);
    const open = unknown.map(({ range }) => coveringLines(lines, range.start.line, range.end.line));
    for (const comment of comments) {
      const { line } = comment.directive;
      const judged = !context.unjudged.has(file) && !open.some(({ own, above }) => own.has(line) || above.has(line));
      ignores.push(locate(comment, { file, text }, files, (rule) => judged && context.ran(rule)));
    }
  }
  return { problems: problems.filter((problem) => !silenced.has(problem)), ignores };
}

function readIgnores(text: string): Comment[] {
  return readDirectives(text).flatMap((directive) =>
    directive.kind === 'ignore' ? [{ directive, used: new Set<string>() }] : [],
  );
}

function ownComment(comments: readonly Comment[], lines: readonly string[], problem: Problem): Comment | undefined {
  const { own, above } = coveringLines(lines, problem.range.start.line, problem.range.end.line, problem.startsOn);
  return comments.find(
    ({ directive }) =>
      names(directive, problem) && (own.has(directive.line) || (directive.alone && above.has(directive.line))),
  );
}

function names(directive: IgnoreDirective, { rule }: Problem): boolean {
  return directive.rules.some(({ id }) => id === rule);
}

function silence(comment: Comment, problem: Problem, silenced: Set<Problem>): void {
  comment.used.add(problem.rule);
  silenced.add(problem);
}

function locate(
  { directive, used }: Comment,
  { file, text }: { readonly file: string; readonly text: string },
  files: FileMap,
  judged: (rule: string) => boolean,
): IgnoreComment {
  const at = ({ start, end }: Span) => files.place(file, start, end)!;
  return {
    ...at(directive.span),
    whole: at(wholeOf(directive, text)),
    ids: directive.rules.map((rule) => ({
      ...at(rule),
      id: rule.id,
      used: used.has(rule.id),
      judged: judged(rule.id),
    })),
  };
}

function wholeOf({ span, alone }: IgnoreDirective, text: string): Span {
  if (alone) {
    const lineBreak = text.indexOf('\n', span.end);
    return { start: text.lastIndexOf('\n', span.start) + 1, end: lineBreak < 0 ? text.length : lineBreak + 1 };
  }
  let { start } = span;
  while (start > 0 && /[ \t]/.test(text[start - 1]!)) start -= 1;
  return { start, end: span.end };
}
