import {
  type Confidence,
  describeBounds,
  type Fact,
  type Library,
  type Range,
  type Versioned,
  type Versions,
  valueAt,
} from '../knowledge';

const LIBRARIES: Readonly<Record<Library, string>> = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX' };

/** A name with what it is, for hovers and the documentation of completion items. Markdown. */
export interface Card {
  readonly name: string;
  /** What kind of thing: `key of --kv-transfer-config`. */
  readonly kind: string;
  /** Short facts in a row: type, default. */
  readonly facts: readonly string[];
  readonly text: readonly string[];
  readonly ranges: readonly Range[];
  readonly sources: Fact['sources'];
  readonly confidence: Confidence;
}

/** What every fact puts on its card. */
export function common(fact: Omit<Fact, 'range'> & { readonly range: Range | undefined }): Card {
  return {
    name: fact.name,
    kind: '',
    facts: [],
    text: [fact.description],
    ranges: fact.range ? [fact.range] : [],
    sources: fact.sources,
    confidence: fact.confidence,
  };
}

/** The card as text. */
export function card({ name, kind, facts, text, ranges, sources, confidence }: Card): string {
  const head = [`**\`${name}\`**`, kind, ...facts].filter((part) => part !== '').join(' · ');
  const body = text.filter((part) => part !== '').join(' ');
  return [head, body, rangesText(ranges), sourcesText(sources, confidence)].filter((part) => part !== '').join('\n\n');
}

/** `vLLM from 0.16.0`; nothing where all releases know the name. */
export function rangesText(ranges: readonly Range[]): string {
  return ranges
    .map((range) => {
      const bounds = describeBounds(range);
      return bounds === 'all versions' ? '' : `${LIBRARIES[range.library]} ${bounds}`;
    })
    .filter((part) => part !== '')
    .join(', ');
}

/** What is not read in source says so. */
const LEARNT: Readonly<Record<Confidence, string>> = {
  source: '',
  docs: '',
  thread: ' (from a discussion, not read in source)',
  inferred: ' (concluded from other facts, not read in source)',
};

function sourcesText(sources: Fact['sources'], confidence: Confidence): string {
  const shown = sources.slice(0, 3).map(({ text, url }) => (url ? `[${text}](${url})` : text));
  return shown.length > 0 ? `Source: ${shown.join(', ')}${LEARNT[confidence]}` : '';
}

/** The default of this version, or all with their releases. */
export function defaults(values: readonly Versioned<unknown>[], library: Library, versions: Versions): string {
  if (values.length === 0) return '';
  const certain = valueAt(values, library, versions[library]);
  if (certain !== undefined) return `default ${valueWords(certain)}`;
  return values.map((entry) => `default ${valueWords(entry.value)} (${describeBounds(entry)})`).join(', ');
}

/** `one of a, b`; nothing where the values are no closed set. */
export function allowed(values: readonly string[] | undefined): string {
  return values && values.length > 0 ? `one of ${list(values)}` : '';
}

const LISTED = 12;

/** Names as code, separated by commas, the first dozen of them. */
export function list(names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return names.slice(0, LISTED).map(code).join(', ') + more;
}

/** A value as code, texts without quotes. */
export function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** A value as code; what the table says in words (`the platform's device type`) as words. */
function valueWords(value: unknown): string {
  if (value === '') return 'empty';
  if (value === null) return 'none';
  return typeof value === 'string' && /^the [a-z]/.test(value) ? value : code(value);
}
