import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import type { FilePlace } from '../../analysis';
import { BlameSearch, explanationOf, type LogReading, readLog } from '../../explain';
import { parseVersion, type Versions } from '../../knowledge';
import { platformOption, versionOption } from '../arguments';
import { check } from '../check';
import { explanationsJson, explanationsPretty, type LogReport } from '../format-explanations';
import { displayName } from '../path-files';
import type { Report } from '../report';
import { EXIT, type Terminal } from '../terminal';
import { WrongUse } from '../wrong-use';
import type { Verb } from './verb';

const FORMATS: readonly string[] = ['pretty', 'json'];

/** Bytes of a log that are read at once. */
const PIECE = 256 * 1024;

export const explainVerb: Verb = {
  name: 'explain',
  help: `nixl-lint explain reads a log of vLLM, NIXL or UCX, or a traceback, and says what the errors in it mean.

Usage: nixl-lint explain LOG [PATHS…] [OPTIONS]

LOG is a file of any size, or - for standard input. When PATHS name the configuration (files or folders), the lines
that are to blame are named too. A message comes with its cause, what to write instead, and the rules that find the
mistake before the engine starts.

  --format pretty|json     how the report looks
  --vllm-version VERSION   the release that ran (otherwise the one that the log names)
  --nixl-version VERSION
  --ucx-version VERSION
  --platform NAME          cuda, rocm, xpu or cpu, where PATHS do not say
  --color, --no-color      colours whether or not the output is a terminal
  --help, -h               this text

Exit status: 0 the log was read, whether or not anything in it is known; 2 wrong use, or a file that cannot be read.
`,
  async run(words, terminal) {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        format: { type: 'string' },
        'vllm-version': { type: 'string' },
        'nixl-version': { type: 'string' },
        'ucx-version': { type: 'string' },
        platform: { type: 'string' },
        color: { type: 'boolean' },
        'no-color': { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const format = values.format ?? 'pretty';
    if (!FORMATS.includes(format)) throw new WrongUse(`\`--format ${format}\`: use ${FORMATS.join(' or ')}.`);
    const [log, ...paths] = positionals;
    if (log === undefined) throw new WrongUse('Name a log, or `-` for standard input.');
    if (paths.includes('-')) throw new WrongUse('`-` stands for the log only.');
    const stated = {
      vllm: versionOption('--vllm-version', values['vllm-version']),
      nixl: versionOption('--nixl-version', values['nixl-version']),
      ucx: versionOption('--ucx-version', values['ucx-version']),
    };
    const platform = platformOption(values.platform);
    const reading = await read(log, terminal);
    if (!reading) return EXIT.failed;
    const versions = combined(stated, reading);
    const explanations = reading.recognitions.map((recognition) => explanationOf(recognition, versions));
    const blame = new BlameSearch(explanations);
    let failed = false;
    const fault = (message: string) => {
      failed = true;
      terminal.say(message);
    };
    const options = { paths, assumptions: { ...versions, platform }, rules: {}, stdinName: undefined, quiet: false };
    const { report, missing } = await check(options, terminal.input, fault, (analysis) => blame.look(analysis));
    for (const path of missing) fault(`${path}: there is no such file or folder.`);
    const covered = (place: FilePlace) => coveredIn(report, place);
    const found: LogReport = {
      name: log === '-' ? 'Standard input' : displayName(log),
      lines: reading.lines,
      versions: reading.versions,
      searched: paths.length > 0,
      explanations: explanations.map((explanation) => {
        return { ...explanation, blame: blame.of(explanation, report.findings, covered) };
      }),
    };
    const colored = values['no-color'] ? false : (values.color ?? terminal.colors);
    await terminal.out(format === 'json' ? explanationsJson(found) : explanationsPretty(found, colored));
    return failed ? EXIT.failed : EXIT.fine;
  },
};

/** Says what is wrong when the log cannot be read. */
async function read(log: string, terminal: Terminal): Promise<LogReading | undefined> {
  try {
    const reading = await readLog(
      log === '-' ? terminal.inputPieces() : createReadStream(log, { highWaterMark: PIECE }),
    );
    if (!reading.unreadable) return reading;
    terminal.say(
      `${log}: is compressed. Unpack it first: \`zcat ${log === '-' ? 'FILE' : log} | nixl-lint explain -\`.`,
    );
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    terminal.say(`${log}: ${PROBLEMS[code] ?? `cannot be read (${code}).`}`);
  }
  return undefined;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file.',
  EISDIR: 'is a folder; name a log.',
};

/** What the user says counts before what the log says. */
function combined(stated: Readonly<Record<keyof Versions, string | undefined>>, { versions }: LogReading) {
  const known = (library: keyof Versions) => {
    const logged = versions[library];
    return stated[library] ?? (logged !== undefined && parseVersion(logged) ? logged : undefined);
  };
  return { vllm: known('vllm'), nixl: known('nixl'), ucx: known('ucx') };
}

/** The characters that a finding covers, as far as the report keeps them. */
function coveredIn(report: Report, place: FilePlace): string | undefined {
  const finding = report.findings.find(({ file, start, end }) => {
    return file === place.file && start === place.start && end === place.end;
  });
  const line = finding && report.excerpt(finding)?.lines[0];
  return line?.text.slice(line.start, line.end);
}
