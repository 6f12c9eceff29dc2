import { type At, holds } from '../../knowledge';
import { type Flag, placeOf, type Value } from '../../model';
import {
  type ArrayNode,
  type Member,
  nestingLimit,
  type ObjectNode,
  type Place,
  parseJson,
  type SourceText,
  type StringNode,
  type TreeNode,
} from '../../syntax';
import { placeOver } from './pieces';

/** Dotted values are decoded as JSON where that is possible since this release (vLLM pull request 20156). */
const decodesJson = { library: 'vllm', since: '0.9.2' } as const;
/** `80g` without quotes is a number since this release (vLLM pull request 40473); binary suffixes want whole numbers. */
export const numberSuffixes = { library: 'vllm', since: '0.20.0' } as const;
export const suffixedNumber = /^\d+(?:(?:\.\d+)?[kmgt]|[KMGT])$/;

/** Keys in one dotted flag, as deep as JSON is read. */
export const deepestPath = nestingLimit;

interface Dotted {
  readonly root: ObjectNode | undefined;
  readonly repeated: readonly Flag[];
  readonly deep: Flag | undefined;
}

interface Key {
  readonly key: string;
  readonly text: SourceText;
}

/**
 * The object that dotted flags make together. Objects are merged, lists extended, anything else is replaced, as
 * upstream does.
 * @returns also the flags that a later one replaces, and the first one whose keys lie too deep: then nothing is known
 */
export function readDotted(flags: readonly Flag[], vllm: At): Dotted {
  const deep = flags.find(({ path }) => path.length > deepestPath);
  if (deep) return { root: undefined, repeated: [], deep };
  let root = objectOf([], flags[0]!.text.place());
  const givenBy = new Map<string, Flag>();
  const repeated: Flag[] = [];
  for (const flag of flags) {
    const keys = keysOf(flag);
    const path = keys.map(({ key }) => key).join('.');
    const leaf = flag.append ? listOf(flag) : leafOf(flag, vllm);
    const before = givenBy.get(path);
    if (before && leaf.type !== 'object' && leaf.type !== 'array') repeated.push(before);
    givenBy.set(path, flag);
    root = put(root, keys, leaf);
  }
  return { root, repeated, deep: undefined };
}

/** The keys after the flag's name, each with its own characters. */
function keysOf(flag: Flag): Key[] {
  let at = flag.text.text.indexOf('.') + 1;
  return flag.path.map((key) => {
    const text = flag.text.slice(at, at + key.length);
    at += key.length + 1;
    return { key, text };
  });
}

function put(object: ObjectNode, keys: readonly Key[], leaf: TreeNode): ObjectNode {
  const [first, ...rest] = keys;
  if (!first) return object;
  const before = object.members.find(({ key }) => key === first.key);
  const below = before?.value.type === 'object' ? before.value : objectOf([], first.text.place());
  const value = rest.length > 0 ? put(below, rest, leaf) : merged(before?.value, leaf);
  const member: Member = { key: first.key, keyText: first.text, keyPlace: first.text.place(), value };
  const others = object.members.filter((candidate) => candidate !== before);
  return { ...object, members: [...others, member] };
}

function merged(before: TreeNode | undefined, after: TreeNode): TreeNode {
  if (before?.type === 'object' && after.type === 'object') {
    const kept = before.members.filter(({ key }) => !after.members.some((member) => member.key === key));
    const both = after.members.map((member) => {
      const earlier = before.members.find(({ key }) => key === member.key);
      return { ...member, value: merged(earlier?.value, member.value) };
    });
    return { ...after, members: [...kept, ...both], open: after.open ?? before.open };
  }
  if (before?.type === 'array' && after.type === 'array') {
    return { ...after, items: [...before.items, ...after.items], open: after.open ?? before.open };
  }
  return after;
}

function objectOf(members: readonly Member[], place: Place): ObjectNode {
  return { type: 'object', members, place, notation: 'flags' };
}

/** `key+ a,b`: the parts between commas, as strings. */
function listOf(flag: Flag): TreeNode {
  const { value } = flag;
  if (!value || value.kind === 'unknown') return unknownLeaf(flag, value);
  const { source } = value;
  const items: StringNode[] = [];
  let start = 0;
  for (const part of source.text.split(',')) {
    items.push(stringOf(source.slice(start, start + part.length)));
    start += part.length + 1;
  }
  const hole = source.holes()[0];
  const list: ArrayNode = { type: 'array', items, place: placeOver(flag.text, source), notation: 'flags' };
  return hole ? { ...list, open: hole.reason } : list;
}

function leafOf(flag: Flag, vllm: At): TreeNode {
  const { value } = flag;
  if (!value || value.kind === 'unknown') return unknownLeaf(flag, value);
  const { source } = value;
  const asJson = holds(decodesJson, vllm);
  if (asJson === 'no') return stringOf(source);
  if (value.kind === 'known' && suffixedNumber.test(value.text)) return suffixed(flag, value, source, vllm);
  // A text that may turn out as any JSON value is no string yet; one that starts with a letter is one.
  if (value.kind === 'partial' && /^[A-Za-z_/.]/.test(source.text)) return stringOf(source);
  const { root, problems } = parseJson(source);
  if (root && problems.length === 0) return root;
  return value.kind === 'known' ? stringOf(source) : unknownLeaf(flag, value);
}

const factors: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

function suffixed(flag: Flag, value: Value, source: SourceText, vllm: At): TreeNode {
  const known = holds(numberSuffixes, vllm);
  if (known === 'no') return stringOf(source);
  if (known === 'unknown') return unknownLeaf(flag, value);
  const number = Number(source.text.slice(0, -1)) * factors[source.text.at(-1)!]!;
  return { type: 'number', value: number, text: source, place: source.place(), notation: 'flags' };
}

function stringOf(source: SourceText): StringNode {
  return { type: 'string', value: source.text, text: source, place: source.place(), notation: 'flags' };
}

/** What is given but not known, or depends on a version that is not known. */
function unknownLeaf(flag: Flag, value: Value | undefined): TreeNode {
  const place = value ? placeOf(value) : flag.text.place();
  const reason = value && value.kind !== 'known' ? value.reason : { kind: 'wrapper' as const, detail: flag.spelled };
  return { type: 'unknown', reason, place, notation: 'flags' };
}
