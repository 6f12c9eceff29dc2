/** What a plain scalar of YAML's core schema is (YAML 1.2.2, 10.3.2). */
export type PlainType = 'null' | 'boolean' | 'number' | 'string';

export function plainType(text: string): PlainType {
  if (/^(?:~|null|Null|NULL)?$/.test(text)) return 'null';
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return 'boolean';
  if (/^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/.test(text)) return 'number';
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return 'number';
  return /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/.test(text) ? 'number' : 'string';
}

/**
 * True for text that some reader takes for something else than a string: YAML 1.1 (PyYAML, and Go's for `on` and
 * `yes` into booleans) knows more spellings than the core schema. Such text is written in quotes.
 */
export function ambiguous(text: string): boolean {
  return (
    plainType(text) !== 'string' ||
    /^(?:y|n|yes|no|on|off|=|<<)$/i.test(text) ||
    // Numbers with underscores, binary, sexagesimal; dates.
    /^[-+]?(?:0b[01_]+|0x[0-9a-f_]+|0?[0-9][0-9_,]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?)$/i.test(text) ||
    /^[-+]?\.[0-9_]+(?:e[-+]?[0-9]+)?$/i.test(text) ||
    /^\d{4}-\d\d?-\d\d?(?:[Tt \t].*)?$/.test(text)
  );
}

/** True when `text` on one line, written without quotes, is one plain scalar with just this text. */
export function fitsPlain(text: string, flow: boolean): boolean {
  if (text === '' || /^[ \t]|[ \t]$/.test(text) || !writable(text) || text.includes('\n')) return false;
  if (/^[,[\]{}#&*!|>'"%@`]/.test(text) || /^[-?:](?:[ \t]|$)/.test(text)) return false;
  if (/^(?:---|\.\.\.)(?:[ \t]|$)/.test(text)) return false;
  if (/:(?:[ \t]|$)/.test(text) || /[ \t]#/.test(text)) return false;
  return !flow || !/[,[\]{}]/.test(text);
}

/**
 * True when every character may stand in YAML as it is (YAML 1.2.2, 5.1), and none is a line break to YAML 1.1 or a
 * byte order mark.
 */
export function writable(text: string): boolean {
  return !/[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
}
