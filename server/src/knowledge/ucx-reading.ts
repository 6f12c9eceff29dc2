/** What UCX makes of a size or a time, in words; nothing where the text says it already. */

const SIZE = /^[ \t]*(\d+)(?:([bkmgt])(?:b.*)?)?$/i;
const TIME = /^[ \t]*(\d+(?:\.\d*)?|\.\d+)(m|s|ms|us|ns)?$/;

const POWERS = 'bkmgt';
const SIZE_WORDS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
const TIME_WORDS: Readonly<Record<string, string>> = {
  m: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
};

/** How a value of this type is read: `64 KiB (65536 bytes)`, `5 minutes`; `undefined` where there is nothing to add. */
export function ucxReading(type: string, text: string): string | undefined {
  switch (type) {
    case 'memunits':
      return sizeWords(text);
    case 'time':
    case 'time_units':
      return timeWords(text);
    default:
      return undefined;
  }
}

function sizeWords(text: string): string | undefined {
  if (/^inf$/i.test(text)) return 'no limit';
  const [, digits, unit = 'b'] = SIZE.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const power = POWERS.indexOf(unit.toLowerCase());
  const bytes = BigInt(digits) * 1024n ** BigInt(power);
  return power === 0 ? `${digits} bytes` : `${digits} ${SIZE_WORDS[power]} (${bytes} bytes)`;
}

function timeWords(text: string): string | undefined {
  const [, number, unit = 's'] = TIME.exec(text) ?? [];
  if (number === undefined) return undefined;
  const words = TIME_WORDS[unit]!;
  return `${number} ${number === '1' ? words.slice(0, -1) : words}`;
}
