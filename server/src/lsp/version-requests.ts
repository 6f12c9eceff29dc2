import type { WorkspaceEdit } from 'vscode-languageserver-protocol';
import type { Analysis, FileEdit } from '../analysis';
import { statedVersion, stateVersionEdit, versionChoices } from '../features/state-version';
import type { Connection } from './connection';
import {
  STATE_VERSION_REQUEST,
  type StateVersionParams,
  type StateVersionResult,
  VERSION_CHOICES_REQUEST,
  type VersionChoicesResult,
} from './protocol';

/** What answering needs of the server. */
export interface VersionServices {
  analysis(uri: string): Promise<Analysis | undefined>;
  edit(edits: readonly FileEdit[]): WorkspaceEdit;
}

/** Answers a client that lets its user state the version of a file. */
export function answerVersionRequests(connection: Connection, { analysis, edit }: VersionServices): void {
  connection.onOwnRequest(
    VERSION_CHOICES_REQUEST,
    async ({ uri }: Pick<StateVersionParams, 'uri'>): Promise<VersionChoicesResult> => {
      const known = await analysis(uri);
      const current = known && statedVersion(known);
      return { choices: versionChoices(), ...(current !== undefined && { current }) };
    },
  );
  connection.onOwnRequest(
    STATE_VERSION_REQUEST,
    async ({ uri, version }: StateVersionParams): Promise<StateVersionResult> => {
      const known = await analysis(uri);
      const stated = known && stateVersionEdit(known, version);
      if (!stated) return { applied: false };
      const label = `State vLLM ${version}`;
      const { applied } = await connection.request('workspace/applyEdit', { label, edit: edit([stated]) });
      return { applied };
    },
  );
}
