/** Colours of the theme, read anew when it changes. */
export class Palette {
  foreground = '';
  muted = '';
  grid = '';
  background = '';
  bad = '';
  lines: readonly string[] = [];
  font = '';

  constructor() {
    this.read();
  }

  read(): void {
    const style = getComputedStyle(document.documentElement);
    const color = (...names: readonly string[]) =>
      names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '') ?? '#888';
    this.foreground = color('foreground');
    this.muted = color('descriptionForeground', 'foreground');
    // Borders are loud in high contrast; lines behind lines must not be.
    this.grid = `color-mix(in srgb, ${this.foreground} 16%, transparent)`;
    this.background = color('editor-background');
    this.bad = color('charts-red', 'errorForeground');
    const names = ['blue', 'orange', 'green', 'purple', 'yellow', 'red'];
    this.lines = names.map((name) => color(`charts-${name}`));
    this.font = `11px ${style.getPropertyValue('--vscode-font-family') || 'sans-serif'}`;
  }

  /** The colour of the n-th line. The first two are far apart in every theme: most charts have two. */
  line(index: number): string {
    return this.lines[index % this.lines.length] ?? this.foreground;
  }
}

/** Calls back after VS Code has put another theme on the page. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
