import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idsIn } from './support';

const folder = join(import.meta.dirname, 'healthy');

test.each(readdirSync(folder))('%s, a log of an engine that is well, says nothing', (name) => {
  const log = readFileSync(join(folder, name), 'utf8');
  expect(log.split('\n').length).toBeGreaterThan(15);
  expect(idsIn(log)).toEqual([]);
});
