import type { Analysis } from '../../analysis';
import { type ImageFact, imageNames, imageTags, versionsFromImage } from '../../knowledge';
import { imageText } from '../fact-text';
import type { Offer } from './in-config';
import type { Name } from './names';

const IMAGE = /^(?:\s*(?:-\s+)?image:\s+["']?|\s*FROM\s+(?:--\S+\s+)*)([\w./-]*)(?::([\w.-]*))?$/i;

/** `image: vllm/‸`, `image: vllm/vllm-openai:v‸` and `FROM …`: images with vLLM, and tags that tell their release. */
export function offerInImage({ text, host }: Analysis, offset: number): Offer | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const found = IMAGE.exec(text.slice(start, offset));
  if (!found) return undefined;
  const [, repository = '', tag] = found;
  // In a file without any word of ours, only what is surely going to be one.
  if (host === undefined && !imageNames().some((name) => repository.length >= 4 && name.startsWith(repository))) {
    return undefined;
  }
  return tag === undefined
    ? offer(
        text,
        offset,
        repository,
        imageNames().map((name) => named(name, name)),
      )
    : offer(
        text,
        offset,
        tag,
        imageTags(repository).map((name) => named(name, `${repository}:${name}`)),
      );
}

function offer(text: string, offset: number, typed: string, names: readonly Name[]): Offer | undefined {
  if (names.length === 0) return undefined;
  const after = /^[\w./-]*/.exec(text.slice(offset, offset + 200))![0];
  return {
    slot: { fileSpan: { start: offset - typed.length, end: offset + after.length } },
    proposals: names.map((name) => ({ ...name, newText: name.label })),
  };
}

function named(label: string, image: string): Name {
  const fact = versionsFromImage(image);
  return {
    label,
    kind: 'value',
    ...(fact && { detail: () => words(fact), documentation: () => imageText(image, fact) }),
  };
}

function words({ vllm, nixl, ucx, platform }: ImageFact): string {
  const parts = [vllm ? `vLLM ${vllm}` : '', nixl ? `NIXL ${nixl}` : '', ucx ? `UCX ${ucx}` : '', platform ?? ''];
  return parts
    .filter((part) => part !== '')
    .join(' · ')
    .replaceAll('..', ' to ');
}
