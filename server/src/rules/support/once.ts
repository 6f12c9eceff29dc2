/** A function of an object that does its work once per object: several rules ask the same of each engine. */
export function oncePer<Key extends object, Result>(compute: (key: Key) => Result): (key: Key) => Result {
  const results = new WeakMap<Key, { readonly result: Result }>();
  return (key) => {
    let known = results.get(key);
    if (!known) {
      known = { result: compute(key) };
      results.set(key, known);
    }
    return known.result;
  };
}
