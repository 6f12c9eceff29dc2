import table from '../../../schemas/messages.json';
import { boundsOf, type Confidence, type FactRow } from './fact';
import { lazy } from './lazy';
import { readSource, type Source } from './source';
import type { Library, Range, Versioned } from './version';

/** What in a configuration governs a message. Names may hold `{value}`, for a value that the message itself gives. */
export type Governor =
  | { readonly kind: 'variable' | 'flag'; readonly name: string }
  /** A key of the KV transfer configuration, or of `kv_connector_extra_config` below it. */
  | { readonly kind: 'key'; readonly path: readonly string[] }
  | { readonly kind: 'image' };

/** A text that vLLM, NIXL, UCX or a program around them prints, what it means, and what to write. */
export interface MessageFact {
  readonly id: string;
  /** What happened, as a heading. */
  readonly title: string;
  /** Each of them identifies the message; between the pieces that `…` divides anything may stand, within one line. */
  readonly texts: readonly string[];
  /** What the line says exactly, by name: patterns with one group each. */
  readonly values: readonly { readonly name: string; readonly pattern: RegExp }[];
  readonly cause: string;
  /** Sentences with `{name}` for a value; one whose values are missing is left out. */
  readonly details: readonly string[];
  /** What to write, by release of `library`. */
  readonly fixes: readonly Versioned<string>[];
  /** Rules that find the mistake in a configuration. */
  readonly rules: readonly string[];
  readonly blame: readonly Governor[];
  /** Who prints it, where it is one of the three libraries. */
  readonly library: Library | undefined;
  /** The releases that print it, where they are known. */
  readonly range: Range | undefined;
  readonly sources: readonly Source[];
  readonly confidence: Confidence;
}

/** A text in which a program says which release it is. */
export interface VersionText {
  readonly library: Library;
  readonly text: string;
  readonly value: RegExp;
}

interface Row extends FactRow {
  readonly title: string;
  readonly library?: Library;
  readonly texts: readonly string[];
  readonly values?: Readonly<Record<string, string>>;
  readonly cause: string;
  readonly details?: readonly string[];
  readonly fix: string | readonly Versioned<string>[];
  readonly rules?: readonly string[];
  readonly blame?: readonly string[];
}

/** Every text that can be explained, sorted by id. */
export const errorMessages = lazy((): readonly MessageFact[] =>
  Object.entries(table.messages as Readonly<Record<string, Row>>).map(([id, row]) => readMessage(id, row)),
);

/** The texts that tell a release. */
export const versionTexts = lazy((): readonly VersionText[] =>
  (table.versions as readonly { library: Library; text: string; value: string }[]).map(({ library, text, value }) => ({
    library,
    text,
    value: new RegExp(value),
  })),
);

/** The pieces of a message's text, in their order. Blanks beside a `…` are there for the reader. */
export function piecesOf(text: string): readonly string[] {
  return text.split('…').map((piece) => piece.trim());
}

function readMessage(id: string, row: Row): MessageFact {
  const { title, library, texts, cause, details = [], rules = [], blame = [] } = row;
  const bounds = boundsOf(row);
  return {
    id,
    title,
    texts,
    values: Object.entries(row.values ?? {}).map(([name, pattern]) => ({ name, pattern: new RegExp(pattern, 'g') })),
    cause,
    details,
    fixes: typeof row.fix === 'string' ? [{ value: row.fix }] : row.fix,
    rules,
    blame: blame.map(readGovernor),
    library,
    range: library && Object.keys(bounds).length > 0 ? { library, ...bounds } : undefined,
    sources: (row.sources ?? []).map(readSource),
    confidence: row.confidence ?? 'source',
  };
}

/** The table writes `UCX_TLS`, `--block-size`, `kv_role`, `kv_connector_extra_config.backends` and `image`. */
function readGovernor(text: string): Governor {
  if (text === 'image') return { kind: 'image' };
  if (text.startsWith('--')) return { kind: 'flag', name: text.slice(2) };
  if (/^(?:[A-Z]|\{)/.test(text)) return { kind: 'variable', name: text };
  return { kind: 'key', path: text.split('.') };
}
