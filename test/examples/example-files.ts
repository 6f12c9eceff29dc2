import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** Files by path. */
export type Tree = Readonly<Record<string, string>>;

/** A folder's files, by their paths in it. */
export function readTree(folder: string): Tree {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    names.map((path) => [path.slice(join(root, folder).length + 1), readFileSync(path, 'utf8')]),
  );
}

/** A finding as people see it: which characters, what, how bad. */
export interface Seen {
  readonly file: string;
  readonly covers: string;
  readonly rule: string;
  readonly severity: string;
}

interface Position {
  readonly line: number;
  readonly character: number;
}

interface JsonReport {
  readonly findings: readonly {
    readonly file: string;
    readonly rule: string;
    readonly severity: string;
    readonly range: { readonly start: Position; readonly end: Position };
  }[];
}

/** What a report in JSON says of these files, each range by the text that it covers. */
export function seen(report: string, files: Tree): Seen[] {
  const { findings } = JSON.parse(report) as JsonReport;
  return findings.map(({ file, rule, severity, range }) => {
    const text = files[file];
    if (text === undefined) throw new Error(`a finding in ${file}`);
    return { file, covers: text.slice(offset(text, range.start), offset(text, range.end)), rule, severity };
  });
}

function offset(text: string, { line, character }: Position): number {
  let start = 0;
  for (let at = 0; at < line; at++) start = text.indexOf('\n', start) + 1;
  return start + character;
}

/** Findings as lines, in an order that depends on nothing but them. */
export function lines(findings: readonly Omit<Seen, 'file'>[]): string[] {
  return findings.map(({ covers, rule, severity }) => `${severity} ${rule}: ${covers}`).sort();
}

/** The text with its only occurrence of `from` replaced. */
export function change(text: string, from: string, to: string): string {
  const at = text.indexOf(from);
  if (at < 0 || text.indexOf(from, at + 1) >= 0) throw new Error(`not exactly once: ${from}`);
  return text.slice(0, at) + to + text.slice(at + from.length);
}
