import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runShell, type ShellCommand, SourceText } from '../../server/src/syntax';

/** What a script printed, as the commands that printed it. */
type Printed = { readonly id: string; readonly values: readonly string[] };

const prelude = `
show() { printf '%s\\0' show "$#" "$@"; }
envshow() { printf '%s\\0' envshow "$1"; command env -0; printf '%s\\0' end; }
stdin() { local text; text=$(cat; echo x); printf '%s\\0' stdin "$1" "\${text%x}"; }
`;

/** Runs all scripts in one bash, each in a subshell of its own; `undefined` for one that bash complained about. */
function runInBash(scripts: readonly string[]): (Printed[] | undefined)[] {
  const folder = mkdtempSync(join(tmpdir(), 'shell-'));
  try {
    mkdirSync(join(folder, 'empty'));
    for (const [index, text] of scripts.entries()) writeFileSync(join(folder, `${index}.sh`), text);
    const driver = `${prelude}cd ${folder}/empty\nfor ((i = 0; i < ${scripts.length}; i++)); do ( . ../$i.sh ) 2>../$i.err; printf '%s\\0' ---; done\n`;
    const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
    const result = spawnSync('bash', ['-c', driver], { env: environment, maxBuffer: 1 << 28 });
    const output = result.stdout.toString('utf8').split('\0').slice(0, -1);
    const all: Printed[][] = [[]];
    for (let at = 0; at < output.length; at++) {
      const command = output[at]!;
      if (command === '---') {
        all.push([]);
      } else if (command === 'show') {
        const count = Number(output[++at]);
        all.at(-1)!.push({ id: output[at + 1]!, values: output.slice(at + 2, at + 1 + count) });
        at += count;
      } else if (command === 'stdin') {
        all.at(-1)!.push({ id: output[at + 1]!, values: [output[at + 2]!] });
        at += 2;
      } else if (command === 'envshow') {
        const end = output.indexOf('end', at);
        const values = output
          .slice(at + 2, end)
          .filter(isOurs)
          .sort();
        all.at(-1)!.push({ id: output[at + 1]!, values });
        at = end;
      } else {
        throw new Error(`unexpected output ${JSON.stringify(command)}`);
      }
    }
    return scripts.map((_, index) => (readFileSync(join(folder, `${index}.err`)).length > 0 ? undefined : all[index]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isOurs(entry: string): boolean {
  return /^[A-DN]=/.test(entry);
}

/** The same from our side; `undefined` where we do not claim to know. */
function printedBy(command: ShellCommand): readonly string[] | undefined {
  const name = command.words[0]?.text;
  if (command.open) return undefined;
  if (name === 'show') {
    return command.words.every((word) => word.known) ? command.words.slice(2).map((word) => word.text) : undefined;
  }
  if (name === 'stdin') {
    const [document] = command.hereDocuments;
    if (!document?.known) return undefined;
    return [
      /<<</.test(command.place.source.text.slice(command.place.span.start, command.place.span.end))
        ? `${document.text}\n`
        : document.text,
    ];
  }
  if (!command.environment.every(({ value }) => value.known)) return undefined;
  return command.environment
    .map(({ name, value }) => `${name}=${value.text}`)
    .filter(isOurs)
    .sort();
}

export const hasBash = spawnSync('bash', ['-c', 'exit 0']).status === 0;

export interface Comparison {
  /** Commands whose words or environment we know, and which were compared. */
  compared: number;
  /** Commands of which we say that we do not know. */
  unknown: number;
  /** Scripts that bash refused. */
  refused: number;
  readonly differences: {
    readonly script: string;
    readonly id: string;
    readonly ours: unknown;
    readonly theirs: unknown;
  }[];
}

/** Runs scripts in bash and with us. */
export function compareWithBash(scripts: readonly string[]): Comparison {
  const result: Comparison = { compared: 0, unknown: 0, refused: 0, differences: [] };
  const printed = runInBash(scripts);
  scripts.forEach((script, index) => {
    const theirs = printed[index];
    if (!theirs) {
      result.refused++;
      return;
    }
    const run = runShell(SourceText.root(script), { open: [], positionals: [] });
    const ours = run.commands.filter(({ words }) => /^(?:show|envshow|stdin)$/.test(words[0]?.text ?? ''));
    const differs = (id: string, mine: unknown) =>
      result.differences.push({ script, id, ours: mine, theirs: theirs.filter((printed) => printed.id === id) });
    for (const { id } of theirs) if (!ours.some(({ words }) => words[1]?.text === id)) differs(id, 'never runs');
    for (const command of ours) {
      const id = command.words[1]!.text;
      if (command.conditional) {
        result.unknown++;
        continue;
      }
      // What a function or a loop prints several times is told apart by its order only.
      const mine = ours.filter(({ words, conditional }) => words[1]!.text === id && !conditional);
      const same = theirs.filter((printed) => printed.id === id);
      const values = printedBy(command);
      if (same.length === 0) differs(id, 'runs');
      else if (!values || mine.length !== same.length) result.unknown++;
      else if (values.join('\0') !== same[mine.indexOf(command)]!.values.join('\0')) differs(id, values);
      else result.compared++;
    }
  });
  return result;
}
