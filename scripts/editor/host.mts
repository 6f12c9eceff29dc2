import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * PATH as it was before npm put `node_modules/.bin` in front: there the newer Node of our tools hides the host's own,
 * which is the one that VS Code 1.100 was made for.
 */
export function hostPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.replaceAll('\\', '/').includes('node_modules/')).join(delimiter);
}

/** Where a program of that name is in the host's PATH. */
export function findProgram(name: string): string | undefined {
  return hostPath()
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** The host's own Node; without one, the Node that runs this script. */
export function hostNode(): string {
  return findProgram('node') ?? process.execPath;
}

/** The environment for a tool of the host: its own PATH, and nothing of the npm or the VS Code that we run in. */
export function hostEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle|node)_|VSCODE_)/.test(name));
  return { ...Object.fromEntries(kept), PATH: hostPath() };
}

/** The first of these names that is a program here. */
export function findAny(names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = findProgram(name);
    if (found) return found;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
