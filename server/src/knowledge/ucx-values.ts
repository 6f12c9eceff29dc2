import type { UcxType } from './ucx-table';

/*
 * Which spellings UCX's configuration reader takes, by type (src/ucs/config/parser.c and src/ucs/sys/string.c). Where it
 * ignores text behind a number, so do we: `4x` is 4. Nothing is trimmed. A run of digits must fit a pattern in one way
 * only: with two, the time to refuse a long one grows with its square.
 */

const BOOL = /^(?:[yY]|[nN]|[yY][eE][sS]|[nN][oO]|1|0|on|off)$/;
const TRY = /^(?:try|maybe)$/i;
const AUTO = /^auto$/i;
const ON_OFF = /^(?:on|off|yes|no|y|n|1|0)$/i;
const INFINITE = /^inf$/i;
const DECIMAL = /^[ \t]*[+-]?\d/;
const C_INTEGER = /^[ \t]*[+-]?(?:0x[\da-f]|\d)/i;
const FLOAT = /^[ \t]*[+-]?(?:\d|\.\d|inf|nan)/i;
const MEMORY = /^(?:inf|auto|[ \t]*[+-]?\d+(?:[bkmgt](?:b.*)?)?)$/i;
const TIME = /^[ \t]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:m|s|ms|us|ns)?$/;
const TIME_UNITS = /^(?:inf|auto)$/;
const TIME_UNITS_MISREAD = /^(?:inf|auto)$/i;
const BANDWIDTH = /^(?:[aA][uU][tT][oO]|[ \t]*[\d.eE+-]+[ \t]*[KMGT]?[Bb](?:ps|\/s|s))$/;
const HEX = /^(?:auto|0x[\da-f]+)/i;
const RANGE = /^[ \t]*\d+(?:-\d+)?/;
const SIGNAL = /^(?:\d+|(?:SIG)?[A-Za-z]+\d*)$/;

/** Would UCX take this text for a variable of this type? Lists of names are not judged here: see `readUcxList`. */
export function ucxAccepts(type: UcxType, text: string): boolean {
  switch (type.name) {
    case 'bool':
      return BOOL.test(text);
    case 'ternary':
      return BOOL.test(text) || TRY.test(text);
    case 'ternary_auto':
      return BOOL.test(text) || TRY.test(text) || AUTO.test(text);
    case 'on_off':
      return ON_OFF.test(text);
    case 'on_off_auto':
      return ON_OFF.test(text) || TRY.test(text) || AUTO.test(text);
    case 'int':
      return C_INTEGER.test(text);
    case 'uint':
      return DECIMAL.test(text) || INFINITE.test(text);
    case 'ulong':
      return DECIMAL.test(text);
    case 'ulunits':
      return DECIMAL.test(text) || INFINITE.test(text) || AUTO.test(text);
    case 'double':
      return FLOAT.test(text);
    case 'pos_double':
      return AUTO.test(text) || (FLOAT.test(text) && Number.parseFloat(text) > 0);
    case 'hex':
      return HEX.test(text);
    case 'memunits':
      return MEMORY.test(text);
    case 'memunits_list':
      return text.split(',').every((item) => MEMORY.test(item));
    case 'time':
      return TIME.test(text);
    case 'time_units':
      // Capital INF passes the number reader, with a wrong result: see `ucxMisreads`.
      return TIME.test(text) || TIME_UNITS_MISREAD.test(text);
    case 'bandwidth':
      return BANDWIDTH.test(text);
    case 'enum':
      return oneOf(type.values, text);
    case 'uint_enum':
      return oneOf(type.values, text) || DECIMAL.test(text);
    case 'enum_list':
      return text === '' || text.split(',').every((item) => item === '' || oneOf(type.values, item));
    case 'key_value':
      return acceptsKeys(type, text);
    case 'pairs':
      return text.split(',').every((item) => acceptsPair(type, item));
    case 'alloc_list':
      return text.split(',').every((item) => item === '' || item.startsWith('md:') || type.values.includes(item));
    case 'range':
      return RANGE.test(text);
    case 'range_list':
      return text.split(',').every((item) => RANGE.test(item));
    case 'signal':
      return SIGNAL.test(text);
    default:
      // string, string_list, path_list, allow_list, allow_list_ranges, signal_list, bw_spec_list, deprecated
      return true;
  }
}

/** A number that counts as zero, `INF` for a time among them. */
export function ucxZero(type: UcxType, text: string): boolean {
  return ucxMisreads(type, text) || Number.parseFloat(text) === 0;
}

