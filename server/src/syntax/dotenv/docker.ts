import { nameEncoder, replaced } from '../segments';
import { type Encoder, type Segment, SourceText } from '../source-text';
import type { DotenvEntry, DotenvProblem, DotenvResult } from './parse';

/** The value stands as it is; only a line break ends it. A carriage return at the end would go with the break. */
const encoder: Encoder = (replacement, at, text) => {
  if (/[\n\0]/.test(replacement)) return undefined;
  return replaced(text, at, replacement).endsWith('\r') ? undefined : replacement;
};

/**
 * `docker run --env-file` (docker/cli, pkg/kvfile/kvfile.go): no quotes, no escapes, no comments behind a value, no
 * blanks in a name. A name alone is taken from the environment of the `docker` command.
 */
export function parseDockerEnv(source: SourceText): DotenvResult {
  const entries: DotenvEntry[] = [];
  const problems: DotenvProblem[] = [];
  const { text } = source;
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  for (; start <= text.length; ) {
    const lineBreak = text.indexOf('\n', start);
    const next = lineBreak < 0 ? text.length + 1 : lineBreak + 1;
    let end = lineBreak < 0 ? text.length : lineBreak;
    if (end > start && text[end - 1] === '\r') end--;
    readLine(source, start, end, entries, problems);
    start = next;
  }
  return { entries, problems, open: [] };
}

function readLine(
  source: SourceText,
  lineStart: number,
  end: number,
  entries: DotenvEntry[],
  problems: DotenvProblem[],
): void {
  const { text } = source;
  let start = lineStart;
  while (start < end && /[\s\u0085]/.test(text[start]!)) start++;
  if (start >= end || text[start] === '#') return;
  const equals = text.indexOf('=', start);
  const hasValue = equals >= 0 && equals < end;
  const nameEnd = hasValue ? equals : end;
  const place = source.place({ start, end });
  const blank = text.slice(start, nameEnd).search(/[ \t]/);
  if (nameEnd === start) {
    problems.push({ place, message: 'no name before `=`', fatal: true });
    return;
  }
  if (blank >= 0) {
    const message = `a blank in the name \`${text.slice(start, nameEnd)}\``;
    problems.push({ place: source.place({ start, end: nameEnd }), message, fatal: true });
    return;
  }
  const nameText = source.slice(start, nameEnd, nameEncoder);
  entries.push({ nameText, value: hasValue ? valueAt(source, equals + 1, end) : undefined, exported: false, place });
}

function valueAt(source: SourceText, start: number, end: number): SourceText {
  const segment: Segment = {
    start: 0,
    end: end - start,
    sourceStart: start,
    sourceEnd: end,
    kind: 'verbatim',
    encoder,
  };
  const site = { start, end };
  return SourceText.derived(source, source.text.slice(start, end), end > start ? [segment] : [], site, { encoder });
}
