import type { CompletionItem } from 'vscode-languageserver';
import type { Analysis } from '../../analysis';
import type { Versions } from '../../knowledge';
import { versionsOf } from '../versions';
import { offerInConfig } from './in-config';
import { offerInLine } from './in-line';
import { offerInVariable } from './in-variable';
import { type CompletionStyle, toItems } from './proposal';

export type { CompletionStyle } from './proposal';

/** What opens the list while typing, beside letters. */
export const TRIGGER_CHARACTERS = ['"', "'", '{', '[', ',', ':', '=', '-', '_', '.', '^'];

/** Items in one answer; UCX alone has more than a thousand variables. */
const MAX_ITEMS = 200;

export interface Completions {
  readonly items: CompletionItem[];
  /** There are more: the client asks again as more is typed. */
  readonly isIncomplete: boolean;
}

/** What may be typed at an offset. */
export function completion(analysis: Analysis, offset: number, style: CompletionStyle): Completions {
  const sources = [
    () => offerInConfig(analysis, offset),
    () => offerInVariable(analysis, offset),
    () => offerInLine(analysis, offset, commonVersions(analysis)),
  ];
  for (const source of sources) {
    const offer = source();
    const proposals = offer?.proposals.slice(0, MAX_ITEMS) ?? [];
    const items = offer ? toItems(analysis, offer.slot, proposals, offset, style) : [];
    // What cannot be written where it was found, such as into a value that is not there yet, the line may tell.
    if (offer && items.length > 0) return { items, isIncomplete: proposals.length < offer.proposals.length };
  }
  return { items: [], isIncomplete: false };
}

/** The versions of the file's engines, where they agree. */
function commonVersions({ deployment }: Analysis): Versions {
  const [first, ...others] = deployment.engines.map(versionsOf);
  if (!first) return {};
  const same = others.every(({ vllm, nixl, ucx }) => vllm === first.vllm && nixl === first.nixl && ucx === first.ucx);
  return same ? first : {};
}
