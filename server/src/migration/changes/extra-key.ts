import type { Analysis, Edit } from '../../analysis';
import { inRange, lookupExtraKey } from '../../knowledge';
import { addMember, isScalar, member } from '../../model';
import { addNested } from '../offers';
import { counterpart, type Move, ownConnectors, type Scope, versionsOf } from '../scope';

const EXTRA = 'kv_connector_extra_config';

/** A new setting of a connector, and the proof that it is there. */
export interface NewKey {
  readonly edit: Edit;
  readonly proof: (after: Analysis) => boolean;
}

/**
 * Gives the one connector of the engine that reads a key this key; `undefined` where there is none or there are several,
 * where it has the key, or where that cannot be written.
 */
export function newExtraKey(
  key: string,
  value: number | boolean | string,
  move: Move,
  scope: Scope,
): NewKey | undefined {
  const readers = ownConnectors(move.goal).filter(({ name }) => {
    const fact = lookupExtraKey(name, key);
    return fact && inRange(fact.range, versionsOf(move.goal)) === 'yes';
  });
  const node = readers.length === 1 ? readers[0]!.config.node : undefined;
  const extra = member(node, EXTRA)?.value;
  if (!node || member(extra, key)) return undefined;
  const edit =
    extra === undefined
      ? addNested(node, EXTRA, key, JSON.stringify(value))
      : extra.type === 'object'
        ? addMember(extra, key, value)
        : undefined;
  const proof = (after: Analysis) => {
    const engine = counterpart(move, scope, after);
    return ownConnectors(engine ?? move.goal).some(({ config }) => {
      const found = member(member(config.node, EXTRA)?.value, key)?.value;
      return isScalar(found) && found.value === value;
    });
  };
  return edit && { edit, proof };
}
