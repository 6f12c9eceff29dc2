import {
  cuts,
  type Encoder,
  firstEndingAfter,
  parentOffset,
  type Reason,
  type Segment,
  segmentAt,
  segmentEndingAt,
  sourceRange,
} from './segments';
import { contains, type Span } from './span';

export type { Encoder, Reason, Segment } from './segments';

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
  /** False when no layer has a hole: the common case, answered without a walk. */
  private readonly mayHaveHoles: boolean;

  private constructor(text: string, origin: Origin) {
    this.text = text;
    this.origin = origin;
    this.mayHaveHoles =
      origin.type === 'derived'
        ? origin.parent.mayHaveHoles || origin.segments.some(({ kind }) => kind === 'hole')
        : origin.type === 'joined' && origin.parts.some(({ text: part }) => part.mayHaveHoles);
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

  /**
   * A part of this text as a text of its own.
   * @param encoder checks what is written there, where not everything may stand; default: everything may
   */
  slice(start: number, end: number = this.text.length, encoder: Encoder = identity): SourceText {
    if (start === 0 && end === this.text.length && encoder === identity) return this;
    const site = { start, end };
    const segment: Segment = {
      start: 0,
      end: end - start,
      sourceStart: start,
      sourceEnd: end,
      kind: 'verbatim',
      encoder,
    };
    return SourceText.derived(this, this.text.slice(start, end), start === end ? [] : [segment], site, { encoder });
  }

  /** Where these characters stand in the file. */
  locate(range: Span = this.all): RootPlace {
    const origin = this.origin;
    if (origin.type === 'root') return { root: this, span: range };
    if (origin.type === 'derived')
      return origin.parent.locate(sourceRange(origin.segments, range, origin.inner, origin.site));
    return this.locateJoined(range, origin);
  }

  /** All that belongs to this text in the file, its quotes or block header included. */
  locateSite(): RootPlace {
    const origin = this.origin;
    if (origin.type === 'root') return { root: this, span: this.all };
    if (origin.type === 'derived') return origin.parent.locate(origin.site);
    return origin.site.source.locate(origin.site.span);
  }

  /** What these characters stand in, innermost first: every layer as the file has it, with its delimiters. */
  layers(range: Span = this.all): RootPlace[] {
    const origin = this.origin;
    if (origin.type === 'root') return [];
    if (origin.type === 'derived') {
      const inParent = sourceRange(origin.segments, range, origin.inner, origin.site);
      return [origin.parent.locate(origin.site), ...origin.parent.layers(inParent)];
    }
    for (const { text, start } of origin.parts) {
      const local = { start: range.start - start, end: range.end - start };
      if (local.start >= 0 && local.end <= text.length) return text.layers(local);
    }
    return origin.site.source.layers(origin.site.span);
  }

  /** The unknown stretches of this text, in order. */
  holes(range: Span = this.all): Hole[] {
    const origin = this.origin;
    if (!this.mayHaveHoles || origin.type === 'root') return [];
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
    for (let index = firstEndingAfter(origin.segments, range.start - 1); index < origin.segments.length; index++) {
      const segment = origin.segments[index]!;
      if (segment.start >= range.end && segment.end > range.end) break;
      if (segment.end < range.start || (segment.end === range.start && segment.end > segment.start)) continue;
      if (segment.kind === 'hole' && segment.reason) {
        found.push({ start: segment.start, end: segment.end, reason: segment.reason });
        continue;
      }
      const verbatim = segment.kind === 'verbatim';
      const from = verbatim ? parentOffset(segment, Math.max(segment.start, range.start)) : segment.sourceStart;
      const to = verbatim ? parentOffset(segment, Math.min(segment.end, range.end)) : segment.sourceEnd;
      for (const hole of origin.parent.holes({ start: from, end: to })) {
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
    return !this.mayHaveHoles || this.holes().length === 0;
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
    if (!last || !first.encoder || !sameEncoder(segments, range, first.encoder)) return undefined;
    if (cuts(first, range.start) || cuts(last, range.end)) return undefined;
    const encoded = first.encoder(newText, range, this.text);
    if (encoded === undefined) return undefined;
    return origin.parent.edit(sourceRange(origin.segments, range, origin.inner, origin.site), encoded);
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
    const site = () => origin.site.source.locate(origin.site.span);
    if (!first) return site();
    if (range.start === range.end) return first;
    let end = first.span.end;
    for (const next of places.slice(1)) {
      if (next.root !== first.root || next.span.start < end) return site();
      end = next.span.end;
    }
    const whole = { root: first.root, span: { start: first.span.start, end } };
    if (places.length === 1) return whole;
    // Parts that stand apart in the file, as a variable's value and its use, have half a script between them.
    const around = site();
    return around.root === whole.root && contains(around.span, whole.span) ? whole : around;
  }
}

/** True when all runs that the range touches are written in one quoting context. */
function sameEncoder(segments: readonly Segment[], range: Span, encoder: Encoder): boolean {
  for (let index = firstEndingAfter(segments, range.start); index < segments.length; index++) {
    const segment = segments[index]!;
    if (segment.start >= range.end) break;
    if (segment.encoder !== encoder) return false;
  }
  return true;
}
