import { isKustomization, isOursByName, mentionsOurs, type ObjectHeader, objectHeaders } from '../../readers';
import { decodeBytes } from '../decode-bytes';
import type { FileAccess } from '../file-access';

/** What is remembered of a file of the workspace. */
export interface FileSummary {
  readonly name: string;
  /** A word of ours is in it: it may start engines. */
  readonly isOurs: boolean;
  /** The Kubernetes objects that it defines, as far as their headers tell. */
  readonly objects: readonly ObjectHeader[];
}

/** Entries of folders that are looked at; what lies beyond is found when something refers to it. */
export const MAX_ENTRIES = 50_000;

/** Files of a kind that we read. */
const READ =
  /\.(?:ya?ml|json|sh|bash|env|service|container|quadlet|sbatch|slurm|conf|cfg|toml)(?:\.(?:tpl|j2|tmpl|in))?$|^(?:Dockerfile|Containerfile|Kustomization|\.env)/i;

/** Folders of other programs' files. */
const NEVER = new Set(['.git', '.hg', '.svn', 'node_modules', '__pycache__', '.venv', '.terraform', '.cache']);

/** Who is told what a scan finds. */
export interface ScanListener {
  file(summary: FileSummary): void;
  kustomization(name: string, text: string): void;
}

/**
 * Looks through folders and all below them, file after file, bytes first: only the headers of manifests and the paths in
 * kustomizations are read, nothing is parsed.
 * @param pause lets everything else go first; asked for after every file
 * @returns true when all was seen
 */
export async function scan(
  roots: readonly string[],
  access: FileAccess,
  listener: ScanListener,
  pause: () => Promise<boolean>,
): Promise<boolean> {
  const folders = [...roots];
  let entries = 0;
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const { base, name, kind } of (await access.list?.(folder)) ?? []) {
      entries += 1;
      if (entries > MAX_ENTRIES) return false;
      if (kind === 'folder') {
        if (!NEVER.has(base)) folders.push(name);
      } else if (READ.test(base)) {
        await look(name, access, listener);
        if (!(await pause())) return false;
      }
    }
  }
  return true;
}

async function look(name: string, access: FileAccess, listener: ScanListener): Promise<void> {
  const bytes = await access.read(name);
  const decoded = bytes && decodeBytes(bytes);
  if (!decoded || !('text' in decoded)) return;
  const { text } = decoded;
  if (isKustomization(name)) listener.kustomization(name, text);
  const isOurs = mentionsOurs(text) || isOursByName(name);
  const { objects } = /\.(?:ya?ml|json)/i.test(name) ? objectHeaders(text) : { objects: [] };
  if (isOurs || objects.length > 0) listener.file({ name, isOurs, objects });
}
