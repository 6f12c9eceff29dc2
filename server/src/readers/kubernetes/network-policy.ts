import type { NetworkPolicy, PolicyPort, PolicyRule } from '../../model';
import { at, items, member, type ObjectNode } from '../../syntax';
import { type Fill, labelsOf, objectsIn, openIn, scalarValue, scalarValues, selectorOf } from './fields';
import type { ObjectNeeds } from './objects';

export function readNetworkPolicy(node: ObjectNode, { object, open, fill }: ObjectNeeds): NetworkPolicy {
  const spec = member(node, 'spec')?.value;
  const selector = member(spec, 'podSelector')?.value;
  const types = scalarValues(member(spec, 'policyTypes')?.value, fill);
  const named = types.some((type) => type.kind === 'known' && type.text === 'Ingress');
  // Without types a policy limits what comes in, whatever it says about what goes out.
  const unknown = open.length > 0 || types.some(({ kind }) => kind !== 'known');
  return {
    object: object.identity,
    place: object.identity.place,
    selector:
      selector?.type === 'object'
        ? selectorOf(selector, open, fill)
        : labelsOf(undefined, [...open, ...openIn(selector)]),
    ingress: named || (unknown ? undefined : types.length === 0),
    rules: objectsIn(member(spec, 'ingress')?.value).map((rule) => ruleOf(rule, fill)),
    open: [...open, ...openIn(member(spec, 'ingress')?.value)],
  };
}

function ruleOf(node: ObjectNode, fill: Fill): PolicyRule {
  const ports = member(node, 'ports')?.value;
  const from = member(node, 'from')?.value;
  const allPorts = ports === undefined || ports.type === 'null' || (ports.type === 'array' && ports.items.length === 0);
  return {
    ports: allPorts ? undefined : objectsIn(ports).map((port) => portOf(port, fill)),
    narrowed: from?.type === 'unknown' || items(from).length > 0,
    place: node.place,
  };
}

function portOf(node: ObjectNode, fill: Fill): PolicyPort {
  const value = (key: string) => scalarValue(at(node, key), fill);
  return { port: value('port'), endPort: value('endPort'), protocol: value('protocol'), place: node.place };
}
