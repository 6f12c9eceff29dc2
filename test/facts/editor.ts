import type { CompletionItem } from 'vscode-languageserver-types';
import { type Analysis, type Assumptions, analyze } from '../../server/src/analysis';
import { completion } from '../../server/src/features/completion';
import { hover } from '../../server/src/features/hover';
import { atMark } from '../support/cursor';

/** Many names in one file: so many that it takes one analysis for all of them, so few that each is found soon. */
const TOGETHER = 100;

/**
 * The hovers of names that all stand in one kind of file.
 *
 * @param write the text of a file that holds these names
 * @returns the text of each name's hover, where there is one
 */
export function hovers(
  file: string,
  names: readonly string[],
  write: (names: readonly string[]) => string,
  together = TOGETHER,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let start = 0; start < names.length; start += together) {
    const some = names.slice(start, start + together);
    const text = write(some);
    const analysis = analyze({ name: file, text });
    for (const name of some) {
      const shown = hoverOn(analysis, text, name);
      if (shown !== undefined) found.set(name, shown);
    }
  }
  return found;
}

function hoverOn(analysis: Analysis, text: string, name: string): string | undefined {
  const at = new RegExp(`(?<![\\w.:-])${name.replace(/[.]/g, '\\.')}(?![\\w-])`).exec(text)?.index;
  if (at === undefined) throw new Error(`${name} does not stand in ${text.slice(0, 200)}`);
  return hover(analysis, at + name.length - 1)?.markdown;
}

/** What is offered at the mark. */
export function offered(file: string, marked: string, assumptions: Assumptions = {}): readonly CompletionItem[] {
  const { text, offset } = atMark(marked);
  const style = { snippets: false, markdown: true };
  return completion(analyze({ name: file, text }, { assumptions }), offset, style).items;
}

/** True when a name is offered after all of it but the last letters was typed. */
export function isOffered(
  file: string,
  name: string,
  write: (typed: string) => string,
  assumptions: Assumptions = {},
): boolean {
  const typed = name.slice(0, Math.max(1, name.length - 2));
  return offered(file, write(typed), assumptions).some(({ label }) => label === name);
}
