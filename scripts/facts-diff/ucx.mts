import { Macros } from './c-macros.mts';
import { joinedStrings, listAt, type Token, tokensOf, whereOf } from './c-tokens.mts';
import { type SourceFile, sourceFile, sourceFiles } from './source-files.mts';
import type { Entry, Statement } from './upstream.mts';

/** One row of a table of settings: a setting, or a table that is included under a prefix. */
interface Row {
  readonly name: string;
  /** The table that is included. */
  readonly table?: string;
  /** The default, or, for an included table, `name=value` pairs that override its defaults. */
  readonly value?: string;
  readonly where: string;
}

/** A table that is registered under a prefix: everything in it is a variable. */
interface Root {
  readonly prefix: string;
  readonly table: string;
}

/** The release that a UCX checkout leads to: what `configure.ac` says. */
export async function ucxRelease(checkout: string): Promise<string | undefined> {
  const { text } = await sourceFile(checkout, 'configure.ac');
  const part = (name: string) => new RegExp(`ucx_ver_${name}\\s*\\]?\\s*,\\s*\\[?(\\d+)`).exec(text)?.[1];
  const [major, minor, patch] = [part('major'), part('minor'), part('patch')];
  return major && minor ? `${major}.${minor}.${patch ?? 0}` : undefined;
}

/** The variables that UCX's tables of settings make, with their defaults. */
export async function readUcx(checkout: string): Promise<Statement> {
  const files = await sourceFiles(checkout, 'src', ['.c', '.h', '.cc', '.cu']);
  const macros = new Macros(files);
  const tables = new Map<string, readonly Row[]>();
  const roots: Root[] = [];
  for (const file of files) {
    for (const [name, rows] of tablesIn(file, macros)) tables.set(name, rows);
    roots.push(...rootsIn(file, macros));
  }
  const variables = new Map<string, Entry>();
  for (const { prefix, table } of roots)
    addAll(variables, tables, { table, prefix, byName: true, overrides: new Map(), path: [] });
  return { library: 'ucx', tables: [{ name: 'environment', entries: variables }] };
}

/** `ucs_config_field_t NAME[] = { {…}, …, {NULL} };` */
function tablesIn(file: SourceFile, macros: Macros): [string, Row[]][] {
  const found: [string, Row[]][] = [];
  const start = /\bucs_config_field_t\s+(\w+)\s*\[[^\]]*\]\s*=\s*\{/g;
  for (const match of file.text.matchAll(start)) {
    const from = match.index + match[0].length - 1;
    const text = withoutConditions(file.text.slice(from));
    const tokens = macros.expand(tokensOf(text).map((token) => at(token, from)));
    found.push([match[1]!, listAt(tokens, 0).flatMap((row) => readRow(file, row))]);
  }
  return found;
}

/** Rows that depend on the build count like the others. The text keeps its length. */
function withoutConditions(text: string): string {
  return text.replace(/^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif|else|endif)\b.*$/gm, (line) => ' '.repeat(line.length));
}

function at(token: Token, from: number): Token {
  return { ...token, offset: token.offset + from };
}

function readRow(file: SourceFile, row: readonly Token[]): Row[] {
  if (row[0]?.text !== '{') return [];
  const [nameTokens = [], valueTokens = [], , , typeTokens = []] = listAt(row, 0);
  const name = joinedStrings(nameTokens);
  if (name === undefined) return [];
  const text = joinedStrings(valueTokens);
  // A constant whose value only the compiler knows.
  const value = /\b[A-Z]{2,}_[A-Z_]+(?!=)\b(?!=)/.test(text ?? '') ? undefined : text;
  const table = includedTable(typeTokens);
  return [{ name, where: whereOf(file, row[0]), ...(table && { table }), ...(value !== undefined && { value }) }];
}

/** What `UCS_CONFIG_TYPE_TABLE(TABLE)` expands to names functions first and the included table last. */
function includedTable(type: readonly Token[]): string | undefined {
  const parts = type[0]?.text === '{' ? listAt(type, 0) : [];
  if (parts[0]?.[0]?.text !== 'ucs_config_sscanf_table') return undefined;
  return parts.at(-1)?.find(({ kind }) => kind === 'name')?.text;
}

