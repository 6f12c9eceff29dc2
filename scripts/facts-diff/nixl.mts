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
  for (const file of files) {
    const tokens = tokensOf(file.text);
    tokens.forEach((token, index) => {
      const reads = READS.has(token.text);
      if (token.kind !== 'name' || (!reads && !PARAMETERS.has(token.text))) return;
      const open = behindTypes(tokens, index + 1);
      if (tokens[open]?.text !== '(') return;
      const list = listAt(tokens, open);
      const name = textOf(list[reads ? 0 : 1] ?? [], names);
      if (name === undefined) return;
      const found = { ...defaultOf(list[reads ? 1 : 2], names), where: whereOf(file, token) };
      if (!reads) addParameter(parameters, backendOf(file.name), name, found);
      else if (name.startsWith('NIXL_')) environment.set(name, environment.get(name) ?? found);
    });
    const backend = /^src\/plugins\/(\w+)\/\w+_plugin\.cpp$/.exec(file.name);
    const called = backend && pluginName(tokens, names);
    if (called) backends.set(called, { where: file.name });
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

function addParameter(parameters: Map<string, Entry>, folder: string | undefined, name: string, found: Entry): void {
  if (folder === undefined) return;
  const key = `${folder} ${name}`;
  parameters.set(key, parameters.get(key) ?? found);
}

function backendOf(file: string): string | undefined {
  return /^src\/plugins\/(\w+)\//.exec(file)?.[1]?.toUpperCase();
}

/** What the plugin's creator is called with: `nixl_plugin_…::create(VERSION, "UCX", …)`. */
function pluginName(tokens: readonly Token[], names: ReadonlyMap<string, string>): string | undefined {
  for (let index = 0; index < tokens.length; index++) {
    if (tokens[index]!.text !== 'create' || tokens[index + 1]?.text !== '(') continue;
    for (const part of listAt(tokens, index + 1)) {
      const text = textOf(part, names);
      if (text && /^[A-Z][A-Z0-9_]+$/.test(text)) return text;
    }
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
