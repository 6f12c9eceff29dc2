import { listAt, type Token, tokensOf, whereOf, written } from './c-tokens.mts';
import { type SourceFile, sourceFile, sourceFiles } from './source-files.mts';
import type { Entry, Statement } from './upstream.mts';

/** Functions whose first argument names a variable, and the second, where there is one, its default. */
const READS = new Set([
  'getenv',
  'getenvOptional',
  'getenvDefaulted',
  'getValue',
  'getValueOptional',
  'getValueDefaulted',
  'getNonEmptyString',
  'checkExistence',
]);

/** Functions whose second argument names a parameter of a backend. */
const PARAMETERS = new Set([
  'getBackendParam',
  'getBackendParamOptional',
  'getBackendParamDefaulted',
  'getCustomStringParam',
  'getCustomIntParam',
]);

/** Methods of the map of parameters. */
const LOOKUPS = new Set(['find', 'count', 'at', 'contains']);

/** The release that a NIXL checkout leads to: what `meson.build` says. */
export async function nixlRelease(checkout: string): Promise<string | undefined> {
  const { text } = await sourceFile(checkout, 'meson.build');
  return /\bproject\s*\([^)]*?\bversion\s*:\s*'([\d.]+)'/.exec(text)?.[1];
}

/** The variables and backend parameters that NIXL's C++ reads, and its folders of plugins. */
export async function readNixl(checkout: string): Promise<Statement> {
  const files = await sourceFiles(checkout, 'src', ['.cpp', '.h', '.cc', '.hpp']);
  const names = constants(files);
  const environment = new Map<string, Entry>();
  const parameters = new Map<string, Entry>();
  const backends = new Map<string, Entry>();
  const tokenized = files.map((file) => ({ file, tokens: tokensOf(file.text) }));
  const plugins = new Map<string, string>();
  for (const { file, tokens } of tokenized) {
    const folder = pluginFolder(file.name);
    const name = folder && file.name.endsWith('_plugin.cpp') ? pluginName(tokens, names) : undefined;
    if (!folder || !name) continue;
    plugins.set(folder, name);
    backends.set(name, { where: file.name });
  }
  for (const { file, tokens } of tokenized) {
    const plugin = plugins.get(pluginFolder(file.name) ?? '');
    for (const { name, parameter, value, token } of readsIn(tokens, names)) {
      const entry = { ...(value !== undefined && { value }), where: whereOf(file, token) };
      if (!parameter && name.startsWith('NIXL_')) environment.set(name, environment.get(name) ?? entry);
      if (!parameter || !plugin) continue;
      const key = `${plugin} ${name}`;
      // A default is only in some of the places that read it.
      if (parameters.get(key)?.value === undefined) parameters.set(key, entry);
    }
  }
  return {
    library: 'nixl',
    tables: [
      { name: 'environment', entries: environment },
      { name: 'backends', entries: backends },
      { name: 'backend parameters', entries: parameters },
    ],
  };
}

interface Read {
  readonly name: string;
  /** A backend's parameter, not a variable. */
  readonly parameter: boolean;
  readonly value?: string;
  readonly token: Token;
}

/** Everything that some tokens read by a name that is known. */
function readsIn(tokens: readonly Token[], names: ReadonlyMap<string, string>): Read[] {
  return tokens.flatMap((token, index): Read[] => {
    if (token.kind !== 'name') return subscript(tokens, index, names);
    const variable = READS.has(token.text);
    const parameter = PARAMETERS.has(token.text);
    const lookup = LOOKUPS.has(token.text) && /params$/i.test(receiver(tokens, index));
    const open = variable || parameter || lookup ? behindTypes(tokens, index + 1) : tokens.length;
    if (tokens[open]?.text !== '(') return [];
    const list = listAt(tokens, open);
    const name = textOf(list[parameter ? 1 : 0] ?? [], names);
    if (name === undefined) return [];
    return [{ name, parameter: !variable, token, ...(!lookup && defaultOf(list[parameter ? 2 : 1], names)) }];
  });
}

