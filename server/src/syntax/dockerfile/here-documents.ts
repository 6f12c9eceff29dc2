import { SegmentBuilder } from '../segments';
import { type Encoder, SourceText } from '../source-text';
import { fileLine } from './lines';
import type { DockerHereDocument } from './parse';

/** The here-documents that an instruction announces, which begin at `from`, the line after it. */
export function hereDocuments(
  source: SourceText,
  instruction: SourceText,
  from: number,
): { readonly documents: readonly DockerHereDocument[]; readonly next: number } {
  const documents: DockerHereDocument[] = [];
  let at = from;
  for (const [, dash, quote = '', quoted, plain] of instruction.text.matchAll(announcement)) {
    const name = quoted ?? plain ?? '';
    const { document, next } = readBody(source, at, name, dash === '-');
    documents.push({ name, text: document, expands: quote === '' });
    at = next;
  }
  return { documents, next: at };
}

const announcement = /(?<=^|[\s\d])<<(-?)(?:(["'])([^"'\s<]+)\2|([A-Za-z_][\w.-]*))(?=[\s;|&>)]|$)/g;

/** Lines up to the one that is the name, or to the end of the file. */
function readBody(
  source: SourceText,
  from: number,
  name: string,
  tabs: boolean,
): { document: SourceText; next: number } {
  const { text } = source;
  const encoder: Encoder = (replacement) => {
    const ends = replacement.split('\n').some((line) => line.trim() === name);
    return ends || /[\r\0]/.test(replacement) || (tabs && /(?:^|\n)\t/.test(replacement)) ? undefined : replacement;
  };
  const built = new SegmentBuilder(text, encoder);
  let at = from;
  let end = from;
  while (at < text.length) {
    const line = fileLine(text, at);
    let start = at;
    while (tabs && text[start] === '\t') start++;
    if (text.slice(start, line.end) === name) {
      const document = SourceText.derived(source, built.text, built.segments, { start: from, end }, { encoder });
      return { document, next: line.next };
    }
    built.verbatim(start, line.end);
    if (line.next > line.end) built.escape('\n', line.end, line.next);
    end = line.next;
    at = line.next;
  }
  return {
    document: SourceText.derived(source, built.text, built.segments, { start: from, end }, { encoder }),
    next: at,
  };
}
