import type { SourceText } from '../source-text';
import type { TreeNode } from '../tree';
import { JsonParser } from './parser';
import { type JsonSyntaxProblem, plainMistakes } from './problem';

export interface JsonResult {
  /** What can be read, mistakes or not; `undefined` when nothing can. */
  readonly root: TreeNode | undefined;
  readonly problems: readonly JsonSyntaxProblem[];
}

/**
 * Reads JSON as Python's `json.loads` does (NaN and Infinity are numbers, repeated keys are kept), and goes on after
 * mistakes. Unknown stretches stand for a value, or for anything; then nothing is reported that they may explain.
 * Never throws.
 */
export function parseJson(source: SourceText): JsonResult {
  const holes = source.holes();
  const { text } = source;
  if (holes.length === 0 && text.trim() === '') {
    return { root: undefined, problems: [{ kind: 'empty', place: source.place(), message: 'nothing' }] };
  }
  const parser = new JsonParser(source, holes);
  const root = parser.document();
  return { root, problems: parser.blind ? [] : told(source, text, parser) };
}

/** What to tell: mistakes that stand for themselves, up to the first that makes the rest a guess. */
function told(source: SourceText, text: string, parser: JsonParser): JsonSyntaxProblem[] {
  const { mistakes } = parser;
  if (!text.includes('"') && mistakes.some(({ kind }) => kind === 'unquoted-key')) {
    return [{ kind: 'quotes-lost', place: source.place(), message: 'no double quotes around keys and texts' }];
  }
  const problems: JsonSyntaxProblem[] = [];
  for (const mistake of mistakes) {
    if (problems.some(({ kind }) => kind === mistake.kind)) continue;
    const same = mistakes.filter(({ kind }) => kind === mistake.kind);
    problems.push({
      kind: mistake.kind,
      place: source.place(mistake.span),
      message: mistake.message,
      fix: fixOf(source, text, same),
    });
    if (!plainMistakes.has(mistake.kind)) break;
  }
  return problems;
}

type Mistakes = JsonParser['mistakes'];

/** One replacement from the first edit to the last that mends all repeats of a mistake. */
function fixOf(source: SourceText, text: string, mistakes: Mistakes): JsonSyntaxProblem['fix'] {
  const title = mistakes[0]?.title;
  if (title === undefined || mistakes.some(({ edits }) => edits.length === 0)) return undefined;
  const edits = mistakes.flatMap(({ edits }) => edits).sort((a, b) => a.start - b.start);
  const start = edits[0]!.start;
  const end = edits.at(-1)!.end;
  let newText = '';
  let at = start;
  for (const edit of edits) {
    newText += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return { title, place: source.place({ start, end }), newText };
}
