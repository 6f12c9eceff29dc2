import { type Container, type ContainerPort, toValue, type Value } from '../../model';
import { at, isScalar, items, member, type ObjectNode, type Place, type Reason, type TreeNode } from '../../syntax';
import type { Surroundings } from '../engine';
import { fieldContainer } from '../kubernetes/field-container';
import { scalarValue, scalarValues } from '../kubernetes/fields';
import type { ComposeReading } from './compose';

/** What a host gives to its containers in ways of its own: devices by its runtime, limits by its daemon. */
const docker: Reason = { kind: 'host', detail: 'the Docker host' };

/** What a service of Compose says about its container. */
export function containerOf(
  service: ObjectNode,
  place: Place,
  around: Surroundings,
  { expand }: ComposeReading,
): Container {
  const list = (key: string) => scalarValues(member(service, key)?.value, expand);
  const privileged = member(service, 'privileged')?.value;
  const container = fieldContainer(
    {
      place,
      whole: service.place,
      image: around.image,
      capabilities: { add: list('cap_add'), drop: list('cap_drop') },
      ports: items(member(service, 'ports')?.value).flatMap((port) => portOf(port, expand)),
    },
    around.variables,
    around,
    [...around.flagsOpen, docker],
  );
  return privileged?.type === 'boolean'
    ? { ...container, privileged: { on: privileged.value, place: privileged.place } }
    : container;
}

/** `8000`, `8000:8000`, `127.0.0.1:8000:8000/tcp`, or a mapping. Ranges are left as they are written. */
function portOf(node: TreeNode, expand: ComposeReading['expand']): ContainerPort[] {
  if (node.type === 'object') {
    const value = (key: string): Value | undefined => scalarValue(at(node, key), expand);
    const [number, hostPort] = [value('target'), value('published')];
    return [{ name: value('name'), number, hostPort, protocol: value('protocol'), place: node.place }];
  }
  if (!isScalar(node) || node.type === 'null') return [];
  const text = expand(node.text);
  const slash = text.text.lastIndexOf('/');
  const end = slash === -1 ? text.length : slash;
  const colon = text.text.lastIndexOf(':', end);
  const before = text.text.lastIndexOf(':', colon - 1);
  return [
    {
      name: undefined,
      number: toValue(text.slice(colon + 1, end)),
      hostPort: colon > 0 ? toValue(text.slice(before + 1, colon)) : undefined,
      protocol: slash === -1 ? undefined : toValue(text.slice(slash + 1)),
      place: node.place,
    },
  ];
}
