import { expect, test } from 'vitest';
import {
  CodeActionKind,
  CompletionItemKind,
  CompletionItemTag,
  DiagnosticSeverity,
  DiagnosticTag,
  InsertTextFormat,
} from 'vscode-languageserver-types';
import * as ours from '../../server/src/features/protocol-values';

test('the values that we send are those of the protocol', () => {
  const library = {
    CodeActionKind,
    CompletionItemKind,
    CompletionItemTag,
    DiagnosticSeverity,
    DiagnosticTag,
    InsertTextFormat,
  };
  expect(library).toMatchObject({ ...ours });
});
