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
  // A text that several packages share is stated once; copies differ in where their lines end.
  const shared = new Map<string, Notice>();
  for (const folder of [...folders].sort()) {
    const { titles, licence } = await notice(folder);
    const words = licence.replace(/\s+/g, ' ');
    const same = shared.get(words);
    shared.set(words, { licence, titles: [...(same?.titles ?? []), ...titles] });
  }
  const notices = [...shared.values()].map(
    ({ titles, licence }) => `${'-'.repeat(78)}\n${titles.join('\n')}\n\n${licence}\n`,
  );
  return `NIXL for vLLM contains code of these packages.\n\n${notices.join('\n')}`;
}

interface Notice {
  readonly titles: readonly string[];
  readonly licence: string;
}

/** Licences whose address may stand for their text, beside the name of the author and where the work is. */
const BY_ADDRESS: Readonly<Record<string, string>> = {
  // Its sections 3(a)(1)(C) and 3(a)(2).
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/legalcode',
};

/** `node_modules/a/node_modules/@b/c/lib/d.js` → `node_modules/a/node_modules/@b/c` */
function packageFolder(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

async function notice(folder: string): Promise<Notice> {
  const manifest = JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8'));
  const titles = [`${manifest.name} ${manifest.version} (${manifest.license})`];
  const address = BY_ADDRESS[manifest.license];
  if (address) {
    const source = manifest.repository.url.replace(/^git\+/, '');
    return { titles, licence: `By ${manifest.author.name}: ${source}\nLicence: ${address}` };
  }
  // `LICENSE`, `license.txt`, `LICENSE-MIT`
  const file = (await readdir(join(ROOT, folder))).find((name) => /^licen[sc]e([.-]|$)/i.test(name));
  const text = file ? await readFile(join(ROOT, folder, file), 'utf8') : `Licence: ${manifest.license}`;
  return { titles, licence: text.replaceAll('\r\n', '\n').trim() };
}
