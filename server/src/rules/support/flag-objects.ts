import { flagFact, flagKeys, unknownKeyEffect } from '../../knowledge';
import { holds } from '../../knowledge/version';
import type { Engine, FlagObject, Member, ObjectNode } from '../../model';
import type { Severity } from '../rule';
import { countingMembers } from './tree';
import { named, versionOf } from './versions';

/** A key in the object of a flag whose keys the table knows. */
export interface WrittenKey {
  readonly object: FlagObject;
  readonly node: ObjectNode;
  readonly member: Member;
}

/** The keys of all such objects, in the order written. */
export function* writtenKeys(engine: Engine): Iterable<WrittenKey> {
  for (const object of engine.objects ?? []) {
    const { root, problems, flag } = object;
    if (root?.type !== 'object' || problems.length > 0 || flagKeys(flag.name).length === 0) continue;
    // Where the release has no such flag, that is what is wrong.
    if (holds(flagFact(flag.name)!.range, versionOf(engine)) === 'no') continue;
    for (const member of countingMembers(root)) yield { object, node: root, member };
  }
}

/** What vLLM does with a key that the class does not have: all its configuration classes are made in one way. */
export function unknownOutcome(engine: Engine): { readonly severity: Severity; readonly clause: string } {
  switch (unknownKeyEffect(versionOf(engine))) {
    case 'refused':
      return { severity: 'error', clause: `${named(engine)} refuses to start because of it` };
    case 'ignored':
      return { severity: 'warning', clause: `${named(engine)} drops it without a word` };
    default:
      return {
        severity: 'warning',
        clause: 'vLLM refuses to start or drops it without a word, depending on its release',
      };
  }
}
