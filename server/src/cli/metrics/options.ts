import { parseArgs } from 'node:util';
import type { EngineRole } from '../../../../protocol/metrics';
import { AddressProblem, endpointUrl, webAddress } from '../../metrics/sources/endpoint-url';
import { namesSecret } from '../../metrics/sources/redact';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../metrics/thresholds';
import { WrongUse } from '../wrong-use';

/** An address that is asked, and what everything else calls it. */
export interface Target {
  readonly label: string;
  readonly url: string;
}

/** What the user asked for. */
export interface MetricsOptions {
  readonly endpoints: readonly Target[];
  readonly prometheus: Target | undefined;
  readonly matchers: string | undefined;
  readonly replay: string | undefined;
  readonly watch: boolean;
  readonly format: 'pretty' | 'json';
  readonly intervalMs: number;
  readonly timeoutMs: number | undefined;
  /** Seconds that verdicts look back while watching. */
  readonly windowSeconds: number;
  readonly roles: ReadonlyMap<string, EngineRole>;
  readonly thresholds: Thresholds;
  readonly tokenFile: string | undefined;
  readonly headerFile: string | undefined;
  readonly ca: string | undefined;
  readonly insecure: boolean;
  readonly color: boolean | undefined;
}

const OPTIONS = {
  watch: { type: 'boolean', short: 'w' },
  format: { type: 'string' },
  interval: { type: 'string' },
  timeout: { type: 'string' },
  window: { type: 'string' },
  replay: { type: 'string' },
  role: { type: 'string', multiple: true },
  label: { type: 'string', multiple: true },
  threshold: { type: 'string', multiple: true },
  prometheus: { type: 'string' },
  matchers: { type: 'string' },
  'token-file': { type: 'string' },
  'header-file': { type: 'string' },
  ca: { type: 'string' },
  insecure: { type: 'boolean' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
} as const;

/** How other programs take secrets: everyone on the machine can read the command line of a process. */
const SECRET_OPTION = /^--?(?:token|bearer|header|authorization|auth|password|user|api-?key|H|u)(?:=|$)/i;

/** Reads the command line behind `metrics`. */
export function readOptions(words: readonly string[]): MetricsOptions {
  const secret = words.find((word) => SECRET_OPTION.test(word));
  if (secret !== undefined) {
    const [name] = secret.split('=', 1);
    throw new WrongUse(
      `\`${name}\`: secrets do not belong on a command line, which others can read. Put a token into NIXL_METRICS_TOKEN or \`--token-file FILE\`, headers into \`--header-file FILE\`.`,
    );
  }
  const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  const { replay, watch = false } = values;
  const format = values.format ?? 'pretty';
  if (format !== 'pretty' && format !== 'json') throw new WrongUse(`\`--format ${format}\`: use pretty or json.`);
  const endpoints = targets(positionals, values.label ?? []);
  const prometheus = values.prometheus === undefined ? undefined : prometheusTarget(values.prometheus);
  if (replay !== undefined && (watch || endpoints.length > 0 || prometheus)) {
    throw new WrongUse('`--replay` reads what was recorded: it takes neither addresses nor `--watch`.');
  }
  if (replay === undefined && endpoints.length === 0 && !prometheus) {
    throw new WrongUse('Name the endpoints to ask, such as `decode=http://localhost:8200/metrics`.');
  }
  if (values.matchers !== undefined && !prometheus) throw new WrongUse('`--matchers` goes with `--prometheus`.');
  return {
    endpoints,
    prometheus,
    matchers: values.matchers,
    replay,
    watch,
    format,
    intervalMs: duration('--interval', values.interval, 100) ?? 2000,
    timeoutMs: duration('--timeout', values.timeout, 10),
    windowSeconds: (duration('--window', values.window, 1000) ?? 60_000) / 1000,
    roles: new Map((values.role ?? []).map(role)),
    thresholds: { ...DEFAULT_THRESHOLDS, ...Object.fromEntries((values.threshold ?? []).map(threshold)) },
    tokenFile: values['token-file'],
    headerFile: values['header-file'],
    ca: values.ca,
    insecure: values.insecure ?? false,
    color: values['no-color'] ? false : values.color,
  };
}

/** The n-th label belongs to the n-th address that brings none. */
function targets(words: readonly string[], labels: readonly string[]): Target[] {
  const rest = [...labels];
  const used = new Set<string>();
  const found = words.map((word) => {
    // A label ends before anything that an address is made of.
    const [, own, address = word] = /^([^=/?#]+)=(.+)$/s.exec(word) ?? [];
    const url = readAddress(address, endpointUrl);
    const given = own ?? rest.shift();
    if (given !== undefined && used.has(given)) throw new WrongUse(`\`${given}\` names two endpoints.`);
    const label = given ?? unused([url.host, `${url.host}${url.pathname}`, url.href], used);
    used.add(label);
    return { label, url: url.href };
  });
  if (rest.length > 0) throw new WrongUse('There are more `--label` than addresses without one.');
  return found;
}

function unused(names: readonly string[], used: ReadonlySet<string>): string {
  const name = names.find((candidate) => !used.has(candidate));
  if (name === undefined) throw new WrongUse(`${names.at(-1)} is named twice.`);
  return name;
}

function prometheusTarget(text: string): Target {
  const url = readAddress(text, webAddress);
  return { label: url.host, url: url.href };
}

function readAddress(text: string, read: (text: string) => URL): URL {
  let url: URL;
  try {
    url = read(text);
  } catch (error) {
    if (!(error instanceof AddressProblem)) throw error;
    throw new WrongUse(`An address: ${error.message}`);
  }
  if (url.password !== '' || url.username !== '' || [...url.searchParams.keys()].some(namesSecret)) {
    throw new WrongUse(
      `The address of ${url.host} holds a secret, which others can read. Put it into NIXL_METRICS_TOKEN or \`--token-file FILE\`; a name and a password are \`Basic BASE64\` there.`,
    );
  }
  return url;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function duration(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (digits === undefined) throw new WrongUse(`\`${option} ${text}\`: write a time such as 2s, 500ms or 1m.`);
  const milliseconds = Number(digits) * UNITS[unit]!;
  // Timers know no longer ones.
  if (milliseconds < least || milliseconds > 86_400_000) {
    throw new WrongUse(`\`${option} ${text}\`: use something between ${least} ms and a day.`);
  }
  return milliseconds;
}

function role(word: string): [string, EngineRole] {
  const at = word.lastIndexOf('=');
  const [label, name] = [word.slice(0, Math.max(0, at)), word.slice(at + 1)];
  if (label === '' || (name !== 'prefill' && name !== 'decode' && name !== 'both')) {
    throw new WrongUse(`\`--role ${word}\`: write LABEL=prefill, LABEL=decode or LABEL=both.`);
  }
  return [label, name];
}

function threshold(word: string): [string, number] {
  const [name = '', text = '', ...rest] = word.split('=');
  const value = Number(text);
  if (!Object.hasOwn(DEFAULT_THRESHOLDS, name)) {
    throw new WrongUse(
      `\`--threshold ${word}\`: there is no such threshold; there are ${Object.keys(DEFAULT_THRESHOLDS).join(', ')}.`,
    );
  }
  if (rest.length > 0 || text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new WrongUse(`\`--threshold ${word}\`: write NAME=NUMBER.`);
  }
  return [name, value];
}
