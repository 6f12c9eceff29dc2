import { runShell } from '../shell';
import type { Place, SourceText } from '../source-text';
import type { DotenvEntry, DotenvResult } from './parse';

/** A file that a shell reads with `source`: what holds at its end. Other variables may be set, so `$X` stays unknown. */
export function parseShellEnv(source: SourceText): DotenvResult {
  const { variables, open, problems, exhausted } = runShell(source);
  const entries = variables.map(
    ({ nameText, value, exported }): DotenvEntry => ({ nameText, value, exported, place: placeOf(nameText, value) }),
  );
  return { entries, problems: problems.map((problem) => ({ ...problem, fatal: false })), open, exhausted };
}

/** From the name to the end of the value, where that stands behind it. */
function placeOf(nameText: SourceText, value: SourceText): Place {
  const name = nameText.locate();
  const end = value.locate();
  const follows = end.root === name.root && end.span.start >= name.span.end;
  return { source: name.root, span: { start: name.span.start, end: follows ? end.span.end : name.span.end } };
}
