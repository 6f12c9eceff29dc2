import type { Page, Sample } from '../page';
import { type ByteEntry, ByteTable } from './byte-table';
import { CR, HASH, isBlank, LF, OPEN, type Piece, skipBlanks, skipMark } from './bytes';
import { type Declaration, DeclaredTypes, readDeclaration } from './declarations';
import { headEnd, readHead, wordEnd } from './labels';
import { LineCutter } from './line-cutter';
import { PROCESS_START, readSeriesName, type SeriesName, type Wanted, wantedByDefault } from './names';
import { NumberScanner } from './number';
import { SeriesTable, type Slot } from './series-table';

/** What a page may ask of us at most. Whatever is beyond is left out, and the page is not complete. */
export interface ReadLimits {
  /** Samples of one page. */
  readonly series: number;
  /** Bytes of one line; a longer one is left out by itself. */
  readonly lineBytes: number;
  /** Bytes of all names and labels that a reader remembers. */
  readonly labelBytes: number;
}

const DEFAULT_LIMITS: ReadLimits = { series: 200_000, lineBytes: 65_536, labelBytes: 33_554_432 };

/** Names, comments and families that are remembered, those that nobody wants included. */
const MOST_NAMES = 20_000;
/** Longer ones are nobody's that we know. */
const LONGEST_NAME = 512;
/** Series that a page did not have are remembered for so many pages more. */
const PATIENCE = 64;

/** What is known of a name: its family, and whether it is wanted. */
interface KnownName {
  readonly name: SeriesName | undefined;
  readonly wanted: boolean;
  readonly start: boolean;
}

const STRANGER: KnownName = { name: undefined, wanted: false, start: false };

/** What one page has said so far. */
interface Reading {
  readonly samples: Sample[];
  readonly families: Set<string>;
  openMetrics: boolean;
  ended: boolean;
  /** It ended in the middle of a line. */
  cut: boolean;
  /** It has more than the limits allow. */
  full: boolean;
  /** Lines that are none. */
  faults: number;
  starts: number[];
  bytes: number;
}

type HeadEntry = ByteEntry<Slot>;

/**
 * Reads the pages of one endpoint, one at a time. It remembers heads of lines by their bytes, so that a known line costs a
 * comparison of bytes and a number.
 */
export class PageReader {
  private readonly wanted: Wanted;
  private readonly limits: ReadLimits;
  private readonly names = new ByteTable<KnownName>();
  private readonly heads = new ByteTable<Slot>();
  private readonly comments = new ByteTable<Declaration>();
  private readonly types = new DeclaredTypes();
  private readonly series = new SeriesTable();
  private readonly number = new NumberScanner();
  private changes = 0;
  private page = 0;
  /** How much the last tidying kept. */
  private kept = 0;
  private reading: Reading = newReading();
  /** The sample that was read last, and the name of a line that was left out last: others follow that are like it. */
  private last: HeadEntry | undefined;
  private stranger: ByteEntry<KnownName> | undefined;

