import { type EnvFact, lookupTransport, lookupTransportAlias, type Range, readUcxList } from '../knowledge';
import type { Span } from '../model';

/** One item of a variable's value that is a list, and what belongs there. */
export interface ListItem {
  readonly kind: 'transport' | 'device' | 'word' | 'pair';
  /** Its characters in the value, without a sign in front of the whole list. */
  readonly span: Span;
  /** As written there; of a pair, the key. */
  readonly name: string;
  /** The other items' names. */
  readonly others: readonly string[];
  /** The list says what is not to be used. */
  readonly negated: boolean;
  /** Words that may stand there; empty where any may. */
  readonly words: readonly string[];
  /** In a pair, behind the colon. */
  readonly inPairValue: boolean;
  /** The releases that have what stands there, where that is known. */
  readonly ranges: readonly Range[];
}

type Shape = Pick<ListItem, 'kind' | 'words'>;

/** What the items of a variable's list are; `undefined` for a variable that takes no list. */
export function listShape(fact: EnvFact): Shape | undefined {
  if (fact.name === 'UCX_TLS') return { kind: 'transport', words: [] };
  if (fact.name === 'UCX_NET_DEVICES') return { kind: 'device', words: [] };
  if (fact.keys) return { kind: 'pair', words: fact.keys };
  switch (fact.type) {
    case 'enum_list':
      return { kind: 'word', words: fact.values };
    case 'list':
      return fact.values.length > 0 ? { kind: 'word', words: fact.values } : undefined;
    // What may stand in these is known from the default only: all that it names.
    case 'string_list':
    case 'alloc_list':
      return { kind: 'word', words: [...new Set(fact.defaults.flatMap(({ value }) => value.split(',')))] };
    default:
      return undefined;
  }
}

/** The item at an offset of a list; between two commas it is empty. */
export function listItemAt(fact: EnvFact, text: string, at: number): ListItem | undefined {
  const shape = listShape(fact);
  if (!shape) return undefined;
  // Only these begin with a sign; elsewhere it would be a part of a name.
  const signed = shape.kind === 'transport' || shape.kind === 'device';
  const { entries, negated } = signed ? readUcxList(text) : { entries: plainItems(text), negated: false };
  const entry = entries.find(({ start, end }) => start <= at && at <= end);
  const others = entries.filter((other) => other !== entry).map(({ name }) => name);
  const first = negated ? 1 : 0;
  const span = { start: Math.max(entry?.start ?? at, first), end: Math.max(entry?.end ?? at, first) };
  const colon = shape.kind === 'pair' ? (entry?.text.indexOf(':') ?? -1) : -1;
  const name = colon < 0 ? (entry?.name ?? '') : entry!.text.slice(0, colon);
  const inPairValue = colon >= 0 && at > entry!.start + colon;
  const transport = shape.kind === 'transport' ? (lookupTransportAlias(name) ?? lookupTransport(name)) : undefined;
  const ranges = [(transport ?? fact).range];
  return { ...shape, span, name, others, negated, inPairValue, ranges };
}

function plainItems(text: string): { text: string; name: string; start: number; end: number }[] {
  let start = 0;
  return text.split(',').map((item) => {
    const found = { text: item, name: item.split(':')[0]!, start, end: start + item.length };
    start += item.length + 1;
    return found;
  });
}
