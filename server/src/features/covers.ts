import type { Analysis } from '../analysis';
import type { Place, SourceText } from '../model';

/** True when a place's characters in the analysed file hold the offset, its end included. */
export function covers(analysis: Analysis, place: Place, offset: number): boolean {
  const found = analysis.files.locate(place);
  return found?.file === analysis.name && found.start <= offset && offset <= found.end;
}

/** Longer texts are not searched: nobody hovers over the middle of a megabyte of JSON. */
const MAX_LENGTH = 64 * 1024;

/**
 * The offset in a decoded text that stands at an offset of the file, the first where several do; `undefined` when the
 * text does not reach there.
 */
export function decodedOffset(analysis: Analysis, source: SourceText, offset: number): number | undefined {
  if (source.length > MAX_LENGTH || !covers(analysis, source.place(), offset)) return undefined;
  let best: number | undefined;
  for (let at = 0; at <= source.length; at += 1) {
    const found = analysis.files.locate(source.place({ start: at, end: at }));
    if (found?.file !== analysis.name) continue;
    if (found.start === offset) return at;
    // In the middle of an escape: before it.
    if (found.start < offset) best = at;
  }
  return best;
}
