import { writeFile } from 'node:fs/promises';
import { faultOf, VERSION } from '../analysis';
import { type CheckOptions, readArguments } from './arguments';
import { check } from './check';
import { formatJson } from './format-json';
import { formatPretty } from './format-pretty';
import { HELP } from './help';
import type { Report } from './report';
import { EXIT, type Terminal } from './terminal';
import { VERBS } from './verbs';
import type { Verb } from './verbs/verb';
import { isParseError, WrongUse } from './wrong-use';

/** Runs the command line; the result is the exit code. */
export async function main(words: readonly string[], terminal: Terminal): Promise<number> {
  const verb = VERBS.find(({ name }) => name === words[0]);
  if (verb) return runVerb(await verb.load(), words.slice(1), terminal);
  const request = readArguments(words);
  switch (request.verb) {
    case 'help':
      await terminal.out(HELP);
      return EXIT.fine;
    case 'version':
      await terminal.out(`${VERSION}\n`);
      return EXIT.fine;
    case 'refuse':
      terminal.say(`${request.message} See \`nixl-lint --help\`.`);
      return EXIT.failed;
    case 'check':
      return runCheck(request.options, terminal);
  }
}

async function runVerb(verb: Verb, words: readonly string[], terminal: Terminal): Promise<number> {
  if (words.some((word) => word === '--help' || word === '-h')) {
    await terminal.out(verb.help);
    return EXIT.fine;
  }
  try {
    return await verb.run(words, terminal);
  } catch (error) {
    if (!(error instanceof WrongUse) && !isParseError(error)) throw error;
    terminal.say(`${error.message} See \`nixl-lint ${verb.name} --help\`.`);
    return EXIT.failed;
  }
}

async function runCheck(options: CheckOptions, terminal: Terminal): Promise<number> {
  let failed = false;
  const fault = (message: string) => {
    failed = true;
    terminal.say(message);
  };
  const { report, missing } = await check(options, terminal.input, fault);
  for (const path of missing) fault(`${path}: there is no such file or folder.`);
  for (const { format, file } of options.reports) {
    const text =
      format === 'json'
        ? formatJson(report)
        : formatPretty(report, options.color ?? (file === undefined && terminal.colors));
    const printed = file === undefined || (!(await write(file, text, fault)) && !options.reports.some(goesToOutput));
    if (printed) await terminal.out(text);
  }
  return failed ? EXIT.failed : verdict(report, options);
}

function goesToOutput({ file }: CheckOptions['reports'][number]): boolean {
  return file === undefined;
}

/** False when it could not be written: a report that nobody gets would be lost, so it goes to standard output instead. */
async function write(file: string, text: string, fault: (message: string) => void): Promise<boolean> {
  try {
    await writeFile(file, text);
    return true;
  } catch (error) {
    fault(`${file}: cannot be written (${error instanceof Error && 'code' in error ? error.code : faultOf(error)}).`);
    return false;
  }
}

function verdict({ findings, warnings }: Report, { maxWarnings }: CheckOptions): number {
  const errors = findings.some(({ severity }) => severity === 'error');
  return errors || (maxWarnings !== undefined && warnings > maxWarnings) ? EXIT.found : EXIT.fine;
}
