import { SourceText } from '../../syntax';
import { filesOf, folderOf, isRemote, joinPath, readKustomizationFile } from './kustomization-file';
import { Refused } from './nodes';

/** The paths that a kustomization names, as they are written, from its folder. */
export interface KustomizationPaths {
  /** Objects, or folders with kustomizations of their own. */
  readonly listed: readonly string[];
  /** Patches, and what generators read. */
  readonly files: readonly string[];
}

/** What a kustomization builds upon, as far as it is in reach. */
export function kustomizationPaths(text: string): KustomizationPaths {
  try {
    const own = readKustomizationFile(SourceText.root(text), 'kustomization.yaml');
    const listed = [...own.resources, ...own.components].map((one) => one.text).filter((path) => !isRemote(path));
    const { parts, data } = filesOf(own);
    return {
      listed: listed.map((path) => joinPath(folderOf(own.path), path)),
      files: [...parts, ...data].map(({ path }) => path),
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { listed: [], files: [] };
  }
}
