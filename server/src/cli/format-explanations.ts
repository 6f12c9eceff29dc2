import { docsOf } from '../analysis';
import type { Blame, Explanation, LogReading } from '../explain';
import { describeBounds } from '../knowledge';
import { type Paint, paint } from './paint';
import { printable } from './printable';

/** All that is said about a log. */
export interface LogReport {
  readonly name: string;
  readonly lines: number;
  /** The releases that it names. */
  readonly versions: LogReading['versions'];
  /** A configuration was named, in which to look for what is to blame. */
  readonly searched: boolean;
  readonly explanations: readonly (Explanation & { readonly blame: readonly Blame[] })[];
}

/** The report as one JSON object; its shape is a contract (see docs/cli.md). */
export function explanationsJson({ lines, explanations }: LogReport): string {
  const shown = explanations.map(({ fact, count, firstLine, lastLine, text, cause, fix, blame }) => ({
    id: fact.id,
    count,
    firstLine,
    lastLine,
    text,
    cause,
    fix,
    rules: fact.rules,
    ...(fact.range && { range: fact.range }),
    sources: fact.sources.map((source) => source.url ?? source.text),
    blame: blame.map(({ file, range, message, rule }) => ({
      file,
      range,
      message,
      ...(rule !== undefined && { rule }),
    })),
  }));
  return `${JSON.stringify({ schemaVersion: 1, lines, explanations: shown }, null, 2)}\n`;
}

/** Places that are listed for a message; `--format json` has them all. */
const LISTED = 8;

/** Characters of the log's line that are shown. */
const WIDTH = 320;

/** The report for people. */
export function explanationsPretty(report: LogReport, colored: boolean): string {
  const brush = paint(colored);
  const parts = report.explanations.map((explanation) => `${pretty(explanation, report.searched, brush)}\n`);
  return `${[...parts, summary(report)].join('\n')}\n`;
}

function pretty(
  { fact, count, firstLine, lastLine, text, cause, fix, blame }: LogReport['explanations'][number],
  searched: boolean,
  brush: Paint,
): string {
  const where = count === 1 ? `line ${firstLine}` : `${count} lines, ${firstLine} to ${lastLine}`;
  const number = String(firstLine);
  const lines = [
    `${brush.strong(printable(fact.title))}  ${brush.dim(`${fact.id}, ${where}`)}`,
    `  ${brush.dim(`${number} |`)} ${printable(around(text))}`,
    `  why    ${printable(cause)}`,
    `  do     ${printable(fix)}`,
  ];
  for (const { file, range, message, rule } of blame.slice(0, LISTED)) {
    const at = `${printable(file)}:${range.start.line + 1}:${range.start.character + 1}`;
    lines.push(
      `  where  ${brush.strong(at)}  ${printable(message)}${rule === undefined ? '' : `  ${brush.dim(rule)}`}`,
    );
  }
  if (blame.length > LISTED)
    lines.push(`         … and ${blame.length - LISTED} more (\`--format json\` lists them all)`);
  if (searched && blame.length === 0)
    lines.push(`  where  ${brush.dim('no line of the named configuration governs it')}`);
  if (fact.rules.length > 0) lines.push(`  rules  ${fact.rules.map((rule) => brush.dim(docsOf(rule))).join(', ')}`);
  if (fact.range) lines.push(`  from   ${brush.dim(`${NAMES[fact.range.library]} ${describeBounds(fact.range)}`)}`);
  lines.push(`  source ${brush.dim(fact.sources.map((source) => source.url ?? source.text).join(', '))}`);
  return lines.join('\n');
}

const NAMES = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX' } as const;

function summary({ name, lines, versions, explanations }: LogReport): string {
  const releases = (['vllm', 'nixl', 'ucx'] as const).flatMap((library) => {
    const version = versions[library];
    return version === undefined ? [] : [`${NAMES[library]} ${printable(version)}`];
  });
  const read = [`${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'} read`, ...releases].join(', ');
  const known = explanations.length;
  if (known > 0) return `${printable(name)}: ${known} ${known === 1 ? 'message' : 'messages'} explained (${read})`;
  return `${printable(name)}: nothing known in it (${read}). Only texts that we can explain were looked for: that is no proof of health.`;
}

/** A long line: its begin, and what stands in the middle of what was kept of it. */
function around(text: string): string {
  return text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
}
