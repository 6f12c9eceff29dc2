import { findNodeAtLocation, getLocation, type Node, parseTree } from 'jsonc-parser';
import type { Span } from '../../model';

/** What may be typed at a place of a JSON text that is still being written. */
export interface JsonSlot {
  readonly kind: 'key' | 'value';
  /** Keys and indexes to the innermost connector object. */
  readonly connectorPath: readonly (string | number)[];
  /** Keys from there to the object that gets the key, or to the value. */
  readonly path: readonly (string | number)[];
  /** The connector's name, where it is written. */
  readonly connector: string | undefined;
  /** In LMCache's `nixl_backend_params`: the NIXL backend that they are for, where it is written beside them. */
  readonly backend: string | undefined;
  /** Keys that the object has already. */
  readonly keys: readonly string[];
  /** The characters that a proposal replaces. */
  readonly span: Span;
  /** What stands around them. */
  readonly quoted: boolean;
  readonly closed: boolean;
  /** A key: its colon is there. */
  readonly colon: boolean;
  /** A key: another one follows without a comma. */
  readonly comma: boolean;
}

const WORD = /[\w.-]/;

/** Reads the surroundings of an offset; `undefined` where nothing can be said. */
export function jsonSlotAt(text: string, offset: number): JsonSlot | undefined {
  const location = getLocation(text, offset);
  const path = location.path;
  const kind = location.isAtPropertyKey ? 'key' : 'value';
  if (path.length === 0 && kind === 'value') return undefined;
  const root = parseTree(text, [], { allowTrailingComma: true });
  const objectPath = kind === 'key' ? path.slice(0, -1) : path;
  const connectorPath = innermostConnector(objectPath);
  const quoted = isInString(text, offset);
  const word = wordAround(text, offset);
  const closed = quoted && text[word.end] === '"';
  const after = text.slice(word.end + (closed ? 1 : 0)).trimStart();
  const colon = after.startsWith(':');
  return {
    kind,
    connectorPath,
    path: objectPath.slice(connectorPath.length),
    connector: stringAt(root, [...connectorPath, 'kv_connector']),
    backend:
      objectPath.at(-1) === 'nixl_backend_params'
        ? stringAt(root, [...objectPath.slice(0, -1), 'nixl_backend'])
        : undefined,
    keys: kind === 'key' ? keysAt(root, objectPath, offset) : [],
    // A key gets its colon behind the closing quote, so that one is written anew.
    span: kind === 'key' && closed && !colon ? { start: word.start, end: word.end + 1 } : word,
    quoted,
    closed,
    colon,
    comma: after.startsWith('"'),
  };
}

/** Children of a MultiConnector stand in its extra config, at any depth. */
function innermostConnector(path: readonly (string | number)[]): readonly (string | number)[] {
  let length = 0;
  while (
    path[length] === 'kv_connector_extra_config' &&
    path[length + 1] === 'connectors' &&
    typeof path[length + 2] === 'number'
  ) {
    length += 3;
  }
  return path.slice(0, length);
}

/** Counted from the start: an odd number of quotes that are not escaped. */
function isInString(text: string, offset: number): boolean {
  let inside = false;
  for (let at = 0; at < offset; at += 1) {
    if (inside && text[at] === '\\') at += 1;
    else if (text[at] === '"') inside = !inside;
    else if (text[at] === '\n') inside = false;
  }
  return inside;
}

function wordAround(text: string, offset: number): Span {
  let start = offset;
  while (start > 0 && WORD.test(text[start - 1]!)) start -= 1;
  let end = offset;
  while (end < text.length && WORD.test(text[end]!)) end += 1;
  return { start, end };
}

function stringAt(root: Node | undefined, path: (string | number)[]): string | undefined {
  const node = root && findNodeAtLocation(root, path);
  return node?.type === 'string' ? String(node.value) : undefined;
}

/** The keys of an object without the one that the cursor is in. */
function keysAt(root: Node | undefined, path: (string | number)[], offset: number): string[] {
  const node = root && (path.length === 0 ? root : findNodeAtLocation(root, path));
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children: [key] = [] }) => {
    if (!key || (key.offset <= offset && offset <= key.offset + key.length)) return [];
    return [String(key.value)];
  });
}
