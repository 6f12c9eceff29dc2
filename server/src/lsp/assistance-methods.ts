import { EXPLAIN_REQUEST, MIGRATE_REQUEST, STATE_VERSION_REQUEST, VERSION_CHOICES_REQUEST } from './protocol';

/** The requests that `assistance.ts` answers. */
export const ASSISTANCE: readonly string[] = [
  'textDocument/hover',
  'textDocument/completion',
  'completionItem/resolve',
  'textDocument/signatureHelp',
  'textDocument/codeAction',
  'codeAction/resolve',
  'textDocument/definition',
  'textDocument/references',
  'textDocument/documentLink',
  'textDocument/documentSymbol',
  'workspace/symbol',
  'workspace/executeCommand',
  EXPLAIN_REQUEST,
  VERSION_CHOICES_REQUEST,
  STATE_VERSION_REQUEST,
  MIGRATE_REQUEST,
];
