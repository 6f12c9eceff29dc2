import type { Labels } from '../page';
import { BACKSLASH, CLOSE, COMMA, EQUALS, isBlank, LF, OPEN, QUOTE, skipBlanks } from './bytes';

/** What stands before the value of a sample. */
export interface Head {
  readonly name: string;
  readonly labels: Labels;
}

/**
 * Where the head of a sample at `at` ends: after its `}`, or after its name where it has no labels. -1 where quotes or
 * braces stay open until the end of the line.
 */
export function headEnd(bytes: Uint8Array, at: number): number {
  const nameEnd = wordEnd(bytes, at);
  let index = skipBlanks(bytes, nameEnd);
  if (bytes[index] !== OPEN) return nameEnd;
  let quoted = false;
  for (index += 1; ; index += 1) {
    const byte = bytes[index];
    if (byte === LF || byte === undefined) return -1;
    if (byte === QUOTE) quoted = !quoted;
    else if (byte === BACKSLASH && quoted && bytes[index + 1] !== LF) index += 1;
    else if (byte === CLOSE && !quoted) return index + 1;
  }
}

/** The end of a name that stands at `at` without quotes. */
export function wordEnd(bytes: Uint8Array, at: number): number {
  let index = at;
  for (let byte = bytes[index]; byte !== OPEN && !isBlank(byte) && byte !== LF && byte !== undefined; ) {
    byte = bytes[++index];
  }
  return index;
}

/** Reads a head; nothing where it is not one. The name may stand in quotes as the first thing between the braces. */
export function readHead(bytes: Buffer, start: number, end: number): Head | undefined {
  const nameEnd = Math.min(wordEnd(bytes, start), end);
  let name = nameEnd > start ? bytes.toString('utf8', start, nameEnd) : undefined;
  const labels: Record<string, string> = Object.create(null);
  let index = skipBlanks(bytes, nameEnd);
  if (index >= end) return name === undefined ? undefined : { name, labels };
  if (bytes[index] !== OPEN) return undefined;
  index = skipBlanks(bytes, index + 1);
  while (bytes[index] !== CLOSE) {
    const key = bytes[index] === QUOTE ? quotedEnd(bytes, index, end) : keyEnd(bytes, index, end);
    if (key <= index) return undefined;
    const label = bytes[index] === QUOTE ? unescaped(bytes, index + 1, key - 1) : bytes.toString('utf8', index, key);
    const quoted = bytes[index] === QUOTE;
    index = skipBlanks(bytes, key);
    if (bytes[index] === EQUALS) {
      index = skipBlanks(bytes, index + 1);
      const valueEnd = bytes[index] === QUOTE ? quotedEnd(bytes, index, end) : -1;
      if (valueEnd < 0 || Object.hasOwn(labels, label)) return undefined;
      labels[label] = unescaped(bytes, index + 1, valueEnd - 1);
      index = skipBlanks(bytes, valueEnd);
    } else if (quoted && name === undefined) {
      name = label;
    } else {
      return undefined;
    }
    if (bytes[index] === COMMA) index = skipBlanks(bytes, index + 1);
    else if (bytes[index] !== CLOSE) return undefined;
  }
  return index + 1 === end && name !== undefined ? { name, labels } : undefined;
}

function keyEnd(bytes: Uint8Array, start: number, end: number): number {
  let index = start;
  for (let byte = bytes[index]; index < end && byte !== EQUALS && byte !== COMMA && byte !== CLOSE; ) {
    if (isBlank(byte) || byte === QUOTE || byte === OPEN) break;
    byte = bytes[++index];
  }
  return index;
}

/** The end of a quoted text, behind its closing quote; -1 where there is none. */
function quotedEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let index = start + 1; index < end; index += 1) {
    if (bytes[index] === BACKSLASH) index += 1;
    else if (bytes[index] === QUOTE) return index + 1;
  }
  return -1;
}

const escapes = /\\(.)/gsu;

/** Text between quotes. A backslash before anything but `\`, `"` and `n` stands for itself, as in Prometheus. */
function unescaped(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  if (!text.includes('\\')) return text;
  return text.replace(escapes, (both, letter: string) => {
    if (letter === 'n') return '\n';
    return letter === '\\' || letter === '"' ? letter : both;
  });
}

const plainLabel = /^[A-Za-z_]\w*$/;

/** The key of a set of labels: sorted and escaped. */
export function labelsKey(labels: Labels): string {
  const names = Object.keys(labels).sort();
  return names.map((name) => `${plainLabel.test(name) ? name : quote(name)}=${quote(labels[name]!)}`).join(',');
}

function quote(text: string): string {
  const escaped = text.replace(/[\\"\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`));
  return `"${escaped}"`;
}
