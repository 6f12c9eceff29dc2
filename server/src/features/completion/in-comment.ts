import { type Analysis, catalogue, PLATFORMS } from '../../analysis';
import { isUnverified, knownReleases, type Library, newestVerified, releaseDate } from '../../knowledge';
import type { Offer } from './in-config';
import type { Name } from './names';

const COMMENT = /(?:^|\s)(?:#|\/\/|\/\*|;)[ \t]*nixl:[ \t]*(.*)$/;

/** In a comment for us: what it may state (`vllm=`), the releases behind that, and ids of rules to ignore. */
export function offerInComment({ text }: Analysis, offset: number): Offer | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const said = COMMENT.exec(text.slice(start, offset))?.[1];
  if (said === undefined) return undefined;
  const ignored = /^ignore[ \t]*\[([^\]]*)$/.exec(said)?.[1];
  if (ignored !== undefined) {
    const listed = new Set(ignored.split(',').map((id) => id.trim()));
    const names = ruleNames().filter(({ label }) => !listed.has(label));
    return offer(text, offset, /[\w-]*$/.exec(ignored)![0], names);
  }
  const [, name, typed = ''] = /(?:^|[\s,;])(vllm|nixl|ucx|platform)[ \t]*(?:==?|:)[ \t]*([\w.+-]*)$/i.exec(said) ?? [];
  if (name) {
    const library = name.toLowerCase();
    return offer(text, offset, typed, library === 'platform' ? platformNames() : releaseNames(library as Library));
  }
  const word = /(?:^|[\s,;])(\w*)$/.exec(said)?.[1];
  if (word === undefined) return undefined;
  // A comment says one or the other.
  const alone = said.trim() === word;
  return offer(text, offset, word, alone ? [...STATEMENTS, IGNORE] : STATEMENTS);
}

function offer(text: string, offset: number, typed: string, names: readonly Name[]): Offer {
  const after = /^[\w.-]*/.exec(text.slice(offset, offset + 100))![0];
  return {
    slot: { fileSpan: { start: offset - typed.length, end: offset + after.length } },
    proposals: names.map((name) => ({ ...name, newText: name.label })),
  };
}

const STATEMENTS: readonly Name[] = [
  { label: 'vllm=', kind: 'key', detail: 'the vLLM release of this file' },
  { label: 'nixl=', kind: 'key', detail: 'the NIXL release of this file' },
  { label: 'ucx=', kind: 'key', detail: 'the UCX release of this file' },
  { label: 'platform=', kind: 'key', detail: 'the platform of this file' },
];

const IGNORE: Name = { label: 'ignore[', kind: 'key', detail: 'silences findings here' };

/** The newest first, those that nobody has verified at last. */
function releaseNames(library: Library): Name[] {
  return [...knownReleases(library)]
    .reverse()
    .sort((a, b) => Number(isUnverified(library, a)) - Number(isUnverified(library, b)))
    .map((label) => {
      const date = releaseDate(library, label);
      const limit = isUnverified(library, label) ? `not verified beyond ${newestVerified(library)}` : '';
      return { label, kind: 'value', detail: [date ?? '', limit].filter((part) => part !== '').join(' · ') };
    });
}

function platformNames(): Name[] {
  return PLATFORMS.map((label) => ({ label, kind: 'value' }));
}

function ruleNames(): Name[] {
  return catalogue.map(({ id, title }) => ({ label: id, kind: 'value', detail: title }));
}
