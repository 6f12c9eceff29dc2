import { make, show } from './dom';

/** What stands for one item in the document. */
export interface Item<T> {
  readonly element: HTMLElement;
  update(value: T): void;
}

/**
 * Items in order, by key: what stays is updated in place, what comes is made, what goes is removed. At most `cap` are
 * in the document until somebody asks for all.
 */
export class KeyedList<T> {
  readonly #parent: HTMLElement;
  readonly #more: HTMLElement;
  readonly #button: HTMLElement;
  readonly #cap: number;
  readonly #make: (value: T) => Item<T>;
  #items = new Map<string, Item<T>>();
  #order: readonly string[] = [];
  #all = false;
  #last: readonly (readonly [key: string, value: T])[] = [];

  /** @param more where the button that shows all goes */
  constructor(parent: HTMLElement, more: HTMLElement, cap: number, makeItem: (value: T) => Item<T>) {
    this.#parent = parent;
    this.#more = more;
    this.#cap = cap;
    this.#make = makeItem;
    this.#button = make('vscode-button', { attributes: { secondary: '' } });
    this.#button.addEventListener('click', () => {
      this.#all = !this.#all;
      this.update(this.#last);
    });
    more.append(this.#button);
    show(more, false);
  }

  update(entries: readonly (readonly [key: string, value: T])[]): void {
    this.#last = entries;
    const shown = this.#all ? entries : entries.slice(0, this.#cap);
    const items = new Map<string, Item<T>>();
    for (const [key, value] of shown) {
      const item = this.#items.get(key) ?? this.#make(value);
      item.update(value);
      items.set(key, item);
    }
    for (const [key, { element }] of this.#items) if (!items.has(key)) element.remove();
    const order = [...items.keys()];
    if (order.length !== this.#order.length || order.some((key, at) => key !== this.#order[at])) this.#place(items);
    this.#items = items;
    this.#order = order;
    this.#offerRest(entries.length);
  }

  #place(items: ReadonlyMap<string, Item<T>>): void {
    let next = this.#parent.firstElementChild;
    for (const { element } of items.values()) {
      if (element === next) next = next.nextElementSibling;
      else this.#parent.insertBefore(element, next);
    }
  }

  #offerRest(count: number): void {
    show(this.#more, count > this.#cap);
    const label = this.#all ? `Show the first ${this.#cap}` : `Show all ${count}`;
    if (this.#button.textContent !== label) this.#button.textContent = label;
  }
}
