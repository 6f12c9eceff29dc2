import { type Segment, SourceText } from '../../syntax';
import { holeIn, joinTexts } from '../config/pieces';

/** `$$`, `$NAME`, `${NAME}`, `${NAME:-default}` and its relatives, with one level of nesting in the default. */
const reference = /\$\$|\$\{([A-Za-z_]\w*)((?::?[-+?])(?:[^{}]|\{[^{}]*\})*)?\}|\$([A-Za-z_]\w*)/g;

/**
 * Compose's own interpolation of every text in its file. The value comes from the shell or from `.env` beside the file:
 * what neither is seen to set stays unknown, its default included, since the shell may set it.
 * @param known the variables of `.env`
 */
export function interpolate(source: SourceText, known: ReadonlyMap<string, SourceText>): SourceText {
  const { text } = source;
  if (!text.includes('$')) return source;
  const parts: SourceText[] = [];
  let done = 0;
  for (const match of text.matchAll(reference)) {
    const { 0: whole, 1: braced, 2: operation = '', 3: bare, index } = match;
    const end = index + whole.length;
    if (index > done) parts.push(source.slice(done, index));
    done = end;
    const name = braced ?? bare;
    if (name === undefined) {
      parts.push(dollar(source, index, end));
      continue;
    }
    const value = known.get(name);
    const replaced = operation.includes('+') || (operation.startsWith(':') && value?.length === 0);
    if (value && !replaced) parts.push(value);
    else parts.push(holeIn(source, index, end, { kind: 'variable', detail: whole }));
  }
  if (parts.length === 0) return source;
  if (done < text.length) parts.push(source.slice(done));
  return joinTexts(parts, source);
}

function dollar(source: SourceText, start: number, end: number): SourceText {
  const segment: Segment = { start: 0, end: 1, sourceStart: start, sourceEnd: end, kind: 'escape' };
  return SourceText.derived(source, '$', [segment], { start, end });
}
