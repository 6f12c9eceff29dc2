import type { ClientCapabilities } from 'vscode-languageserver-protocol';

/** What the client can do, asked once. Everything that is not announced is done without. */
export interface ClientAbilities {
  readonly configuration: boolean;
  readonly pullDiagnostics: boolean;
  readonly refreshDiagnostics: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly unnecessaryTag: boolean;
  readonly versionedEdits: boolean;
  readonly codeActionLiterals: boolean;
  /** Asks for the edit of a code action when it is chosen. */
  readonly laterEdits: boolean;
  readonly snippets: boolean;
  readonly markdownHover: boolean;
  readonly markdownCompletion: boolean;
  /** How completion items are struck through. */
  readonly deprecation: 'tag' | 'flag' | undefined;
  /** What the client asks for when it shows a completion item. */
  readonly laterCompletion: readonly ('detail' | 'documentation')[];
  readonly signatures: boolean;
  readonly markdownSignatures: boolean;
  readonly labelOffsets: boolean;
  /** Shows which characters a definition was asked for. */
  readonly definitionLinks: boolean;
  /** Shows symbols of a document in one another. */
  readonly nestedSymbols: boolean;
  readonly watchFiles: boolean;
  readonly watchConfiguration: boolean;
  readonly showDocument: boolean;
}

export function readAbilities({ textDocument, workspace, window }: ClientCapabilities): ClientAbilities {
  const item = textDocument?.completion?.completionItem;
  const diagnostics = textDocument?.diagnostic ?? textDocument?.publishDiagnostics;
  return {
    configuration: workspace?.configuration ?? false,
    pullDiagnostics: textDocument?.diagnostic !== undefined,
    refreshDiagnostics: workspace?.diagnostics?.refreshSupport ?? false,
    relatedInformation:
      diagnostics?.relatedInformation ?? textDocument?.publishDiagnostics?.relatedInformation ?? false,
    codeDescription:
      diagnostics?.codeDescriptionSupport ?? textDocument?.publishDiagnostics?.codeDescriptionSupport ?? false,
    unnecessaryTag:
      (diagnostics?.tagSupport ?? textDocument?.publishDiagnostics?.tagSupport)?.valueSet.includes(1) ?? false,
    versionedEdits: workspace?.workspaceEdit?.documentChanges ?? false,
    codeActionLiterals: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
    laterEdits:
      textDocument?.codeAction?.dataSupport === true &&
      textDocument.codeAction.resolveSupport?.properties.includes('edit') === true,
    snippets: item?.snippetSupport ?? false,
    markdownHover: textDocument?.hover?.contentFormat?.includes('markdown') ?? false,
    markdownCompletion: item?.documentationFormat?.includes('markdown') ?? false,
    deprecation: item?.tagSupport?.valueSet.includes(1) ? 'tag' : item?.deprecatedSupport ? 'flag' : undefined,
    laterCompletion: (['detail', 'documentation'] as const).filter((property) =>
      item?.resolveSupport?.properties.includes(property),
    ),
    signatures: textDocument?.signatureHelp !== undefined,
    markdownSignatures:
      textDocument?.signatureHelp?.signatureInformation?.documentationFormat?.includes('markdown') ?? false,
    labelOffsets: textDocument?.signatureHelp?.signatureInformation?.parameterInformation?.labelOffsetSupport ?? false,
    definitionLinks: textDocument?.definition?.linkSupport ?? false,
    nestedSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport ?? false,
    watchFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
    watchConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration ?? false,
    showDocument: window?.showDocument?.support ?? false,
  };
}
