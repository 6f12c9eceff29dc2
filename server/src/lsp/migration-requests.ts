import type { CodeAction, WorkspaceEdit } from 'vscode-languageserver-protocol';
import type { FileEdit } from '../analysis';
import { migrationData } from '../features/migrate';
import { type Migration, readRelease } from '../migration';
import type { Connection } from './connection';
import { MIGRATE_REQUEST, type MigrateParams, type MigrateResult } from './protocol';

/** What answering needs of the server. */
export interface MigrationServices {
  migration(uri: string, version: string): Promise<Migration | undefined>;
  edit(edits: readonly FileEdit[]): WorkspaceEdit;
}

/** Answers a client that moves a document to another release. */
export function answerMigrationRequests(connection: Connection, services: MigrationServices): void {
  connection.onRequest('codeAction/resolve', (action) => withEdit(action, services));
  connection.onOwnRequest(MIGRATE_REQUEST, async ({ uri, version }: MigrateParams): Promise<MigrateResult> => {
    const release = readRelease('vllm', version);
    const plan = release === undefined ? undefined : await services.migration(uri, release);
    if (!plan) return { applied: false, edits: 0, left: [], notes: [] };
    const edits = editsOf(plan);
    const label = `Migrate to vLLM ${release}`;
    const { applied } =
      edits.length > 0
        ? await connection.request('workspace/applyEdit', { label, edit: services.edit(edits) })
        : { applied: true };
    const left = plan.changes.filter(({ state }) => state === 'by-hand');
    const noted = plan.changes.filter(({ state, minor }) => state === 'note' && !minor);
    const line = ({ range, message }: Migration['changes'][number]) => `line ${range.start.line + 1}: ${message}`;
    return { applied, edits: edits.length, left: left.map(line), notes: [...noted.map(line), ...plan.notes] };
  });
}

/** The action with its edit, for one that was offered without. */
export async function withEdit(action: CodeAction, { migration, edit }: MigrationServices): Promise<CodeAction> {
  const asked = migrationData(action.data);
  const plan = asked && (await migration(asked.uri, asked.version));
  return plan ? { ...action, edit: edit(editsOf(plan)) } : action;
}

function editsOf(plan: Migration): FileEdit[] {
  return plan.files.flatMap(({ edits }) => edits);
}
