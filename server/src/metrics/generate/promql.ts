/** A string of PromQL: what JSON writes is what Go reads. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A pattern of PromQL that matches these texts and no other. */
export function oneOf(texts: readonly string[]): string {
  return texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
}

/** `label="value"`, or with a pattern where there are several. */
export function matching(label: string, values: readonly string[]): string {
  const different = [...new Set(values)].sort();
  const [only] = different;
  return different.length === 1 ? `${label}=${quoted(only!)}` : `${label}=~${quoted(oneOf(different))}`;
}

/** Matchers in braces; nothing where there are none. */
export function braces(...matchers: readonly string[]): string {
  const said = matchers.filter((matcher) => matcher !== '');
  return said.length === 0 ? '' : `{${said.join(',')}}`;
}
