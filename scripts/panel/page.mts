import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { panelHtml } from '../../client/src/panel/panel-html.ts';
import type { HostMessage, PanelMessage } from '../../protocol/panel.ts';
import { browserPath } from '../editor/requirements.mts';
import { ROOT } from '../support.mts';
import { PANEL_THEMES, type PanelTheme, themeSheet } from './themes.mts';

/** Answered by us alone: the name leads nowhere. */
const ORIGIN = 'https://panel.invalid';
const NONCE = 'cGFuZWw';

export interface PanelPageOptions {
  readonly theme?: PanelTheme;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** What the page has kept, as VS Code gives it back. */
  readonly state?: unknown;
  /** Called with what the page says; what it returns is sent to the page. */
  readonly answer?: (message: PanelMessage) => readonly HostMessage[];
}

/** The page of the panel in a browser, with somebody who speaks for the extension. */
export interface PanelPage {
  readonly page: Page;
  /** What the page has said so far. */
  readonly said: PanelMessage[];
  /** Breaches of the content security policy, errors in the console. */
  readonly troubles: string[];
  send(...messages: HostMessage[]): Promise<void>;
  close(): Promise<void>;
}

export function launchBrowser(): Promise<Browser> {
  const sandbox = process.getuid?.() !== 0; // Chromium refuses its sandbox to root
  return chromium.launch({
    executablePath: browserPath(),
    args: ['--disable-gpu', '--font-render-hinting=none', '--no-first-run'],
    chromiumSandbox: sandbox,
  });
}

export async function openPanelPage(browser: Browser, options: PanelPageOptions = {}): Promise<PanelPage> {
  const { theme = 'dark', width = 1200, height = 900, scale = 1, state } = options;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  const page = await context.newPage();
  const said: PanelMessage[] = [];
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text());
  });
  await page.exposeFunction('toExtension', async (message: PanelMessage) => {
    said.push(message);
    await send(...(options.answer?.(message) ?? []));
  });
  await serve(page, theme);
  // As in VS Code, where the page asks once for a way to the extension.
  await page.addInitScript((kept) => {
    type Scope = { toExtension(message: unknown): void; acquireVsCodeApi: unknown; kept: unknown };
    const scope = globalThis as unknown as Scope;
    scope.kept = kept;
    scope.acquireVsCodeApi = () => ({
      postMessage: (message: unknown) => scope.toExtension(message),
      getState: () => scope.kept,
      setState: (state: unknown) => {
        scope.kept = state;
      },
    });
  }, state);
  await page.goto(ORIGIN);

  async function send(...messages: HostMessage[]): Promise<void> {
    for (const message of messages) {
      await page.evaluate((data) => {
        const scope = globalThis as unknown as { postMessage(data: unknown, origin: string): void };
        scope.postMessage(data, '*');
      }, message);
    }
  }

  return { page, said, troubles, send, close: () => context.close() };
}

async function serve(page: Page, theme: PanelTheme): Promise<void> {
  const parts = { script: `${ORIGIN}/panel.js`, style: `${ORIGIN}/panel.css`, source: ORIGIN, nonce: NONCE };
  const html = panelHtml(parts)
    .replace('<link ', `<link rel="stylesheet" href="${ORIGIN}/theme.css">\n<link `)
    .replace('<body>', `<body class="${PANEL_THEMES[theme].kind}">`);
  const file = (name: string) => readFile(join(ROOT, 'dist', name), 'utf8');
  const bodies: Record<string, () => Promise<[type: string, body: string]>> = {
    '/': async () => ['text/html', html],
    '/panel.js': async () => ['text/javascript', await file('panel.js')],
    '/panel.css': async () => ['text/css', await file('panel.css')],
    '/theme.css': async () => ['text/css', themeSheet(theme)],
  };
  await page.route('**/*', async (route) => {
    const body = await bodies[new URL(route.request().url()).pathname]?.();
    if (!body) return route.fulfill({ status: 404, body: '' });
    return route.fulfill({ contentType: `${body[0]}; charset=utf-8`, body: body[1] });
  });
}
