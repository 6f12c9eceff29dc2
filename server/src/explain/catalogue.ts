import { errorMessages, type MessageFact, piecesOf, type VersionText, versionTexts } from '../knowledge/messages';
import { type Automaton, buildAutomaton } from './automaton';

/** A way in which a line says something that we know. */
export interface Alternative {
  readonly subject: MessageFact | VersionText;
  /** Pieces that stand in the line in this order, as indexes. */
  readonly pieces: readonly number[];
  /** How many characters each of them has. */
  readonly lengths: readonly number[];
}

/** Everything that is searched for, ready to search. */
export interface Catalogue {
  readonly automaton: Automaton;
  readonly pieces: readonly string[];
  /** The alternatives whose last piece it is. */
  endingWith(piece: number): readonly Alternative[];
}

let known: Catalogue | undefined;

/** Built at the first log: it costs some milliseconds and is the same for all. */
export function catalogue(): Catalogue {
  known ??= buildCatalogue([
    ...errorMessages().flatMap((subject) => subject.texts.map((text) => ({ subject, text }))),
    ...versionTexts().map((subject) => ({ subject, text: subject.text })),
  ]);
  return known;
}

function buildCatalogue(texts: readonly { subject: MessageFact | VersionText; text: string }[]): Catalogue {
  const numbers = new Map<string, number>();
  const alternatives = texts.map(({ subject, text }): Alternative => {
    const own = piecesOf(text);
    for (const piece of own) if (!numbers.has(piece)) numbers.set(piece, numbers.size);
    return { subject, pieces: own.map((piece) => numbers.get(piece)!), lengths: own.map((piece) => piece.length) };
  });
  const pieces = [...numbers.keys()];
  const endings = pieces.map((_, number) => alternatives.filter((alternative) => alternative.pieces.at(-1) === number));
  return { automaton: buildAutomaton(pieces), pieces, endingWith: (piece) => endings[piece]! };
}
