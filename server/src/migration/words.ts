/** A name or value as messages show it. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A value of a configuration as it would be written there. */
export function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
