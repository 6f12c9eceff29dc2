import { SegmentBuilder } from './segments';
import { SourceText } from './source-text';
import type { Span } from './span';
import { findTemplateActions, type TemplateAction } from './template-action';
import { type TemplateLine, templateLines } from './template-lines';

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
  const lines = templateLines(text, actions, kind === 'yaml');
  let at = 0;
  for (const { start, end, mask } of masks(text, lines)) {
    built.verbatim(at, start);
    built.hole(start, end, { kind: 'template', detail: text.slice(start, end) }, mask);
    at = end;
  }
  built.verbatim(at, text.length);
  return SourceText.derived(source, built.text, built.segments, source.all);
}

interface Mask extends Span {
  readonly mask: string;
}

function masks(text: string, lines: readonly TemplateLine[]): Mask[] {
  const found: Mask[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    for (let next = 0; next < line.actions.length; next++) {
      const action = line.actions[next]!;
      const closed = action.role === 'open' ? closing(lines, index, next) : undefined;
      const last = closed ?? { line: index, action: next };
      const span = { start: action.start, end: lines[last.line]!.actions[last.action]!.end };
      // What is left of the last line belongs to its line, not to the mask.
      const alone =
        line.alone && lines[last.line]!.alone && next === 0 && last.action === lines[last.line]!.actions.length - 1;
      found.push({ ...span, mask: maskOf(text, lines, index, action, span, alone || (line.alone && !closed)) });
      if (last.line > index) {
        index = last.line - 1;
        const rest = lines[last.line]!.actions.slice(last.action + 1);
        found.push(...rest.map((one) => ({ start: one.start, end: one.end, mask: 'x'.repeat(one.end - one.start) })));
        index = last.line;
        break;
      }
      next = last.action;
    }
  }
  return found;
}

/** The action that closes one, where all between them is one line, or one script. */
function closing(
  lines: readonly TemplateLine[],
  index: number,
  opener: number,
): { line: number; action: number } | undefined {
  const { region } = lines[index]!;
  let depth = 0;
  for (let line = index; line < lines.length; line++) {
    if (line > index && (!region || lines[line]!.region !== region)) return undefined;
    const { actions } = lines[line]!;
    for (let action = line === index ? opener : 0; action < actions.length; action++) {
      const { role } = actions[action]!;
      if (role === 'open') depth++;
      else if (role === 'end' && --depth === 0) {
        // On lines of its own, between nodes: the tree shows what is inside.
        return !region && lines[line]!.alone ? undefined : { line, action };
      }
    }
  }
  return undefined;
}

function maskOf(
  text: string,
  lines: readonly TemplateLine[],
  index: number,
  action: TemplateAction,
  { start, end }: Span,
  alone: boolean,
): string {
  const { region } = lines[index]!;
  const length = end - start;
  if (!alone) return 'x'.repeat(length);
  if (!region) return '\n'.repeat(length);
  const spans = end > action.end;
  const shows = spans || action.role === 'output';
  if (region.folded) return 'x'.repeat(length);
  // A command that goes on after its last line goes on after this one too.
  const previous = lines[index - 1];
  const continued = previous && /\\\r?$/.test(text.slice(previous.start, previous.end));
  if (continued) return shows ? `${'x'.repeat(length - 2)} \\` : `${' '.repeat(length - 1)}\\`;
  return shows ? 'x'.repeat(length) : '\n'.repeat(length);
}
