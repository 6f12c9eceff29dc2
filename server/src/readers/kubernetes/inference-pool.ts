import type { InferencePool } from '../../model';
import { at, member, type ObjectNode } from '../../syntax';
import { labelsOf, objectsIn, scalarValue, selectorOf } from './fields';
import type { ObjectNeeds } from './objects';

/** `v1` keeps its labels in `selector.matchLabels` and has a list of ports; older versions have plain ones. */
export function readInferencePool(node: ObjectNode, { object, open, fill }: ObjectNeeds): InferencePool {
  const spec = member(node, 'spec')?.value;
  const selector = member(spec, 'selector')?.value;
  const nested = selector?.type === 'object' && member(selector, 'matchLabels') !== undefined;
  const ports = objectsIn(member(spec, 'targetPorts')?.value).flatMap(
    (port) => scalarValue(at(port, 'number'), fill) ?? [],
  );
  const single = scalarValue(member(spec, 'targetPortNumber')?.value, fill);
  return {
    object: object.identity,
    place: object.identity.place,
    selector: selector && (nested ? selectorOf(selector, open, fill) : labelsOf(selector, open, fill)),
    targetPorts: single ? [...ports, single] : ports,
    open,
  };
}
