import table from '../../../schemas/images.json';
import { versionsFromImage } from './images';
import { lazy } from './lazy';
import { knownReleases, newestVerified } from './releases';
import { holds } from './version';

interface Row {
  readonly family: string;
  readonly repositories: readonly string[];
  readonly tag: string;
  readonly tags?: readonly { readonly tag: string }[];
  readonly tagsOf?: string;
  readonly platform?: string;
}

const rows = lazy(() => table.images as readonly Row[]);

/** A name that may be written as it is: no pattern, and with a path. */
function isReference(name: string): boolean {
  return /^[\w.-]+(?:\/[\w.-]+)+$/.test(name);
}

/** Repositories of images with vLLM, vLLM's own first; those that are known by a pattern only are not among them. */
export function imageNames(): readonly string[] {
  const names = rows().flatMap(({ family, repositories }) =>
    isReference(family) ? [family] : repositories.filter(isReference).slice(0, 1),
  );
  return [...names].sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
}

function isOwn(name: string): boolean {
  return name.startsWith('vllm/');
}

/**
 * Tags of a repository of which the table knows what they carry, the newest first. vLLM's own images are tagged by its
 * releases; of those that nobody has verified the tags may be others.
 */
export function imageTags(repository: string): readonly string[] {
  const { family } = versionsFromImage(repository) ?? {};
  const row = rows().find((candidate) => candidate.family === family);
  if (!row) return [];
  const listed = row.tags ?? rows().find((other) => other.family === row.tagsOf)?.tags;
  if (row.tag === 'table') return [...(listed ?? [])].reverse().map(({ tag }) => tag);
  if (row.tag !== 'vllm' || !isOwn(row.family)) return [];
  const verified = newestVerified('vllm');
  return knownReleases('vllm')
    .filter((release) => holds({ library: 'vllm', since: release }, verified) === 'yes')
    .reverse()
    .map((release) => `v${release}`);
}
