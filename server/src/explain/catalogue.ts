import { errorMessages, type MessageFact, piecesOf, type VersionText, versionTexts } from '../knowledge';
import { type Automaton, buildAutomaton } from './automaton';

/** A way in which a line says something that we know. */
export interface Alternative {
  readonly subject: MessageFact | VersionText;
  /** Pieces that stand in the line in this order, as indexes. */
  readonly pieces: readonly number[];
  /** Characters of all pieces. */
  readonly length: number;
  /** Its place in the list. */
  readonly index: number;
}

/** Everything that is searched for, ready to search. */
export interface Catalogue {
  readonly automaton: Automaton;
  readonly alternatives: readonly Alternative[];
  /** Where a piece is used: alternatives, and at which place in them. */
  uses(piece: number): readonly { readonly alternative: Alternative; readonly position: number }[];
  lengthOf(piece: number): number;
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
  const pieces = new Map<string, number>();
  const alternatives = texts.map(({ subject, text }, index): Alternative => {
    const own = piecesOf(text);
    for (const piece of own) if (!pieces.has(piece)) pieces.set(piece, pieces.size);
    return {
      subject,
      pieces: own.map((piece) => pieces.get(piece)!),
      length: own.reduce((sum, piece) => sum + piece.length, 0),
      index,
    };
  });
  const uses = [...pieces].map((): { alternative: Alternative; position: number }[] => []);
  for (const alternative of alternatives) {
    alternative.pieces.forEach((piece, position) => {
      uses[piece]!.push({ alternative, position });
    });
  }
  const lengths = [...pieces.keys()].map((piece) => piece.length);
  return {
    automaton: buildAutomaton([...pieces.keys()]),
    alternatives,
    uses: (piece) => uses[piece]!,
    lengthOf: (piece) => lengths[piece]!,
  };
}
