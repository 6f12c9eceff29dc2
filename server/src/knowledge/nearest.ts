/**
 * Edit distance in which swapping two neighbours counts as one mistake (`TSL` → `TLS`). Stops early and returns
 * `limit + 1` once the distance is known to exceed `limit`.
 */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** How many mistakes a name of this length may hold and still be taken for another: 1 up to 5 letters, at most 3. */
export function allowedMistakes(length: number): number {
  return length <= 5 ? 1 : length <= 10 ? 2 : 3;
}

/** Nothing longer is a name that somebody mistyped; comparing two long texts takes the product of their lengths. */
const LONGEST = 256;

/**
 * Candidates that `word` is probably meant to be, nearest first. Another case or another separator (`-` for `_`) is
 * nearer than any typing mistake; `word` itself is never among them.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  count = 3,
  limit = allowedMistakes(word.length),
): string[] {
  if (word.length > LONGEST) return [];
  const folded = fold(word);
  const found: { name: string; distance: number }[] = [];
  for (const name of candidates) {
    if (name === word || Math.abs(name.length - word.length) > limit) continue;
    const distance = fold(name) === folded ? 0 : editDistance(folded, fold(name), limit);
    if (distance <= limit) found.push({ name, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return found.slice(0, count).map((entry) => entry.name);
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll('-', '_');
}
