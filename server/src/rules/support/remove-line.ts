import { placeOf, type Variable } from '../../model';
import type { Edit } from '../rule';

/** Ways in which an assignment may have a line of its own. */
const LINES: ReadonlySet<Variable['via']> = new Set(['dotenv', 'env-file', 'shell']);

/**
 * Takes the line of an assignment out; `undefined` where it is not alone on it, where the line belongs to a longer command,
 * or where the same text reads the variable.
 */
export function removeLine(variable: Variable): Edit | undefined {
  if (!LINES.has(variable.via) || variable.passedAt) return undefined;
  const { root, span } = variable.nameText.locate();
  const { text } = root;
  const start = text.lastIndexOf('\n', span.start - 1) + 1;
  const lineEnd = text.indexOf('\n', span.end);
  const end = lineEnd < 0 ? text.length : lineEnd;
  const line = text.slice(start, end);
  const own = new RegExp(
    `^[ \\t]*(?:export[ \\t]+)?${variable.name}=(?:"[^"\\\\$\`]*"|'[^']*'|[^\\s"'\\\\$\`;&|#]*)[ \\t]*\\r?$`,
  );
  const value = placeOf(variable.value).source.locate();
  if (!own.test(line) || value.root !== root || value.span.start < start || value.span.end > end) return undefined;
  const before = text.slice(0, start).trimEnd();
  if (/\\$/.test(before) || new RegExp(`\\$\\{?${variable.name}\\b`).test(text)) return undefined;
  return { place: { source: root, span: { start, end: lineEnd < 0 ? end : end + 1 } }, newText: '' };
}
