/** Figures as people read them. */

/** `17,960`. */
export function number(value: number): string {
  const digits = Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return format(digits).format(value);
}

/** `1 transfer`, `17,960 transfers`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** A share of one: `8.3 %`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.01) return 'less than 0.01 %';
  const digits = value >= 10 ? 0 : value >= 1 ? 1 : 2;
  return `${format(digits).format(value)} %`;
}

/** Milliseconds: `1.91 ms`, `2.4 s`. */
export function milliseconds(value: number): string {
  return value >= 1000 ? `${number(value / 1000)} s` : `${number(value)} ms`;
}

/** How long the figures look back: `60 s`, `5 min`, `2 h`. */
export function stretch(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${number(minutes / 60)} h`;
}

/** Bytes of something small: `900 bytes`, `16 KiB`. */
export function kibibytes(bytes: number): string {
  return bytes < 1024 ? count(Math.round(bytes), 'byte') : `${number(bytes / 1024)} KiB`;
}

const LONGEST = 60;

/** A name or a value that came from elsewhere, on one line and cut when long. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const cut = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
  return cut.includes('`') ? `"${cut}"` : `\`${cut}\``;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function list(names: readonly string[], most = 4): string {
  if (names.length > most) return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const formats = new Map<number, Intl.NumberFormat>();

/** Making one takes longer than using it a hundred times. */
function format(digits: number): Intl.NumberFormat {
  let known = formats.get(digits);
  if (!known) {
    known = new Intl.NumberFormat('en-US', { maximumFractionDigits: digits });
    formats.set(digits, known);
  }
  return known;
}
