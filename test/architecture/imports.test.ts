import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Who may import whom: docs/architecture.md. The arrows of rooms that are still to come stand here too. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  syntax: [],
  model: ['syntax'],
  knowledge: [],
  readers: ['syntax', 'model', 'knowledge'],
  rules: ['model', 'knowledge'],
  workspace: ['readers', 'model'],
  analysis: ['workspace', 'rules', 'model', 'knowledge', 'syntax'],
  migration: ['analysis', 'model', 'knowledge'],
  explain: ['analysis', 'knowledge'],
  features: ['migration', 'explain', 'analysis', 'model', 'knowledge'],
  cli: ['migration', 'explain', 'metrics', 'analysis', 'model', 'knowledge'],
  lsp: ['features', 'migration', 'explain', 'metrics', 'analysis', 'model', 'knowledge'],
  metrics: ['model', 'knowledge'],
};

/** Specifiers that must be refused, and some that must not, by the file that holds them. */
const forbidden = new Map<string, readonly string[]>();
const allowed = new Map<string, readonly string[]>();
for (const [room, may] of Object.entries(ROOMS)) {
  const others = Object.keys(ROOMS).filter((other) => other !== room);
  const file = `server/src/${room}/probe.ts`;
  forbidden.set(file, [
    ...others.filter((other) => !may.includes(other)).flatMap((other) => [`../${other}`, `../${other}/deep/file`]),
    'vscode',
    'vscode-languageclient/node',
    ...(room === 'lsp' ? [] : ['vscode-languageserver/node']),
    ...(room === 'cli' || room === 'lsp' || room === 'metrics' ? [] : ['node:fs']),
    ...(room === 'syntax' ? [] : ['yaml', 'unbash']),
    ...(room === 'knowledge' ? [] : ['../../../schemas/releases.json']),
  ]);
  allowed.set(file, [...may.flatMap((other) => [`../${other}`, `../${other}/file`]), './own', `./${others[0]}-file`]);
  const nested = `server/src/${room}/nested/probe.ts`;
  forbidden.set(
    nested,
    others.filter((other) => !may.includes(other)).map((other) => `../../${other}`),
  );
  allowed.set(
    nested,
    may.map((other) => `../../${other}/file`),
  );
}
forbidden.set('client/src/probe.ts', ['../../server/src/analysis', 'yaml', 'vscode-languageserver/node']);
allowed.set('client/src/probe.ts', ['vscode', 'vscode-languageclient/node', './own']);

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

describe('the arrows between rooms', () => {
  let folder: string;
  /** Refused lines, counted from 1, by file. */
  const refused = new Map<string, Set<number>>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nixl-arrows-'));
    const { files: _, vcs: __, $schema: ___, ...config } = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
    await writeFile(join(folder, 'biome.json'), JSON.stringify(config));
    for (const [file, specifiers] of probes()) {
      await mkdir(join(folder, file, '..'), { recursive: true });
      await writeFile(join(folder, file), specifiers.map((specifier) => `import '${specifier}';\n`).join(''));
    }
    const biome = join(root, 'node_modules/.bin/biome');
    const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    const report = await promisify(execFile)(biome, args, options).catch((error: { stdout: string }) => error);
    const { diagnostics } = JSON.parse(report.stdout) as { diagnostics: Diagnostic[] };
    for (const { category, location } of diagnostics) {
      if (category !== 'lint/style/noRestrictedImports') continue;
      const lines = refused.get(location.path) ?? new Set();
      refused.set(location.path, lines.add(location.start.line));
    }
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each([...forbidden].filter(([, specifiers]) => specifiers.length > 0))(
    '%s may not import %j',
    (file, specifiers) => {
      expect(refusedIn(file).filter((specifier) => specifiers.includes(specifier))).toEqual(specifiers);
    },
  );

  it.each([...allowed].filter(([, specifiers]) => specifiers.length > 0))('%s may import %j', (file, specifiers) => {
    expect(refusedIn(file).filter((specifier) => specifiers.includes(specifier))).toEqual([]);
  });

  function refusedIn(file: string): string[] {
    const lines = refused.get(file) ?? new Set();
    return (probes().get(file) ?? []).filter((_, index) => lines.has(index + 1));
  }
});

function probes(): Map<string, readonly string[]> {
  return new Map([...forbidden].map(([file, specifiers]) => [file, [...specifiers, ...(allowed.get(file) ?? [])]]));
}
