import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze, combine, contributionOf, type Problem, type ReferencedFile } from '../../server/src/analysis';
import {
  type Change,
  type Migration,
  type MigrationOptions,
  planMigration,
  type Target,
} from '../../server/src/migration';

export type Files = Readonly<Record<string, string>>;

const fixtures = join(import.meta.dirname, '../fixtures/migration');

/** The files of a folder under test/fixtures/migration. */
export function fixture(folder: string): Files {
  const path = join(fixtures, folder);
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}

export function fixtureText(name: string): string {
  return readFileSync(join(fixtures, name), 'utf8');
}

export interface PlanOptions extends Omit<MigrationOptions, 'target'> {
  readonly to: string | Target;
  /** The release that runs where the files do not say. */
  readonly from?: string;
}

/** What `check` finds in files that lie in one folder. */
export function check(files: Files): readonly Problem[] {
  const find = finder(files);
  const analyses = Object.entries(files).map(([name, text]) =>
    analyze({ name, text }, { file: (path) => find(name, path) }),
  );
  return combine(analyses.map(contributionOf)).problems;
}

function finder(files: Files): NonNullable<MigrationOptions['find']> {
  const referenced = new Map<string, ReferencedFile>(
    Object.entries(files).map(([name, text]) => [name, { name, text }]),
  );
  return (_, path) => referenced.get(path.replace(/^\.\//, ''));
}

/** Plans a move of files that lie in one folder; a fault of the tool fails the test. */
export function plan(files: Files, { to, from, ...options }: PlanOptions): Migration {
  const inputs = Object.entries(files).map(([name, text]) => ({ name, text }));
  return planMigration(inputs, {
    target: typeof to === 'string' ? { vllm: to } : to,
    assumptions: { vllm: from },
    find: finder(files),
    log: (message) => {
      throw new Error(message);
    },
    ...options,
  });
}

/** The files as the plan leaves them. */
export function migrated(files: Files, migration: Migration): Files {
  return { ...files, ...Object.fromEntries(migration.files.map(({ file, newText }) => [file, newText])) };
}

/** One change in a line: how it stands, what it is about, and what is done. Without the words of any rule. */
export function line({ state, kind, file, range, engines, rule, name, chosen }: Change): string {
  const about = name ?? rule ?? '';
  const who = engines.length > 0 ? ` ${engines.join(', ')}` : '';
  return `${state} ${kind} ${file}:${range.start.line + 1}${who}: ${about}${chosen ? ` → ${chosen.title}` : ''}`;
}

/** The changes that have to do with moving KV blocks. */
export function lines({ changes }: Migration): string[] {
  return changes.filter(({ minor }) => !minor).map(line);
}
