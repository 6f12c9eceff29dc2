import type { Locator, Page } from 'playwright-core';
import { coveredText, type DrawnEditor, drawnEditor, placeOf, type Severity } from './page.mts';
import { until } from './until.mts';

/** A cold VS Code on a busy machine takes its time to draw a first squiggle; nothing here waits longer than needed. */
const PATIENCE = 60_000;

export interface Squiggle {
  severity: Severity;
  text: string;
}

/** VS Code as the person before it sees and works it. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens a file from the explorer by double click, and waits until its text is there. Folders come first. */
  async open(...path: string[]): Promise<void> {
    const name = path.pop() as string;
    for (const part of path) await this.#expand(part);
    await this.#explorerEntry(name).dblclick({ timeout: PATIENCE });
    await this.page.locator('.tab.active .label-name').getByText(name, { exact: true }).waitFor({ timeout: PATIENCE });
    await until(`the text of ${name}`, PATIENCE, async () =>
      (await this.drawn()).lines.length > 0 ? true : undefined,
    );
  }

  /** Waits until the status bar calls the open file by one of these languages. */
  async language(names: readonly string[]): Promise<string> {
    const item = this.page.locator('[id="status.editor.mode"]');
    const shown = () => item.textContent();
    return until(
      `the language ${names.join(' or ')}`,
      PATIENCE,
      async () => names.find(equals((await shown()) ?? '')),
      shown,
    );
  }

  /** What the `{}` item of the status bar says about the open file. */
  async languageStatus(): Promise<string> {
    await this.page.locator('[id="status.languageStatus"]').hover({ timeout: PATIENCE });
    const entries = this.page.locator('.hover-language-status .element .left');
    await entries.first().waitFor({ timeout: PATIENCE });
    return (await entries.allTextContents()).join('\n');
  }

  /** The name of the channel that the output panel shows. */
  async outputChannel(): Promise<string> {
    return this.page.locator('.part.panel .title-actions select').first().inputValue();
  }

  drawn(): Promise<DrawnEditor> {
    return this.page.evaluate(drawnEditor);
  }

  /** The marks of the open file, each with the text that it lies under, from top to bottom. */
  async squiggles(): Promise<Squiggle[]> {
    const editor = await this.drawn();
    return editor.squiggles
      .toSorted((a, b) => a.box.top - b.box.top || a.box.left - b.box.left)
      .map(({ severity, box }) => ({ severity, text: coveredText(editor, box) }));
  }

  /** Waits for a mark that lies under exactly this text. */
  async squiggle(text: string): Promise<Squiggle> {
    return until(
      `a squiggle under ${JSON.stringify(text)}`,
      PATIENCE,
      async () => (await this.squiggles()).find((squiggle) => squiggle.text === text),
      () => this.squiggles(),
    );
  }

  /** Waits until no mark lies under this text. */
  async noSquiggle(text: string): Promise<void> {
    await until(
      `no squiggle under ${JSON.stringify(text)}`,
      PATIENCE,
      async () => ((await this.squiggles()).some((squiggle) => squiggle.text === text) ? undefined : true),
      () => this.squiggles(),
    );
  }

  /** Rests the pointer on a piece of text and returns what the hover says, once it says what is looked for. */
  async hover(text: string, says: RegExp): Promise<string> {
    const hover = this.page.locator('.monaco-editor .monaco-resizable-hover .monaco-hover-content');
    // VS Code opens a hover for a pointer that came to rest, and keeps the last one while the pointer is on its way. What
    // is drawn anew under the pointer meanwhile (marks, colours) calls it off: then a person points again.
    const point = async (): Promise<true | undefined> => {
      await this.press('Escape');
      await this.page.mouse.move(1, 1);
      await hover.waitFor({ state: 'hidden', timeout: PATIENCE });
      const place = await this.#place(text);
      const middle = (place.top + place.bottom) / 2;
      await this.page.mouse.move(place.left - 3, middle);
      await this.page.mouse.move((place.left + place.right) / 2, middle, { steps: 3 });
      const shown = await hover.waitFor({ timeout: PATIENCE / 10 }).then(
        () => true,
        () => false,
      );
      return shown || undefined;
    };
    await until(`a hover on ${JSON.stringify(text)}`, PATIENCE, point);
    // biome-ignore lint/performance/useDomNodeTextContent: the hover keeps texts that it no longer shows.
    const shown = () => hover.innerText();
    return until(
      `a hover that says ${says}`,
      PATIENCE,
      async () => [await shown()].find((text) => says.test(text)),
      shown,
    );
  }

  /** Puts the cursor behind a piece of text, by clicking there. */
  async cursorAfter(text: string): Promise<void> {
    const place = await this.#place(text);
    const middle = (place.top + place.bottom) / 2;
    await this.page.mouse.click(place.right, middle);
    const cursor = async () => (await this.drawn()).cursor;
    await until(
      `the cursor behind ${JSON.stringify(text)}`,
      PATIENCE,
      async () => {
        const at = await cursor();
        return at && Math.abs(at.left - place.right) < 2 && at.top < middle && middle < at.bottom ? true : undefined;
      },
      cursor,
    );
  }

  /** Scrolls the text by so many lines and leaves the cursor where it is. */
  async scroll(lines: number): Promise<void> {
    for (let line = 0; line < lines; line++) await this.press('Control+ArrowDown');
    await this.still();
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.type(text, { delay: 20 });
  }

  press(keys: string): Promise<void> {
    return this.page.keyboard.press(keys);
  }

  /** Asks for completions at the cursor, if typing has not done so, and returns the entry of that label. */
  async suggestion(label: string): Promise<Locator> {
    const widget = this.page.locator('.suggest-widget.visible');
    const entry = widget.locator('.monaco-list-row').filter({
      has: this.page.locator('.label-name').getByText(label, { exact: true }),
    });
    if (!(await widget.isVisible())) await this.press('Control+Space');
    await entry.waitFor({ timeout: PATIENCE });
    return entry;
  }

  /** Has the list of completions show what its chosen entry means. */
  async suggestionDetails(): Promise<void> {
    const details = this.page.locator('.suggest-details-container');
    const shown = () =>
      details.waitFor({ timeout: 2000 }).then(
        () => true,
        () => undefined,
      );
    // The same keys close them again, and whether they are open is kept from one list to the next.
    await until('what the completion means', PATIENCE, async () => {
      if (await shown()) return true;
      await this.press('Control+Space');
      return shown();
    });
  }

  /**
   * Opens the quick fixes at the cursor and returns the one whose title holds this text. In the first moments of a
   * window VS Code may answer that there are none, before it has asked all who could have some; then it is asked again.
   */
  async quickFix(title: string): Promise<Locator> {
    const menu = this.page.locator('.action-widget');
    const none = this.page.locator('.monaco-editor-overlaymessage');
    await until('the quick fixes', PATIENCE, async () => {
      await this.press('Control+.');
      await menu.or(none).first().waitFor({ timeout: PATIENCE });
      if (await menu.isVisible()) return true;
      await this.press('Escape');
      return undefined;
    });
    const entry = menu.locator('.monaco-list-row.action').filter({ hasText: title }).first();
    await entry.waitFor({ timeout: PATIENCE });
    return entry;
  }

  /** Chooses an entry of an open menu with the keyboard: VS Code keeps the pointer off a menu that has just opened. */
  async choose(entry: Locator): Promise<void> {
    const isChosen = async () => /\bfocused\b/.test((await entry.getAttribute('class')) ?? '');
    for (let steps = 0; !(await isChosen()); steps++) {
      if (steps > 50) throw new Error(`The arrow keys do not reach ${entry}`);
      await this.press('ArrowDown');
    }
    await this.press('Enter');
  }

  /** Runs a command by its title, as with F1. */
  async command(title: string): Promise<void> {
    await this.press('F1');
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row').getByText(title).first().waitFor();
    await this.press('Enter');
  }

  /** Waits until a piece of text is on the screen. */
  async sees(text: string): Promise<void> {
    await this.#place(text);
  }

  /** Saves the open file. It is on disk a moment later: look for what is to be in it. */
  save(): Promise<void> {
    return this.press('Control+s');
  }

  /** Waits until two looks at the window, some frames apart, show the same. */
  async still(): Promise<void> {
    let last: Buffer | undefined;
    await until('the window to come to rest', PATIENCE, async () => {
      const before = last;
      last = await this.page.screenshot();
      return before?.equals(last) ? true : undefined;
    });
  }

  /** Opens a folder of the explorer, unless it is open from last time. */
  async #expand(name: string): Promise<void> {
    const entry = this.#explorerEntry(name);
    await entry.waitFor({ timeout: PATIENCE });
    if ((await entry.getAttribute('aria-expanded')) === 'false') await entry.click();
  }

  #explorerEntry(name: string): Locator {
    const label = this.page.locator('.label-name').getByText(name, { exact: true });
    return this.page.locator('.explorer-folders-view .monaco-list-row').filter({ has: label });
  }

  async #place(text: string) {
    return until(
      `the text ${JSON.stringify(text)} on the screen`,
      PATIENCE,
      async () => placeOf(await this.drawn(), text),
      async () => (await this.drawn()).lines.map((line) => line.text),
    );
  }
}

function equals(text: string): (other: string) => boolean {
  return (other) => other === text.trim();
}
