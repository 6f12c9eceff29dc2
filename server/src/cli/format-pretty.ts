import type { FilePlace, Problem, Severity } from '../analysis';
import { counted } from './counted';
import type { Excerpt } from './excerpt';
import { type Paint, paint } from './paint';
import { displayWidth, printable } from './printable';
import type { Report } from './report';

/** So many parts that were not checked are listed; more would hide the findings. `--format json` has them all. */
const LISTED = 20;

/** The report for people: grouped by file, each finding with the lines it is about, and a summary. */
export function formatPretty(report: Report, colored: boolean): string {
  const brush = paint(colored);
  const parts: string[] = [];
  let file: string | undefined;
  for (const finding of report.findings) {
    if (finding.file !== file) {
      file = finding.file;
      parts.push(`${brush.strong(printable(file))}\n`);
    }
    parts.push(`${prettyFinding(finding, report.excerpt(finding), brush)}\n`);
  }
  if (report.unchecked.length > 0) {
    parts.push(`${brush.strong('Not checked')}\n`);
    // What is unchecked as a whole comes first: a file that nobody looked at must not be among those left out.
    const whole = report.unchecked.filter(({ place }) => !place);
    const partly = report.unchecked.filter(({ place }) => place);
    for (const { file: name, place, reason } of [...whole, ...partly.slice(0, LISTED)]) {
      const at = place ? `${printable(name)}:${position(place)}` : printable(name);
      parts.push(`  ${at}  ${printable(reason)}\n`);
    }
    if (partly.length > LISTED) {
      parts.push(`  … and ${partly.length - LISTED} more (\`--format json\` lists them all)\n`);
    }
    parts.push('\n');
  }
  parts.push(`${summary(report, brush)}\n`);
  return parts.join('');
}

function prettyFinding(finding: Problem, excerpt: Excerpt | undefined, brush: Paint): string {
  const lines = [
    `  ${position(finding)}  ${brush.severity(finding.severity, finding.severity)}  ${printable(finding.message)}  ${brush.dim(finding.rule)}`,
  ];
  const gutter = ' '.repeat(Math.max(4, String(excerpt?.lines.at(-1)?.number ?? '').length + 2));
  const bar = brush.dim(`${gutter} |`);
  if (excerpt) {
    lines.push(bar);
    for (const { number, text, start, end } of excerpt.lines) {
      lines.push(`${brush.dim(`${String(number).padStart(gutter.length)} |`)} ${printable(text)}`.trimEnd());
      const indent = ' '.repeat(displayWidth(text.slice(0, start)));
      const carets = '^'.repeat(Math.max(1, displayWidth(text.slice(start, end))));
      lines.push(`${bar} ${indent}${brush.severity(finding.severity, carets)}`);
    }
    if (excerpt.omitted > 0) lines.push(`${bar} … ${counted(excerpt.omitted, 'more line')}`);
  }
  for (const related of finding.related) {
    lines.push(`${gutter} ${brush.dim('=')} ${printable(`${related.file}:${position(related)}  ${related.message}`)}`);
  }
  for (const fix of finding.fixes) {
    lines.push(`${gutter} ${brush.dim('=')} fix: ${printable(fix.title)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Counted from 1, as editors do. */
function position({ range }: FilePlace): string {
  return `${range.start.line + 1}:${range.start.character + 1}`;
}

function summary(report: Report, brush: Paint): string {
  const counts = new Map<Severity, number>();
  for (const { severity } of report.findings) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  const found = (['error', 'warning', 'info', 'hint'] as const).flatMap((severity) => {
    const number = counts.get(severity) ?? 0;
    return number > 0
      ? [brush.severity(severity, severity === 'info' ? `${number} info` : counted(number, severity))]
      : [];
  });
  const read = `${counted(report.files, 'file')} read`;
  const open = report.unchecked.length > 0 ? `, ${counted(report.unchecked.length, 'part')} not checked` : '';
  return `${found.length > 0 ? found.join(', ') : 'Nothing found'} (${read}${open})`;
}
