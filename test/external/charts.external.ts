import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHARTS } from '../../server/src/metrics/model';
import { need, PROMTOOL, run } from './programs';

it('Prometheus understands the query of every chart', async () => {
  await need(PROMTOOL, 'prometheus');
  const folder = await mkdtemp(join(tmpdir(), 'nixl-charts-'));
  try {
    const rules = CHARTS.map(({ id, query }) => ({ record: `chart:${id.replaceAll('-', '_')}`, expr: query }));
    const file = join(folder, 'rules.yaml');
    // JSON is YAML too.
    await writeFile(file, JSON.stringify({ groups: [{ name: 'charts', rules }] }));
    const { code, stdout } = await run(PROMTOOL, ['check', 'rules', file]);
    expect(stdout).toContain(`SUCCESS: ${CHARTS.length} rules found`);
    expect(code).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
