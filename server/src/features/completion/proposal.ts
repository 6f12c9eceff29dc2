import type { CompletionItem } from 'vscode-languageserver-protocol';
import type { Analysis } from '../../analysis';
import type { SourceText, Span } from '../../model';
import { plainText } from '../plain-text';
import { CompletionItemKind, CompletionItemTag, InsertTextFormat } from '../protocol-values';

/** Something that may be typed at the cursor. */
export interface Proposal {
  readonly label: string;
  readonly kind: keyof typeof KINDS;
  /** One line beside the label; worked out when the proposal is shown. */
  readonly detail?: string | (() => string);
  /** Markdown; written when the proposal is shown. */
  readonly documentation?: () => string;
  readonly deprecated?: boolean;
  /** Replaces `span` of `target`; `CURSOR` in it is where the cursor goes. */
  readonly newText: string;
}

/** Where proposals go: some characters of a decoded text, or of the file itself. */
export type Slot =
  | { readonly source: SourceText; readonly span: Span }
  /** Only for text that needs no quoting in any notation. */
  | { readonly fileSpan: Span };

/** What the client can show. */
export interface CompletionStyle {
  readonly snippets: boolean;
  readonly markdown: boolean;
  /** How an item is struck through: not at all where it is not said. */
  readonly deprecation?: 'tag' | 'flag' | undefined;
  /** What the client asks for when an item is shown; the rest comes with the list. */
  readonly later?: readonly ('detail' | 'documentation')[] | undefined;
}

/** Stands for the cursor in a proposal's text. A private character: no notation writes it differently. */
export const CURSOR = '\ue000';

const KINDS = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  variable: CompletionItemKind.Variable,
  flag: CompletionItemKind.Field,
} as const;

/** Proposals as an editor wants them; those that cannot be written at the slot are left out. `data` is the index. */
export function toItems(
  analysis: Analysis,
  slot: Slot,
  proposals: readonly Proposal[],
  offset: number,
  style: CompletionStyle,
): CompletionItem[] {
  return proposals.flatMap((proposal, index) => {
    const edit =
      editOf(analysis, slot, proposal.newText) ?? editOf(analysis, slot, proposal.newText.replace(CURSOR, ''));
    // An editor filters by what stands between the start of the range and the cursor, on one line.
    if (!edit || edit.start > offset || edit.end < offset || edit.range.start.line !== edit.range.end.line) return [];
    const item: CompletionItem = {
      label: proposal.label,
      kind: KINDS[proposal.kind],
      sortText: String(index).padStart(4, '0'),
      filterText: proposal.label,
      textEdit: {
        range: edit.range,
        newText: style.snippets ? snippet(edit.newText) : edit.newText.replace(CURSOR, ''),
      },
    };
    if (style.snippets && edit.newText.includes(CURSOR)) item.insertTextFormat = InsertTextFormat.Snippet;
    if (proposal.deprecated && style.deprecation === 'tag') item.tags = [CompletionItemTag.Deprecated];
    if (proposal.deprecated && style.deprecation === 'flag') item.deprecated = true;
    if (style.later && style.later.length > 0) item.data = index;
    return [{ ...item, ...describe(proposal, style, style.later ?? []) }];
  });
}

/** What is told about a proposal beside its label, without what is left for later. */
export function describe(
  { detail, documentation }: Proposal,
  { markdown }: CompletionStyle,
  without: readonly string[],
): Pick<CompletionItem, 'detail' | 'documentation'> {
  const line = without.includes('detail') ? '' : typeof detail === 'function' ? detail() : detail;
  const text = without.includes('documentation') ? undefined : documentation?.();
  return {
    ...(line && { detail: line }),
    ...(text && {
      documentation: { kind: markdown ? 'markdown' : 'plaintext', value: markdown ? text : plainText(text) },
    }),
  };
}

function editOf(analysis: Analysis, slot: Slot, newText: string) {
  if ('fileSpan' in slot) {
    const place = analysis.files.place(analysis.name, slot.fileSpan.start, slot.fileSpan.end);
    return place && { ...place, newText };
  }
  const edit = slot.source.edit(slot.span, newText);
  const place = edit && analysis.files.locateRoot(edit);
  return place?.file === analysis.name && edit ? { ...place, newText: edit.newText } : undefined;
}

/** Text with a cursor mark as a snippet; without one it stays plain text. */
function snippet(text: string): string {
  if (!text.includes(CURSOR)) return text;
  return text.replace(/[\\$}]/g, '\\$&').replace(CURSOR, '$0');
}
