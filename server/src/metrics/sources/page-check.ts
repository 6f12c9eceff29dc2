import { MOST_LABEL_BYTES, MOST_SERIES, type PageReader } from '../exposition';
import type { Page } from '../page';
import { ScrapeProblem } from './problems';

const NO_METRICS = 'The answer is no metrics page';

/** @throws ScrapeProblem for types of content that no metrics page has */
export function checkType(contentType: string): void {
  const [type = ''] = contentType.split(';', 1);
  if (/html|json|xml|javascript|image|video|protobuf|event-stream/.test(type)) {
    throw new ScrapeProblem('refused', `${NO_METRICS} but ${type.trim().slice(0, 60)}.`);
  }
}

/** A line that a metrics page may begin with: a comment, or a name with labels or a value behind it. */
const FIRST_LINE = /^(?:#|[a-zA-Z_:][\w:.]*(?:\{|[ \t]+[-+.\d]|[ \t]+(?:nan|\+?inf))|[a-zA-Z_:][\w:.]*$)/i;

const HEAD = 256;

/**
 * Reads a page from its first to its last line.
 * @throws ScrapeProblem for what is no metrics page, and for one that broke off: what is missing in it proves nothing
 */
export async function readWholePage(reader: PageReader, body: AsyncIterable<Uint8Array>, at?: number): Promise<Page> {
  const page = await reader.read(checked(body), at);
  if (page.bytes === 0) throw new ScrapeProblem('refused', 'The answer is empty.');
  if (page.beyond !== undefined) throw new ScrapeProblem('refused', tooMuch(page.beyond));
  if (!page.complete) throw new ScrapeProblem('down', 'The answer broke off in the middle.');
  if (page.unfinished) throw new ScrapeProblem('down', 'The answer broke off within a histogram.');
  return page;
}

function tooMuch(what: NonNullable<Page['beyond']>): string {
  const beyond =
    what === 'series'
      ? `The page has more than ${MOST_SERIES.toLocaleString('en')} series that are wanted.`
      : `The series of the page have more than ${MOST_LABEL_BYTES / 2 ** 20} MB of names and labels.`;
  return `${beyond} Figures of a part of them would be wrong: ask each engine at its own address, or Prometheus.`;
}

/** Passes an answer on as long as it looks like a metrics page. */
async function* checked(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: string | undefined = '';
  for await (const piece of body) {
    if (head !== undefined) {
      head += Buffer.from(piece.subarray(0, HEAD)).toString('latin1');
      const line = withoutMark(head);
      if (line.length >= HEAD || line.includes('\n') || line.length > 64) {
        checkHead(line);
        head = undefined;
      }
    }
    yield piece;
  }
  if (head) checkHead(withoutMark(head).trim());
}

/** Without the mark that some editors put before UTF-8, here read byte by byte, and without blanks. */
function withoutMark(head: string): string {
  return head.replace(/^(?:ï»¿)?\s*/, '');
}

/** Whether the first bytes of a file may be those of a metrics page; one character stands for one byte. */
export function looksLikePage(head: string): boolean {
  const line = withoutMark(head);
  return line !== '' && FIRST_LINE.test(line);
}

function checkHead(line: string): void {
  if (line === '' || FIRST_LINE.test(line)) return;
  throw new ScrapeProblem('refused', /^</.test(line) ? `${NO_METRICS} but HTML or XML.` : `${NO_METRICS}.`);
}
