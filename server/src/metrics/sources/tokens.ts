/**
 * Secrets by origin. They are in memory only, and go nowhere but to the origin that they were given for: the same scheme,
 * host and port.
 */
export class Tokens {
  readonly #byOrigin = new Map<string, string>();

  /** @param token nothing: forget it */
  set(origin: string, token: string | undefined): void {
    const key = originOf(origin);
    if (key === undefined) return;
    if (token) this.#byOrigin.set(key, token);
    else this.#byOrigin.delete(key);
  }

  /** What to send as `Authorization` with a request; names and passwords of an address count too. */
  authorization(url: URL): string | undefined {
    const token = this.#byOrigin.get(url.origin);
    if (token !== undefined) return /^(?:basic|bearer) /i.test(token) ? token : `Bearer ${token}`;
    if (url.username === '' && url.password === '') return undefined;
    const words = `${decoded(url.username)}:${decoded(url.password)}`;
    return `Basic ${Buffer.from(words).toString('base64')}`;
  }

  /** Everything that must not be shown. */
  secrets(): Iterable<string> {
    return this.#byOrigin.values();
  }
}

function originOf(text: string): string | undefined {
  try {
    const { origin } = new URL(text);
    return origin === 'null' ? undefined : origin;
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
