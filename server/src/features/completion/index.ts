import type { CompletionItem } from 'vscode-languageserver-protocol';
import type { Analysis } from '../../analysis';
import type { Versions } from '../../knowledge';
import { versionsOf } from '../versions';
import { offerInComment } from './in-comment';
import { offerInConfig } from './in-config';
import { offerInConfigFile } from './in-config-file';
import { offerInFlagValue } from './in-flag-value';
import { offerInImage } from './in-image';
import { offerInLine } from './in-line';
import { offerInLmcache } from './in-lmcache';
import { offerInQuery } from './in-query';
import { offerInVariable } from './in-variable';
import { MAX_ITEMS } from './names';
import { type CompletionStyle, describe, toItems } from './proposal';

export type { CompletionStyle } from './proposal';

export interface Completions {
  readonly items: CompletionItem[];
  /** There are more: the client asks again as more is typed. */
  readonly isIncomplete: boolean;
  /** All that is told about an item, by its `data`, for what was left for later. */
  readonly describe?: (index: number) => Pick<CompletionItem, 'detail' | 'documentation'>;
}

/** What may be typed at an offset. */
export function completion(analysis: Analysis, offset: number, style: CompletionStyle): Completions {
  const sources = [
    () => offerInComment(analysis, offset),
    () => offerInConfig(analysis, offset),
    () => offerInConfigFile(analysis, offset, commonVersions(analysis)),
    () => offerInLmcache(analysis, offset),
    () => offerInVariable(analysis, offset),
    () => offerInFlagValue(analysis, offset),
    () => offerInQuery(analysis, offset),
    () => offerInImage(analysis, offset),
    () => offerInLine(analysis, offset, commonVersions(analysis)),
  ];
  for (const source of sources) {
    const offer = source();
    const proposals = offer?.proposals.slice(0, MAX_ITEMS) ?? [];
    const items = offer ? toItems(analysis, offer.slot, proposals, offset, style) : [];
    // What cannot be written where it was found, such as into a value that is not there yet, the line may tell.
    if (offer && items.length > 0) {
      return {
        items,
        isIncomplete: proposals.length < offer.proposals.length,
        describe: (index) => (proposals[index] ? describe(proposals[index], style, []) : {}),
      };
    }
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
