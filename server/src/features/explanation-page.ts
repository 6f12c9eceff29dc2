import { docsOf, type Range } from '../analysis';
import type { Blame, Explanation, LogReading } from '../explain';
import { describeBounds } from '../knowledge';
import { LIBRARY_NAMES } from './versions';

/** A page of text with places that lead elsewhere. */
export interface ExplanationPage {
  readonly text: string;
  readonly links: readonly { readonly range: Range; readonly target: string }[];
}

/** What a page is made of, and how its places are called and reached. */
export interface PageContent {
  /** What the log is called. */
  readonly name: string;
  readonly reading: LogReading;
  readonly explanations: readonly (Explanation & { readonly blame: readonly Blame[] })[];
  /** The address of a rule's page, by its path in the repository. */
  page(path: string): string | undefined;
  /** A file as people call it, and its address. */
  file(name: string): { readonly label: string; readonly uri: string };
}

/** Places that are listed for a message. */
const LISTED = 20;

/** What the messages of a log mean, as a text to read in an editor. */
export function explanationPage(content: PageContent): ExplanationPage {
  const page = new PageWriter();
  const { name, reading, explanations } = content;
  page.line(`# ${name}`);
  page.line();
  page.line(summary(reading, explanations.length));
  for (const explanation of explanations) describe(page, explanation, content);
  return page.finish();
}

function summary({ lines, versions }: LogReading, known: number): string {
  const releases = (['vllm', 'nixl', 'ucx'] as const).flatMap((library) => {
    const version = versions[library];
    return version === undefined ? [] : [`${LIBRARY_NAMES[library]} ${version}`];
  });
  const read = [`${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'} read`, ...releases].join(', ');
  if (known > 0) return `${known} ${known === 1 ? 'message' : 'messages'} explained (${read}).`;
  return `Nothing known in it (${read}). Only texts that we can explain were looked for: that is no proof of health.`;
}

function describe(page: PageWriter, explanation: PageContent['explanations'][number], content: PageContent): void {
  const { fact, count, firstLine, lastLine, text, cause, fix, blame } = explanation;
  page.line();
  page.line(`## ${fact.title}`);
  page.line();
  page.line(count === 1 ? `Line ${firstLine}:` : `${count} lines, ${firstLine} to ${lastLine}. The first:`);
  page.line();
  page.line(`    ${text}`);
  page.line();
  page.line(`Why: ${cause}`);
  page.line();
  page.line(`Do: ${fix}`);
  page.line();
  for (const { file, range, message, rule } of blame.slice(0, LISTED)) {
    const { label, uri } = content.file(file);
    const at = `${range.start.line + 1}:${range.start.character + 1}`;
    page.write('- Where: ');
    page.link(`${label}:${at}`, `${uri}#L${range.start.line + 1},${range.start.character + 1}`);
    page.line(`  ${message}${rule === undefined ? '' : ` (${rule})`}`);
  }
  if (blame.length > LISTED) page.line(`- … and ${blame.length - LISTED} more places`);
  if (fact.rules.length > 0) {
    page.write('- Rules: ');
    fact.rules.forEach((rule, index) => {
      const target = content.page(docsOf(rule));
      page.write(index === 0 ? '' : ', ');
      if (target === undefined) page.write(rule);
      else page.link(rule, target);
    });
    page.line();
  }
  if (fact.range) page.line(`- Printed by: ${LIBRARY_NAMES[fact.range.library]} ${describeBounds(fact.range)}`);
  for (const { text: source, url } of fact.sources) {
    page.write('- Source: ');
    if (url === undefined) page.write(source);
    else page.link(source, url);
    page.line();
  }
}

/** Writes text line by line and remembers where links are. */
class PageWriter {
  readonly #lines: string[] = [];
  readonly #links: { readonly range: Range; readonly target: string }[] = [];
  #open = '';

  write(text: string): void {
    this.#open += text;
  }

  link(text: string, target: string): void {
    const line = this.#lines.length;
    const start = this.#open.length;
    this.write(text);
    const range = { start: { line, character: start }, end: { line, character: this.#open.length } };
    this.#links.push({ range, target });
  }

  line(text = ''): void {
    this.#lines.push(this.#open + text);
    this.#open = '';
  }

  finish(): ExplanationPage {
    return { text: `${this.#lines.join('\n')}\n`, links: this.#links };
  }
}
