import { splitYamlDocuments } from '../../syntax';

/** What a document calls the object that it defines. */
export interface ObjectHeader {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** The objects of a text, found without a parser. */
export interface ObjectHeaders {
  readonly objects: readonly ObjectHeader[];
  /** Some document may define more than is listed: a list, JSON, flow style, anchors. Only a parser knows. */
  readonly unsure: boolean;
}

const KIND = /^kind:[ \t]+["']?(\w+)["']?[ \t]*(?:#.*)?\r?$/m;
const METADATA = /^metadata:[ \t]*(?:#.*)?\r?\n/m;
const MAY_BE_OBJECT = /\bkind["']?\s*:/;

/**
 * What the documents of a text define, by the lines in which nearly everybody writes it: `kind` and `metadata` at the
 * start of a line, the names below. A document costs three searches, however long it is.
 */
export function objectHeaders(text: string): ObjectHeaders {
  const objects: ObjectHeader[] = [];
  let unsure = false;
  if (!MAY_BE_OBJECT.test(text)) return { objects, unsure };
  for (const { start, end } of splitYamlDocuments(text)) {
    const header = headerOf(text.slice(start, end));
    if (header === 'unsure') unsure = true;
    else if (header) objects.push(header);
  }
  return { objects, unsure };
}

function headerOf(document: string): ObjectHeader | 'unsure' | undefined {
  if (!MAY_BE_OBJECT.test(document)) return undefined;
  const kind = KIND.exec(document)?.[1];
  const metadata = METADATA.exec(document);
  if (kind === undefined || !metadata || /List$/.test(kind)) return 'unsure';
  const names = namesIn(document, metadata.index + metadata[0].length);
  if (names === undefined) return 'unsure';
  const { name, namespace } = names;
  // A name that a template makes is none that a reference could be compared with.
  return name === undefined ? undefined : { kind, name, namespace };
}

const LINE = /([ \t]*)([^\r\n]*)(?:\r?\n|$)/y;
const PAIR = /^["']?(name|namespace)["']?:[ \t]+(?:"([^"\\]*)"|'([^']*)'|([^\s"'#&*!|>{[][^#\r\n]*?))[ \t]*(?:#.*)?$/;

/** The names in the lines under `metadata:`; `undefined` where they are written in another way. */
function namesIn(document: string, from: number): Partial<Record<'name' | 'namespace', string>> | undefined {
  const found: Partial<Record<'name' | 'namespace', string>> = {};
  let indent: number | undefined;
  for (let at = from; at < document.length; at = LINE.lastIndex) {
    LINE.lastIndex = at;
    const [, blanks = '', content = ''] = LINE.exec(document) ?? [];
    if (LINE.lastIndex === at) break;
    if (content === '' || content.startsWith('#')) continue;
    if (blanks.length === 0) break;
    indent ??= blanks.length;
    if (blanks.length > indent) continue;
    if (content.startsWith('<<')) return undefined;
    const [, key, double, single, plain] = PAIR.exec(content) ?? [];
    if (key === 'name' || key === 'namespace') found[key] = double ?? single ?? plain ?? '';
    else if (/^["']?name(?:space)?["']?:[ \t]+[^{\s]/.test(content)) return undefined;
  }
  return found;
}
