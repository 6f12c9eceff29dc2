import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Analysis, FilePlace, Problem } from '../analysis';
import { BlameSearch, explanationOf, LogReader, type LogReading } from '../explain';
import { explanationPage } from '../features/explanation-page';
import type { CancellationToken, Connection } from './connection';
import { EXPLAIN_REQUEST, type ExplainParams, type ExplainResult } from './protocol';

/** What answering needs of the server. */
export interface ExplainServices {
  /** Every open document in which there is something of ours, with its findings. */
  documents(): AsyncIterable<{ readonly analysis: Analysis; readonly problems: readonly Problem[] }>;
  /** The client's address of a file. */
  uri(file: string): string;
  /** The address of a rule's page, by its path in the repository. */
  page(path: string): string | undefined;
}

/** Bytes of a log that are read at once. */
const PIECE = 256 * 1024;

/** Answers what the messages of a log mean, and which lines of the open documents are to blame. */
export function answerExplainRequests(connection: Connection, services: ExplainServices): void {
  connection.onOwnRequest(EXPLAIN_REQUEST, async (params: ExplainParams, token): Promise<ExplainResult> => {
    const log = await read(params, token);
    return 'problem' in log ? log : explain(log.reading, params.name ?? log.name, services);
  });
}

async function explain(reading: LogReading, name: string, services: ExplainServices): Promise<ExplainResult> {
  const explanations = reading.recognitions.map((recognition) => explanationOf(recognition, reading.versions));
  const search = new BlameSearch(explanations);
  const problems: Problem[] = [];
  const analyses: Analysis[] = [];
  for await (const document of services.documents()) {
    search.look(document.analysis);
    analyses.push(document.analysis);
    problems.push(...document.problems);
  }
  const covered = ({ file, start, end }: FilePlace) => {
    for (const { files } of analyses) {
      const text = files.text(file);
      if (text !== undefined) return text.slice(start, end);
    }
    return undefined;
  };
  return explanationPage({
    name,
    reading,
    explanations: explanations.map((one) => ({ ...one, blame: search.of(one, problems, covered) })),
    page: services.page,
    file: (file) => ({ label: labelOf(file), uri: services.uri(file) }),
  });
}

async function read(
  { uri, text }: ExplainParams,
  token: CancellationToken,
): Promise<{ readonly reading: LogReading; readonly name: string } | { readonly problem: string }> {
  const reader = new LogReader();
  if (text !== undefined) {
    reader.read(Buffer.from(text));
    return { reading: reader.end(), name: 'Text' };
  }
  try {
    const path = fileURLToPath(uri ?? '');
    for await (const piece of createReadStream(path, { highWaterMark: PIECE })) {
      if (token.isCancellationRequested) return { problem: 'cancelled' };
      reader.read(piece as Uint8Array);
      if (reader.unreadable) return { problem: 'The file is compressed. Unpack it first.' };
    }
    return { reading: reader.end(), name: basename(path) };
  } catch (error) {
    return {
      problem: `The file cannot be read (${error instanceof Error && 'code' in error ? error.code : 'no file'}).`,
    };
  }
}

/** The end of a path: enough to tell prefill from decode. */
function labelOf(file: string): string {
  try {
    return decodeURIComponent(file).split('/').slice(-2).join('/');
  } catch {
    return file;
  }
}
