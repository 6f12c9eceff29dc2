/** Names of variables, images and releases that are remembered, of each function. */
const MOST_TEXTS = 5_000;

/** A function of a text that does its work once for each: in one workspace the same few are asked for again and again. */
export function remembered<Result>(compute: (text: string) => Result): (text: string) => Result {
  const results = new Map<string, Result>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined || results.has(text)) return known as Result;
    const result = compute(text);
    if (results.size >= MOST_TEXTS) results.clear();
    results.set(text, result);
    return result;
  };
}

/** A value that is computed when it is first asked for, and only then: tables cost nothing at start. */
export function lazy<T>(compute: () => T): () => T {
  let done = false;
  let value: T | undefined;
  return () => {
    if (!done) {
      value = compute();
      done = true;
    }
    return value as T;
  };
}
