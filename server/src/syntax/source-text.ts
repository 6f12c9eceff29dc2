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
    | 'field' // fieldRef, resourceFieldRef: detail is the field path
    | 'secret'
    | 'config-map'
    | 'file' // a file that is not there or not read
    | 'pattern' // glob or brace expansion
    | 'include' // source, ., include
    | 'wrapper' // a program that we do not know starts or configures the engine
    | 'image' // what an image brings
    | 'host'; // inherited from the surrounding process
  /** The text that a reader of a message would look for, for example `$POD_IP` or `status.podIP`. */
  readonly detail: string;
}

/**
 * Writes `replacement` in the notation of one layer, for the place `at` of the decoded `text`; `undefined` when it can
 * not be written there.
 */
export type Encoder = (replacement: string, at: Span, text: string) => string | undefined;

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

/** Some characters of a text. What findings, fixes and hovers speak of. */
export interface Place {
  readonly source: SourceText;
  readonly span: Span;
}

/** A place in a root text: the characters of a file (or of one YAML document of it). */
export interface RootPlace {
  readonly root: SourceText;
  readonly span: Span;
}

export interface RootEdit extends RootPlace {
  readonly newText: string;
}

export interface Hole extends Span {
  readonly reason: Reason;
}

type Origin =
  | { readonly type: 'root' }
  | {
      readonly type: 'derived';
      readonly parent: SourceText;
      readonly segments: readonly Segment[];
      readonly site: Span;
      readonly inner: Span;
      readonly encoder: Encoder | undefined;
    }
  | { readonly type: 'joined'; readonly parts: readonly Part[]; readonly site: Place };

interface Part {
  readonly text: SourceText;
  readonly start: number;
}

const identity: Encoder = (replacement) => replacement;

/**
 * Decoded text that knows where every character came from. Layers compose: a JSON string in a shell word in a YAML
 * scalar is three texts, each with its parent, and positions and edits travel through all of them.
 */
export class SourceText {
  readonly text: string;
  private readonly origin: Origin;

  private constructor(text: string, origin: Origin) {
    this.text = text;
    this.origin = origin;
  }

  /** The characters of a file, or of one document of a file. */
  static root(text: string): SourceText {
    return new SourceText(text, { type: 'root' });
  }

  /**
   * A layer decoded from `parent`.
   * @param site everything in the parent that belongs to it, delimiters included
   * @param options.inner where its content lies in the parent (matters when it is empty); default: `site`
   * @param options.encoder how to write into it when there is no segment to ask
   */
  static derived(
    parent: SourceText,
    text: string,
    segments: readonly Segment[],
    site: Span,
    options: { readonly inner?: Span; readonly encoder?: Encoder } = {},
  ): SourceText {
    return new SourceText(text, {
      type: 'derived',
      parent,
      segments,
      site,
      inner: options.inner ?? site,
      encoder: options.encoder,
    });
  }

  /**
   * Texts put together, wherever each came from (a shell word with expanded variables).
   * @param site what to show when a range spans parts that do not lie in order in one file
   */
  static joined(texts: readonly SourceText[], site: Place): SourceText {
    if (texts.length === 1) return texts[0]!;
    const parts: Part[] = [];
    let text = '';
    for (const part of texts) {
      parts.push({ text: part, start: text.length });
      text += part.text;
    }
    return new SourceText(text, { type: 'joined', parts, site });
  }

  get length(): number {
    return this.text.length;
  }

  /** All of this text. */
  get all(): Span {
    return { start: 0, end: this.text.length };
  }

  place(range: Span = this.all): Place {
    return { source: this, span: range };
  }

  /** A part of this text as a text of its own. */
  slice(start: number, end: number = this.text.length): SourceText {
    if (start === 0 && end === this.text.length) return this;
    const site = { start, end };
    const segment: Segment = {
      start: 0,
      end: end - start,
      sourceStart: start,
      sourceEnd: end,
      kind: 'verbatim',
      encoder: identity,
    };
    return SourceText.derived(this, this.text.slice(start, end), start === end ? [] : [segment], site, {
      encoder: identity,
    });
  }

  /** Where these characters stand in the file. */
  locate(range: Span = this.all): RootPlace {
    const origin = this.origin;
    if (origin.type === 'root') return { root: this, span: range };
    if (origin.type === 'derived') return origin.parent.locate(this.toParent(range, origin));
    return this.locateJoined(range, origin);
  }

  /** All that belongs to this text in the file, its quotes or block header included. */
  locateSite(): RootPlace {
    const origin = this.origin;
    if (origin.type === 'root') return { root: this, span: this.all };
    if (origin.type === 'derived') return origin.parent.locate(origin.site);
    return origin.site.source.locate(origin.site.span);
  }

