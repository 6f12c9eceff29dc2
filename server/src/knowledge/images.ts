import table from '../../../schemas/images.json';
import { lazy, remembered } from './lazy';
import { nixlInImage } from './releases';
import { readSource, type Source } from './source';
import { parseVersion, type Versioned, valueAt, valuesAt } from './version';

export type Platform = 'cuda' | 'rocm' | 'xpu' | 'tpu' | 'cpu';

/** What words after an image name are, when the container has `args` and no `command`. */
export type ImageEntrypoint =
  /** Options of `vllm serve` (the model may stand first). */
  | 'vllm-serve'
  /** Options of the API server module (`--model` names the model). */
  | 'api-server'
  /** A command of its own. */
  | 'none'
  /** Either of the first two, depending on the version; the options are vLLM's. */
  | 'vllm'
  /** Not known. */
  | 'unknown';

/** What an image reference tells. Versions are a release, or `from..to` for one in between. */
export interface ImageFact {
  /** The image's usual name, for explanations: `vllm/vllm-openai`. */
  readonly family: string;
  readonly tag?: string;
  readonly vllm?: string;
  readonly nixl?: string;
  readonly ucx?: string;
  /** The CUDA inside, as `13.0`. */
  readonly cuda?: string;
  readonly platform?: Platform;
  readonly entrypoint: ImageEntrypoint;
  /** Builds NIXL and UCX itself: what vLLM's requirements and NIXL's wheels say does not hold for it. */
  readonly ownLibraries: boolean;
  readonly sources: readonly Source[];
}

interface TagRow {
  readonly tag: string;
  readonly vllm?: string;
  readonly nixl?: string;
  readonly ucx?: string;
  readonly cuda?: string;
}

interface Row {
  readonly family: string;
  readonly repositories: readonly string[];
  /** How the tag tells the version: it begins with vLLM's, has it somewhere, is listed in `tags`, or does not tell. */
  readonly tag: 'vllm' | 'vllm-optional' | 'vllm-inside' | 'table' | 'none';
  readonly tags?: readonly TagRow[];
  /** Another family that has the same tags. */
  readonly tagsOf?: string;
  /** Ends of tags that change nothing about the versions. */
  readonly suffixes?: readonly string[];
  /** Parts of tags that name the CUDA inside. */
  readonly cudaSuffixes?: Readonly<Record<string, string>>;
  /** Brings the NIXL that was current when vLLM was released. */
  readonly bringsNixl?: boolean;
  readonly platform?: Platform;
  /** The CUDA of plain tags, by vLLM's release. */
  readonly cuda?: readonly Versioned<string>[];
  readonly entrypoint: ImageEntrypoint | readonly Versioned<'vllm-serve' | 'api-server'>[];
  readonly sources: readonly string[];
}

const families = lazy(() =>
  (table.images as readonly unknown[]).map((entry) => {
    const row = entry as Row;
    return { row, patterns: row.repositories.map(repositoryPattern) };
  }),
);

/** A pattern holds for a repository, also behind a mirror's host and path. */
function repositoryPattern(repository: string): RegExp {
  const escaped = repository.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]+');
  return new RegExp(`^(?:.*/)?${escaped}$`);
}

/**
 * What an image reference tells about versions, platform and entry point; undefined for images that are not known to
 * carry vLLM. A digest, `latest` and `nightly` leave the version unknown. A tag beside a digest counts.
 */
export const versionsFromImage = remembered((image): ImageFact | undefined => {
  const name = image.trim().split('@')[0]!;
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  const repository = (colon < 0 ? name : name.slice(0, colon)).toLowerCase();
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  if (!/^[a-z0-9]+(?:[._:/-]+[a-z0-9]+)*$/.test(repository)) return undefined;
  const family = families().find(({ patterns }) => patterns.some((pattern) => pattern.test(repository)));
  if (!family) return undefined;
  const { row } = family;
  const versions = tag === undefined ? undefined : withNixl(row, readTag(row, tag));
  const cuda = tag === undefined ? undefined : readCuda(row, tag, versions);
  return {
    family: row.family,
    ...(tag !== undefined && { tag }),
    ...(versions?.vllm !== undefined && { vllm: versions.vllm }),
    ...(versions?.nixl !== undefined && { nixl: versions.nixl }),
    ...(versions?.ucx !== undefined && { ucx: versions.ucx }),
    ...(cuda !== undefined && { cuda }),
    ...(row.platform && { platform: row.platform }),
    ownLibraries: row.bringsNixl !== true,
    entrypoint: readEntrypoint(row, versions?.vllm),
    sources: row.sources.map(readSource),
  };
});

