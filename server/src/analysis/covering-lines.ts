/** The lines on which a comment speaks about a finding. */
export interface CoveringLines {
  /** Its own lines, the end of the continued line that it is part of, and headers of the block scalars around it. */
  readonly own: ReadonlySet<number>;
  /** Lines directly above one of those that count: above the finding, the continued line, or the scalar around it. */
  readonly above: ReadonlySet<number>;
}

/** A line of YAML on which a scalar or flow collection starts that goes on below, more indented. */
export interface ScalarStart {
  readonly line: number;
  /** It is a block scalar, so that a comment may stand on the line itself. */
  readonly block: boolean;
}

/** A line that opens a YAML block scalar: `args: |`, `- >-`, with a comment or not. */
const BLOCK_HEADER = /(?:^|[\s:-])[|>][-+0-9]{0,2}(?:\s+#.*)?\s*$/;

/** `- - key: value` in its parts. */
const ENTRY = /^(\s*)((?:-\s+)*)((?:"[^"]*"|'[^']*'|[\w./-]+)\s*:(?:\s+|$))?(.*)$/;

const CONTINUED = /\\\s*$/;

/**
 * Where a comment may stand that speaks about the lines `first` to `last`. In the middle of a shell command that is
 * continued with `\` there is no room for one, and within a quoted word or a scalar a comment is a part of it: so the
 * start and end of the command count, and where the word and the scalar start.
 * @param startsOn lines above on which something starts that it stands in
 */
export function coveringLines(
  lines: readonly string[],
  first: number,
  last: number,
  startsOn: readonly number[] = [],
): CoveringLines {
  const own = new Set<number>();
  for (let line = first; line <= last; line += 1) own.add(line);
  const start = commandStart(lines, first);
  let end = last;
  while (end < lines.length - 1 && CONTINUED.test(lines[end]!)) end += 1;
  own.add(end);
  const above = new Set([first - 1, start - 1]);
  for (const { line, block } of enclosing(lines, first, startsOn)) {
    if (block) own.add(line);
    above.add(line - 1);
  }
  return { own, above };
}

/** The line on which the shell command starts that is continued up to this line. */
export function commandStart(lines: readonly string[], line: number): number {
  let start = line;
  while (start > 0 && CONTINUED.test(lines[start - 1]!)) start -= 1;
  return start;
}

/** Where the scalars around a line of YAML start, innermost first: lines less indented than all between them and it. */
function scalarsAround(lines: readonly string[], from: number): ScalarStart[] {
  const found: ScalarStart[] = [];
  let margin = (lines[from] ?? '').search(/\S/);
  for (let line = from - 1; line >= 0 && margin > 0; line -= 1) {
    const text = lines[line]!;
    const entry = text.trim() === '' ? undefined : readEntry(text);
    if (!entry || entry.indent >= margin) continue;
    margin = entry.indent;
    if (BLOCK_HEADER.test(text)) found.push({ line, block: true });
    else if (entry.hasValue) found.push({ line, block: false });
  }
  return found;
}

/** Every line on which something starts that goes on down to this line, nearest first. */
export function enclosing(lines: readonly string[], first: number, startsOn: readonly number[]): ScalarStart[] {
  const known = startsOn.flatMap((line) => {
    const start = { line, block: BLOCK_HEADER.test(lines[line] ?? '') };
    const command = commandStart(lines, line);
    return command < line ? [start, { line: command, block: false }] : [start];
  });
  return [...known, ...scalarsAround(lines, first)].sort((a, b) => b.line - a.line);
}

/** How deep a line's content stands, and whether a value starts on it. */
function readEntry(text: string): { readonly indent: number; readonly hasValue: boolean } {
  const [, blanks = '', dashes = '', key, rest = ''] = ENTRY.exec(text) ?? [];
  const isEntry = key !== undefined || dashes !== '';
  // What a key holds stands deeper than the key; what an item holds, deeper than its dash.
  const indent = key === undefined ? blanks.length : blanks.length + dashes.length;
  return { indent, hasValue: isEntry && !/^\s*(?:#|$)/.test(rest) };
}
