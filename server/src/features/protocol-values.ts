/**
 * The numbers and words of the Language Server Protocol that we send. Its library has them all, and would be a tenth of
 * the server's bundle for these; a test compares them.
 */

export const CompletionItemKind = { Field: 5, Variable: 6, Property: 10, Value: 12 } as const;

export const CompletionItemTag = { Deprecated: 1 } as const;

export const InsertTextFormat = { Snippet: 2 } as const;

export const DiagnosticSeverity = { Error: 1, Warning: 2, Information: 3, Hint: 4 } as const;

export const DiagnosticTag = { Unnecessary: 1 } as const;

export const CodeActionKind = {
  QuickFix: 'quickfix',
  Refactor: 'refactor',
  RefactorRewrite: 'refactor.rewrite',
  SourceFixAll: 'source.fixAll',
} as const;
