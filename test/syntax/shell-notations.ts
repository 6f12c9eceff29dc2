// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell scripts.

import { runShell, type ShellRun, type SourceText } from '../../server/src/syntax';

/** A way to hand a text to a command. */
export interface Notation {
  readonly name: string;
  /** A script that hands `text` to the command `it`, or `undefined` when it can not be written so. */
  write(text: string): string | undefined;
  /** Where it arrives. */
  read(run: ShellRun): SourceText | undefined;
}

const single = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const double = (text: string) => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
const bare = (text: string) =>
  text === '' ? "''" : text.includes('\n') ? undefined : text.replace(/[^A-Za-z0-9]/g, '\\$&');
const ansi = (text: string) => `$'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
const mixed = (text: string) => {
  const cut = Math.floor(text.length / 2);
  return `${single(text.slice(0, cut))}${double(text.slice(cut))}`;
};
const continued = (text: string) => `"${[...text].map((character) => double(character).slice(1, -1)).join('\\\n')}"`;

const firstWord = (run: ShellRun) => run.commands.find(({ words }) => words[0]?.text === 'it')?.words[1];
const quotings = { single, double, bare, ansi, mixed, continued };

/** Every quoting in every position. */
export const quoted: readonly Notation[] = Object.entries(quotings).flatMap(([name, quote]) => {
  const way = (title: string, frame: (word: string) => string, read = firstWord): Notation => ({
    name: `${name}, ${title}`,
    write: (text) => {
      const word = quote(text);
      return word === undefined ? undefined : frame(word);
    },
    read,
  });
  return [
    way('argument', (word) => `true\nit ${word} more\n`),
    way(
      'flag=value',
      (word) => `it --flag=${word}`,
      (run) => firstWord(run)?.slice('--flag='.length),
    ),
    way('variable', (word) => `A=${word}\nit "$A"`),
    way(
      'appended',
      (word) => `A=x\nA+=${word}\nit "$A"`,
      (run) => firstWord(run)?.slice(1),
    ),
    way('array', (word) => `L=(a ${word})\nL+=(b)\nit "\${L[1]}"`),
    way('every element', (word) => `L=(${word} b)\nit "\${L[@]}"`),
    way(
      'export',
      (word) => `export A=${word}; it`,
      (run) => run.commands[0]?.environment[0]?.value,
    ),
    way(
      'export in quotes',
      (word) => `export "A"=${word}; it`,
      (run) => run.commands[0]?.environment[0]?.value,
    ),
    way(
      'prefix',
      (word) => `A=1 B=${word} it`,
      (run) => run.commands[0]?.environment[1]?.value,
    ),
    way(
      'default',
      (word) => `it "\${NONE:-$A}" \${NONE:-${word}}`,
      (run) => run.commands[0]?.words[2],
    ),
    way('function', (word) => `f() { local x=$1; it "$x"; }\nf ${word}`),
    way('loop', (word) => `while true; do A=${word}; it "$A"; done`),
    way('printf', (word) => `printf -v A %s ${word}; it "$A"`),
    way(
      'printf in $(…)',
      (word) => `A=$(printf '%s' ${word}x); it "$A"`,
      (run) => {
        const text = firstWord(run);
        return text?.slice(0, text.length - 1);
      },
    ),
    way('eval', (word) => `eval ${single(`it ${word}`)}`),
    way('eval of a variable', (word) => `C="it"\nC+=${single(` ${word}`)}\neval "$C --more &"`),
    way(
      'bash -c',
      (word) => `bash -c ${double(`it ${word}`)}`,
      (run) => {
        const inner = run.commands[0]?.words[2];
        return inner && firstWord(runShell(inner));
      },
    ),
    way(
      'bash -c in single quotes',
      (word) => `bash -c ${single(`it ${word}`)}`,
      (run) => {
        const inner = run.commands[0]?.words[2];
        return inner && firstWord(runShell(inner));
      },
    ),
  ];
});

/** Here-documents of every kind. */
export const documents: readonly Notation[] = ['EOF', "'EOF'", '"EOF"', '\\EOF'].flatMap((delimiter) =>
  ['<<', '<<-'].flatMap((operator) => {
    const body = (text: string): string | undefined => {
      if (/^EOF$/m.test(text)) return undefined;
      const tabs = operator === '<<-' ? '\t' : '';
      if (tabs && /^\t/m.test(text)) return undefined;
      const written = delimiter === 'EOF' ? text.replace(/[\\$`]/g, '\\$&') : text;
      return `${tabs}${written.replaceAll('\n', `\n${tabs}`)}\n`;
    };
    const way = (title: string, frame: (body: string) => string, read: Notation['read']): Notation => ({
      name: `${operator}${delimiter}, ${title}`,
      write: (text) => {
        const lines = body(text);
        return lines === undefined ? undefined : frame(lines);
      },
      read,
    });
    const whole = (text: SourceText | undefined) => text?.slice(0, text.length - 1);
    return [
      way(
        'here-document',
        (lines) => `it ${operator}${delimiter}\n${lines}EOF\n`,
        (run) => whole(run.commands[0]?.hereDocuments[0]),
      ),
      way(
        'read',
        (lines) => `IFS= read -r -d '' A ${operator}${delimiter}\n${lines}EOF\nit "$A"`,
        (run) => whole(firstWord(run)),
      ),
      way(
        'file',
        (lines) => `cat > x ${operator}${delimiter}\n${lines}EOF\n`,
        (run) => whole(run.files.get('x')),
      ),
      way(
        '$(cat)',
        (lines) => `A=$(cat ${operator}${delimiter}\nx${operator === '<<-' ? '\n' : ''}${lines}y\nEOF\n)\nit "$A"`,
        (run) => {
          const text = firstWord(run);
          return text?.slice(operator === '<<-' ? 2 : 1, text.length - 2);
        },
      ),
    ];
  }),
);
