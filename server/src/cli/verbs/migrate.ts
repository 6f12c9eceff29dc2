import { parseArgs } from 'node:util';
import type { Assumptions } from '../../analysis';
import { newestRelease } from '../../knowledge';
import { readRelease, standing, type Target } from '../../migration';
import { platformOption, versionOption } from '../arguments';
import { collect, planWithReferences } from '../migrate/collect';
import { migrationJson } from '../migrate/format-json';
import { migrationPretty } from '../migrate/format-pretty';
import { unifiedDiff } from '../migrate/unified-diff';
import { writePlan } from '../migrate/write-file';
import { EXIT, type Terminal } from '../terminal';
import { WrongUse } from '../wrong-use';
import type { Verb } from './verb';

const FORMATS = ['pretty', 'json', 'diff'] as const;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  write: { type: 'boolean' },
  unsafe: { type: 'boolean' },
  'new-defaults': { type: 'boolean' },
  'nixl-version': { type: 'string' },
  'ucx-version': { type: 'string' },
  platform: { type: 'string' },
  format: { type: 'string' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
} as const;

export const migrateVerb: Verb = {
  name: 'migrate',
  help: `nixl-lint migrate says what a move to another vLLM breaks, which defaults it changes, and what to write instead.

Usage: nixl-lint migrate [--from VERSION] --to VERSION [OPTIONS] PATHS…

It prints what would become of the files and what is left to do by hand; --write applies the edits that are safe.

  --to VERSION             the vLLM release to go to, or newest
  --from VERSION           the release that runs where the files do not say: a comment, an image's tag and a pip
                           requirement count before it. Engines of unknown release are only looked at for the new one
  --write                  apply the safe edits
  --unsafe                 also take edits that may change what the deployment does, where there is no safe one
  --new-defaults           leave defaults that changed to the new release, instead of writing the old ones down
  --nixl-version VERSION   the NIXL release to go to, where it is not the one that vLLM asks for
  --ucx-version VERSION    the UCX release to go to
  --platform NAME          cuda, rocm, xpu or cpu, where the files do not say
  --format pretty|json|diff
                           for people, as one JSON object, or the edits alone as a patch for git apply
  --color, --no-color      colours whether or not the output is a terminal
  --help, -h               this text

Exit status: 0 nothing is left to do by hand, 1 something is, 2 wrong use, a missing path, or a file that could not be
written.
`,
  run,
};

async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  const target = targetOf(values.to, values['nixl-version'], values['ucx-version']);
  const from = releaseOption('--from', values.from);
  const format = formatOf(values.format ?? 'pretty');
  if (positionals.includes('-')) throw new WrongUse('`migrate` changes files: standard input is none.');
  if (positionals.length === 0) throw new WrongUse('Name the files or folders to migrate.');
  const assumptions: Assumptions = { vllm: from, platform: platformOption(values.platform) };
  const collected = await collect(positionals);
  let failed = false;
  const fault = (message: string) => {
    failed = true;
    terminal.say(message);
  };
  for (const path of collected.missing) fault(`${path}: there is no such file or folder.`);
  const plan = await planWithReferences(collected, {
    target: { ...target, downgrade: standing(from, target.vllm) === 'newer' },
    assumptions,
    keepDefaults: values['new-defaults'] !== true,
    unsafe: values.unsafe ?? false,
    log: fault,
  });
  const written = values.write ? await write(plan.files, fault) : [];
  const outcome = { files: collected.names.size, written, unreadable: collected.unchecked };
  const colored = values['no-color'] ? false : (values.color ?? terminal.colors);
  await terminal.out(
    format === 'json'
      ? migrationJson(plan, outcome)
      : format === 'diff'
        ? plan.files.map(unifiedDiff).join('')
        : migrationPretty(plan, outcome, values.write ?? false, colored),
  );
  if (failed) return EXIT.failed;
  return plan.changes.some(({ state }) => state === 'by-hand') ? EXIT.found : EXIT.fine;
}

async function write(
  files: readonly Parameters<typeof writePlan>[0][],
  fault: (message: string) => void,
): Promise<string[]> {
  const written: string[] = [];
  for (const file of files) {
    const problem = await writePlan(file);
    if (problem === undefined) written.push(file.file);
    else fault(`${file.file}: ${problem}.`);
  }
  return written;
}

function targetOf(to: string | undefined, nixl: string | undefined, ucx: string | undefined): Target {
  const vllm = releaseOption('--to', to);
  if (vllm === undefined) {
    throw new WrongUse(`Say where to with \`--to VERSION\`; the newest that is known is ${newestRelease('vllm')}.`);
  }
  return { vllm, nixl: versionOption('--nixl-version', nixl), ucx: versionOption('--ucx-version', ucx) };
}

function releaseOption(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const release = readRelease('vllm', value);
  if (release === undefined) throw new WrongUse(`\`${option} ${value}\`: not a release such as 0.11.0.`);
  return release;
}

function formatOf(format: string): (typeof FORMATS)[number] {
  const known = FORMATS.find((name) => name === format);
  if (!known) throw new WrongUse(`\`--format ${format}\`: use pretty, json or diff.`);
  return known;
}
