import type { Place, Reason, Span } from '../../syntax';

/**
 * Why a part of a document may hold more, or less, than it shows: a template block that stands alone on its lines
 * (`{{- if … }}`, `{{- toYaml … }}`) was masked with blanks. What follows the part up to the next word counts too,
 * since a block at the end of a list lies behind its last item.
 */
export function blockIn({ source, span }: Place): Reason | undefined {
  const { text } = source;
  const after = /(?:\s|#[^\n]*)*/y;
  after.lastIndex = span.end;
  after.test(text);
  const range: Span = { start: span.start, end: Math.max(span.end, after.lastIndex) };
  return source.holes(range).find((hole) => hole.reason.kind === 'template' && isBlank(text, hole))?.reason;
}

function isBlank(text: string, { start, end }: Span): boolean {
  return end > start && text.slice(start, end).trim() === '';
}