  /** The unknown stretches of this text, in order. */
  holes(range: Span = this.all): Hole[] {
    const origin = this.origin;
    if (origin.type === 'root') return [];
    if (origin.type === 'joined') {
      return origin.parts.flatMap(({ text, start }) => {
        const from = Math.max(0, range.start - start);
        const to = Math.min(text.length, range.end - start);
        if (from > to || (from === to && text.length > 0)) return [];
        return text
          .holes({ start: from, end: to })
          .map((hole) => ({ ...hole, start: hole.start + start, end: hole.end + start }));
      });
    }
    const found: Hole[] = [];
    for (const segment of origin.segments) {
      if (segment.start >= range.end && segment.end > range.end) break;
      if (segment.end < range.start || (segment.end === range.start && segment.end > segment.start)) continue;
      if (segment.kind === 'hole' && segment.reason) {
        found.push({ start: segment.start, end: segment.end, reason: segment.reason });
        continue;
      }
      for (const hole of origin.parent.holes({ start: segment.sourceStart, end: segment.sourceEnd })) {
        const verbatim = segment.kind === 'verbatim';
        found.push({
          start: verbatim ? Math.max(segment.start, segment.start + hole.start - segment.sourceStart) : segment.start,
          end: verbatim ? Math.min(segment.end, segment.start + hole.end - segment.sourceStart) : segment.end,
          reason: hole.reason,
        });
      }
    }
    return found;
  }

  /** True when every character is known before the program runs. */
  get known(): boolean {
    return this.holes().length === 0;
  }

  /**
   * The edit of the file that replaces these characters, written in every notation that it crosses; `undefined` when
   * one of the layers cannot express it, or when unknown text would be overwritten.
   */
  edit(range: Span, newText: string): RootEdit | undefined {
    const origin = this.origin;
    if (origin.type === 'root') return { root: this, span: range, newText };
    if (origin.type === 'joined') return this.editJoined(range, newText, origin);
    if (this.holes(range).length > 0) return undefined;
    const { segments } = origin;
    const first = segmentAt(segments, range.start, range.start === range.end);
    if (!first) {
      const encoded = origin.encoder?.(newText, range, this.text);
      return encoded === undefined ? undefined : origin.parent.edit(origin.inner, encoded);
    }
    const last = range.start === range.end ? first : segmentEndingAt(segments, range.end);
    if (!last || first.encoder !== last.encoder || !first.encoder) return undefined;
    if (cuts(first, range.start) || cuts(last, range.end)) return undefined;
    const encoded = first.encoder(newText, range, this.text);
    if (encoded === undefined) return undefined;
    return origin.parent.edit(this.toParent(range, origin), encoded);
  }

  private editJoined(range: Span, newText: string, origin: Extract<Origin, { type: 'joined' }>): RootEdit | undefined {
    for (const { text, start } of origin.parts) {
      const local = { start: range.start - start, end: range.end - start };
      if (local.start < 0 || local.end > text.length) continue;
      const edit = text.edit(local, newText);
      if (edit) return edit;
    }
    return undefined;
  }

  private toParent(range: Span, origin: Extract<Origin, { type: 'derived' }>): Span {
    const { segments } = origin;
    if (range.start === range.end) {
      const segment = segmentAt(segments, range.start, true);
      if (!segment) return range.start === 0 && this.text.length === 0 ? origin.inner : origin.site;
      const at = parentOffset(segment, range.start);
      return { start: at, end: at };
    }
    const first = segmentAt(segments, range.start, false);
    const last = segmentEndingAt(segments, range.end);
    if (!first || !last) return origin.site;
    const start = first.kind === 'verbatim' ? parentOffset(first, range.start) : first.sourceStart;
    const end = last.kind === 'verbatim' ? parentOffset(last, range.end) : last.sourceEnd;
    return { start, end: Math.max(start, end) };
  }

  private locateJoined(range: Span, origin: Extract<Origin, { type: 'joined' }>): RootPlace {
    const covered = origin.parts.filter(({ text, start }) =>
      range.start === range.end
        ? start <= range.start && range.end <= start + text.length
        : start < range.end && range.start < start + text.length,
    );
    const places = covered.map(({ text, start }) =>
      text.locate({ start: Math.max(0, range.start - start), end: Math.min(text.length, range.end - start) }),
    );
    const first = places[0];
    if (!first) return origin.site.source.locate(origin.site.span);
    let end = first.span.end;
    for (const next of places.slice(1)) {
      if (next.root !== first.root || next.span.start < end) return origin.site.source.locate(origin.site.span);
      end = next.span.end;
    }
    return { root: first.root, span: { start: first.span.start, end } };
  }
}

/** The segment that holds the character at `offset`; for insertions also the one that ends there. */
function segmentAt(segments: readonly Segment[], offset: number, insertion: boolean): Segment | undefined {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  const holding = segments[low];
  const inside = holding && holding.start <= offset ? holding : undefined;
  if (!insertion) return inside;
  const before = segments[low - 1];
  if (inside && inside.start < offset) return inside;
  if (before && before.end === offset && before.kind !== 'hole') return before;
  return inside ?? (before && before.end === offset ? before : undefined);
}

function segmentEndingAt(segments: readonly Segment[], end: number): Segment | undefined {
  return segmentAt(segments, end - 1, false);
}

function parentOffset(segment: Segment, offset: number): number {
  if (segment.kind === 'verbatim') return segment.sourceStart + offset - segment.start;
  return offset <= segment.start ? segment.sourceStart : segment.sourceEnd;
}

/** True when `offset` lies inside a run that has no inner positions. */
function cuts(segment: Segment, offset: number): boolean {
  return segment.kind !== 'verbatim' && segment.start < offset && offset < segment.end;
}
