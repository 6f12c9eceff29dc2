// Writes docs/rules/: one page per rule and a list of them, from what the rules say about themselves.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPages } from './load-engine.mts';
import { ROOT, say } from './support.mts';

const { rulePages } = await loadPages();
const folder = join(ROOT, 'docs/rules');
const pages = rulePages();

await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (!pages.has(name)) await rm(join(folder, name));
for (const [name, text] of pages) await writeFile(join(folder, name), text);
say(`docs/rules: ${pages.size} pages.`);
