/** Bytes that no text crosses: they stop the automaton whatever its state. */
export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;
export const ESCAPE = 27;
export const BACKSLASH = 92;

const STOPS = [LINE_FEED, CARRIAGE_RETURN, ESCAPE, BACKSLASH];

/** Bits for the class of a byte in an index of the table. */
export const CLASS_BITS = 7;

/**
 * Finds many texts at once in a stream of bytes (Aho and Corasick): one step of a table per byte, whatever is searched
 * for. Bytes that occur in no text share one class.
 *
 * States are numbered so that one comparison tells whether there is anything to do: below `special` nothing was found.
 * `stop` is no state, it says that the byte is one of those above.
 */
export interface Automaton {
  readonly classes: Uint8Array;
  /** The next state, by `state << CLASS_BITS | class`. */
  readonly table: Uint16Array;
  readonly special: number;
  readonly stop: number;
  /** The texts that end in a state, as their indexes. */
  found(state: number): readonly number[];
}

/** The automaton while it is built: states in the order in which they come up. */
interface Draft {
  readonly table: Uint16Array;
  readonly count: number;
  /** The texts that end in a state. */
  readonly found: (readonly number[])[];
}

/** @param texts printable ASCII, each once */
export function buildAutomaton(texts: readonly string[]): Automaton {
  const classes = classesOf(texts);
  const draft = buildTree(texts, classes);
  complete(draft);
  const states = Array.from({ length: draft.count }, (_, state) => state);
  const quiet = states.filter((state) => draft.found[state]!.length === 0);
  const telling = states.filter((state) => draft.found[state]!.length > 0);
  const stop = draft.count;
  return {
    classes,
    table: renumbered(draft.table, [...quiet, ...telling], stop, classes),
    special: quiet.length,
    stop,
    found: (state) => draft.found[telling[state - quiet.length]!] ?? [],
  };
}

function classesOf(texts: readonly string[]): Uint8Array {
  const classes = new Uint8Array(256);
  let count = 1;
  const add = (code: number) => {
    if (classes[code] === 0) classes[code] = count++;
  };
  STOPS.forEach(add);
  for (const text of texts) for (let at = 0; at < text.length; at += 1) add(text.charCodeAt(at));
  if (count > 1 << CLASS_BITS) throw new Error('too many different characters');
  return classes;
}

/** Only steps that texts take; 0 is the root, and stands for no step too. */
function buildTree(texts: readonly string[], classes: Uint8Array): Draft {
  const most = texts.reduce((sum, text) => sum + text.length, 1);
  const table = new Uint16Array(most << CLASS_BITS);
  const found: number[][] = [[]];
  texts.forEach((text, index) => {
    let state = 0;
    for (let at = 0; at < text.length; at += 1) {
      const step = (state << CLASS_BITS) | classes[text.charCodeAt(at)]!;
      if (table[step] === 0) table[step] = found.push([]) - 1;
      state = table[step]!;
    }
    found[state]!.push(index);
  });
  return { table, count: found.length, found };
}

/** Where no text goes on, the longest suffix that begins a text does; it finds what ends in it, too. */
function complete({ table, count, found }: Draft): void {
  const suffixes = new Uint16Array(count);
  const order = new Uint16Array(count);
  let known = 1;
  for (let done = 0; done < known; done += 1) {
    const state = order[done]!;
    const row = state << CLASS_BITS;
    const other = suffixes[state]! << CLASS_BITS;
    const root = state === 0;
    for (let step = 0; step < 1 << CLASS_BITS; step += 1) {
      const next = table[row | step]!;
      // A suffix is less deep: its row is complete already.
      const instead = root ? 0 : table[other | step]!;
      if (next === 0) table[row | step] = instead;
      else {
        suffixes[next] = instead;
        if (found[instead]!.length > 0) found[next] = [...found[next]!, ...found[instead]!];
        order[known++] = next;
      }
    }
  }
}

/** The same with states in another order, and with the bytes that stop it. */
function renumbered(table: Uint16Array, order: readonly number[], stop: number, classes: Uint8Array): Uint16Array {
  const numbers = new Uint16Array(order.length);
  order.forEach((state, number) => {
    numbers[state] = number;
  });
  const result = new Uint16Array(order.length << CLASS_BITS);
  order.forEach((state, number) => {
    const row = number << CLASS_BITS;
    for (let step = 0; step < 1 << CLASS_BITS; step += 1) {
      result[row | step] = numbers[table[(state << CLASS_BITS) | step]!]!;
    }
    for (const code of STOPS) result[row | classes[code]!] = stop;
  });
  return result;
}
