/** What an address must never show. */
const SECRET = /token|secret|passw|pwd|key|auth|signature|credential|sig\b|code|jwt|bearer|session/i;

/** Parts of names that say by themselves that a secret follows, and whole words that do. */
const SECRET_PART =
  /token|secret|passw|api_?-?key|access_?-?key|private_?-?key|signature|credential|authorization|bearer/i;
const SECRET_WORD = /^(?:auth|key|sig|pwd|pass|jwt|code|session)$/i;

/** A name of a query, of which it is certain enough that its value is a secret to refuse it: `?sig=`, not `?keyspace=`. */
export function namesSecret(name: string): boolean {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').split(/[^a-z]+/i);
  return SECRET_PART.test(name) || words.some((word) => SECRET_WORD.test(word));
}

const HIDDEN = '***';

/** An address for people: without names and passwords, and without values of a query that may be secrets. */
export function redactUrl(url: string | URL): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // Not an address: what stands before an @ may be a password all the same.
    return String(url)
      .replace(/[^\s/@]*@/g, `${HIDDEN}@`)
      .replace(/\?.*/s, '');
  }
  parsed.username = '';
  parsed.password = '';
  for (const name of new Set(parsed.searchParams.keys())) {
    if (SECRET.test(name)) parsed.searchParams.set(name, HIDDEN);
  }
  return parsed.href;
}

/** Takes secrets out of a text that others wrote: messages of libraries and servers. */
export function redactText(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets) if (secret.length > 3) clean = clean.replaceAll(secret, HIDDEN);
  return clean.replace(/\b(https?:\/\/)[^\s/@]+@/gi, '$1').replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${HIDDEN}`);
}
