import { type Encoder, type Reason, type Segment, SourceText } from '../source-text';
import type { Span } from '../span';
import { unquoted } from './encoders';
import type { Sink } from './literal';
import { unknownText } from './merge';
import { placeIn, type Script } from './script';
import { largeValue, ShellValue, tooLarge } from './value';

const mostFields = 2_000;

/** Puts the fields of one word together, in the order of its characters. */
export class FieldBuilder implements Sink {
  readonly fields: ShellValue[] = [];
  /** Why fields may be missing, split or added. */
  open: Reason | undefined;
  private readonly script: Script;
  private readonly site: Span;
  /** The characters that split unquoted expansions. */
  private readonly separators: string;
  private parts: SourceText[] = [];
  private length = 0;
  private segments: Segment[] = [];
  private run = '';
  /** The field exists even without characters: it has quotes, which these are. */
  private quotes: { readonly inner: Span; readonly encoder: Encoder } | undefined;
  private empty: SourceText | undefined;

  constructor(script: Script, site: Span, separators: string) {
    this.script = script;
    this.site = site;
    this.separators = separators;
  }

  verbatim(start: number, end: number, encoder: Encoder): void {
    this.add(this.script.source.text.slice(start, end), start, end, 'verbatim', encoder);
  }

  escape(start: number, end: number, text: string, encoder: Encoder): void {
    this.add(text, start, end, 'escape', encoder);
  }

  hole(start: number, end: number, reason: Reason): void {
    this.add(this.script.source.text.slice(start, end), start, end, 'hole', undefined, reason);
  }

  /** What the shell itself puts between the items of `"$*"`. */
  between(start: number, end: number, text: string): void {
    this.flush();
    this.add(text, start, end, 'escape', undefined);
    this.flush();
  }

  /** Quotes stand here: the field exists whatever is in them. */
  quoted(inner: Span, encoder: Encoder): void {
    this.quotes ??= { inner, encoder };
  }

  /** Characters that stand for themselves but split the word where they are separators (`${X:-a b}` outside quotes). */
  splitVerbatim(start: number, end: number, encoder: Encoder): void {
    const text = this.script.source.text.slice(start, end);
    this.eachPiece(text, [], (from, to) => this.verbatim(start + from, start + to, encoder));
  }

  /** A value in quotes or in an assignment: taken as it is. */
  value(value: ShellValue, start: number, end: number): void {
    if (tooLarge(this.length + value.text.length, this.parts.length + value.parts.length)) {
      this.hole(start, end, largeValue);
      return;
    }
    this.flush();
    if (value.text === '') this.empty ??= value.parts[0];
    else for (const part of value.parts) if (part.length > 0) this.parts.push(part);
    this.length += value.text.length;
  }

  /** A value outside quotes: it splits at the separators, and may vanish. */
  split(value: ShellValue, start: number, end: number): void {
    const first = value.holes[0];
    if (first) this.open ??= first.reason;
    this.eachPiece(value.text, value.holes, (from, to) => {
      const piece = value.slice(from, to);
      this.value(piece.known && /[*?]/.test(piece.text) ? this.globbed(piece) : piece, start, end);
    });
  }

  /** `*` and `?` in what is not quoted may stand for files. */
  private globbed(piece: ShellValue): ShellValue {
    const parts: SourceText[] = [];
    for (const { 0: run, index } of piece.text.matchAll(/[*?]+|[^*?]+/g)) {
      const part = piece.slice(index, index + run.length);
      const reason: Reason = { kind: 'pattern', detail: run };
      if (/[*?]/.test(run)) {
        parts.push(unknownText(part.source, reason));
        this.open ??= reason;
      } else parts.push(...part.parts);
    }
    return ShellValue.joined(parts, piece);
  }

  /** Ends the field, if there is one. */
  finish(force = false): void {
    this.flush();
    if (this.parts.length === 0 && (force || this.quotes)) this.parts.push(this.empty ?? this.emptyField());
    if (this.parts.length > 0) {
      if (this.fields.length < mostFields)
        this.fields.push(new ShellValue(this.parts, placeIn(this.script, this.site)));
      else this.open ??= { kind: 'variable', detail: this.script.source.text.slice(this.site.start, this.site.end) };
    }
    this.parts = [];
    this.length = 0;
    this.quotes = undefined;
    this.empty = undefined;
  }

  private add(
    text: string,
    start: number,
    end: number,
    kind: Segment['kind'],
    encoder: Encoder | undefined,
    reason?: Reason,
  ): void {
    if (text === '') return;
    const from = this.run.length;
    this.run += text;
    this.length += text.length;
    const segment: Segment = { start: from, end: this.run.length, sourceStart: start, sourceEnd: end, kind, encoder };
    this.segments.push(reason ? { ...segment, reason } : segment);
  }

  private flush(): void {
    if (this.segments.length === 0) return;
    this.parts.push(SourceText.derived(this.script.source, this.run, this.segments, this.site, { encoder: unquoted }));
    this.segments = [];
    this.run = '';
  }

  private emptyField(): SourceText {
    const quotes = this.quotes;
    const options = quotes ? quotes : { inner: this.site, encoder: unquoted };
    return SourceText.derived(this.script.source, '', [], this.site, options);
  }

  /** Calls `piece` for what lies between separators and ends the field at each of them. */
  private eachPiece(text: string, holes: readonly Span[], piece: (start: number, end: number) => void): void {
    let from = 0;
    let at = 0;
    let hole = 0;
    const isSeparator = (index: number) => index < text.length && this.separators.includes(text[index]!);
    while (at < text.length && this.fields.length < mostFields) {
      while (hole < holes.length && holes[hole]!.end <= at) hole++;
      // An unknown stretch stays whole, but for blanks at its edges.
      const inHole = holes[hole];
      if (!isSeparator(at) && inHole && inHole.start <= at) {
        at = Math.max(at + 1, inHole.start + text.slice(inHole.start, inHole.end).trimEnd().length);
        continue;
      }
      if (!isSeparator(at)) {
        at++;
        continue;
      }
      if (at > from) piece(from, at);
      // Blanks around one other separator belong to it.
      let visible = 0;
      while (isSeparator(at) && (/\s/.test(text[at]!) || visible === 0)) {
        if (!/\s/.test(text[at]!)) visible++;
        at++;
      }
      this.finish(visible > 0);
      from = at;
    }
    if (text.length > from) piece(from, text.length);
  }
}
