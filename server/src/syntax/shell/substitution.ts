import type { Command, Redirection, Word, WordPart } from 'unbash';
import { expandValue, expandWord, type Frame } from './expand';
import { FieldBuilder } from './fields';
import { filtered } from './filters';
import { expandHereDocument } from './here-document';
import { scriptPath } from './paths';
import type { PartSpan } from './quoting';
import type { ShellValue } from './value';

/** What `$(…)` yields, for the few commands that only pass text on: `cat`, `echo`, `printf '%s'`, filters. */
export function commandOutput(
  part: Extract<WordPart, { type: 'CommandExpansion' }>,
  frame: Frame,
): ShellValue | undefined {
  const { script } = part;
  // In escaped backticks the offsets are those of another text.
  if (!script || script.source !== undefined || script.commands.length !== 1) return undefined;
  const { command, background } = script.commands[0]!;
  if (background) return undefined;
  const inside: Frame = { ...frame, state: frame.state.fork() };
  if (command.type === 'Command') return trimmed(outputOf(command, part, inside));
  if (command.type !== 'Pipeline' || command.prefixes.length > 0) return undefined;
  const [first, ...filters] = command.commands;
  let output = first?.type === 'Command' ? outputOf(first, part, inside) : undefined;
  for (const filter of filters) {
    if (!output || filter.type !== 'Command') return undefined;
    output = filtered(output, filter, inside);
  }
  return trimmed(output);
}

function trimmed(value: ShellValue | undefined): ShellValue | undefined {
  return value && withoutLineEnds(value);
}

function outputOf(command: Command, site: PartSpan, frame: Frame): ShellValue | undefined {
  const { name, args, redirects, prefix } = command;
  if (prefix.some((item) => item.type === 'Assignment')) return undefined;
  if (!args.every((word) => word.type === 'Word')) return undefined;
  if (!name) return redirects.length === 1 ? inputOf(redirects[0]!, frame) : undefined;
  if (name.text === 'cat') {
    if (args.length === 0) return redirects.length === 1 ? inputOf(redirects[0]!, frame) : undefined;
    return args.length === 1 && redirects.length === 0 ? writtenFile(args[0]!, frame) : undefined;
  }
  if (name.text === 'jq') {
    const input = redirects.length === 1 ? inputOf(redirects[0]!, frame) : undefined;
    return input && filtered(input, { ...command, name, args, prefix, redirects: [] }, frame);
  }
  if (name.text !== 'echo' && name.text !== 'printf') return undefined;
  if (redirects.length > 0) return undefined;
  const words = args.map((word) => expandWord(word, frame));
  if (words.some(({ open }) => open)) return undefined;
  const fields = words.flatMap((word) => word.fields);
  return name.text === 'echo' ? echoOutput(fields, site, frame) : printfOutput(fields);
}

/** What `echo` prints, but for the line end; `undefined` where shells differ. */
export function echoOutput(fields: readonly ShellValue[], site: PartSpan, frame: Frame): ShellValue | undefined {
  const shown = fields[0]?.text === '-n' ? fields.slice(1) : fields;
  if (/^-[neE]+$/.test(shown[0]?.text ?? '') || shown.some(({ text }) => text.includes('\\'))) return undefined;
  const builder = new FieldBuilder(frame.script, { start: site.pos, end: site.end }, '');
  shown.forEach((field, index) => {
    if (index > 0) builder.between(site.pos, site.end, ' ');
    builder.value(field, site.pos, site.end);
  });
  builder.finish(true);
  return builder.fields[0];
}

/** What `printf` prints for the formats that change nothing. */
export function printfOutput(fields: readonly ShellValue[]): ShellValue | undefined {
  const [format, value] = fields;
  if (!format?.known || !/^%s(?:\\n)?$/.test(format.text) || fields.length !== 2) return undefined;
  return value;
}

/** The text of `<<EOF`, `<<< word` or `< file`. */
function inputOf(redirect: Redirection, frame: Frame): ShellValue | undefined {
  if (redirect.descriptor) return undefined;
  if (redirect.type === 'HereDoc') return expandHereDocument(redirect, frame);
  if (redirect.type === 'HereString') return redirect.target && expandValue(redirect.target, frame);
  return redirect.operator === '<' && redirect.target ? writtenFile(redirect.target, frame) : undefined;
}

function writtenFile(word: Word, { script, state }: Frame): ShellValue | undefined {
  const path = expandValue(word, { script, state });
  const name = scriptPath(path);
  return name === undefined ? undefined : state.readFile(name);
}

function withoutLineEnds(value: ShellValue): ShellValue {
  const unknownTo = value.holes.at(-1)?.end ?? 0;
  let end = value.text.length;
  while (end > unknownTo && value.text[end - 1] === '\n') end--;
  return value.slice(0, end);
}
