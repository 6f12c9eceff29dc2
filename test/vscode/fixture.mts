import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '../../scripts/editor/run.mts';
import { until } from '../../scripts/editor/until.mts';
import { ROOT } from '../../scripts/support.mts';

/** A copy of a fixture folder that tests may write to. */
export interface Fixture {
  folder: string;
  /** Waits until a file on disk holds what is looked for, and returns the whole text. */
  text(file: string, holds: (text: string) => boolean): Promise<string>;
  remove(): Promise<void>;
}

export async function copyWorkspace(): Promise<Fixture> {
  const top = await mkdtemp(join(tmpdir(), 'nixl-vscode-'));
  const folder = join(top, 'workspace');
  await cp(join(ROOT, 'test/vscode/workspace'), folder, { recursive: true });
  await copySchemas(join(folder, 'schemas'));
  return {
    folder,
    text(file, holds) {
      const read = () => readFile(join(folder, file), 'utf8');
      const answer = async () => {
        const text = await read();
        return holds(text) ? text : undefined;
      };
      return until(`${file} on disk`, 10_000, answer, read);
    },
    remove: () => rm(top, { recursive: true, force: true }),
  };
}

/** The JSON Schemas as people have them: the files of the repository, and what the command line prints for a release. */
async function copySchemas(folder: string): Promise<void> {
  await cp(join(ROOT, 'schemas'), folder, {
    recursive: true,
    filter: (path) => !/\.json$/.test(path) || path.endsWith('.schema.json'),
  });
  const printed = await must(process.execPath, ['dist/cli.js', 'schema', '--vllm-version', '0.25.1'], ROOT);
  await writeFile(join(folder, 'release.schema.json'), printed);
}
