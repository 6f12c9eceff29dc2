import { type FilePlace, sortUnchecked, type UncheckedPart, VERSION } from '../../analysis';
import { newestVerified } from '../../knowledge';
import type { Migration } from '../../migration';

/** What was done beside planning. */
export interface Outcome {
  /** Files read. */
  readonly files: number;
  /** Files that were changed on disk. */
  readonly written: readonly string[];
  /** Files that nobody could look at. */
  readonly unreadable: readonly UncheckedPart[];
}

/** The plan as one JSON object; its shape is a contract (see docs/cli.md). */
export function migrationJson(plan: Migration, { files, written, unreadable }: Outcome): string {
  const { target } = plan;
  const value = {
    schemaVersion: 1,
    version: VERSION,
    to: { vllm: target.vllm, nixl: target.nixl ?? null, ucx: target.ucx ?? null, verified: newestVerified('vllm') },
    files,
    engines: plan.engines.map(({ file, place, label, from, origin, standing }) => ({
      file,
      range: place?.range ?? null,
      engine: label,
      from: from ?? null,
      origin: origin ?? null,
      standing,
    })),
    changes: plan.changes.map((change) => ({
      ...where(change),
      kind: change.kind,
      state: change.state,
      engines: change.engines,
      severity: change.severity ?? null,
      rule: change.rule ?? null,
      name: change.name ?? null,
      message: change.message,
      certain: change.certain,
      minor: change.minor,
      was: change.was ?? null,
      becomes: change.becomes ?? null,
      refused: change.refused ?? null,
      leaves: change.leaves ?? [],
      proposals: change.proposals.map((proposal) => ({
        title: proposal.title,
        safe: proposal.safe,
        purpose: proposal.purpose,
        chosen: proposal === change.chosen,
        edits: proposal.edits.map((edit) => ({ ...where(edit), newText: edit.newText })),
      })),
    })),
    edits: plan.files.flatMap(({ edits }) => edits.map((edit) => ({ ...where(edit), newText: edit.newText }))),
    written,
    notes: plan.notes,
    unchecked: sortUnchecked([...unreadable, ...plan.unchecked]).map(({ file, place, reason }) => ({
      file,
      range: place?.range ?? null,
      reason,
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function where({ file, range }: FilePlace): Pick<FilePlace, 'file' | 'range'> {
  return { file, range };
}
