import { isClosed, type Service, type ServicePort } from '../../model';
import { at, isScalar, member, type ObjectNode } from '../../syntax';
import { labelsOf, objectsIn, scalarValue, switchAt } from './fields';
import type { ObjectNeeds } from './objects';

/** A Service whose name is known, else none. */
export function readService(node: ObjectNode, { object, open, fill }: ObjectNeeds): Service[] {
  const name = at(node, 'metadata', 'name');
  if (!isScalar(name) || !fill(name.text).known) return [];
  const spec = member(node, 'spec')?.value;
  const selector = member(spec, 'selector')?.value;
  const clusterIP = scalarValue(member(spec, 'clusterIP')?.value, fill);
  const ports = objectsIn(member(spec, 'ports')?.value).map((port): ServicePort => {
    const value = (key: string) => scalarValue(at(port, key), fill);
    return {
      name: value('name'),
      port: value('port'),
      targetPort: value('targetPort'),
      protocol: value('protocol'),
      place: port.place,
    };
  });
  return [
    {
      object: object.identity,
      name: name.text.text,
      place: name.text.place(),
      headless: headlessOf(
        clusterIP,
        open.filter(({ kind }) => kind !== 'overlay'),
      ),
      type: scalarValue(member(spec, 'type')?.value, fill),
      clusterIP,
      selector: selector && selector.type !== 'null' ? labelsOf(selector, open, fill) : undefined,
      ports,
      publishNotReadyAddresses: switchAt(spec, ['publishNotReadyAddresses'], isClosed({ open }) ? false : undefined),
      open,
    },
  ];
}

/** An overlay that makes a Service headless would have to say so: nobody patches that in. */
function headlessOf(clusterIP: Service['clusterIP'], open: ObjectNeeds['open']): boolean | undefined {
  if (clusterIP) return clusterIP.kind === 'known' ? clusterIP.text === 'None' : undefined;
  return open.length > 0 ? undefined : false;
}
