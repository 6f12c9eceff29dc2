import type { Command } from 'unbash';
import { expandWord, type Frame } from './expand';
import { ShellValue } from './value';

/** What a filter makes of text: `cat`, `tr -d SET`, `jq -c .`; `undefined` for all others. Unknown stretches stay. */
export function filtered(input: ShellValue, command: Command, frame: Frame): ShellValue | undefined {
  if (command.prefix.length > 0 || command.redirects.length > 0) return undefined;
  const words = command.args.flatMap((word) => (word.type === 'Word' ? expandWord(word, frame).fields : []));
  if (!words.every((word) => word.known)) return undefined;
  const line = [command.name?.text, ...words.map((word) => word.text)];
  if (line.length === 1 && line[0] === 'cat') return input;
  if (line.length === 3 && line[0] === 'tr' && line[1] === '-d') {
    const removed = characterSet(line[2]!);
    return removed && without(input, removed);
  }
  return /^jq (?:-c|--compact-output) \.$/.test(line.join(' ')) ? compact(input) : undefined;
}

/** A set as `tr` writes it, without ranges. */
function characterSet(text: string): RegExp | undefined {
  if (/^(?:\[:space:\])+$/.test(text)) return /\s+/g;
  if (/[[\]-]/.test(text)) return undefined;
  const plain = text.replace(/\\([nrt\\])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? '\\');
  return plain === '' || plain.includes('\\') ? undefined : new RegExp(`[${plain.replace(/[\^\]]/g, '\\$&')}]+`, 'g');
}

/** JSON without the blanks that mean nothing. */
function compact(input: ShellValue): ShellValue | undefined {
  try {
    JSON.parse(input.text);
  } catch {
    return undefined;
  }
  return without(input, /"(?:[^"\\]|\\.)*"|\s+/g, (match) => !match.startsWith('"'));
}

/** The text without some of its known stretches; what is left keeps its places. */
function without(input: ShellValue, stretches: RegExp, drop: (match: string) => boolean = () => true): ShellValue {
  const kept: ShellValue[] = [];
  let from = 0;
  for (const { 0: match, index } of input.text.matchAll(stretches)) {
    const end = index + match.length;
    if (!drop(match) || input.holes.some((hole) => hole.start < end && index < hole.end)) continue;
    if (index > from) kept.push(input.slice(from, index));
    from = end;
  }
  if (from < input.text.length) kept.push(input.slice(from, input.text.length));
  return ShellValue.joined(
    kept.flatMap((piece) => piece.parts),
    input,
  );
}
