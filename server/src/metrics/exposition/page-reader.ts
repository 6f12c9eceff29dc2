import type { Page } from '../page';
import { CR, HASH, isBlank, LF, OPEN, type Piece, skipBlanks, skipMark } from './bytes';
import { HeadTable } from './head-table';
import { headEnd, readHead, wordEnd } from './labels';
import { DEFAULT_LIMITS, type ReadLimits } from './limits';
import { LineCutter } from './line-cutter';
import { type KnownName, NameTable } from './name-table';
import { type Wanted, wantedByDefault } from './names';
import { NumberScanner } from './number';
import { Reading } from './reading';
import type { Slot } from './series-table';

/**
 * Reads the pages of one endpoint, one at a time. It remembers heads of lines by their bytes, so that a known line costs a
 * comparison of bytes and a number.
 */
export class PageReader {
  private readonly limits: ReadLimits;
  private readonly names: NameTable;
  private readonly heads: HeadTable;
  private readonly number = new NumberScanner();
  private reading = new Reading();

  constructor(wanted: Wanted = wantedByDefault, limits: Partial<ReadLimits> = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.names = new NameTable(wanted);
    this.heads = new HeadTable(this.limits);
  }

  /** How many heads of lines it remembers. */
  get remembered(): number {
    return this.heads.size;
  }

  /** Reads a page as it comes in. What breaks off with an error is forgotten, and so is a page while another one begins. */
  async read(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, at?: number): Promise<Page> {
    const cutter = this.begin();
    const { reading } = this;
    for await (const chunk of chunks) {
      if (this.reading !== reading) break;
      this.take(cutter, chunk);
    }
    if (this.reading !== reading) throw new Error('Another page of this endpoint came in the meantime.');
    return this.finish(cutter, at ?? Date.now());
  }

  readBytes(bytes: Uint8Array, at: number): Page {
    const cutter = this.begin();
    this.take(cutter, bytes);
    return this.finish(cutter, at);
  }

  private begin(): LineCutter {
    this.names.begin();
    this.heads.begin();
    this.reading = new Reading();
    return new LineCutter(this.limits.lineBytes + 1);
  }

  private take(cutter: LineCutter, chunk: Uint8Array): void {
    this.reading.bytes += chunk.byteLength;
    for (const lines of cutter.cut(chunk)) this.scan(lines);
  }

  private finish(cutter: LineCutter, at: number): Page {
    const { reading } = this;
    reading.end(cutter.rest());
    reading.faults += cutter.skipped;
    this.reading = new Reading();
    this.heads.tidy(reading.samples.length, reading.beyond !== undefined);
    return reading.page(at);
  }

  /** Reads lines; the last byte is a line end. */
  private scan(lines: Piece): void {
    const { reading } = this;
    let at = 0;
    reading.sampleEnd = -1;
    while (at < lines.bytes.length) {
      const value = this.heads.valueOfNext(lines, at);
      if (value >= 0) at = this.sample(lines.bytes, at, value, this.heads.next().value);
      else if (this.names.isStranger(lines, at)) at = this.skip(lines, at);
      else at = this.line(lines, at);
    }
    reading.endsWithSample = reading.sampleEnd === at;
  }

  /** Leaves out lines that begin like the last one that was left out. */
  private skip(lines: Piece, start: number): number {
    const { bytes } = lines;
    const length = this.names.stranger!.length;
    let at = start;
    while (this.names.isStranger(lines, at)) {
      const after = bytes[at + length];
      if (after !== OPEN && !isBlank(after)) return this.line(lines, at);
      const end = bytes.indexOf(LF, at + length);
      if (end - at > this.limits.lineBytes) this.reading.faults += 1;
      at = end + 1;
    }
    return at;
  }

