import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTree, root, seen } from '../examples/example-files';
import { runCli } from '../support/cli';

/** A finding that was traced to a fault: `findings.md` says which. */
interface Recorded {
  /** The release that was assumed for files that state none. */
  readonly vllm?: string;
  readonly file: string;
  readonly covers: string;
  readonly rule: string;
  /** Warnings are recorded for files as they are; missing = error. */
  readonly severity?: 'warning';
}

const corpus = '../shared/corpus';
const present = existsSync(join(root, corpus));
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'findings.json'), 'utf8')) as readonly Recorded[];
const releases = [undefined, '0.9.1', '0.11.0', '0.15.1', '0.19.1', '0.25.1', '0.33.0'];

const line = ({ file, covers, rule }: Pick<Recorded, 'file' | 'covers' | 'rule'>) => `${file}: ${rule}: ${covers}`;

describe.skipIf(!present)(`real manifests (only where ${corpus} stands beside the checkout)`, () => {
  const files = present ? readTree(corpus) : {};

  for (const vllm of releases) {
    test(`have the recorded findings and no others, ${vllm ? `assuming vLLM ${vllm}` : 'as they are'}`, async () => {
      const assumed = vllm === undefined ? [] : ['--vllm-version', vllm];
      const { code, signal, stdout, stderr } = await runCli(['--format', 'json', '--no-config', ...assumed, '.'], {
        cwd: join(root, corpus),
        limit: 110_000,
      });
      const noted = recorded.filter((finding) => finding.vllm === vllm);
      const expected = noted.filter(({ severity }) => severity !== 'warning');
      expect({ code, signal, stderr }).toEqual({ code: expected.length > 0 ? 1 : 0, signal: null, stderr: '' });
      const found = seen(stdout, files);
      const errors = found.filter(({ severity }) => severity === 'error');
      expect(errors.map(line).sort()).toEqual(expected.map(line).sort());
      if (vllm === undefined) {
        const warnings = found.filter(({ severity }) => severity === 'warning');
        const notedWarnings = noted.filter(({ severity }) => severity === 'warning');
        expect(warnings.map(line).sort()).toEqual(notedWarnings.map(line).sort());
      }
      const report = JSON.parse(stdout) as { files: number; unchecked: { range: unknown }[] };
      expect(report.files).toBe(Object.keys(files).length);
      expect(report.unchecked.filter(({ range }) => range === null)).toEqual([]);
    }, 120_000);
  }
});
