/** One comma-separated entry of a UCX list, with its place in the value. */
export interface UcxListEntry {
  /** As written, nothing trimmed: blanks, quotes and a `^` that is not first belong to the name. */
  readonly text: string;
  /** Offsets in the value. */
  readonly start: number;
  readonly end: number;
  /** The name without a strict mark in front and without `:aux` behind (transport lists only). */
  readonly name: string;
  /** `name:aux`: for connection set-up only. */
  readonly aux: boolean;
  /** `\name`: never an alias. */
  readonly strict: boolean;
}

/** `UCX_TLS`, `UCX_NET_DEVICES` and the like, as UCX's reader splits them. */
export interface UcxList {
  /** The value starts with `^`: everything but the entries. */
  readonly negated: boolean;
  /** `all` alone; UCX also reads `^all` so. */
  readonly all: boolean;
  readonly entries: readonly UcxListEntry[];
}

/**
 * Splits an allow or deny list the way UCX does: at commas only, with `^` an operator only in front of everything.
 * Empty items are kept as entries with an empty `text`; an empty value has no entries.
 */
export function readUcxList(value: string): UcxList {
  const negated = value.startsWith('^');
  const entries: UcxListEntry[] = [];
  let start = negated ? 1 : 0;
  if (start < value.length) {
    for (const text of value.slice(start).split(',')) {
      const strict = text.startsWith('\\');
      const aux = text.endsWith(':aux');
      entries.push({
        text,
        start,
        end: start + text.length,
        name: text.slice(strict ? 1 : 0, aux ? -4 : undefined),
        aux,
        strict,
      });
      start += text.length + 1;
    }
  }
  return { negated, all: entries.length === 1 && entries[0]!.text === 'all', entries };
}
