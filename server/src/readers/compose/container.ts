import { type Container, type ContainerPort, type Resource, toValue, type Value } from '../../model';
import {
  at,
  isScalar,
  items,
  member,
  type ObjectNode,
  type Place,
  type Reason,
  SourceText,
  type TreeNode,
} from '../../syntax';
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
      limits: gpusOf(service, expand),
      service: {
        sharedMemory: saysSharedMemory(service),
        lockedMemory: at(service, 'ulimits', 'memlock') !== undefined,
        devices: list('devices'),
      },
    },
    around.variables,
    around,
    [...around.flagsOpen, docker],
  );
  return privileged?.type === 'boolean'
    ? { ...container, privileged: { on: privileged.value, place: privileged.place } }
    : container;
}

/** `shm_size`, `ipc`, or something that is mounted there; an entry that is not known may be. */
function saysSharedMemory(service: ObjectNode): boolean {
  if (member(service, 'shm_size') || member(service, 'ipc')) return true;
  const mounted = ['volumes', 'tmpfs'].flatMap((key): readonly TreeNode[] => {
    const value = member(service, key)?.value;
    return value?.type === 'array' ? value.items : value ? [value] : [];
  });
  return mounted.some((entry) => {
    const target = entry.type === 'object' ? member(entry, 'target')?.value : entry;
    return (
      !isScalar(target) ||
      !target.text.known ||
      /^\$(?:\{[^}]*\}|\w+)$|\/dev(?:\/shm)?\/?(?::|$)/.test(target.text.text)
    );
  });
}

/** The GPUs that a service reserves, where their number is given: `count`, or a list of `device_ids`. */
function gpusOf(service: ObjectNode, expand: ComposeReading['expand']): Resource[] {
  const reserved = items(at(service, 'deploy', 'resources', 'reservations', 'devices'));
  const gpus = [
    ...reserved.filter((one) => driverOf(one) === 'nvidia' || isGpu(one)),
    ...items(member(service, 'gpus')?.value),
  ];
  const [only] = gpus;
  if (!only || gpus.length > 1 || isScalar(member(service, 'gpus')?.value)) return [];
  const [count, ids] = ['count', 'device_ids'].map((key) => member(only, key));
  const value = count ? scalarValue(count.value, expand) : ids && listed(ids.value);
  return value && (count ?? ids) ? [{ name: 'nvidia.com/gpu', namePlace: (count ?? ids)!.keyPlace, value }] : [];
}

function driverOf(device: TreeNode): string {
  const driver = member(device, 'driver')?.value;
  return isScalar(driver) ? driver.text.text : '';
}

function isGpu(device: TreeNode): boolean {
  return items(member(device, 'capabilities')?.value).some((one) => isScalar(one) && /gpu|nvidia/.test(one.text.text));
}

/** How many there are in a list, as a number that stands where the list does. */
function listed(list: TreeNode): Value | undefined {
  if (list.type !== 'array' || list.open || !list.items.every((item) => isScalar(item) && item.text.known))
    return undefined;
  const { source, span } = list.place;
  return toValue(SourceText.derived(source, String(list.items.length), [], span));
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
