import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { faultOf, VERSION } from './analysis';
import { type Connection, connectionOf } from './lsp/connection';
import { createServer } from './lsp/create-server';
import { keepHeapSmall } from './lsp/small-heap';
import { uriFiles } from './lsp/uri-files';

const USAGE = `nixl-language-server ${VERSION}

Usage: nixl-language-server --stdio | --node-ipc | --socket=PORT | --pipe=NAME
`;

/** The folder that holds both dist/ and docs/, in a clone as in the packaged extension. */
const home = join(__dirname, '..');

/** A rule's page in the reader's own copy: right for this version, and readable without a network. */
function page(path: string): string | undefined {
  const file = join(home, path);
  return existsSync(file) ? pathToFileURL(file).href : undefined;
}

if (process.argv.includes('--version')) process.stdout.write(`${VERSION}\n`);
else {
  const connection = connectionOf(process.argv.slice(2));
  if (connection) serve(connection);
  else {
    process.stderr.write(USAGE);
    process.exitCode = process.argv.includes('--help') ? 0 : 2;
  }
}

function serve(connection: Connection): void {
  keepHeapSmall();
  // A fault in one answer must not end the others; the connection itself logs what handlers throw.
  process.on('unhandledRejection', (error) => connection.error(`Unhandled: ${faultOf(error)}`));
  process.on('uncaughtException', (error) => connection.error(`Uncaught: ${faultOf(error)}`));
  createServer(connection, { files: uriFiles, page });
  connection.listen();
}
