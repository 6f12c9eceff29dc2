import type { Labels } from '../page';
import { BACKSLASH, CLOSE, isBlank, LF, OPEN, QUOTE, skipBlanks } from './bytes';

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

const opening = /^([A-Za-z_:][\w:]*|)[ \t]*(?:\{[ \t]*|$)/;
/** One label with what comes after it; the name of the metric may stand among them in quotes. */
const pair =
  /(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^{}=,"\s]+))[ \t]*(?:=[ \t]*"([^"\\]*(?:\\.[^"\\]*)*)"[ \t]*)?(?:,[ \t]*|(?=\}))/sy;

/** Reads a head; nothing where it is not one. */
export function readHead(text: string): Head | undefined {
  const [start, plain] = opening.exec(text) ?? [];
  if (start === undefined) return undefined;
  let name = plain === '' ? undefined : plain;
  const labels: Record<string, string> = Object.create(null);
  let at = start.length;
  while (at < text.length && text[at] !== '}') {
    pair.lastIndex = at;
    const [whole, quoted, word, value] = pair.exec(text) ?? [];
    if (whole === undefined) return undefined;
    const label = quoted === undefined ? word! : unescaped(quoted);
    if (value === undefined) {
      if (quoted === undefined || name !== undefined) return undefined;
      name = label;
    } else {
      if (Object.hasOwn(labels, label)) return undefined;
      labels[label] = unescaped(value);
    }
    at += whole.length;
  }
  const end = text[at] === '}' ? at + 1 : at;
  return end === text.length && name !== undefined ? { name, labels } : undefined;
}

const escapes = /\\(.)/gsu;

/** Text between quotes. A backslash before anything but `\`, `"` and `n` stands for itself, as in Prometheus. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(escapes, (both, letter: string) => {
    if (letter === 'n') return '\n';
    return letter === '\\' || letter === '"' ? letter : both;
  });
}

/** The edge in the labels of a bucket, and the labels without it, as written. */
export interface Edge {
  readonly le: string;
  readonly others: string;
}

/** Takes the edge of a bucket out of its head, where it is written as everybody writes it. */
export function takeEdge(labels: string): Edge | undefined {
  const at = labels.indexOf('le="');
  const end = labels.indexOf('"', at + 4);
  const [before, after] = [labels[at - 1], labels[end + 1]];
  if (at < 1 || end < 0 || (before !== '{' && before !== ',') || (after !== ',' && after !== '}')) return undefined;
  return {
    le: labels.slice(at + 4, end),
    others: labels.slice(0, at) + labels.slice(after === ',' ? end + 2 : end + 1),
  };
}

const plainLabel = /^[A-Za-z_]\w*$/;

/** The key of a set of labels: sorted and escaped. */
export function labelsKey(labels: Labels): string {
  const names = Object.keys(labels).sort();
  return names.map((name) => `${plainLabel.test(name) ? name : quote(name)}=${quote(labels[name]!)}`).join(',');
}

function quote(text: string): string {
  if (!/[\\"\n]/.test(text)) return `"${text}"`;
  const escaped = text.replace(/[\\"\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`));
  return `"${escaped}"`;
}
