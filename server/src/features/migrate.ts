import type { CodeAction } from 'vscode-languageserver-protocol';
import type { Analysis } from '../analysis';
import { knownReleases, newestRelease } from '../knowledge';
import { standing } from '../migration';
import { MIGRATE } from './offers';
import { targetAt } from './target';

/** What a client hands back to learn the edit of a migration. */
export interface MigrationData {
  readonly migrate: { readonly uri: string; readonly version: string };
}

/** The releases that a document may be moved to from where the cursor is: the newest, and the one after its own. */
export function migrationTargets(analysis: Analysis, offset: number): readonly string[] {
  const target = targetAt(analysis, offset);
  const onFlag = target?.kind === 'flag' && target.flag.name === 'kv-transfer-config';
  if (!target || !(onFlag || target.kind === 'image' || target.kind === 'version')) return [];
  const from = target.engine.versions.vllm?.version;
  const newer = knownReleases('vllm').filter((release) => standing(from, release) === 'older');
  const next = newer[0];
  if (next === undefined) return [];
  const newest = newestRelease('vllm');
  return next === newest ? [newest] : [newest, next];
}

/** An action whose edit is asked for when it is chosen. */
export function migrationAction(uri: string, version: string): CodeAction {
  const data: MigrationData = { migrate: { uri, version } };
  return { title: `Migrate to vLLM ${version}`, kind: MIGRATE, data };
}

/** What an action that a client hands back is about; `undefined` for others. */
export function migrationData(data: unknown): MigrationData['migrate'] | undefined {
  const asked = isRecord(data) ? data.migrate : undefined;
  return isRecord(asked) && typeof asked.uri === 'string' && typeof asked.version === 'string'
    ? { uri: asked.uri, version: asked.version }
    : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
