/** A place as editors name it: zero-based, characters in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Offsets to lines and back, for one version of a text. Lines end as LSP has it: `\n`, `\r\n` or `\r`. */
export class LineIndex {
  readonly length: number;
  private readonly starts: number[] = [0];
  /** The text, for the ends of lines: a position past one is on it. */
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.length = text.length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) this.starts.push(at + 1);
    }
  }

  get lineCount(): number {
    return this.starts.length;
  }

  position(offset: number): Position {
    const clipped = Math.min(Math.max(0, offset), this.length);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= clipped) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: clipped - this.starts[low]! };
  }

  /** The offset of a position; one beyond the end of its line, or of the text, is that end. */
  offset({ line, character }: Position): number {
    if (line < 0) return 0;
    const start = this.starts[line];
    if (start === undefined) return this.length;
    return Math.min(start + Math.max(0, character), this.lineEnd(line));
  }

  /** Where the text of a line starts; past the last line: the end of the text. */
  lineStart(line: number): number {
    return this.starts[Math.max(0, line)] ?? this.length;
  }

  /** Where the text of a line ends, its line break left out. */
  lineEnd(line: number): number {
    let end = this.starts[line + 1] ?? this.length;
    const start = this.lineStart(line);
    if (line + 1 < this.starts.length) {
      end--;
      if (end > start && this.text[end] === '\n' && this.text[end - 1] === '\r') end--;
    }
    return end;
  }

  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(end) };
  }
}
