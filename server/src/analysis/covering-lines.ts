/** The lines on which a comment speaks about a finding. */
export interface CoveringLines {
  /** Its own lines, the end of the continued line that it is part of, and headers of the block scalars around it. */
  readonly own: ReadonlySet<number>;
  /** Lines directly above one of those that count: above the finding, the continued line, or a header. */
  readonly above: ReadonlySet<number>;
}

/** A line that opens a YAML block scalar: `args: |`, `- >-`, with a comment or not. */
const BLOCK_HEADER = /(?:^|[\s:-])[|>][-+0-9]{0,2}(?:\s+#.*)?\s*$/;

const CONTINUED = /\\\s*$/;

/**
 * Where a comment may stand that speaks about the lines `first` to `last`. In the middle of a shell command that is
 * continued with `\` there is no room for one, and a comment within a block scalar is the script's, not YAML's: so the
 * start and end of the command count, and the header of the scalar.
 */
export function coveringLines(lines: readonly string[], first: number, last: number): CoveringLines {
  const own = new Set<number>();
  for (let line = first; line <= last; line += 1) own.add(line);
  let start = first;
  while (start > 0 && CONTINUED.test(lines[start - 1]!)) start -= 1;
  let end = last;
  while (end < lines.length - 1 && CONTINUED.test(lines[end]!)) end += 1;
  own.add(end);
  const above = new Set([first - 1, start - 1]);
  for (const header of headersAbove(lines, first)) {
    own.add(header);
    above.add(header - 1);
  }
  return { own, above };
}

/** The headers of the block scalars around a line: less indented than all that follows them up to it. */
export function headersAbove(lines: readonly string[], from: number): number[] {
  const headers: number[] = [];
  let margin = indentOf(lines[from] ?? '');
  for (let line = from - 1; line >= 0 && margin > 0; line -= 1) {
    const text = lines[line]!;
    const indent = indentOf(text);
    if (indent >= margin) continue;
    margin = indent;
    if (BLOCK_HEADER.test(text)) headers.push(line);
  }
  return headers;
}

function indentOf(line: string): number {
  const found = line.search(/\S/);
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}
