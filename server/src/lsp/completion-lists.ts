import type { CompletionItem, CompletionList } from 'vscode-languageserver-protocol';
import type { Completions } from '../features/completion';

/** So many answers are remembered; a client that shows an older one gets no more about its items. */
const REMEMBERED = 4;

/** The last answers to completion requests: what was left out of an item is told when a client asks for it. */
export class CompletionLists {
  readonly #lists = new Map<number, NonNullable<Completions['describe']>>();
  #count = 0;

  /** An answer as it is sent. */
  remember({ items, isIncomplete, describe }: Completions): CompletionList {
    if (!describe || !items.some(({ data }) => data !== undefined)) return { items, isIncomplete };
    this.#count += 1;
    const list = this.#count;
    this.#lists.set(list, describe);
    this.#lists.delete(list - REMEMBERED);
    return { items: items.map((item) => ({ ...item, data: [list, item.data] })), isIncomplete };
  }

  /** The item with all that is told about it. */
  resolve(item: CompletionItem): CompletionItem {
    if (!Array.isArray(item.data)) return item;
    const [list, index]: unknown[] = item.data;
    const describe = typeof list === 'number' ? this.#lists.get(list) : undefined;
    return describe && typeof index === 'number' ? { ...item, ...describe(index) } : item;
  }
}
