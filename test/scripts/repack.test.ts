import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repack } from '../../scripts/repack.mts';

/** The reader of the packer itself, which is the one of VS Code; it has no types. */
const { readZip } = createRequire(import.meta.url)('@vscode/vsce/out/zip') as {
  readZip(path: string, wanted: (name: string) => boolean): Promise<Map<string, Buffer>>;
};

const MANIFEST = {
  name: 'small',
  publisher: 'nobody',
  version: '1.0.0',
  engines: { vscode: '^1.100.0' },
  license: 'MIT',
};

describe('repack', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nixl-repack-'));
    path = join(folder, 'small.vsix');
    await writeFile(join(folder, 'package.json'), JSON.stringify(MANIFEST));
    await writeFile(join(folder, 'LICENSE'), 'Do as you like.\n');
    await writeFile(join(folder, 'README.md'), '# Small\n\nprefill decode prefill decode\n'.repeat(500));
    await writeFile(join(folder, 'empty.txt'), '');
    await createVSIX({ cwd: folder, packagePath: path, dependencies: false, allowMissingRepository: true });
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('writes a smaller file of the same entries', async () => {
    const [before, size] = [await readZip(path, () => true), (await stat(path)).size];
    await repack(path);
    const after = await readZip(path, () => true);
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect([...after.keys()]).toContain('extension/empty.txt');
    for (const [name, contents] of after) expect(contents.equals(before.get(name)!), name).toBe(true);
    expect((await stat(path)).size).toBeLessThan(size);
  });

  it('changes nothing the second time', async () => {
    await repack(path);
    const once = await readFile(path);
    await repack(path);
    expect((await readFile(path)).equals(once)).toBe(true);
  });

  it('refuses what is no ZIP file', async () => {
    await writeFile(path, 'This is a text, and no ZIP file.');
    await expect(repack(path)).rejects.toThrow('no ZIP file');
  });
});
