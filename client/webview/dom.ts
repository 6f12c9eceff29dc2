/** What an element is made with. Text is always text: labels of metrics come from strangers. */
export interface Parts {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly role?: string;
  readonly hidden?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  parts: Parts = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (parts.class) element.className = parts.class;
  if (parts.text !== undefined) element.textContent = parts.text;
  if (parts.title) element.title = parts.title;
  if (parts.role) element.setAttribute('role', parts.role);
  if (parts.hidden) element.hidden = true;
  for (const [name, value] of Object.entries(parts.attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Text that changes often: the document is touched only where it differs. */
export class LiveText {
  readonly element: HTMLElement;
  #text: string;
  #title = '';

  constructor(element: HTMLElement) {
    this.element = element;
    this.#text = element.textContent ?? '';
  }

  set(text: string, title = ''): void {
    if (text !== this.#text) {
      this.#text = text;
      // Changing the node's data is cheaper than a new node.
      const { firstChild } = this.element;
      if (firstChild instanceof Text && firstChild === this.element.lastChild) firstChild.data = text;
      else this.element.textContent = text;
    }
    if (title !== this.#title) {
      this.#title = title;
      this.element.title = title;
    }
  }
}

/** Sets an attribute or takes it away, if that is a change. */
export function mark(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Shows or hides, if that is a change. */
export function show(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown;
}

/** Prose in which names stand between backticks: they become code, and all of it stays text. */
export function prose(text: string): Node[] {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? make('code', { text: part }) : document.createTextNode(part)));
}

/** Prose that changes now and then. */
export class LiveProse {
  readonly element: HTMLElement;
  #text = '';

  constructor(element: HTMLElement) {
    this.element = element;
  }

  set(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.element.replaceChildren(...prose(text));
  }
}
