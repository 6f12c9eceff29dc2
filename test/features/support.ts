import type { CompletionItem } from 'vscode-languageserver-types';
import { type Assumptions, analyze } from '../../server/src/analysis';
import { completion } from '../../server/src/features/completion';
import type { CompletionStyle } from '../../server/src/features/completion/proposal';
import { hover } from '../../server/src/features/hover';
import { atMark } from '../support/cursor';

/** What a rich client can show. */
export const RICH: CompletionStyle = { snippets: true, markdown: true, deprecation: 'tag' };

/** The hover at the mark, and the characters that it is about. */
export function hoverAt(file: string, marked: string, assume: Assumptions = {}) {
  const { text, offset } = atMark(marked);
  const analysis = analyze({ name: file, text }, { assumptions: assume });
  const found = hover(analysis, offset);
  const lines = analysis.files.lines(file)!;
  return (
    found && {
      markdown: found.markdown,
      covers: text.slice(lines.offset(found.range.start), lines.offset(found.range.end)),
    }
  );
}

/** The items at the mark. */
export function complete(file: string, marked: string, assume: Assumptions = {}, style = RICH): CompletionItem[] {
  const { text, offset } = atMark(marked);
  return completion(analyze({ name: file, text }, { assumptions: assume }), offset, style).items;
}

export function labels(file: string, marked: string, assume: Assumptions = {}): string[] {
  return complete(file, marked, assume).map(({ label }) => label);
}

/** A script that sets a variable for an engine with NIXL. */
export function script(name: string, value: string): string {
  return `export ${name}=${value}\nvllm serve m --data-parallel-size 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'\n`;
}

/** A script that gives an engine an option. */
export function serve(options: string): string {
  return `vllm serve m ${options}\n`;
}
