import type { CodeAction, Diagnostic, TextEdit } from 'vscode-languageserver-protocol';
import type { Analysis, FileEdit, Problem, ProblemFix } from '../analysis';
import { ignoreEdit } from './ignore-edit';
import { FIX_ALL, STATE_VERSION } from './offers';
import { CodeActionKind } from './protocol-values';
import { statedVersion, stateVersionEdit } from './state-version';
import { targetAt } from './target';

/** What code actions need beside the analysis. */
export interface ActionContext {
  /** The findings of the document that the asked range touches. */
  readonly problems: readonly Problem[];
  /** All findings of the document, for fixing everything at once. */
  readonly all: readonly Problem[];
  /** The kinds that the client asks for; all when it does not say. */
  readonly only: readonly string[] | undefined;
  /** The analysis of the document with another text. */
  reanalyze(text: string): Analysis;
  diagnostic(problem: Problem): Diagnostic;
  edit(edits: readonly FileEdit[]): CodeAction['edit'];
  page(problem: Problem): string | undefined;
  /** The command that opens a page, where the client can show one. */
  readonly openPage: string | undefined;
  /** Where the cursor is. */
  readonly offset?: number;
  /** The command that asks for the version of the shown document, where the client has it. */
  readonly stateVersion?: string | undefined;
}

/** What can be done about findings: their fixes, silencing them with a comment, reading about the rule. */
export function codeActions(analysis: Analysis, context: ActionContext): CodeAction[] {
  const actions: CodeAction[] = [];
  if (wants(context, CodeActionKind.QuickFix)) {
    for (const problem of context.problems) actions.push(...actionsFor(analysis, problem, context));
  }
  if (wants(context, STATE_VERSION)) actions.push(...stateVersion(analysis, context));
  // Only on request: on save, or by the command that fixes everything.
  if (context.only && wants(context, FIX_ALL)) actions.push(...fixAll(context));
  return actions;
}

function actionsFor(analysis: Analysis, problem: Problem, context: ActionContext): CodeAction[] {
  const diagnostics = [context.diagnostic(problem)];
  const fixes = problem.fixes.map((fix, index): CodeAction => {
    return {
      title: fix.title,
      kind: CodeActionKind.QuickFix,
      diagnostics,
      isPreferred: index === 0 && fix.safe,
      edit: context.edit(fix.edits)!,
    };
  });
  const actions = [...fixes];
  const silence = ignoreEdit(analysis, problem, context.reanalyze);
  if (silence) {
    const title = `Ignore this ${problem.rule} finding with a comment`;
    actions.push({ title, kind: CodeActionKind.QuickFix, diagnostics, edit: context.edit([silence])! });
  }
  const page = context.page(problem);
  if (context.openPage && page !== undefined) {
    const title = `Open the page about ${problem.rule}`;
    const command = { title, command: context.openPage, arguments: [page] };
    actions.push({ title, command, kind: CodeActionKind.QuickFix, diagnostics });
  }
  return actions;
}

/** Stating the version: where an image or a requirement tells it, and where a finding depends on one that nobody states. */
function stateVersion(analysis: Analysis, context: ActionContext): CodeAction[] {
  const { deployment } = analysis;
  const kind = context.offset === undefined ? undefined : targetAt(analysis, context.offset)?.kind;
  const unknown = deployment.engines.some(({ versions }) => !versions.vllm);
  if (kind !== 'image' && kind !== 'version' && !(unknown && context.problems.length > 0)) return [];
  const version = statedVersion(analysis);
  const edit = stateVersionEdit(analysis, version ?? '0.0.0');
  if (!edit) return [];
  if (context.stateVersion) {
    const title = 'State the vLLM version…';
    return [{ title, command: { title, command: context.stateVersion }, kind: STATE_VERSION }];
  }
  const stated = deployment.engines.some(({ versions }) => versions.vllm?.from === 'comment');
  if (version === undefined || stated) return [];
  return [{ title: `State vLLM ${version} in this file`, kind: STATE_VERSION, edit: context.edit([edit])! }];
}

/** The first safe fix of every finding, as far as they do not touch the same characters. */
function fixAll(context: ActionContext): CodeAction[] {
  const edits: FileEdit[] = [];
  for (const { fixes } of context.all) {
    const fix = fixes.find(({ safe }) => safe);
    if (fix && !collides(fix, edits)) edits.push(...fix.edits);
  }
  if (edits.length === 0) return [];
  return [{ title: 'Fix all that is safe to fix', kind: FIX_ALL, edit: context.edit(edits)! }];
}

function collides(fix: ProblemFix, edits: readonly FileEdit[]): boolean {
  return fix.edits.some((one) =>
    edits.some((other) => one.file === other.file && one.start <= other.end && other.start <= one.end),
  );
}

function wants({ only }: ActionContext, kind: string): boolean {
  return !only || only.some((asked) => kind === asked || kind.startsWith(`${asked}.`));
}

/** An edit as LSP states it. */
export function toTextEdit({ range, newText }: FileEdit): TextEdit {
  return { range, newText };
}
