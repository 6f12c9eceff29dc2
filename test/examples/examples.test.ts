import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, writeTree } from '../support/cli';
import { lines, readTree, root, type Seen, seen, type Tree } from './example-files';
import { variants } from './variants';

const { 'expected.json': expectedJson, ...examples } = readTree('examples');
const expected = JSON.parse(expectedJson!) as Seen[];

async function lint(folder: string, cwd: string, files: Tree): Promise<Seen[]> {
  const { stdout, code } = await runCli(['--format', 'json', '--no-config', folder], { cwd, limit: 120_000 });
  expect(code).toBe(JSON.parse(stdout).findings.some(({ severity }: Seen) => severity === 'error') ? 1 : 0);
  return seen(stdout, files);
}

test('the examples have the mistakes that were planted in them, and no others', async () => {
  const found = await lint('.', join(root, 'examples'), examples);
  const whole = (findings: readonly Seen[]) =>
    lines(findings.map(({ covers, ...rest }) => ({ ...rest, covers: `${covers} in ${rest.file}` })));
  expect(whole(found)).toEqual(whole(expected));
});

test('repaired, they have none', async () => {
  const repaired = readTree('test/fixtures/examples-repaired');
  expect(Object.keys(repaired).sort()).toEqual(
    Object.keys(examples)
      .filter((file) => file.includes('/'))
      .sort(),
  );
  expect(await lint('test/fixtures/examples-repaired', root, repaired)).toEqual([]);
});

describe('written otherwise, they have the same', () => {
  const found = new Map<string, Seen[]>();
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nixl-examples-'));
    const files: Record<string, string> = {};
    for (const [index, variant] of variants.entries()) {
      for (const [path, text] of Object.entries(variant.files)) files[`${index}/${path}`] = text;
    }
    await writeTree(folder, files);
    for (const finding of await lint('.', folder, files)) {
      const index = finding.file.slice(0, finding.file.indexOf('/'));
      found.set(index, [...(found.get(index) ?? []), finding]);
    }
  }, 150_000);

  afterAll(() => rm(folder, { recursive: true }));

  for (const [index, { name, of, covers = (text: string) => text }] of variants.entries()) {
    test(`${of}: ${name}`, () => {
      const findings = (found.get(`${index}`) ?? []).map((finding) => ({ ...finding, covers: covers(finding.covers) }));
      expect(lines(findings)).toEqual(lines(expected.filter(({ file }) => file.startsWith(`${of}/`))));
    });
  }
});
