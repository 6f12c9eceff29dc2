import type { MessageFact, VersionText } from '../knowledge/messages';

/** Different values of one name that are kept, and lines that are looked at for more of them. */
const MAX_VALUES = 8;
const MAX_LOOKED_AT = 64;

/** A message that a log holds. */
export interface Recognition {
  readonly fact: MessageFact;
  /** Lines that say it. */
  readonly count: number;
  /** Counted from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** The first of these lines, without secrets. */
  readonly text: string;
  /** What the lines say exactly, by name; the first different ones. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

interface Entry {
  readonly fact: MessageFact;
  count: number;
  firstLine: number;
  lastLine: number;
  text: string;
  values: Map<string, string[]>;
  lookedAt: number;
}

/** Counts what the lines of a log say. What it holds does not grow with the log. */
export class Tally {
  readonly #entries = new Map<MessageFact, Entry>();
  readonly #versions = new Map<VersionText['library'], string>();

  /** True when the line itself is of interest. */
  wants(subject: MessageFact | VersionText): boolean {
    if (!isMessage(subject)) return !this.#versions.has(subject.library);
    const entry = this.#entries.get(subject);
    return !entry || (subject.values.length > 0 && entry.lookedAt < MAX_LOOKED_AT);
  }

  add(subject: MessageFact | VersionText, line: number, text: string | undefined): void {
    if (!isMessage(subject)) {
      const version = text === undefined ? undefined : subject.value.exec(text)?.[1];
      if (version !== undefined && !this.#versions.has(subject.library)) this.#versions.set(subject.library, version);
      return;
    }
    let entry = this.#entries.get(subject);
    if (!entry) {
      entry = {
        fact: subject,
        count: 0,
        firstLine: line,
        lastLine: line,
        text: text ?? '',
        values: new Map(),
        lookedAt: 0,
      };
      this.#entries.set(subject, entry);
    }
    entry.count += 1;
    entry.lastLine = line;
    if (text === undefined) return;
    entry.lookedAt += 1;
    for (const { name, pattern } of subject.values) collect(entry.values, name, pattern, text);
  }

  /** In the order in which they first occur. */
  recognitions(): Recognition[] {
    return [...this.#entries.values()].sort((a, b) => a.firstLine - b.firstLine || (a.fact.id < b.fact.id ? -1 : 1));
  }

  version(library: VersionText['library']): string | undefined {
    return this.#versions.get(library);
  }
}

function isMessage(subject: MessageFact | VersionText): subject is MessageFact {
  return 'id' in subject;
}

function collect(values: Map<string, string[]>, name: string, pattern: RegExp, text: string): void {
  const list = values.get(name) ?? [];
  for (const [, value] of text.matchAll(pattern)) {
    if (value && list.length < MAX_VALUES && !list.includes(value)) list.push(value);
  }
  if (list.length > 0) values.set(name, list);
}
