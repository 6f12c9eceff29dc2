/** Where something is on the page, in CSS pixels. */
export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** What the active text editor draws: its lines with the place of each character, and the marks under them. */
export interface DrawnEditor {
  lines: { text: string; box: Box; characters: Box[] }[];
  squiggles: { severity: Severity; box: Box }[];
  /** Where the text cursor is, if the editor has the keyboard. */
  cursor?: Box;
}

/** The part of a browser's document that `drawnEditor` uses. The scripts are compiled without the DOM's types. */
interface PageElement {
  className: string;
  textContent: string | null;
  getBoundingClientRect(): Box;
  querySelectorAll(selector: string): Iterable<PageElement>;
}
interface PageDocument {
  querySelector(selector: string): PageElement | null;
  createTreeWalker(root: PageElement, show: number): { nextNode(): PageElement | null };
  createRange(): { setStart(node: PageElement, at: number): void; setEnd(node: PageElement, at: number): void } & Pick<
    PageElement,
    'getBoundingClientRect'
  >;
}

/** Runs in the page: reads the DOM and nothing else, since what a person sees is what is to be tested. */
export function drawnEditor(): DrawnEditor {
  const document = (globalThis as unknown as { document: PageDocument }).document;
  const SHOW_TEXT = 4;
  const editor = document.querySelector('.editor-group-container.active .editor-instance .monaco-editor');
  if (!editor) return { lines: [], squiggles: [] };
  const box = ({ left, right, top, bottom }: Box): Box => ({ left, right, top, bottom });
  const lines = [...editor.querySelectorAll('.lines-content > .view-lines > .view-line')].map((line) => {
    const characters: Box[] = [];
    let text = '';
    const walker = document.createTreeWalker(line, SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const content = node.textContent ?? '';
      for (let at = 0; at < content.length; at++) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        characters.push(box(range.getBoundingClientRect()));
      }
      text += content;
    }
    return { text: text.replaceAll('\u00a0', ' '), box: box(line.getBoundingClientRect()), characters };
  });
  lines.sort((a, b) => a.box.top - b.box.top);
  const squiggles = [...editor.querySelectorAll('.view-overlays [class*="squiggly-"]')].map((mark) => ({
    severity: (/squiggly-(error|warning|info|hint)/.exec(mark.className)?.[1] ?? 'error') as Severity,
    box: box(mark.getBoundingClientRect()),
  }));
  const [cursor] = editor.querySelectorAll('.focused .cursors-layer > .cursor');
  return cursor ? { lines, squiggles, cursor: box(cursor.getBoundingClientRect()) } : { lines, squiggles };
}

/** The text that a mark lies under: the characters whose middle is above it. */
export function coveredText(editor: DrawnEditor, mark: Box): string {
  const middle = (mark.top + mark.bottom) / 2;
  const line = editor.lines.find(({ box }) => box.top <= middle && middle < box.bottom + 3);
  if (!line) return '';
  return [...line.text]
    .filter((_, at) => {
      const character = line.characters[at];
      const center = character ? (character.left + character.right) / 2 : Number.NaN;
      return mark.left <= center && center <= mark.right;
    })
    .join('');
}

/** The place of a piece of text in the first line that holds it. */
export function placeOf(editor: DrawnEditor, text: string): Box | undefined {
  for (const line of editor.lines) {
    const at = line.text.indexOf(text);
    const first = line.characters[at];
    const last = line.characters[at + text.length - 1];
    if (at >= 0 && first && last) return { ...first, right: last.right };
  }
  return undefined;
}
