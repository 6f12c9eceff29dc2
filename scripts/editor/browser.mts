import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Editor } from './server.mts';

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

export type Payload = readonly (readonly [name: string, value: string])[];

/** A browser that is logged in to the editor. */
export interface EditorBrowser {
  /** Opens a folder. `payload` is VS Code's own way to name more in its URL; `exposed` are functions put on the page. */
  open(folder: string, payload?: Payload, exposed?: Record<string, (...args: never[]) => unknown>): Promise<Page>;
  close(): Promise<void>;
}

export interface BrowserOptions {
  /** The executable of a Chromium. */
  path: string;
  width: number;
  height: number;
  /** Device pixels per CSS pixel: 2 for pictures that are to look sharp. */
  scale?: number;
}

export async function openBrowser(editor: Editor, options: BrowserOptions): Promise<EditorBrowser> {
  const sandbox = process.getuid?.() !== 0; // Chromium refuses its sandbox to root
  const browser = await chromium.launch({ executablePath: options.path, args: FLAGS, chromiumSandbox: sandbox });
  try {
    const context = await browser.newContext({
      viewport: { width: options.width, height: options.height },
      deviceScaleFactor: options.scale ?? 1,
    });
    await logIn(context, editor);
    return session(browser, context, editor);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function logIn(context: BrowserContext, editor: Editor): Promise<void> {
  const form = { password: editor.password, base: '.', href: `${editor.origin}/login` };
  const answer = await context.request.post(`${editor.origin}/login`, { form, maxRedirects: 0 });
  if (answer.status() !== 302) throw new Error(`VS Code did not accept its password: HTTP ${answer.status()}`);
}

function session(browser: Browser, context: BrowserContext, editor: Editor): EditorBrowser {
  return {
    async open(folder, payload = [], exposed = {}) {
      const page = await context.newPage();
      for (const [name, callback] of Object.entries(exposed)) await page.exposeFunction(name, callback);
      const url = new URL(editor.origin);
      url.searchParams.set('folder', folder);
      if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
      await page.goto(url.href);
      return page;
    },
    close: () => browser.close(),
  };
}
