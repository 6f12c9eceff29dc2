import {
  countYamlPieces,
  items,
  maskTemplates,
  member,
  type ObjectNode,
  parseYaml,
  SourceText,
  splitYamlDocuments,
  type TreeNode,
} from '../../syntax';
import type { FoundObject, ObjectKind } from '../context';
import { textAt } from './manifest-object';
import { hasPlaceholders } from './placeholders';

/** An object with what others call it by. */
export interface NamedObject extends FoundObject {
  readonly kind: string;
  readonly name: string;
  /** `undefined` when it is not written, or not known. */
  readonly namespace: string | undefined;
}

/** The objects of a YAML document, or JSON, that have a kind and a known name; those of a `List` one by one. */
export function namedObjects(source: SourceText): NamedObject[] {
  const { root } = parseYaml(maskTemplates(source));
  return root ? objectsBelow(root, hasPlaceholders(source.text)) : [];
}

/** An object, and the YAML document that it stands in as a text of its own. */
export interface LocatedObject extends NamedObject {
  readonly root: SourceText;
  /** Where that document starts in its file. */
  readonly start: number;
}

/** Lines and values of a document that is only referred to. What is larger holds data rather than settings. */
const MAX_PIECES = 30_000;

/** May a YAML document define an object of this kind? Asked before anything is parsed. */
export function mayHoldKind(document: string, kind: ObjectKind): boolean {
  return new RegExp(`kind["']?\\s*:\\s*["']?${kind}\\b`).test(document);
}

/** May it define this one? */
function mayDefine(document: string, kind: ObjectKind, name: string): boolean {
  return document.includes(name) && mayHoldKind(document, kind);
}

/** The objects of a document, when it is not too large to be worth the time. */
export function objectsOfDocument(document: string, start: number): LocatedObject[] | 'limit' {
  if (countYamlPieces(document) > MAX_PIECES) return 'limit';
  const root = SourceText.root(document);
  return namedObjects(root).map((object) => ({ ...object, root, start }));
}

/** The objects of a kind and name that a text defines. Only documents that hold both words are parsed. */
export function objectsInText(text: string, kind: ObjectKind, name: string): LocatedObject[] | 'limit' {
  if (!mayDefine(text, kind, name)) return [];
  const found: LocatedObject[] = [];
  for (const { start, end } of splitYamlDocuments(text)) {
    const document = text.slice(start, end);
    if (!mayDefine(document, kind, name)) continue;
    const objects = objectsOfDocument(document, start);
    if (objects === 'limit') return 'limit';
    found.push(...objects.filter((object) => object.kind === kind && object.name === name));
  }
  return found;
}

function objectsBelow(node: TreeNode, placeholders: boolean): NamedObject[] {
  if (node.type !== 'object') return [];
  const kind = textAt(node, 'kind');
  if (kind === undefined) return [];
  if (/List$/.test(kind))
    return items(member(node, 'items')?.value).flatMap((item) => objectsBelow(item, placeholders));
  const name = knownAt(node, 'metadata', 'name');
  if (name === undefined) return [];
  return [{ kind, name, namespace: knownAt(node, 'metadata', 'namespace'), tree: node, placeholders }];
}

function knownAt(node: ObjectNode, first: string, second: string): string | undefined {
  const found = member(member(node, first)?.value, second)?.value;
  const text = found && 'text' in found && found.type !== 'null' ? found.text : undefined;
  return text?.known ? text.text : undefined;
}

/**
 * The one of several objects of a kind and name that a reference from a namespace means. Objects of another namespace are
 * none of them; where several remain, they have to say the same.
 */
export function chooseObject<T extends NamedObject>(
  candidates: readonly T[],
  namespace: string | undefined,
): T | 'several' | undefined {
  const near = candidates.filter(
    (one) => namespace === undefined || one.namespace === undefined || one.namespace === namespace,
  );
  const [first, ...others] = near;
  return first && others.some((other) => content(other) !== content(first)) ? 'several' : first;
}

/** What an object says, as it is written. */
function content({ tree }: NamedObject): string {
  return tree.members
    .filter(({ key }) => key !== 'metadata')
    .map(({ key, value: { place } }) => `${key}: ${place.source.text.slice(place.span.start, place.span.end)}`)
    .join('\n');
}
