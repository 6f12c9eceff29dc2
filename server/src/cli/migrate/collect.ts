import { realpath } from 'node:fs/promises';
import { type AnalysisInput, mentionsOurs, ReferencedFiles, type UncheckedPart } from '../../analysis';
import { type Migration, type MigrationOptions, planMigration } from '../../migration';
import { displayName, pathFiles } from '../path-files';
import { EntryReader } from '../read-entry';
import { walk } from '../walk';

/** The files that the user named. */
export interface Collected {
  /** Those that say something to us. */
  readonly inputs: readonly AnalysisInput[];
  /** All that were read: these may be changed. */
  readonly names: ReadonlySet<string>;
  readonly unchecked: readonly UncheckedPart[];
  /** Paths that are not there. */
  readonly missing: readonly string[];
}

export async function collect(paths: readonly string[]): Promise<Collected> {
  const reader = new EntryReader();
  const inputs: AnalysisInput[] = [];
  const names = new Set<string>();
  const unchecked: UncheckedPart[] = [];
  const missing: string[] = [];
  const seen = new Set<string>();
  for await (const walked of walk(paths)) {
    if ('missing' in walked) {
      missing.push(walked.missing);
      continue;
    }
    // A file and a link to it are one file: it is written once.
    const real = await realpath(walked.path).catch(() => walked.path);
    if (seen.has(real)) continue;
    seen.add(real);
    const name = displayName(walked.path);
    const reading = await reader.read(walked);
    if ('skipped' in reading) continue;
    names.add(name);
    if ('unchecked' in reading) unchecked.push({ file: name, place: undefined, reason: reading.unchecked });
    else if (mentionsOurs(reading.text)) inputs.push({ name, text: reading.text });
  }
  return { inputs, names, unchecked, missing };
}

/** Plans with the files that others refer to: they are read when it turns out that they are asked for. */
export async function planWithReferences(
  { inputs, names }: Collected,
  options: Omit<MigrationOptions, 'find' | 'editable'>,
): Promise<Migration> {
  const files = new ReferencedFiles(pathFiles);
  for (;;) {
    const asked = new Map<string, unknown>();
    const plan = planMigration(inputs, {
      ...options,
      editable: (file) => names.has(file),
      find: (from, path) => {
        const found = files.find(from, path);
        asked.set(JSON.stringify([from, path]), found);
        return found;
      },
    });
    await files.load();
    const current = [...asked].every(([key, found]) => {
      const [from, path] = JSON.parse(key) as [string, string];
      return files.find(from, path) === found;
    });
    if (current) return plan;
  }
}
