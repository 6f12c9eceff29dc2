/** A shell pattern as a regular expression source, `undefined` when it uses what we do not translate. */
export function patternSource(pattern: readonly PatternPiece[]): string | undefined {
  let source = '';
  for (const { text, quoted } of pattern) {
    if (quoted) {
      source += escapeRegExp(text);
      continue;
    }
    for (let at = 0; at < text.length; at++) {
      const character = text[at]!;
      if (character === '*') source += '[\\s\\S]*';
      else if (character === '?') source += '[\\s\\S]';
      else if (character === '[' || character === '\\') return undefined;
      else if (/[@+!]/.test(character) && text[at + 1] === '(') return undefined;
      else source += escapeRegExp(character);
    }
  }
  return source;
}

export interface PatternPiece {
  readonly text: string;
  /** Stands for itself. */
  readonly quoted: boolean;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Trying patterns with several `*` takes time that grows with a power of the length. */
export function isCheap(text: string, pattern: string): boolean {
  const stars = pattern.split('[\\s\\S]*').length - 1;
  return text.length <= (stars === 0 ? 20_000 : stars === 1 ? 2_000 : stars < 4 ? 200 : 0);
}

/** Where `pattern` matches at the start (`#`) or end (`%`) of `text`, shortest or longest; `undefined` if nowhere. */
export function affixLength(
  text: string,
  pattern: string,
  side: 'start' | 'end',
  longest: boolean,
): number | undefined {
  const whole = new RegExp(`^${pattern}$`);
  const order = Array.from({ length: text.length + 1 }, (_, length) => (longest ? text.length - length : length));
  return order.find((length) =>
    whole.test(side === 'start' ? text.slice(0, length) : text.slice(text.length - length)),
  );
}
