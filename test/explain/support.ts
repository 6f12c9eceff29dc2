import { LogReader, type LogReading } from '../../server/src/explain';

/** What a log says when it comes in these pieces. */
export function readPieces(pieces: Iterable<Uint8Array>): LogReading {
  const reader = new LogReader();
  for (const piece of pieces) reader.read(piece);
  return reader.end();
}

export function readText(text: string): LogReading {
  return readPieces([Buffer.from(text)]);
}

export function idsIn(text: string): string[] {
  return readText(text).recognitions.map(({ fact }) => fact.id);
}

/** Everything that a reading says, as plain data. */
export function plain({ lines, recognitions, versions }: LogReading): unknown {
  return {
    lines,
    versions,
    recognitions: recognitions.map(({ fact, values, ...rest }) => ({ id: fact.id, ...rest, values: [...values] })),
  };
}
