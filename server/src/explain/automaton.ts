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

interface Node {
  readonly next: Map<number, Node>;
  /** The node of the longest suffix that begins a text too. */
  suffix: Node | undefined;
  found: readonly number[];
  number: number;
}

/** @param texts printable ASCII, each once */
export function buildAutomaton(texts: readonly string[]): Automaton {
  const classes = classesOf(texts);
  const nodes = linked(buildTree(texts, classes));
  const quiet = nodes.filter(({ found }) => found.length === 0);
  const telling = nodes.filter(({ found }) => found.length > 0);
  [...quiet, ...telling].forEach((node, number) => {
    node.number = number;
  });
  const stop = nodes.length;
  return {
    classes,
    table: tableOf(nodes, classes, stop),
    special: quiet.length,
    stop,
    found: (state) => telling[state - quiet.length]?.found ?? [],
  };
}

function classesOf(texts: readonly string[]): Uint8Array {
  const classes = new Uint8Array(256);
  let count = 1;
  for (const code of [...STOPS, ...texts.flatMap((text) => [...text].map((character) => character.charCodeAt(0)))]) {
    if (classes[code] === 0) classes[code] = count++;
  }
  if (count > 1 << CLASS_BITS) throw new Error('too many different characters');
  return classes;
}

function buildTree(texts: readonly string[], classes: Uint8Array): Node {
  const root = newNode();
  texts.forEach((text, index) => {
    let node = root;
    for (let at = 0; at < text.length; at += 1) {
      const byte = classes[text.charCodeAt(at)]!;
      let next = node.next.get(byte);
      if (!next) {
        next = newNode();
        node.next.set(byte, next);
      }
      node = next;
    }
    node.found = [...node.found, index];
  });
  return root;
}

function newNode(): Node {
  return { next: new Map(), suffix: undefined, found: [], number: 0 };
}

/** All nodes by depth, each with its suffix and with what the suffix finds. */
function linked(root: Node): Node[] {
  const nodes = [root];
  for (const node of nodes) {
    for (const [byte, next] of node.next) {
      let suffix = node.suffix;
      while (suffix && !suffix.next.has(byte)) suffix = suffix.suffix;
      next.suffix = suffix?.next.get(byte) ?? root;
      next.found = [...next.found, ...next.suffix.found];
      nodes.push(next);
    }
  }
  return nodes;
}

function tableOf(nodes: readonly Node[], classes: Uint8Array, stop: number): Uint16Array {
  const width = 1 << CLASS_BITS;
  const table = new Uint16Array(nodes.length * width);
  // By depth: a node's row is that of its suffix, which is less deep and already there, with its own steps put over it.
  for (const { number, suffix, next } of nodes) {
    const row = number << CLASS_BITS;
    if (suffix) table.copyWithin(row, suffix.number << CLASS_BITS, (suffix.number << CLASS_BITS) + width);
    for (const [byte, node] of next) table[row | byte] = node.number;
    for (const code of STOPS) table[row | classes[code]!] = stop;
  }
  return table;
}