/** `(*custom_params)["name"]`. */
function subscript(tokens: readonly Token[], index: number, names: ReadonlyMap<string, string>): Read[] {
  const token = tokens[index]!;
  if (token.text !== '[' || token.kind !== 'sign') return [];
  const before = tokens[index - 1]?.text === ')' ? tokens[index - 2]?.text : tokens[index - 1]?.text;
  if (!/params$/i.test(before ?? '')) return [];
  const name = textOf(listAt(tokens, index)[0] ?? [], names);
  return name === undefined ? [] : [{ name, parameter: true, token }];
}

/** What a method is called on: `custom_params` of `custom_params->find`. */
function receiver(tokens: readonly Token[], index: number): string {
  const arrow = tokens[index - 1]?.text === '>' && tokens[index - 2]?.text === '-';
  const at = arrow ? index - 3 : tokens[index - 1]?.text === '.' ? index - 2 : -1;
  return tokens[at]?.text ?? '';
}

function pluginFolder(file: string): string | undefined {
  const folder = /^src\/plugins\/(\w+)\//.exec(file)?.[1];
  // Exporters are loaded in the same way, and move nothing.
  return folder === 'telemetry' ? undefined : folder;
}

/** What the plugin's creator is called with: `nixl_plugin_…::create(VERSION, "UCX", …)`. */
function pluginName(tokens: readonly Token[], names: ReadonlyMap<string, string>): string | undefined {
  for (let index = 0; index < tokens.length; index++) {
    if (tokens[index]!.text !== 'create' || tokens[index + 1]?.text !== '(') continue;
    const texts = listAt(tokens, index + 1).flatMap((part) => textOf(part, names) ?? []);
    if (texts[0]) return texts[0].toUpperCase();
  }
  return undefined;
}

/** `constexpr char x[] = "…"`, `const std::string x = "…"`, `#define X "…"`. */
function constants(files: readonly SourceFile[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { text } of files) {
    for (const [, name, value] of text.matchAll(/\b(\w+)\s*(?:\[\s*\])?\s*(?:=|\{)\s*\{?\s*"([^"\\\n]*)"/g)) {
      found.set(name!, value!);
    }
    for (const [, name, value] of text.matchAll(/^\s*#\s*define\s+(\w+)\s+"([^"\\\n]*)"/gm)) found.set(name!, value!);
    for (const [, name, value] of text.matchAll(/\bconstexpr\s+[\w:<>\s]+?\s(\w+)\s*(?:=|\{)\s*([\d']+)\s*\}?\s*;/g)) {
      found.set(name!, value!);
    }
  }
  return found;
}

/** Behind `<…>` of a template. */
function behindTypes(tokens: readonly Token[], start: number): number {
  if (tokens[start]?.text !== '<') return start;
  let depth = 0;
  for (let index = start; index < tokens.length; index++) {
    if (tokens[index]!.text === '<') depth += 1;
    if (tokens[index]!.text === '>') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return tokens.length;
}

function textOf(tokens: readonly Token[], names: ReadonlyMap<string, string>): string | undefined {
  const plain = unwrapped(tokens);
  if (plain.length !== 1) return undefined;
  const [{ kind, text }] = plain as [Token];
  return kind === 'string' ? text : kind === 'name' ? names.get(text) : undefined;
}

/** `std::string(x)` and `x.c_str()` are `x`. */
function unwrapped(tokens: readonly Token[]): readonly Token[] {
  const text = written(tokens);
  if (/^std::string\(/.test(text)) return tokens.slice(5, -1);
  return text.endsWith('.c_str()') ? tokens.slice(0, -4) : tokens;
}

function defaultOf(tokens: readonly Token[] | undefined, names: ReadonlyMap<string, string>): { value?: string } {
  const plain = unwrapped(tokens ?? []);
  if (plain.length !== 1) return {};
  const [{ kind, text }] = plain as [Token];
  const value = kind === 'name' && text !== 'true' && text !== 'false' ? names.get(text) : text;
  return value === undefined ? {} : { value: kind === 'string' ? value : value.replace(/'|[uUlL]+$|ms$|s$/g, '') };
}
