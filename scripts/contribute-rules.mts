// Writes the ids of all rules into package.json, so that VS Code completes and checks the setting `nixl.rules`.
//   --check  changes nothing, and fails if it would

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rule } from '../server/src/rules/rule.ts';
import { loadEngine } from './load-engine.mts';
import { fail, ROOT, say } from './support.mts';

const LEVELS = ['off', 'hint', 'info', 'warning', 'error'];

function property({ title, severity, offByDefault }: Rule): object {
  const unset = offByDefault ? '`off`' : `at most \`${severity}\``;
  return { type: 'string', enum: LEVELS, markdownDescription: `${title}. Unless set here: ${unset}.` };
}

const { catalogue } = await loadEngine();
const path = join(ROOT, 'package.json');
const before = await readFile(path, 'utf8');
const manifest = JSON.parse(before);
manifest.contributes.configuration.properties['nixl.rules'].properties = Object.fromEntries(
  catalogue.map((rule) => [rule.id, property(rule)]),
);
const known = JSON.stringify(JSON.parse(before)) === JSON.stringify(manifest);
if (process.argv.includes('--check')) {
  if (!known) fail('package.json does not name the rules as they are: npm run contribute-rules');
} else if (!known) {
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
  say(`package.json names ${catalogue.length} rules.`);
}
