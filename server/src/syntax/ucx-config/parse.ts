import { nameEncoder, replaced } from '../segments';
import type { Encoder, Place, SourceText } from '../source-text';
import { type ConfigLine, configLines } from './lines';
import { type Pair, readPair, valueText } from './pair';

/** A condition that a section makes: its lines behind it count only on machines that it fits. */
export interface UcxCondition {
  /** `CPU vendor`, `CPU model` or `Product name`. */
  readonly label: string;
  /** A pattern as in file names; capitals do not count. */
  readonly pattern: string;
  readonly place: Place;
}

/** `NAME = value` of a ucx.conf. */
export interface UcxConfigEntry {
  readonly nameText: SourceText;
  readonly value: SourceText;
  /** From the name to the end of the value; a continued line without its name. */
  readonly place: Place;
  /** What stands between the brackets above it; empty before the first. */
  readonly section: string;
  /** All of them have to fit. */
  readonly conditions: readonly UcxCondition[];
  /** An indented line, which UCX takes for another value of the name before it. */
  readonly continued: boolean;
}

export interface UcxConfigProblem {
  readonly kind:
    | 'no-sign' // neither `=` nor `:`
    | 'no-bracket' // `[name` without an end
    | 'indented' // sets the name of the line before it once more
    | 'too-long'; // the rest of the line is a line of its own
  readonly place: Place;
  /** For an indented line: the name that it sets. */
  readonly name?: string;
}

export interface UcxConfigResult {
  /** In effect order: of a name that is there twice the last one counts. */
  readonly entries: readonly UcxConfigEntry[];
  readonly problems: readonly UcxConfigProblem[];
}

/** Names that make a condition; anything else is a setting (src/ucs/config/parser.c). */
export const ucxConditionLabels: readonly string[] = ['CPU vendor', 'CPU model', 'Product name'];

/** A name of a setting, or of a condition. */
const configName: Encoder = (replacement, at, text) =>
  ucxConditionLabels.includes(replaced(text, at, replacement)) ? replacement : nameEncoder(replacement, at, text);

/** Longer names of sections, and of values that go on in the next line, are cut (src/ucs/config/ini.c). */
const LONGEST_NAME = 49;

/**
 * Reads a ucx.conf as UCX does: with inih, set to take `=` and `:`, comments from `#` and `;` at the start of a line and
 * from ` ;` behind a value, and indented lines as more of the value above. Never throws.
 */
export function parseUcxConfig(source: SourceText): UcxConfigResult {
  const reader = new UcxConfigReader(source);
  for (const line of configLines(source.text)) reader.read(line);
  return reader;
}

/** A section has three, if any; what goes beyond it fits no machine either. */
const MOST_CONDITIONS = 50;

class UcxConfigReader implements UcxConfigResult {
  readonly entries: UcxConfigEntry[] = [];
  readonly problems: UcxConfigProblem[] = [];
  private readonly source: SourceText;
  private section = '';
  private previous: SourceText | undefined;
  /** The section whose conditions these are: it changes with the first setting of the next, not with its header. */
  private judged = '';
  private conditions: readonly UcxCondition[] = [];

  constructor(source: SourceText) {
    this.source = source;
  }

  read(line: ConfigLine): void {
    const { text } = this.source;
    const { start, end, lineStart } = line;
    if (line.cut) this.report('too-long', { start: line.cut.start, end: line.cut.end });
    if (start === end || text[start] === '#' || text[start] === ';') return;
    if (this.previous && start > lineStart) this.readContinued(this.previous, start, end);
    else if (text[start] === '[') this.readHeader(start, end);
    else this.readSetting(start, end);
  }

  private readContinued(nameText: SourceText, start: number, end: number): void {
    const { source } = this;
    const name = nameText.text.slice(0, LONGEST_NAME);
    this.problems.push({ kind: 'indented', place: source.place({ start, end }), name });
    // A name that was cut is another one, which stands nowhere.
    if (nameText.text !== name) return;
    const value = valueText(source, start, { start, end }, true);
    this.set({ nameText, value, place: source.place({ start, end }), continued: true });
  }

  private readHeader(start: number, end: number): void {
    const close = endOfHeader(this.source.text, start + 1, end);
    if (close === undefined) {
      this.report('no-bracket', { start, end });
      return;
    }
    this.section = this.source.text.slice(start + 1, close).slice(0, LONGEST_NAME);
    this.previous = undefined;
  }

  private readSetting(start: number, end: number): void {
    const { source } = this;
    const pair = readPair(source.text, start, end);
    if (!pair) {
      this.report('no-sign', { start, end });
      return;
    }
    const nameText = source.slice(pair.name.start, pair.name.end, configName);
    const value = valueText(source, pair.sign + 1, pair.value);
    this.previous = nameText.length > 0 ? nameText : undefined;
    this.set({ nameText, value, place: this.placeOf(pair), continued: false });
  }

  private placeOf({ name, value, sign }: Pair): Place {
    return this.source.place({ start: name.start, end: Math.max(value.end, sign + 1) });
  }

  private set(given: Omit<UcxConfigEntry, 'section' | 'conditions'>): void {
    if (this.section !== this.judged) {
      this.judged = this.section;
      this.conditions = [];
    }
    const label = given.nameText.text;
    if (ucxConditionLabels.includes(label)) {
      const pattern = given.value.text;
      if (this.conditions.length < MOST_CONDITIONS) {
        this.conditions = [...this.conditions, { label, pattern, place: given.place }];
      }
      return;
    }
    this.entries.push({ ...given, section: this.section, conditions: this.conditions });
  }

  private report(kind: UcxConfigProblem['kind'], span: { readonly start: number; readonly end: number }): void {
    this.problems.push({ kind, place: this.source.place(span) });
  }
}

/** The `]` that ends a header; a `;` behind a blank comes first. */
function endOfHeader(text: string, from: number, end: number): number | undefined {
  for (let at = from; at < end; at++) {
    if (text[at] === ']') return at;
    if (text[at] === ';' && at > from && /\s/.test(text[at - 1]!)) return undefined;
  }
  return undefined;
}