  constructor(wanted: Wanted = wantedByDefault, limits: Partial<ReadLimits> = {}) {
    this.wanted = wanted;
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** How many heads of lines it remembers. */
  get remembered(): number {
    return this.heads.size;
  }

  /** Reads a page as it comes in. What breaks off with an error is forgotten. */
  async read(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, at?: number): Promise<Page> {
    const cutter = this.begin();
    for await (const chunk of chunks) this.take(cutter, chunk);
    return this.finish(cutter, at ?? Date.now());
  }

  readBytes(bytes: Uint8Array, at: number): Page {
    const cutter = this.begin();
    this.take(cutter, bytes);
    return this.finish(cutter, at);
  }

  private begin(): LineCutter {
    this.page += 1;
    this.last = undefined;
    this.stranger = undefined;
    this.reading = newReading();
    return new LineCutter(this.limits.lineBytes + 1);
  }

  private take(cutter: LineCutter, chunk: Uint8Array): void {
    this.reading.bytes += chunk.byteLength;
    for (const lines of cutter.cut(chunk)) this.scan(lines);
  }

  private finish(cutter: LineCutter, at: number): Page {
    const { reading } = this;
    const rest = cutter.rest();
    // OpenMetrics may leave out the very last line end.
    if (/^# EOF\r?$/.test(rest.toString('latin1'))) {
      reading.openMetrics = true;
      reading.ended = true;
    } else if (rest.length > 0) {
      reading.cut = true;
    }
    const [start, ...others] = reading.starts;
    const page: Page = {
      at,
      format: reading.openMetrics ? 'openmetrics' : 'text',
      bytes: reading.bytes,
      complete: !reading.cut && !reading.full && (!reading.openMetrics || reading.ended),
      samples: reading.samples,
      families: reading.families,
      faults: reading.faults + cutter.skipped,
      ...(start !== undefined && others.every((other) => other === start) && { processStart: start }),
    };
    this.reading = newReading();
    this.tidy(reading);
    return page;
  }

  /** Reads lines; the last byte is a line end. */
  private scan(lines: Piece): void {
    const { bytes } = lines;
    let at = 0;
    while (at < bytes.length) {
      const next = this.last?.next;
      if (next && at + next.length < bytes.length && this.heads.matches(next, lines.view, at)) {
        const value = skipBlanks(bytes, at + next.length);
        if (value > at + next.length && bytes[value] !== OPEN) {
          at = this.sample(bytes, at, value, next);
          continue;
        }
      }
      const { stranger } = this;
      if (stranger && at + stranger.length < bytes.length && this.names.matches(stranger, lines.view, at)) {
        const after = bytes[at + stranger.length];
        if (after === OPEN || isBlank(after)) {
          const end = bytes.indexOf(LF, at + stranger.length);
          if (end - at > this.limits.lineBytes) this.reading.faults += 1;
          at = end + 1;
          continue;
        }
      }
      at = this.line(lines, at);
    }
  }

  /** Reads the line at `start`; says where the next one begins. */
  private line(lines: Piece, start: number): number {
    const { bytes, view } = lines;
    const at = skipBlanks(bytes, skipMark(bytes, start));
    const end = bytes.indexOf(LF, at);
    if (end - start > this.limits.lineBytes) {
      this.reading.faults += 1;
      return end + 1;
    }
    switch (bytes[at]) {
      case HASH:
        this.comment(lines, at, end);
        return end + 1;
      case CR:
      case LF:
        return end + 1;
    }
    const nameEnd = wordEnd(bytes, at);
    const plain = nameEnd > at ? this.nameAt(lines, at, nameEnd) : undefined;
    if (plain) {
      if (plain.name) this.declare(plain.name.family);
      if (!plain.wanted) return end + 1;
    }
    const head = headEnd(bytes, at);
    const value = head < 0 ? head : skipBlanks(bytes, head);
    if (value <= head) return this.fault(end + 1);
    if (plain?.start) return this.start(bytes, value, end);
    const known = this.heads.find(view, at, head - at);
    if (known) return this.sample(bytes, at, value, known);
    return this.newHead(lines, at, head, value, end, plain);
  }

  private newHead(lines: Piece, at: number, head: number, value: number, end: number, plain?: KnownName): number {
    const read = readHead(lines.bytes, at, head);
    if (!read) return this.fault(end + 1);
    const known = plain ?? this.know(read.name);
    if (known.name) this.declare(known.name.family);
    if (known.start) return this.start(lines.bytes, value, end);
    if (!known.wanted || !known.name) return end + 1;
    if (this.reading.samples.length >= this.limits.series || this.heads.used + head - at > this.limits.labelBytes) {
      this.reading.full = true;
      return end + 1;
    }
    const slot = this.series.slot(known.name, read.labels);
    if (!slot) return this.fault(end + 1);
    return this.sample(lines.bytes, at, value, this.heads.add(lines.view, at, head - at, slot, this.page));
  }

  /** Reads what comes after a known head; says where the next line begins. */
  private sample(bytes: Buffer, start: number, at: number, head: HeadEntry): number {
    const { reading, number } = this;
    const value = number.read(bytes, at);
    const end = this.lineEnd(bytes, start, number.end);
    if (end < 0) return this.fault(bytes.indexOf(LF, at) + 1);
    const slot = head.value;
    if (this.last && this.last.next !== head) this.last.next = head;
    this.last = head;
    head.seen = this.page;
    if (slot.seen === this.page) return end + 1;
    if (reading.samples.length >= this.limits.series) {
      reading.full = true;
      return end + 1;
    }
    slot.seen = this.page;
    if (!Object.is(slot.sample.value, value)) slot.sample = { series: slot.series, value };
    reading.samples.push(slot.sample);
    this.declare(slot.series.family);
    return end + 1;
  }

  private start(bytes: Buffer, at: number, end: number): number {
    const value = this.number.read(bytes, at);
    if (this.lineEnd(bytes, at, this.number.end) < 0) return this.fault(end + 1);
    this.reading.starts.push(value);
    return end + 1;
  }

  /** Where the line ends whose value ended at `at`; -1 where something else follows than a time and an exemplar. */
  private lineEnd(bytes: Buffer, start: number, at: number): number {
    if (at < 0) return -1;
    const longest = start + this.limits.lineBytes;
    if (bytes[at] === LF) return at <= longest ? at : -1;
    let index = skipBlanks(bytes, at);
    if (bytes[index] !== HASH && bytes[index] !== CR && bytes[index] !== LF) {
      this.number.read(bytes, index);
      if (this.number.end < 0) return -1;
      index = skipBlanks(bytes, this.number.end);
    }
    if (bytes[index] === CR && bytes[index + 1] === LF) return index + 1;
    if (bytes[index] !== HASH && bytes[index] !== LF) return -1;
    const end = bytes.indexOf(LF, index);
    return end <= longest ? end : -1;
  }

  private comment(lines: Piece, at: number, end: number): void {
    const { bytes, view } = lines;
    // `# TYPE`, `# UNIT`, `# EOF`: help is the most frequent comment, and says nothing to us.
    const word = skipBlanks(bytes, at + 1);
    if (word === at + 1 || (bytes[word] !== 0x54 && bytes[word] !== 0x55 && bytes[word] !== 0x45)) return;
    const length = (bytes[end - 1] === CR ? end - 1 : end) - at;
    let declared = length > LONGEST_NAME ? undefined : this.comments.find(view, at, length)?.value;
    if (!declared) {
      if (length > LONGEST_NAME) return;
      declared = readDeclaration(bytes.toString('utf8', at, at + length));
      if (this.comments.size >= MOST_NAMES) this.comments.clear();
      this.comments.add(view, at, length, declared, this.page);
    }
    const family = declared.unknown ? this.types.state(declared.unknown) : declared.family;
    if (this.types.changes !== this.changes) this.forgetNames();
    if (family !== undefined) this.declare(family);
    if (declared.openMetrics) this.reading.openMetrics = true;
    if (declared.end) this.reading.ended = true;
  }

  /** Another type changes what names mean. */
  private forgetNames(): void {
    this.changes = this.types.changes;
    this.names.clear();
    this.heads.clear();
    this.last = undefined;
    this.stranger = undefined;
  }

  private nameAt(lines: Piece, at: number, end: number): KnownName {
    if (end - at > LONGEST_NAME) return STRANGER;
    let entry = this.names.find(lines.view, at, end - at);
    if (!entry) {
      if (this.names.size >= MOST_NAMES) this.forgetNames();
      const known = this.know(lines.bytes.toString('utf8', at, end));
      entry = this.names.add(lines.view, at, end - at, known, this.page);
    }
    if (!entry.value.wanted) this.stranger = entry;
    return entry.value;
  }

  private know(text: string): KnownName {
    const start = text === PROCESS_START;
    const name = readSeriesName(text, this.types.typeOf);
    return { name, start, wanted: start || (name !== undefined && this.wanted(name.family)) };
  }

  private declare(family: string): void {
    if (this.reading.families.size < MOST_NAMES) this.reading.families.add(family);
  }

  private fault(next: number): number {
    this.reading.faults += 1;
    return next;
  }

  /** Forgets what pages no longer have, once that has grown to more than what they have. */
  private tidy({ samples, full }: Reading): void {
    const { series, labelBytes } = this.limits;
    const held = Math.max(this.heads.size, this.series.size);
    if (!full && held <= Math.max(this.kept, samples.length) * 2 + 1_000) return;
    const crowded = full || held > series * 2 || this.heads.used > labelBytes / 2;
    const oldest = crowded ? this.page : this.page - PATIENCE;
    this.heads.keep((head) => head.seen >= oldest && !full);
    this.series.forget(oldest);
    this.kept = Math.max(this.heads.size, this.series.size);
    this.last = undefined;
  }
}

function newReading(): Reading {
  return {
    samples: [],
    families: new Set(),
    openMetrics: false,
    ended: false,
    cut: false,
    full: false,
    faults: 0,
    starts: [],
    bytes: 0,
  };
}
