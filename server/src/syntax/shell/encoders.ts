import type { Encoder } from '../source-text';
import type { Span } from '../span';

// One function per quoting context: runs that share it can be edited together. No notation can hold a NUL.

/** Outside quotes: a backslash before everything that the shell might read. A line break has no such notation. */
export const unquoted: Encoder = (replacement, at, text) => {
  if (/[\n\0]/.test(replacement) || joinsBefore(replacement, at, text)) return undefined;
  if (replacement === '' && at.start === 0 && at.end === text.length) return "''";
  return replacement.replace(/[^A-Za-z0-9_@%+=:,./\-\u0080-\uFFFF]/g, '\\$&');
};

export const singleQuoted: Encoder = (replacement) =>
  replacement.includes('\0') ? undefined : replacement.replaceAll("'", "'\\''");

export const doubleQuoted: Encoder = (replacement, at, text) =>
  replacement.includes('\0') || joinsBefore(replacement, at, text)
    ? undefined
    : replacement.replace(/[\\"$`]/g, '\\$&');

/** Inside `"${NAME:-…}"`, where a brace would end the expansion. */
export const doubleQuotedOperand: Encoder = (replacement, at, text) =>
  replacement.includes('\0') || joinsBefore(replacement, at, text)
    ? undefined
    : replacement.replace(/[\\"$`}]/g, '\\$&');

const ansiNames: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "\\'",
};

export const ansiQuoted: Encoder = (replacement) =>
  replacement.includes('\0') ? undefined : replacement.replace(/[\n\t\r\\']/g, (character) => ansiNames[character]!);

/**
 * In the body of a here-document, where a line of its own may end it.
 * @param expands false when the delimiter is quoted and everything stands for itself
 * @param stripsTabs for `<<-`, which drops tabs at the start of lines
 */
export function hereDocumentEncoder(delimiter: string, expands: boolean, stripsTabs: boolean): Encoder {
  return (replacement, at, text) => {
    if (replacement.includes('\0') || (expands && joinsBefore(replacement, at, text))) return undefined;
    const before = text.slice(text.lastIndexOf('\n', at.start - 1) + 1, at.start);
    const after = text.slice(at.end);
    const rest = after.includes('\n') ? after.slice(0, after.indexOf('\n')) : after;
    const lines = (before + replacement + rest).split('\n');
    if (lines.includes(delimiter)) return undefined;
    if (stripsTabs && lines.some((line, index) => line.startsWith('\t') && (index > 0 || before === ''))) {
      return undefined;
    }
    const endsBody = at.end === text.length && at.start < at.end && text.endsWith('\n');
    if (endsBody && !replacement.endsWith('\n')) return undefined;
    return expands ? replacement.replace(/[\\$`]/g, '\\$&') : replacement;
  };
}

/** True when a `\` or `$` that stands for itself before the place might take the new text for its own. */
function joinsBefore(replacement: string, at: Span, text: string): boolean {
  const before = text[at.start - 1];
  if (before !== '\\' && before !== '$') return false;
  const next = replacement[0] ?? text[at.end];
  return next === undefined || /[\\"'$`\n}{([A-Za-z0-9_@*#?!-]/.test(next);
}
