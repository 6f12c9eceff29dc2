import { maskSecrets } from './secrets';

/** Colours, and other sequences that a terminal obeys, as they are or as JSON writes them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that it is about.
const SEQUENCES = /(?:\u001b|\\u001b)(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\\]*(?:\u0007|\u001b\\)|[@-Z\\^_])/gi;

/** How the lines of structured logs begin, up to the text itself. */
const FIELD = /^\s*\{(?:[^{}]*?,)?\s*"(?:log|message|msg|MESSAGE)"\s*:\s*"/;

const UNPRINTABLE = /\p{Cc}|\p{Cs}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/gu;

/** A line of a log as people read it: decoded, without colours and escapes, and without secrets. */
export function lineText(bytes: Uint8Array): string {
  const decoded = new TextDecoder().decode(bytes).replace(SEQUENCES, '');
  const plain = FIELD.test(decoded) || decoded.includes('\\"') ? unescaped(decoded.replace(FIELD, '')) : decoded;
  return maskSecrets(plain.replace(UNPRINTABLE, ' ').trim());
}

function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-f]{4})|(.))/gi,
    (whole, code: string | undefined, character: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      if (character === 't') return ' ';
      return character === '"' || character === '/' || character === '\\' ? character : whole;
    },
  );
}
