import { type Reason, type Segment, SourceText } from '../../syntax';
import { holeIn, joinTexts } from '../config/pieces';

/** What a name stands for: its text, with holes where it is unknown; `undefined` when nothing here sets it. */
export type Lookup = (name: string) => SourceText | undefined;

/** What becomes of a reference to a name that nothing sets. */
export type UnknownReferences = 'hole' | 'keep';

/**
 * Kubernetes' own expansion in `command`, `args` and `env[].value`: `$(NAME)` is replaced when the container has such a
 * variable, else the characters stay; `$$` stands for `$` (kubelet, `third_party/forked/golang/expansion`).
 * @param unknown what to make of a name that nothing here sets: it may come from elsewhere (`hole`), or the characters stay
 *   (`keep`), and perhaps a shell reads them next
 */
export function expandReferences(
  source: SourceText,
  lookup: Lookup,
  unknown: UnknownReferences | ((name: string) => UnknownReferences),
): SourceText {
  const { text } = source;
  if (!text.includes('$')) return source;
  const parts: SourceText[] = [];
  let done = 0;
  const flush = (end: number) => {
    if (end > done) parts.push(source.slice(done, end));
  };
  for (const match of text.matchAll(/\$\$|\$\(([^)]*)\)/g)) {
    const { 0: whole, 1: name, index } = match;
    const end = index + whole.length;
    if (index < done) continue;
    const part =
      name === undefined
        ? escaped(source, index, end)
        : reference(source, index, end, name, lookup, typeof unknown === 'function' ? unknown(name) : unknown);
    if (!part) continue;
    flush(index);
    parts.push(part);
    done = end;
  }
  if (parts.length === 0) return source;
  flush(text.length);
  return joinTexts(parts, source);
}

/** `$$`, one dollar sign. */
function escaped(source: SourceText, start: number, end: number): SourceText {
  const segment: Segment = { start: 0, end: 1, sourceStart: start, sourceEnd: end, kind: 'escape' };
  return SourceText.derived(source, '$', [segment], { start, end });
}

function reference(
  source: SourceText,
  start: number,
  end: number,
  name: string,
  lookup: Lookup,
  unknown: UnknownReferences,
): SourceText | undefined {
  const value = lookup(name);
  if (!value) {
    if (unknown === 'keep') return undefined;
    return holeIn(source, start, end, { kind: 'variable', detail: `$(${name})` });
  }
  // A wholly unknown value shows as the reference, with the reason of the value.
  const reason = whollyUnknown(value);
  return reason ? holeIn(source, start, end, reason) : value;
}

function whollyUnknown(value: SourceText): Reason | undefined {
  const [hole] = value.holes();
  return hole && hole.start === 0 && hole.end === value.length ? hole.reason : undefined;
}
