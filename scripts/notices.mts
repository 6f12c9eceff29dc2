import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { ROOT } from './support.mts';

/** The licences of the packages whose code is in the bundles, as they ask to be passed on. */
export async function thirdPartyNotices(bundles: Metafile[]): Promise<string> {
  const folders = new Set<string>();
  for (const bundle of bundles) {
    for (const output of Object.values(bundle.outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
        const folder = bytesInOutput > 0 ? packageFolder(input) : undefined;
        if (folder) folders.add(folder);
      }
    }
  }
  const notices = await Promise.all([...folders].sort().map(notice));
  return `NIXL for vLLM contains code of these packages.\n\n${notices.join('\n')}`;
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` → `node_modules/a/node_modules/@b/c` */
function packageFolder(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

async function notice(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8'));
  const file = (await readdir(join(ROOT, folder))).find((name) => /^licen[sc]e(\.|$)/i.test(name));
  const text = file ? await readFile(join(ROOT, folder, file), 'utf8') : `Licence: ${manifest.license}`;
  const title = `${manifest.name} ${manifest.version} (${manifest.license})`;
  return `${'-'.repeat(78)}\n${title}\n\n${text.replaceAll('\r\n', '\n').trim()}\n`;
}
