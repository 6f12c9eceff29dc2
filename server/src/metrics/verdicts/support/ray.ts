import type { EngineWindow } from '../../window';

/** Ray's metrics carry these labels. A family of theirs appears with its first event: absence proves no release. */
export function isOfRay({ id }: EngineWindow): boolean {
  return 'ReplicaId' in id.labels || 'WorkerId' in id.labels;
}
