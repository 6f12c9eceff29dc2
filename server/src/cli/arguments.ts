import { parseArgs } from 'node:util';
import { type Assumptions, isRuleId, PLATFORMS, type RuleLevels, SEVERITY_LEVELS, type Severity } from '../analysis';
import { parseVersion } from '../knowledge';
import { LATER_VERBS, VERBS } from './verbs';
import { isParseError, WrongUse } from './wrong-use';

export const FORMATS = ['pretty', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** What the user asked for. */
export type Request =
  | { readonly verb: 'help' | 'version' }
  | { readonly verb: 'check'; readonly options: CheckOptions }
  /** Wrong use: `message` says what and the program ends with 2. */
  | { readonly verb: 'refuse'; readonly message: string };

export interface CheckOptions {
  readonly paths: readonly string[];
  readonly reports: readonly { readonly format: Format; readonly file: string | undefined }[];
  readonly assumptions: Assumptions;
  readonly rules: RuleLevels;
  readonly stdinName: string | undefined;
  readonly maxWarnings: number | undefined;
  readonly quiet: boolean;
  readonly color: boolean | undefined;
}

const LATER_FORMATS = ['sarif', 'github', 'junit'];

const OPTIONS = {
  format: { type: 'string', multiple: true },
  output: { type: 'string', multiple: true },
  'vllm-version': { type: 'string' },
  'nixl-version': { type: 'string' },
  'ucx-version': { type: 'string' },
  platform: { type: 'string' },
  rule: { type: 'string', multiple: true },
  config: { type: 'string' },
  'no-config': { type: 'boolean' },
  'stdin-filename': { type: 'string' },
  'max-warnings': { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

/** Reads the command line, without the program's own name. */
export function readArguments(words: readonly string[]): Request {
  try {
    return read(words);
  } catch (error) {
    if (error instanceof WrongUse || isParseError(error)) return { verb: 'refuse', message: error.message };
    throw error;
  }
}

function read(words: readonly string[]): Request {
  const parsed = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, tokens: true });
  const { values, tokens } = parsed;
  let paths = parsed.positionals;
  if (values.help) return { verb: 'help' };
  if (values.version) return { verb: 'version' };
  const first = tokens.find((token) => token.kind !== 'option');
  if (first?.kind === 'positional') {
    if (LATER_VERBS.includes(first.value)) throw new WrongUse(`\`${first.value}\` is not available yet.`);
    if (VERBS.some(({ name }) => name === first.value)) {
      throw new WrongUse(`Write \`${first.value}\` before its options, or \`./${first.value}\` for the path.`);
    }
    if (first.value === 'check') paths = paths.slice(1);
  }
  if (values.config !== undefined) throw new WrongUse('`--config` is not available yet.');
  if (paths.length === 0) throw new WrongUse('Name files or folders to check, or `-` for standard input.');
  return {
    verb: 'check',
    options: {
      paths,
      reports: reports(values.format ?? ['pretty'], values.output ?? []),
      assumptions: {
        vllm: versionOption('--vllm-version', values['vllm-version']),
        nixl: versionOption('--nixl-version', values['nixl-version']),
        ucx: versionOption('--ucx-version', values['ucx-version']),
        platform: platformOption(values.platform),
      },
      rules: Object.fromEntries((values.rule ?? []).map(ruleLevel)),
      stdinName: values['stdin-filename'],
      maxWarnings: count('--max-warnings', values['max-warnings']),
      quiet: values.quiet ?? false,
      color: values['no-color'] ? false : values.color,
    },
  };
}

/** The n-th output belongs to the n-th format; what has none goes to standard output. */
function reports(formats: readonly string[], outputs: readonly string[]): CheckOptions['reports'] {
  if (outputs.length > formats.length) throw new WrongUse('There are more `--output` than `--format`.');
  const pairs = formats.map((format, index) => ({ format: knownFormat(format), file: fileOutput(outputs[index]) }));
  if (pairs.filter(({ file }) => file === undefined).length > 1) {
    throw new WrongUse('Only one report can go to standard output: give the others an `--output FILE`.');
  }
  return pairs;
}

function fileOutput(output: string | undefined): string | undefined {
  return output === '-' ? undefined : output;
}

function knownFormat(format: string): Format {
  if (isOneOf(FORMATS, format)) return format;
  if (LATER_FORMATS.includes(format)) throw new WrongUse(`\`--format ${format}\` is not available yet.`);
  throw new WrongUse(`\`--format ${format}\`: use ${FORMATS.join(' or ')}.`);
}

export function versionOption(option: string, value: string | undefined): string | undefined {
  if (value === undefined || parseVersion(value)) return value;
  throw new WrongUse(`\`${option} ${value}\`: not a release such as 0.11.0.`);
}

export function platformOption(value: string | undefined): Assumptions['platform'] {
  if (value === undefined || isOneOf(PLATFORMS, value)) return value;
  throw new WrongUse(`\`--platform ${value}\`: use one of ${PLATFORMS.join(', ')}.`);
}

function ruleLevel(word: string): [string, Severity | 'off'] {
  const [id = '', level = '', ...rest] = word.split('=');
  if (!isOneOf(SEVERITY_LEVELS, level) || rest.length > 0) {
    throw new WrongUse(`\`--rule ${word}\`: write ID=LEVEL with one of ${SEVERITY_LEVELS.join(', ')}.`);
  }
  if (!isRuleId(id)) throw new WrongUse(`\`--rule ${word}\`: there is no rule \`${id}\`.`);
  return [id, level];
}

function count(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new WrongUse(`\`${option} ${value}\`: not a number.`);
  return Number(value);
}

function isOneOf<T extends string>(list: readonly T[], value: string): value is T {
  return (list as readonly string[]).includes(value);
}
