import { isScalar, type Member, type ObjectNode, type Place, type TreeNode } from '../../model';

/** Text that another program may fill in before a shell or vLLM sees it: `$NAME`, `${NAME}`, `$(…)`, `{{ … }}`, `<name>`. */
const PLACEHOLDER = /\$(?:[A-Za-z_{(])|\{\{|<[A-Za-z][^<>]*>/;

/** True when the text is known as it stands, and yet may be a place for something that is put in before it is used. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

/** The members that count: of a repeated key the last one, without keys that are not known before the program runs. */
export function countingMembers(node: ObjectNode): readonly Member[] {
  const byKey = new Map<string, Member>();
  for (const member of node.members) {
    if (member.keyText.known && !isPlaceholder(member.key)) byKey.set(member.key, member);
  }
  return [...byKey.values()];
}

/** The key's characters without its quotes. */
export function keyPlace(member: Member): Place {
  return member.keyText.place();
}

/** The characters of a scalar without its quotes where there are any; else all of the node. */
export function contentPlace(node: TreeNode): Place {
  return isScalar(node) && node.text.length > 0 ? node.text.place() : node.place;
}

/**
 * The wrong characters of a value: where another type is needed the quotes are a part of the mistake (`"60"` for a
 * number), where another text is needed they are not.
 */
export function wrongPlace(problem: { readonly keyword: string; readonly expected: string }, node: TreeNode): Place {
  if (node.type !== 'string' || problem.keyword === 'enum') return contentPlace(node);
  const wantsNumber = /\b(number|integer)\b/.test(problem.expected);
  const quotesAreWrong = wantsNumber ? !Number.isNaN(Number(node.value)) : /\b(object|list)\b/.test(problem.expected);
  return quotesAreWrong ? node.place : contentPlace(node);
}

/** The text of a string node, when all of it is known and nothing else will be put in its place. */
export function knownString(node: TreeNode | undefined): string | undefined {
  return node?.type === 'string' && node.text.known && !isPlaceholder(node.value) ? node.value : undefined;
}

/** True for a value that is there, known, and `null`. */
export function isNull(node: TreeNode | undefined): boolean {
  return node?.type === 'null';
}

/** A word without quotes in JSON: a mistake, or a number with a suffix (`4G`), which newer releases expand. */
function isBareWord(node: TreeNode): boolean {
  const { source, span } = node.place;
  return node.type === 'string' && node.notation === 'json' && source.text[span.start] !== '"';
}

/**
 * The value that a JSON parser would give, with `undefined` for everything that is not known before the program runs,
 * strings with holes included.
 */
export function knownPlain(node: TreeNode): unknown {
  if (isBareWord(node) || (node.type === 'string' && isPlaceholder(node.value))) return undefined;
  switch (node.type) {
    case 'unknown':
      return undefined;
    case 'object':
      return Object.fromEntries(countingMembers(node).map(({ key, value }) => [key, knownPlain(value)]));
    case 'array':
      return node.items.map(knownPlain);
    default:
      return node.text.known ? node.value : undefined;
  }
}

/** What Python takes a known value for in `if value:`; `undefined` when it is not known. */
export function truthiness(node: TreeNode): boolean | undefined {
  switch (node.type) {
    case 'unknown':
      return undefined;
    case 'null':
      return false;
    case 'object':
      return node.open ? undefined : node.members.length > 0;
    case 'array':
      return node.open ? undefined : node.items.length > 0;
    default:
      return node.text.known ? Boolean(node.value) : undefined;
  }
}

/** A known value as it would be written in a message. */
export function shown(node: TreeNode): string {
  switch (node.type) {
    case 'object':
      return 'an object';
    case 'array':
      return 'a list';
    case 'unknown':
      return 'unknown';
    case 'string':
      return JSON.stringify(node.value);
    default:
      return node.text.text;
  }
}
