/** What stands in logs where a secret stood. */
export const MASK = '…';

/** Shorter values would blot out half of a log, and hide nothing that could not be guessed. */
const SHORTEST = 4;

/** Values that must not come into any log. Whoever sends one says so before. */
export class Secrets {
  readonly #values = new Set<string>();
  /** Every form that a value has in a log, the longest first: one secret may be part of another. */
  #forms: readonly string[] = [];

  add(...values: readonly string[]): void {
    const before = this.#values.size;
    for (const value of values) if (value.length >= SHORTEST) this.#values.add(value);
    if (this.#values.size === before) return;
    const forms = [...this.#values].flatMap((value) => [value, escaped(value), escaped(escaped(value))]);
    this.#forms = [...new Set(forms)].sort((a, b) => b.length - a.length);
  }

  /** The values of headers; of `Bearer …` and its like also what follows the scheme. */
  addHeaders(headers: Readonly<Record<string, string>>): void {
    for (const value of Object.values(headers)) {
      const credentials = /^\s*[\w-]+\s+(\S.*)$/.exec(value)?.[1]?.trim();
      this.add(value, ...(credentials ? [credentials] : []));
    }
  }

  /** The password in an address, such as that of a proxy. */
  addFromAddress(address: string): void {
    const user = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)@/i.exec(address)?.[1];
    if (user === undefined) return;
    const at = user.indexOf(':');
    this.add(user, ...(at < 0 ? [] : [user.slice(at + 1)]));
  }

  /** The text without any of the values. */
  mask(text: string): string {
    let masked = text;
    for (const form of this.#forms) masked = masked.replaceAll(form, MASK);
    return masked;
  }
}

/** As it stands between the quotes of a JSON string. */
function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
