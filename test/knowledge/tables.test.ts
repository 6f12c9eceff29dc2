import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseVersion } from '../../server/src/knowledge';

const folder = new URL('../../schemas/', import.meta.url);
const load = (path: string) => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));
const list = (path: string) =>
  readdirSync(new URL(path, folder))
    .filter((name) => name.endsWith('.json'))
    .sort();

const tables = list('.').filter((name) => !name.endsWith('.schema.json'));
const objectSchemas = ['kv-transfer-config.schema.json', ...list('connectors/').map((name) => `connectors/${name}`)];

function newAjv() {
  return new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
}

describe.each(tables)('%s', (name) => {
  const table = load(name);

  test('obeys its own schema', () => {
    const validate = newAjv().compile(load(table.$schema));
    expect(validate(table), JSON.stringify(validate.errors, null, 1)).toBe(true);
  });

  test('is sorted, so that a change shows as a change', () => {
    for (const [key, value] of Object.entries(table)) {
      if (
        !['variables', 'flags', 'connectors', 'backends', 'transports', 'aliases', 'behaviours', 'metrics'].includes(
          key,
        )
      )
        continue;
      const names = Array.isArray(value)
        ? value.map((line: string) => line.slice(0, line.indexOf('|')))
        : Object.keys(value as object);
      expect(names).toEqual([...names].sort());
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('has bounds that do not contradict each other', () => {
    visit(table, (row) => {
      const { since, sinceBy, until, goneBy } = row;
      if (since && sinceBy) expect(order(since, sinceBy), JSON.stringify(row)).toBeLessThan(0);
      if (until && goneBy) expect(order(until, goneBy), JSON.stringify(row)).toBeLessThan(0);
      if (since && until) expect(order(since, until), JSON.stringify(row)).toBeLessThanOrEqual(0);
    });
  });
});

describe.each(objectSchemas)('%s', (name) => {
  const schema = load(name);

  test('is a valid JSON Schema that stands alone', () => {
    const ajv = newAjv();
    ajv.addKeyword({ keyword: 'x-nixl', valid: true });
    expect(() => ajv.compile(schema)).not.toThrow();
    expect(JSON.stringify(schema)).not.toMatch(/"\$(?:dynamicR|r)ef"/);
  });

  test('describes every key as the tables do', () => {
    const validate = newAjv().compile(load('meta/object-schema.schema.json'));
    expect(validate(schema), JSON.stringify(validate.errors, null, 1)).toBe(true);
    const keys = Object.keys(schema.properties);
    expect(keys).toEqual([...keys].sort());
  });
});

test('connectors name schemas that exist, and schemas name connectors that use them', () => {
  const connectors = load('connectors.json').connectors as Record<
    string,
    { extraConfig?: string; replacedBy?: string }
  >;
  const used = new Map<string, string[]>();
  for (const [name, { extraConfig, replacedBy }] of Object.entries(connectors)) {
    if (extraConfig) used.set(extraConfig, [...(used.get(extraConfig) ?? []), name]);
    if (replacedBy) expect(Object.keys(connectors)).toContain(replacedBy);
  }
  const files = list('connectors/')
    .map((name) => name.replace('.schema.json', ''))
    .sort();
  expect([...used.keys()].sort()).toEqual(files);
  for (const file of files) {
    expect([...load(`connectors/${file}.schema.json`)['x-nixl'].connectors].sort()).toEqual(used.get(file)!.sort());
  }
});

test('transport aliases expand to transports of the table, except for the ones that UCX lists and never shipped', () => {
  const { transports, aliases } = load('ucx-transports.json');
  const missing = new Set<string>();
  for (const { members } of Object.values(aliases) as { members: { value: string[] }[] }[]) {
    for (const member of members.flatMap(({ value }) => value)) {
      const name = member.replace(':aux', '');
      if (!transports[name]) missing.add(name);
    }
  }
  expect([...missing].sort()).toEqual(['rocm_gdr', 'ze_gdr', 'ze_ipc']);
});

test('the UCX twins of NCCL variables exist', () => {
  const ucx = new Set((load('ucx-environment.json').variables as string[]).map((line) => `UCX_${line.split('|')[0]}`));
  const others = load('other-environment.json').variables as Record<string, { ucxTwin?: string }>;
  for (const { ucxTwin } of Object.values(others)) if (ucxTwin) expect([...ucx]).toContain(ucxTwin);
});

test('image families that share tags name one that lists them', () => {
  const images = load('images.json').images as { family: string; tags?: unknown[]; tagsOf?: string }[];
  expect(images.map(({ family }) => family)).toEqual(images.map(({ family }) => family).sort());
  const shared = images.filter(({ tagsOf }) => tagsOf);
  expect(shared.length).toBeGreaterThan(0);
  for (const { tagsOf } of shared) expect(images.find(({ family }) => family === tagsOf)?.tags).toBeDefined();
});

test('release lists run from the oldest to the newest known', () => {
  const releases = load('releases.json');
  for (const library of ['vllm', 'nixl', 'ucx']) {
    const versions = (releases[library] as { version: string }[]).map(({ version }) => version);
    for (let i = 1; i < versions.length; i++) expect(order(versions[i - 1]!, versions[i]!)).toBeLessThan(0);
    expect(versions.at(-1)).toBe(releases.libraries[library].newest);
    expect(versions).toContain(releases.libraries[library].oldest);
  }
});

function visit(node: unknown, look: (row: Record<string, string | undefined>) => void): void {
  if (typeof node !== 'object' || node === null) return;
  look(node as Record<string, string | undefined>);
  for (const child of Object.values(node)) visit(child, look);
}

function order(a: string, b: string): number {
  const left = parseVersion(a)!.release;
  const right = parseVersion(b)!.release;
  const parts = Math.min(a.split('.').length, b.split('.').length);
  for (let i = 0; i < parts; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return 0;
}
