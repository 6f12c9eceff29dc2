/** The colours of VS Code's own themes that the panel uses, as a webview gets them. */
const DARK = {
  foreground: '#cccccc',
  descriptionForeground: '#9d9d9d',
  'editor-background': '#1f1f1f',
  'editorWidget-background': '#202020',
  'widget-border': '#313131',
  'panel-border': '#2b2b2b',
  errorForeground: '#f85149',
  'editorWarning-foreground': '#cca700',
  'charts-blue': '#59a4f9',
  'charts-orange': '#d18616',
  'charts-green': '#2ea043',
  'charts-purple': '#bc3fbc',
  'charts-yellow': '#cca700',
  'charts-red': '#f85149',
  'charts-lines': '#cccccc40',
  'textLink-foreground': '#4daafc',
  focusBorder: '#0078d4',
  'list-hoverBackground': '#2a2d2e',
  'button-background': '#0078d4',
  'button-foreground': '#ffffff',
  'button-secondaryBackground': '#313131',
  'button-secondaryForeground': '#cccccc',
  'settings-dropdownBackground': '#313131',
  'settings-dropdownForeground': '#cccccc',
  'settings-dropdownBorder': '#3c3c3c',
  'input-background': '#313131',
  'inputValidation-warningBackground': '#352a05',
  'inputValidation-warningBorder': '#b89500',
  'inputValidation-errorBackground': '#5a1d1d',
  'inputValidation-errorBorder': '#be1100',
};

const LIGHT: typeof DARK = {
  ...DARK,
  foreground: '#3b3b3b',
  descriptionForeground: '#616161',
  'editor-background': '#ffffff',
  'editorWidget-background': '#f8f8f8',
  'widget-border': '#e5e5e5',
  'panel-border': '#e5e5e5',
  errorForeground: '#c72e0f',
  'editorWarning-foreground': '#bf8803',
  'charts-blue': '#0063d3',
  'charts-orange': '#d18616',
  'charts-green': '#388a34',
  'charts-purple': '#652d90',
  'charts-yellow': '#bf8803',
  'charts-red': '#e51400',
  'charts-lines': '#3b3b3b40',
  'textLink-foreground': '#005fb8',
  focusBorder: '#005fb8',
  'list-hoverBackground': '#f2f2f2',
  'button-background': '#005fb8',
  'button-secondaryBackground': '#e5e5e5',
  'button-secondaryForeground': '#3b3b3b',
  'settings-dropdownBackground': '#ffffff',
  'settings-dropdownForeground': '#3b3b3b',
  'settings-dropdownBorder': '#cecece',
  'input-background': '#ffffff',
  'inputValidation-warningBackground': '#f6f5d2',
  'inputValidation-errorBackground': '#f2dede',
};

const CONTRAST: typeof DARK = {
  ...DARK,
  foreground: '#ffffff',
  descriptionForeground: '#ffffff',
  'editor-background': '#000000',
  'editorWidget-background': '#0c141f',
  'widget-border': '#6fc3df',
  'panel-border': '#6fc3df',
  'charts-lines': '#ffffff',
  focusBorder: '#f38518',
  'button-background': '#000000',
  'button-secondaryBackground': '#000000',
  'button-secondaryForeground': '#ffffff',
  'settings-dropdownBackground': '#000000',
  'settings-dropdownForeground': '#ffffff',
  'settings-dropdownBorder': '#6fc3df',
  'input-background': '#000000',
  'inputValidation-warningBackground': '#332b00',
};

export const PANEL_THEMES = {
  dark: { colors: DARK, kind: 'vscode-dark' },
  light: { colors: LIGHT, kind: 'vscode-light' },
  contrast: { colors: CONTRAST, kind: 'vscode-dark vscode-high-contrast' },
} as const;

export type PanelTheme = keyof typeof PANEL_THEMES;

/** A style sheet that puts a theme on the page. */
export function themeSheet(theme: PanelTheme): string {
  const colors = Object.entries(PANEL_THEMES[theme].colors).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `:root { ${colors.join(' ')} --vscode-font-family: "DejaVu Sans", sans-serif; --vscode-font-size: 13px; --vscode-font-weight: normal; }`;
}