/** The tags of an image's family that are known to carry a vLLM release, where tags are listed; none otherwise. */
export function tagsCarrying(image: string, vllm: string): readonly string[] {
  const repository = image
    .trim()
    .split('@')[0]!
    .replace(/:[^:/]*$/, '')
    .toLowerCase();
  const family = families().find(({ patterns }) => patterns.some((pattern) => pattern.test(repository)));
  return (family ? tagsOf(family.row) : []).filter((entry) => entry.vllm === vllm).map(({ tag }) => tag);
}

const RELEASE = String.raw`\d+\.\d+\.\d+(?:\.?(?:rc|post|dev|a|b)\d*)?`;
const AT_START = new RegExp(`^v?(${RELEASE})(?=$|[-_+])`);
const INSIDE = new RegExp(`(?:^|[-_v])(${RELEASE})(?=$|[-_+])`);
const NIXL_INSIDE = new RegExp(`nixl-?v?(${RELEASE})(?=$|[-_+])`);

function readTag(row: Row, tag: string): Omit<TagRow, 'tag'> | undefined {
  switch (row.tag) {
    case 'table': {
      const suffix = row.suffixes?.find((end) => tag.endsWith(end)) ?? '';
      const plain = tag.slice(0, tag.length - suffix.length);
      return tagsOf(row).find((entry) => entry.tag === tag || entry.tag === plain);
    }
    case 'vllm':
    case 'vllm-optional':
      return found(AT_START.exec(tag)?.[1], undefined);
    case 'vllm-inside':
      // `nixl-v0.4.1` and `lmcache-0.3.2` name other libraries: vLLM's is the first that stands for itself.
      return found(
        INSIDE.exec(
          tag.replace(/(?:nixl|lmcache|aibrix|rocm|torch|cuda|ubuntu|py)[-_]?v?\d[\d.]*(?:rc\d+)?/g, ''),
        )?.[1],
        NIXL_INSIDE.exec(tag)?.[1],
      );
    case 'none':
      return undefined;
  }
}

function tagsOf(row: Row): readonly TagRow[] {
  return row.tags ?? families().find((other) => other.row.family === row.tagsOf)?.row.tags ?? [];
}

/** A part of the tag that names it (`-cu129`) comes first, then what the table says of the tag or of vLLM's release. */
function readCuda(row: Row, tag: string, versions: Omit<TagRow, 'tag'> | undefined): string | undefined {
  if (row.platform !== 'cuda') return undefined;
  const named = /[-_]cu(\d{2})(\d)(?=$|[-_])/.exec(tag);
  if (named) return `${named[1]}.${named[2]}`;
  const part = Object.keys(row.cudaSuffixes ?? {}).find((end) => `${tag}-`.includes(`${end}-`));
  if (part !== undefined) return row.cudaSuffixes![part];
  return versions?.cuda ?? (versions?.vllm === undefined ? undefined : valueAt(row.cuda ?? [], 'vllm', versions.vllm));
}

function withNixl(row: Row, versions: Omit<TagRow, 'tag'> | undefined): Omit<TagRow, 'tag'> | undefined {
  if (!row.bringsNixl || !versions?.vllm || versions.nixl) return versions;
  const nixl = nixlInImage(versions.vllm);
  return nixl === undefined ? versions : { ...versions, nixl };
}

function found(vllm: string | undefined, nixl: string | undefined): Omit<TagRow, 'tag'> {
  return {
    ...(vllm !== undefined && parseVersion(vllm) && { vllm }),
    ...(nixl !== undefined && parseVersion(nixl) && { nixl }),
  };
}

function readEntrypoint(row: Row, vllm: string | undefined): ImageEntrypoint {
  if (typeof row.entrypoint === 'string') return row.entrypoint;
  const possible = valuesAt(row.entrypoint, 'vllm', vllm);
  return possible.length === 1 ? possible[0]! : 'vllm';
}
