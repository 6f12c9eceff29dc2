import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { catalogue } from '../../server/src/analysis';
import { rulePages } from '../../server/src/analysis/pages';

const folder = join(import.meta.dirname, '../../docs/rules');

it('has the pages that `npm run docs` writes', async () => {
  const pages = rulePages();
  const names = (await readdir(folder)).sort();
  expect(names).toEqual([...pages.keys()].sort());
  for (const name of names) expect(await readFile(join(folder, name), 'utf8'), name).toBe(pages.get(name));
});

it('has every rule file in the catalogue, by the name of its file', async () => {
  const files = await readdir(join(folder, '../../server/src/rules'), { withFileTypes: true });
  const ids = files
    .filter((file) => file.isFile() && !['index.ts', 'rule.ts', 'pages.ts'].includes(file.name))
    .map(({ name }) => name.replace(/\.ts$/, ''));
  expect(catalogue.map(({ id }) => id).sort()).toEqual([...ids, 'unused-ignore'].sort());
});
