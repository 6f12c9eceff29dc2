import type { DocumentSymbol, Location, Position, SymbolInformation } from 'vscode-languageserver-protocol';
import type { Analysis, FileAccess, FilePlace } from '../analysis';
import { definitionAt } from '../features/definition';
import { type PathUse, pathsIn } from '../features/document-links';
import { holds } from '../features/links/link';
import { referencesAt } from '../features/references';
import { type FileSymbol, symbolsIn } from '../features/symbols';
import { type FoundSymbol, flatSymbols, matching } from '../features/workspace-symbols';
import type { ClientAbilities } from './client-abilities';
import type { Connection } from './connection';
import type { Documents } from './documents';
import { Neighbours } from './neighbours';

/** What answering needs of the server. */
export interface NavigationServices {
  readonly documents: Documents;
  readonly access: FileAccess;
  readonly abilities: ClientAbilities;
  /** What the client calls a file. */
  uri(file: string): string;
}

/** A folder that a kustomization lists stands for the kustomization in it. */
const KUSTOMIZATION = /^kustomization(?:\.ya?ml)?$/i;

const TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** More are no answer that anybody reads. */
const MOST_SYMBOLS = 500;

/** Answers where something stands, where it is used, and what a document is made of. */
export function answerNavigation(connection: Connection, services: NavigationServices): void {
  const { documents, access, abilities, uri } = services;
  const neighbours = new Neighbours(documents, access);
  const location = ({ file, range }: FilePlace): Location => ({ uri: uri(file), range });
  const offsetIn = ({ files, name }: Analysis, position: Position) => files.lines(name)!.offset(position);

  connection.onRequest('textDocument/definition', async ({ textDocument, position }) => {
    const analysis = await documents.analysis(textDocument.uri);
    if (!analysis) return null;
    const offset = offsetIn(analysis, position);
    const answer = (from: FilePlace, to: readonly Location[]) =>
      abilities.definitionLinks
        ? to.map((one) => ({
            originSelectionRange: from.range,
            targetUri: one.uri,
            targetRange: one.range,
            targetSelectionRange: one.range,
          }))
        : [...to];
    const path = pathsIn(analysis).find(({ from }) => holds(from, analysis, offset));
    const file = path && (await fileOf(path, analysis, access));
    if (path && file !== undefined) return answer(path.from, [{ uri: uri(file), range: TOP }]);
    const read = await neighbours.itself(analysis);
    if (!read.host) return null;
    const found = definitionAt(read, offset) ?? definitionAt(read, offset, await neighbours.of(read));
    return found ? answer(found.from, found.to.map(location)) : null;
  });

  connection.onRequest('textDocument/references', async ({ textDocument, position, context }) => {
    const shown = await documents.analysis(textDocument.uri);
    const analysis = shown && (await neighbours.itself(shown));
    if (!analysis?.host) return [];
    const offset = offsetIn(analysis, position);
    const others = await neighbours.of(analysis);
    return referencesAt(analysis, offset, others, context.includeDeclaration).map(location);
  });

  connection.onRequest('textDocument/documentLink', async ({ textDocument }) => {
    const analysis = await documents.analysis(textDocument.uri);
    const uses = analysis ? pathsIn(analysis) : [];
    const links = uses.map(async (use) => {
      const file = await fileOf(use, analysis!, access);
      return file === undefined ? [] : [{ range: use.from.range, target: uri(file) }];
    });
    return (await Promise.all(links)).flat();
  });

  connection.onRequest('textDocument/documentSymbol', async ({ textDocument }) => {
    const analysis = await documents.analysis(textDocument.uri);
    const symbols = analysis?.host ? symbolsIn(analysis) : [];
    return abilities.nestedSymbols ? symbols.map(toDocumentSymbol) : flatSymbols(symbols).map(toInformation);
  });

  connection.onRequest('workspace/symbol', async ({ query }, token) => {
    const analyses = await neighbours.all(() => !token.isCancellationRequested);
    const symbols = analyses.flatMap((analysis) => flatSymbols(symbolsIn(analysis)));
    return matching(symbols, query).slice(0, MOST_SYMBOLS).map(toInformation);
  });

  const toInformation = ({ name, kind, place, container }: FoundSymbol): SymbolInformation => ({
    name,
    kind,
    location: location(place),
    ...(container !== '' && { containerName: container }),
  });
}

function toDocumentSymbol({ name, detail, kind, whole, place, children }: FileSymbol): DocumentSymbol {
  return {
    name,
    ...(detail !== '' && { detail }),
    kind,
    range: whole.range,
    selectionRange: place.range,
    children: children.map(toDocumentSymbol),
  };
}

/** The file that a path leads to, when it is there. */
async function fileOf({ path }: PathUse, analysis: Analysis, access: FileAccess): Promise<string | undefined> {
  const known = analysis.references.get(path);
  if (known) return known.name;
  const target = access.resolve(analysis.name, path);
  if (target === undefined) return undefined;
  const folder = await access.list?.(target);
  if (folder) return folder.find(({ base, kind }) => kind === 'file' && KUSTOMIZATION.test(base))?.name;
  return (await access.read(target)) ? target : undefined;
}
