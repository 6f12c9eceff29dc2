import type { Place } from './source-text';
import type { Span } from './span';

/** Why characters of a text are not known before the program runs. */
export interface Reason {
  readonly kind:
    | 'variable' // $NAME or $(NAME) without a known value
    | 'command' // $(command)
    | 'arithmetic' // $((…)) that we cannot compute
    | 'positional' // "$1", "$@"
    | 'template' // {{ … }}, ${{ … }}
    | 'branch' // assigned in one branch or loop only
    | 'profile' // started only with one of these profiles of Compose
    | 'field' // fieldRef, resourceFieldRef: detail is the field path
    | 'secret'
    | 'config-map'
    | 'reference' // a reference that leads nowhere, or to more than one: detail says so as a clause
    | 'file' // a file that is not there or not read
    | 'pattern' // glob or brace expansion
    | 'include' // source, ., include
    | 'wrapper' // a program that we do not know starts or configures the engine
    | 'chart' // a chart, or another program, makes the objects from this file
    | 'overlay' // a kustomization lists the manifest and may change it
    | 'image' // what an image brings
    | 'alias' // a YAML alias without an anchor, or one that unfolds without end
    | 'tag' // a YAML tag of somebody's own: `!reset`
    | 'machine' // a section of a file for some machines only: detail is its condition
    | 'syntax' // the text breaks off, or can not be read, where a value should be
    | 'limit' // more than is followed: detail is the limit
    | 'host'; // inherited from the surrounding process
  /** The text that a reader of a message would look for, for example `$POD_IP` or `status.podIP`. */
  readonly detail: string;
  /** The reference that leads nowhere, where it stands. */
  readonly place?: Place;
}

/**
 * Writes `replacement` in the notation of one layer, for the place `at` of the decoded `text`; `undefined` when it can
 * not be written there.
 */
export type Encoder = (replacement: string, at: Span, text: string) => string | undefined;

/** For text that is not to be edited where it stands. */
export const refused: Encoder = () => undefined;

/** For the name of a variable, which has no quotes that could hold anything else. */
export const nameEncoder: Encoder = (replacement, at, text) =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(replaced(text, at, replacement)) ? replacement : undefined;

/** A text with `replacement` in the place `at`. */
export function replaced(text: string, at: Span, replacement: string): string {
  return text.slice(0, at.start) + replacement + text.slice(at.end);
}

/** A run of decoded text and the characters of the parent that it came from. Runs are in order and do not overlap. */
export interface Segment extends Span {
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** `verbatim`: equal length, same characters. `escape`: written differently. `hole`: the raw text of something unknown. */
  readonly kind: 'verbatim' | 'escape' | 'hole';
  /** How to write text at this run; runs of one quoting context share one function. None: no edits here. */
  readonly encoder?: Encoder | undefined;
  /** For holes. */
  readonly reason?: Reason | undefined;
}

/** The segment that holds the character at `offset`; for insertions also the one that ends there. */
export function segmentAt(segments: readonly Segment[], offset: number, insertion: boolean): Segment | undefined {
  const index = firstEndingAfter(segments, offset);
  const holding = segments[index];
  const inside = holding && holding.start <= offset ? holding : undefined;
  if (!insertion || (inside && inside.start < offset)) return inside;
  const before = segments[index - 1];
  const ending = before && before.end === offset ? before : undefined;
  if (ending && ending.kind !== 'hole' && (ending.encoder || !inside?.encoder)) return ending;
  return inside ?? ending;
}

export function segmentEndingAt(segments: readonly Segment[], end: number): Segment | undefined {
  return segmentAt(segments, end - 1, false);
}

/** The index of the first of ordered ranges that ends after `offset`. */
export function firstEndingAfter(segments: readonly Span[], offset: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where an offset of the decoded text lies in the parent, by the segment that holds or ends at it. */
export function parentOffset(segment: Segment, offset: number): number {
  if (segment.kind === 'verbatim') return segment.sourceStart + offset - segment.start;
  return offset <= segment.start ? segment.sourceStart : segment.sourceEnd;
}

/** True when `offset` lies inside a run that has no inner positions. */
export function cuts(segment: Segment, offset: number): boolean {
  return segment.kind !== 'verbatim' && segment.start < offset && offset < segment.end;
}

/**
 * The characters of the parent that these decoded characters came from.
 * @param inner the answer for an empty text
 * @param site the answer where no run holds the range
 */
export function sourceRange(segments: readonly Segment[], range: Span, inner: Span, site: Span = inner): Span {
  if (range.start === range.end) {
    const segment = segmentAt(segments, range.start, true);
    if (!segment) return range.start === 0 && segments.length === 0 ? inner : site;
    const at = parentOffset(segment, range.start);
    return { start: at, end: at };
  }
  const first = segmentAt(segments, range.start, false);
  const last = segmentEndingAt(segments, range.end);
  if (!first || !last) return site;
  const start = first.kind === 'verbatim' ? parentOffset(first, range.start) : first.sourceStart;
  const end = last.kind === 'verbatim' ? parentOffset(last, range.end) : last.sourceEnd;
  return { start, end: Math.max(start, end) };
}

/** How much of a text is unknown. No edit may change that: a `$` before a name makes known text unknown. */
export function unknownLength(segments: readonly Segment[]): number {
  return segments.reduce((sum, { kind, start, end }) => (kind === 'hole' ? sum + end - start : sum), 0);
}

/** Collects decoded text and its segments; neighbouring verbatim runs become one. */
export class SegmentBuilder {
  readonly segments: Segment[] = [];
  private readonly pieces: string[] = [];
  private length = 0;
  private readonly source: string;
  private readonly encoder: Encoder | undefined;

  /**
   * @param source the text of the parent
   * @param encoder for the runs that name none of their own
   */
  constructor(source: string, encoder?: Encoder) {
    this.source = source;
    this.encoder = encoder;
  }

  get text(): string {
    return this.pieces.join('');
  }

  get end(): number {
    return this.length;
  }

  /** Characters of the parent that stand for themselves. */
  verbatim(from: number, to: number, encoder: Encoder | undefined = this.encoder): void {
    if (from >= to) return;
    const last = this.segments.at(-1);
    this.pieces.push(this.source.slice(from, to));
    const start = this.length;
    this.length += to - from;
    if (last?.kind === 'verbatim' && last.sourceEnd === from && last.encoder === encoder) {
      this.segments[this.segments.length - 1] = { ...last, end: this.length, sourceEnd: to };
      return;
    }
    this.segments.push({
      start,
      end: this.length,
      sourceStart: from,
      sourceEnd: to,
      kind: 'verbatim',
      encoder,
    });
  }

  /** Text that is written as the characters from `from` to `to` of the parent; verbatim when these are the same. */
  escape(text: string, from: number, to: number, encoder: Encoder | undefined = this.encoder): void {
    if (text === '') return;
    if (to - from === text.length && this.source.startsWith(text, from)) {
      this.verbatim(from, to, encoder);
      return;
    }
    this.pieces.push(text);
    const start = this.length;
    this.length += text.length;
    this.segments.push({
      start,
      end: this.length,
      sourceStart: from,
      sourceEnd: to,
      kind: 'escape',
      encoder,
    });
  }

  /** Something unknown; its text is what is written. */
  hole(from: number, to: number, reason: Reason, text: string = this.source.slice(from, to)): void {
    if (text === '') return;
    this.pieces.push(text);
    const start = this.length;
    this.length += text.length;
    this.segments.push({ start, end: this.length, sourceStart: from, sourceEnd: to, kind: 'hole', reason });
  }
}