/** Tables that are registered: by a macro with a prefix, or in a structure with `.prefix` and `.table`. */
function rootsIn(file: SourceFile, macros: Macros): Root[] {
  if (!/CONFIG_(DECLARE|REGISTER)_TABLE|UCT_\w*(DEFINE|COMPONENT)|\.prefix/.test(file.text)) return [];
  const roots: Root[] = [];
  const tokens = tokensOf(file.text);
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== 'name' || tokens[index + 1]?.text !== '(' || isDefinition(file, tokens[index]!)) return;
    const list = listAt(tokens, index + 1);
    if (/^UCS_CONFIG_(?:DECLARE|REGISTER)_TABLE$/.test(text)) addRoot(roots, list[2], list[0], macros);
    else if (/^UCT_TL_DEFINE(?:_ENTRY)?$/.test(text)) addRoot(roots, list[4], list[5], macros);
    else if (text === 'UCT_MM_TL_DEFINE') {
      addRoot(roots, list[4], list[5], macros);
      // The macro makes this name of the transport's.
      addRoot(roots, list[4], tokensOf(`uct_${list[0]?.[0]?.text}_md_config_table`), macros);
    }
  });
  for (const match of file.text.matchAll(/\.prefix\s*=\s*([^,]+),\s*\.table\s*=\s*(\w+)/g)) {
    addRoot(roots, tokensOf(match[1]!), tokensOf(match[2]!), macros);
  }
  return roots;
}

/** In `#define X(…) Y(…)` nothing is registered. */
function isDefinition({ text }: SourceFile, token: Token): boolean {
  let start = token.offset;
  do start = text.lastIndexOf('\n', start - 1);
  while (start > 0 && text[start - 1] === '\\');
  return /^\s*#\s*define\b/.test(text.slice(start + 1, token.offset));
}

function addRoot(
  roots: Root[],
  prefix: readonly Token[] | undefined,
  table: readonly Token[] | undefined,
  macros: Macros,
): void {
  const name = table?.find(({ kind, text }) => kind === 'name' && text.endsWith('_table'))?.text;
  const text = prefix && (prefix[0]?.text === 'NULL' ? '' : macros.stringOf(prefix));
  if (name && text !== undefined) roots.push({ prefix: text, table: name });
}

/**
 * Adds the settings of a table and of those that it includes, as UCX looks them up (`ucs_config_apply_config_vars`): an
 * included table is read under its own prefix, which stands instead of the outer one, and then under the outer one.
 */
function addAll(variables: Map<string, Entry>, tables: Tables, place: Place): void {
  const { table, prefix, byName, path } = place;
  if (path.includes(table)) return;
  for (const row of tables.get(table) ?? []) {
    if (row.table === undefined) {
      if (row.name !== '')
        add(variables, `UCX_${prefix}${row.name}`, place.overrides.get(row.name) ?? row.value, row.where);
      continue;
    }
    const overrides = new Map([...pairsOf(row.value ?? ''), ...place.overrides]);
    const inner = { table: row.table, overrides, path: [...path, table] };
    if (byName) addAll(variables, tables, { ...inner, prefix: row.name, byName: true });
    addAll(variables, tables, { ...inner, prefix, byName: false });
  }
}

type Tables = ReadonlyMap<string, readonly Row[]>;

interface Place {
  readonly table: string;
  readonly prefix: string;
  /** Included tables are read under their own prefix, too. */
  readonly byName: boolean;
  /** Defaults that outer tables give instead. */
  readonly overrides: ReadonlyMap<string, string>;
  /** The tables around it. */
  readonly path: readonly string[];
}

/** A name that several tables share has no default where theirs differ. */
function add(variables: Map<string, Entry>, name: string, value: string | undefined, where: string): void {
  const known = variables.get(name);
  if (!known) variables.set(name, { where, ...(value !== undefined && { value }) });
  else if (known.value !== value) variables.set(name, { where: known.where ?? where });
}

/** `ALLOC=huge,mmap;MAX_NUM_EPS=8`. */
function pairsOf(text: string): [string, string][] {
  return text.split(';').flatMap((pair): [string, string][] => {
    const equals = pair.indexOf('=');
    return equals > 0 ? [[pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]] : [];
  });
}
