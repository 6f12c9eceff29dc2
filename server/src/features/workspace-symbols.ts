import type { FilePlace } from '../analysis';
import type { FileSymbol } from './symbols';

/** A symbol by itself: its name says what a list of many files needs. */
export interface FoundSymbol {
  readonly name: string;
  readonly kind: FileSymbol['kind'];
  readonly place: FilePlace;
  /** What it is in. */
  readonly container: string;
}

/** The symbols of a file, one by one: those that hold others before these. */
export function flatSymbols(symbols: readonly FileSymbol[], above: readonly string[] = []): FoundSymbol[] {
  return symbols.flatMap(({ name, detail, kind, place, children }) => [
    { name: detail === '' ? name : `${name} · ${detail}`, kind, place, container: above.join(' › ') },
    ...flatSymbols(children, [...above, name]),
  ]);
}

/** Those in which the characters of a query stand in order, wherever; what holds them counts, too. */
export function matching(symbols: readonly FoundSymbol[], query: string): FoundSymbol[] {
  const wanted = [...query.toLowerCase()].filter((character) => character.trim() !== '');
  return symbols.filter(({ name, container }) => {
    const text = `${container} ${name}`.toLowerCase();
    let at = 0;
    return wanted.every((character) => {
      at = text.indexOf(character, at) + 1;
      return at > 0;
    });
  });
}
