import { parseJson } from '../json/parse';
import { refused, replaced } from '../segments';
import type { Encoder, Place, SourceText } from '../source-text';
import { hereDocuments } from './here-documents';
import { escapeCharacter, fileLine, isComment, readDockerLine } from './lines';
import { type DockerPair, dockerPairs } from './words';

export type { DockerPair } from './words';

export interface DockerInstruction {
  /** In capitals: `FROM`, `ENV`, `RUN`, … */
  readonly keyword: string;
  readonly keywordText: SourceText;
  /** `--mount=…`, `--from=…` before the arguments. */
  readonly flags: readonly SourceText[];
  /** The arguments, with continuations joined and comments left out. */
  readonly text: SourceText;
  /** The words of the exec form, `["vllm", "serve"]`. */
  readonly exec: readonly SourceText[] | undefined;
  /** Of ENV, ARG and LABEL. */
  readonly pairs?: readonly DockerPair[] | undefined;
  /** Bodies of `<<EOF`, as they are given to the command. */
  readonly hereDocuments: readonly DockerHereDocument[];
  /** From the keyword to the end of the arguments. */
  readonly place: Place;
}

export interface DockerHereDocument {
  readonly name: string;
  readonly text: SourceText;
  /** The name has no quotes: a shell expands what is in it. */
  readonly expands: boolean;
}

const execForm = /^(?:CMD|ENTRYPOINT|RUN|SHELL|HEALTHCHECK|VOLUME|COPY|ADD)$/;
const withPairs = /^(?:ENV|ARG|LABEL)$/;

/** Blanks around the arguments do not belong to them, and what looks like a flag before them would be one. */
const argumentEncoder: Encoder = (replacement, at, text) => {
  const whole = replaced(text, at, replacement);
  return whole === whole.trim() && !/^--[a-z]/.test(whole) ? replacement : undefined;
};

const flagEncoder: Encoder = (replacement, at, text) =>
  /^--[a-z]\S*$/.test(replaced(text, at, replacement)) ? replacement : undefined;

/** Reads the instructions of a Dockerfile, in order. Never throws. */
export function parseDockerfile(source: SourceText): DockerInstruction[] {
  const { text } = source;
  const escapeSign = escapeCharacter(text);
  const instructions: DockerInstruction[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const line = fileLine(text, at);
    if (isComment(text, line) || text.slice(line.start, line.end).trim() === '') {
      at = line.next;
      continue;
    }
    const read = readDockerLine(source, at, escapeSign);
    const instruction = readInstruction(source, read.text, escapeSign);
    const here =
      instruction && /^(?:RUN|COPY|ADD)$/.test(instruction.keyword)
        ? hereDocuments(source, instruction.text, read.next)
        : undefined;
    if (instruction) instructions.push(here ? { ...instruction, hereDocuments: here.documents } : instruction);
    at = Math.max(here?.next ?? read.next, at + 1);
  }
  return instructions;
}

function readInstruction(source: SourceText, line: SourceText, escapeSign: string): DockerInstruction | undefined {
  const match = /^(\s*)(\S+)/.exec(line.text);
  if (!match) return undefined;
  const start = match[1]!.length;
  let at = start + match[2]!.length;
  const keyword = match[2]!.toUpperCase();
  const flags: SourceText[] = [];
  for (;;) {
    while (at < line.length && /\s/.test(line.text[at]!)) at++;
    // `--` alone ends the flags.
    const flag = keyword === 'FROM' || execForm.test(keyword) ? /^--[a-z][^\s]*/.exec(line.text.slice(at)) : null;
    if (!flag) break;
    flags.push(line.slice(at, at + flag[0].length, flagEncoder));
    at += flag[0].length;
  }
  const end = Math.max(at, line.text.trimEnd().length);
  // Without a blank before them there is no room for arguments.
  const room = /\s/.test(line.text[at - 1] ?? '');
  const text = line.slice(at, end, room ? argumentEncoder : refused);
  const { span } = placeIn(source, line, start, end);
  return {
    keyword,
    keywordText: line.slice(start, start + match[2]!.length, refused),
    flags,
    text,
    exec: execForm.test(keyword) ? execWords(text, keyword) : undefined,
    pairs: withPairs.test(keyword) ? dockerPairs(text, keyword, escapeSign) : undefined,
    hereDocuments: [],
    place: source.place(span),
  };
}

/** The file's characters of a part of an instruction. */
function placeIn(source: SourceText, line: SourceText, start: number, end: number): Place {
  const { root, span } = line.locate({ start, end });
  return root === source ? source.place(span) : line.place({ start, end });
}

/** The strings of a JSON array that is all there is; anything else is the shell form. */
function execWords(text: SourceText, keyword: string): SourceText[] | undefined {
  const start = keyword === 'HEALTHCHECK' ? (/^CMD\s+/i.exec(text.text)?.[0].length ?? 0) : 0;
  const argument = start > 0 ? text.slice(start) : text;
  if (argument.text[0] !== '[') return undefined;
  const { root, problems } = parseJson(argument);
  if (root?.type !== 'array' || problems.length > 0) return undefined;
  const words = root.items.flatMap((item) => (item.type === 'string' ? [item.text] : []));
  return words.length === root.items.length ? words : undefined;
}
