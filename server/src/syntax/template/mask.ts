import { refused, SegmentBuilder } from '../segments';
import { SourceText } from '../source-text';
import type { Span } from '../span';
import { findTemplateActions, type TemplateAction } from './action';
import { type TemplateLine, templateLines } from './lines';

/**
 * Puts equally long text in the place of Go templates (`{{ … }}`), GitHub expressions (`${{ … }}`) and Jinja
 * (`{% … %}`, `{# … #}`), so that the parsers can read what is around them. Each is a hole:
 * - letters within a line;
 * - nothing but line breaks where it has lines of its own between the nodes of YAML;
 * - in scripts and block scalars a word, which takes all from `{{ if … }}` to its `{{ end }}` with it: what stands
 *   there may be missing.
 * @param kind `text` for a script or another text that is no YAML
 */
export function maskTemplates(source: SourceText, kind: 'yaml' | 'text' = 'yaml'): SourceText {
  const { text } = source;
  if (!/\{[{%#]/.test(text)) return source;
  const actions = findTemplateActions(text);
  if (actions.length === 0) return source;
  const built = new SegmentBuilder(text, (replacement) => replacement);
  let at = 0;
  for (const { start, end, hole, rest } of new Masks(text, templateLines(text, actions, kind === 'yaml')).all()) {
    built.verbatim(at, start);
    const middle = end - rest.length;
    if (hole !== '') built.hole(start, middle, { kind: 'template', detail: text.slice(start, end).trim() }, hole);
    built.escape(rest, middle, end, refused);
    at = end;
  }
  built.verbatim(at, text.length);
  return SourceText.derived(source, built.text, built.segments, source.all);
}

interface Mask extends Span {
  /** What stands for something unknown. */
  readonly hole: string;
  /** What follows it, and means what it says. */
  readonly rest: string;
}

class Masks {
  private readonly text: string;
  private readonly lines: readonly TemplateLine[];
  private readonly closing: ReadonlyMap<TemplateAction, Stop>;
  /** The line before ends in a backslash, as it is or as it is masked. */
  private continued = false;

  constructor(text: string, lines: readonly TemplateLine[]) {
    this.text = text;
    this.lines = lines;
    this.closing = closingActions(lines);
  }

  all(): Mask[] {
    const found: Mask[] = [];
    for (let index = 0; index < this.lines.length; ) {
      const line = this.lines[index]!;
      let last = index;
      let alone = false;
      for (let next = 0; next < this.lines[last]!.actions.length; ) {
        const action = this.lines[last]!.actions[next]!;
        const closed = action.role === 'open' ? this.closing.get(action) : undefined;
        const start = { line: last, action: next };
        const stop = closed ?? start;
        const mask = this.mask(action, start, stop);
        found.push(mask);
        alone = this.isAlone(start, stop);
        this.continued = alone ? mask.rest.endsWith('\\') : this.continued;
        last = stop.line;
        next = stop.action + 1;
      }
      if (!alone) this.continued = this.endsInBackslash(last);
      else if (line.blank) this.continued = false;
      index = last + 1;
    }
    return found;
  }

  /** Nothing else stands on the lines of what is masked. */
  private isAlone(start: Stop, stop: Stop): boolean {
    const first = this.lines[start.line]!;
    const last = this.lines[stop.line]!;
    if (!first.alone || !last.alone) return false;
    // Of several actions on a line each is masked for itself, none of them as a line.
    return stop.line > start.line
      ? start.action === 0 && stop.action === last.actions.length - 1
      : first.actions.length === 1 || (start.action === 0 && stop.action === first.actions.length - 1);
  }

  private mask(action: TemplateAction, start: Stop, stop: Stop): Mask {
    const { region } = this.lines[start.line]!;
    const end = this.lines[stop.line]!.actions[stop.action]!.end;
    const letters = (from: number, to: number) => 'x'.repeat(Math.max(0, to - from));
    const inner = { start: action.start, end };
    if (!this.isAlone(start, stop)) {
      // Several on a line between nodes still write no text into it.
      const between = !region && this.lines[start.line]!.alone && start.line === stop.line;
      return { ...inner, hole: between ? '\n'.repeat(end - action.start) : letters(action.start, end), rest: '' };
    }
    // Blanks around it would belong to a block scalar above.
    const line = withBlanks(this.text, inner);
    if (!region) return { ...line, hole: '\n'.repeat(line.end - line.start), rest: '' };
    const writes = action.role !== 'none';
    if (region.folded)
      return writes
        ? { ...inner, hole: letters(action.start, end), rest: '' }
        : { ...line, hole: '', rest: ' '.repeat(line.end - line.start) };
    // A command that goes on after its last line goes on after this one too.
    if (!writes) {
      const rest = this.continued ? `${' '.repeat(line.end - line.start - 1)}\\` : '\n'.repeat(line.end - line.start);
      return { ...line, hole: '', rest };
    }
    return this.continued
      ? { ...inner, hole: letters(action.start, end - 2), rest: ' \\' }
      : { ...inner, hole: letters(action.start, end), rest: '' };
  }

  private endsInBackslash(index: number): boolean {
    const { start, end } = this.lines[index]!;
    return /\\\r?$/.test(this.text.slice(Math.max(start, end - 2), end));
  }
}

interface Stop {
  readonly line: number;
  readonly action: number;
}

/** The action that closes one, for those where all between them is one line, or one script. */
function closingActions(lines: readonly TemplateLine[]): Map<TemplateAction, Stop> {
  const closing = new Map<TemplateAction, Stop>();
  let open: TemplateAction[] = [];
  lines.forEach(({ actions, alone, region }, line) => {
    if (!region || region !== lines[line - 1]?.region) open = [];
    actions.forEach((one, action) => {
      if (one.role === 'open') open.push(one);
      if (one.role !== 'end') return;
      const opener = open.pop();
      // On lines of its own, between nodes: the tree shows what is inside.
      if (opener && (region || !alone)) closing.set(opener, { line, action });
    });
  });
  return closing;
}

function withBlanks(text: string, { start, end }: Span): Span {
  let from = start;
  while (from > 0 && /[ \t]/.test(text[from - 1]!)) from--;
  let to = end;
  while (to < text.length && /[ \t]/.test(text[to]!)) to++;
  return text[to] === '#' ? { start: from, end } : { start: from, end: to };
}