  /** Reads the line at `start`; says where the next one begins. */
  private line(lines: Piece, start: number): number {
    const { bytes } = lines;
    const at = skipBlanks(bytes, skipMark(bytes, start));
    const end = bytes.indexOf(LF, at);
    if (end - start > this.limits.lineBytes) return this.fault(end);
    switch (bytes[at]) {
      case HASH:
        this.comment(lines, at, end);
        return end + 1;
      case CR:
      case LF:
        return end + 1;
      case OPEN:
        return this.labelled(lines, at, end);
    }
    const nameEnd = wordEnd(bytes, at);
    const known = this.names.find(lines, at, nameEnd);
    if (known?.name) this.reading.declare(known.name.family);
    if (!known?.wanted) return end + 1;
    const head = headEnd(bytes, at);
    const value = head < 0 ? head : skipBlanks(bytes, head);
    if (value <= head) return this.fault(end);
    if (known.start) return this.start(bytes, value, end);
    const found = this.heads.find(lines, at, head, known);
    if (!found) return this.unknown(lines, at, head, known, value, end);
    this.heads.follow(found, known.version === undefined);
    return this.sample(bytes, at, value, found.value);
  }

  /** A line that begins with a brace: its name stands in quotes among the labels. */
  private labelled(lines: Piece, at: number, end: number): number {
    const { bytes } = lines;
    const head = headEnd(bytes, at);
    const value = head < 0 ? head : skipBlanks(bytes, head);
    const read = value > head ? readHead(bytes.toString('utf8', at, head)) : undefined;
    if (!read) return this.fault(end);
    const known = this.names.know(read.name);
    if (known.name) this.reading.declare(known.name.family);
    if (!known.wanted) return end + 1;
    return known.start ? this.start(bytes, value, end) : this.unknown(lines, at, head, known, value, end);
  }

  /** A sample whose head was not seen before. */
  private unknown(lines: Piece, at: number, head: number, known: KnownName, value: number, end: number): number {
    if (head - at > this.limits.headBytes) return this.fault(end);
    if (this.reading.samples.length >= this.limits.series || !this.heads.takes(head - at)) {
      this.reading.beyond ??= this.heads.takes(head - at) ? 'series' : 'labels';
      return end + 1;
    }
    const fixed = known.version === undefined && lines.bytes[at] !== OPEN;
    const entry = this.heads.add(lines, at, head, known.name!, fixed);
    if (!entry) return this.fault(end);
    this.heads.follow(entry, fixed);
    return this.sample(lines.bytes, at, value, entry.value);
  }

  /** Reads what comes after a known head; says where the next line begins. */
  private sample(bytes: Buffer, start: number, at: number, slot: Slot): number {
    const { reading, number } = this;
    const value = number.read(bytes, at);
    const end = this.lineEnd(bytes, start, number.end);
    if (end < 0) return this.fault(bytes.indexOf(LF, at));
    // Of two samples of one series the first counts, as in Prometheus.
    if (slot.seen === this.heads.page) return end + 1;
    if (reading.samples.length >= this.limits.series) {
      reading.beyond ??= 'series';
      return end + 1;
    }
    slot.seen = this.heads.page;
    if (!Object.is(slot.sample.value, value)) slot.sample = { series: slot.series, value };
    reading.samples.push(slot.sample);
    reading.sampleEnd = end + 1;
    reading.declare(slot.series.family);
    return end + 1;
  }

  private start(bytes: Buffer, at: number, end: number): number {
    const value = this.number.read(bytes, at);
    if (this.lineEnd(bytes, at, this.number.end) < 0) return this.fault(end);
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
    const { bytes } = lines;
    const word = skipBlanks(bytes, at + 1);
    // `TYPE`, `UNIT`, `EOF`: help is as frequent, and says nothing to us.
    if (word === at + 1 || (bytes[word] !== 0x54 && bytes[word] !== 0x55 && bytes[word] !== 0x45)) return;
    const declared = this.names.declare(lines, at, bytes[end - 1] === CR ? end - 1 : end);
    if (declared.family !== undefined) this.reading.declare(declared.family);
    if (declared.openMetrics) this.reading.openMetrics = true;
    if (declared.end) this.reading.ended = true;
  }

  /** Counts a line that is none; says where the next one begins. */
  private fault(end: number): number {
    this.reading.faults += 1;
    return end + 1;
  }
}
