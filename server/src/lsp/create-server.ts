import { readAbilities } from './client-abilities';
import type { Connection } from './connection';
import type { InitializationOptions } from './protocol';
import { Server, type Services } from './server';

export type { Services } from './server';

/** A language server on a connection. Everything that it knows belongs to this call. */
export function createServer(connection: Connection, services: Services): void {
  connection.onInitialize(({ capabilities, initializationOptions, workspaceFolders, rootUri }) => {
    const options = (initializationOptions ?? {}) as InitializationOptions;
    const folders = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
    return new Server(connection, services, readAbilities(capabilities), options, folders).start();
  });
}
