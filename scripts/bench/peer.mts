/** yaml-language-server, the server that our users run beside ours: installed outside the checkout, once. */

import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The newest release that runs on Node 20; later ones want 22. */
export const PEER_VERSION = '1.25.0';

/** Installs the peer if it is not there yet and returns the path of its entry. */
export async function installPeer(): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'nixl-vllm', `yaml-language-server-${PEER_VERSION}`);
  const entry = join(folder, 'node_modules/yaml-language-server/bin/yaml-language-server');
  try {
    await access(entry);
  } catch {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `yaml-language-server@${PEER_VERSION}`];
    await promisify(execFile)('npm', install, { cwd: folder });
  }
  return entry;
}