/** Taken, but as something else than it says: `INF` for a time becomes zero. */
export function ucxMisreads(type: UcxType, text: string): boolean {
  return type.name === 'time_units' && TIME_UNITS_MISREAD.test(text) && !TIME_UNITS.test(text);
}

const WORDS: Readonly<Record<string, string>> = {
  bool: 'y, n, yes, no, 1, 0, on or off',
  ternary: 'y, n, yes, no, 1, 0, on, off or try',
  ternary_auto: 'y, n, yes, no, 1, 0, on, off, try or auto',
  on_off: 'on, off, yes, no, y, n, 1 or 0',
  on_off_auto: 'on, off, yes, no, y, n, 1, 0, try or auto',
  int: 'a whole number',
  uint: 'a whole number or inf',
  ulong: 'a whole number',
  ulunits: 'a whole number, inf or auto',
  double: 'a number',
  pos_double: 'a number above zero, or auto',
  hex: 'a hexadecimal number with 0x in front, or auto',
  memunits: 'a whole number with an optional k, m, g or t, or inf or auto',
  memunits_list: 'sizes such as 64k, separated by commas',
  time: 'a number with an optional m, s, ms, us or ns',
  time_units: 'a number with an optional m, s, ms, us or ns, or inf or auto in lower case',
  bandwidth: 'a number with a unit such as 10GBps or 100Gbps, or auto',
  string: 'text',
  string_list: 'names separated by commas',
  path_list: 'folders separated by colons',
  allow_list: 'names separated by commas, or all but some with ^ in front of everything',
  allow_list_ranges:
    'names or ranges such as mlx5_[0-3]:1 separated by commas, or all but some with ^ in front of everything',
  range: 'a number or two joined by -',
  range_list: 'numbers or ranges separated by commas',
  signal: 'a signal by number or name',
  signal_list: 'signals separated by commas',
  bw_spec_list: 'device:bandwidth pairs separated by commas',
  deprecated: 'anything: it is ignored',
};

/** What a type takes, in words. */
export function ucxTypeWords(type: UcxType): string {
  const list = joined(type.values);
  switch (type.name) {
    case 'enum':
      return list;
    case 'uint_enum':
      return `${list}, or a whole number`;
    case 'enum_list':
      return `a comma list without blanks of ${list}`;
    case 'pairs':
      return `pairs such as ${type.values[0]}:${type.valueType === 'memunits' ? '512k' : '128'} separated by commas`;
    case 'alloc_list':
      return `${list}, or md: with the name of a memory domain, separated by commas`;
    case 'key_value':
      return `key:value pairs for ${list} separated by commas, or one value for all`;
    default:
      return WORDS[type.name] ?? 'text';
  }
}

/** Spellings worth proposing. */
export function ucxProposals(type: UcxType): readonly string[] {
  switch (type.name) {
    case 'bool':
    case 'on_off':
      return ['y', 'n'];
    case 'ternary':
      return ['y', 'n', 'try'];
    case 'ternary_auto':
    case 'on_off_auto':
      return ['y', 'n', 'try', 'auto'];
    case 'enum':
    case 'uint_enum':
    case 'enum_list':
      return type.values;
    default:
      return [];
  }
}

function oneOf(values: readonly string[], text: string): boolean {
  const folded = text.toLowerCase();
  return values.some((value) => value.toLowerCase() === folded);
}

/** `k1:v1,k2:v2` and at most one bare value, which is the default of keys that are not named. */
function acceptsKeys(type: UcxType, text: string): boolean {
  const value: UcxType = { name: type.valueType ?? 'string', values: [] };
  const named = new Set<string>();
  let bare = 0;
  for (const item of text.split(',')) {
    const colon = item.indexOf(':');
    if (colon < 0) {
      if (!ucxAccepts(value, item)) return false;
      bare++;
    } else {
      const key = item.slice(0, colon);
      if (!type.values.includes(key) || !ucxAccepts(value, item.slice(colon + 1))) return false;
      named.add(key);
    }
  }
  return bare === 1 || (bare === 0 && named.size === type.values.length);
}

/** `key:value` with a known key; UCX's treatment of other shapes is not known and passes. */
function acceptsPair(type: UcxType, item: string): boolean {
  const colon = item.indexOf(':');
  if (colon < 0) return true;
  return (
    oneOf(type.values, item.slice(0, colon)) &&
    ucxAccepts({ name: type.valueType ?? 'string', values: [] }, item.slice(colon + 1))
  );
}

function joined(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
