import {
  type Container,
  type ContainerPort,
  Environment,
  type Probe,
  type Resource,
  type VolumeMount,
} from '../../model';
import { at, member, type ObjectNode, type Place, type Reason, type TreeNode } from '../../syntax';
import { imageReasons } from '../command/containers';
import { type Surroundings, unique } from '../engine';
import type { FindConfigMap } from './config-map-references';
import { readEnvironmentLists, withoutAlternatives } from './container-environment';
import { resourcesIn } from './dynamo';
import { type Fill, fillOf, objectsIn, openIn, scalarValue, scalarValues, switchAt } from './fields';
import { imageOf } from './image';
import { blockIn } from './template-blocks';

/** What the pod and its controller say about a container. */
export interface PodSurroundings {
  readonly around: Surroundings;
  readonly spec: ObjectNode;
  /** Variables that a controller gives to all containers, before the container's own. */
  readonly lists: readonly TreeNode[];
  /** This document is a patch or a part of a workload: what it does not say may be said elsewhere. */
  readonly partial: Reason | undefined;
  /** What else may add to the pod unseen. */
  readonly open: readonly Reason[];
  /** A tool fills in `$NAME` before Kubernetes reads the manifest. */
  readonly placeholders: boolean;
  readonly configMaps: FindConfigMap;
  /** The key of a container that stands by itself. */
  readonly keyPlace?: Place | undefined;
  /** Resources that an operator gives to the main container from a field beside the pod. */
  readonly component?: ((kind: 'limits' | 'requests', fill: Fill) => readonly Resource[]) | undefined;
}

/** A container, and what its reader needs beside. */
export interface ContainerFacts {
  readonly node: ObjectNode;
  readonly container: Container;
  /** A template's block lies in it. */
  readonly block: Reason | undefined;
  /** Why it may hold more than it shows: a template's block, or it is a part of one. */
  readonly unseen: readonly Reason[];
}

/** Reads what one container of a pod is: all but what it runs. */
export function readContainerFacts(
  node: ObjectNode,
  kind: Container['kind'],
  { around, spec, lists, partial, open, placeholders, configMaps, component, keyPlace }: PodSurroundings,
): ContainerFacts {
  const fill = fillOf(placeholders);
  const block = blockIn(node.place) ?? node.open;
  const image = imageOf(node, fill);
  const part = partial ?? (image ? undefined : partialReason);
  const unseen = [...(block ? [block] : []), ...(part ? [part] : [])];
  const env = readEnvironmentLists([...lists, ...listOf(node, 'env'), ...listOf(node, 'envs')], {
    fill,
    from: member(node, 'envFrom')?.value,
    configMaps,
    given: around.given,
    notText: around.notText,
    settled: open.length === 0 && unseen.length === 0,
  });
  const variables = block ? withoutAlternatives(env.variables, block) : env.variables;
  const environment = new Environment(
    variables,
    unique([...around.environmentOpen, ...env.open, ...imageReasons(image), ...unseen]),
  );
  const missing = unique([...open, ...unseen]);
  const absent = missing.length > 0 ? undefined : false;
  const context = member(node, 'securityContext')?.value;
  const podContext = member(spec, 'securityContext')?.value;
  const resources = member(node, 'resources')?.value;
  const asked = (kind: 'limits' | 'requests') =>
    withMissing(resourcesIn(at(resources, kind), fill), component?.(kind, fill));
  const container: Container = {
    name: scalarValue(member(node, 'name')?.value, fill),
    place: placeOfContainer(node, keyPlace),
    whole: node.place,
    kind,
    image,
    environment,
    limits: asked('limits'),
    requests: asked('requests'),
    claims: objectsIn(at(resources, 'claims')).flatMap((claim) => scalarValue(at(claim, 'name'), fill) ?? []),
    capabilities: {
      add: scalarValues(at(context, 'capabilities', 'add'), fill),
      drop: scalarValues(at(context, 'capabilities', 'drop'), fill),
    },
    privileged: switchAt(context, ['privileged'], absent),
    runAsUser: scalarValue(at(context, 'runAsUser') ?? at(podContext, 'runAsUser'), fill),
    runAsNonRoot: switchAt(at(context, 'runAsNonRoot') ? context : podContext, ['runAsNonRoot'], absent),
    ports: objectsIn(member(node, 'ports')?.value).map((port) => portOf(port, fill)),
    mounts: objectsIn(member(node, 'volumeMounts')?.value).flatMap((mount) => mountOf(mount, fill)),
    probes: probeKinds.flatMap((probe) => probeOf(node, probe, fill)),
    open: unique([...missing, ...[resources, context, at(resources, 'limits')].flatMap(openIn)]),
  };
  return { node, container, block, unseen };
}

/** Why a container without an image may have more. */
export const partialReason: Reason = { kind: 'include', detail: 'the manifest that this is a part of' };

/** What the container does not name itself. */
function withMissing(own: readonly Resource[], others: readonly Resource[] = []): Resource[] {
  return [...own, ...others.filter(({ name }) => !own.some((one) => one.name === name))];
}

function listOf(node: ObjectNode, key: string): TreeNode[] {
  const list = member(node, key)?.value;
  return list ? [list] : [];
}

function placeOfContainer(node: ObjectNode, keyPlace: Place | undefined): Place {
  const said = member(node, 'name')?.value ?? member(node, 'image')?.value;
  return said?.place ?? keyPlace ?? node.members[0]?.keyPlace ?? node.place;
}

function portOf(node: ObjectNode, fill: Fill): ContainerPort {
  return {
    name: scalarValue(at(node, 'name'), fill),
    number: scalarValue(at(node, 'containerPort'), fill),
    hostPort: scalarValue(at(node, 'hostPort'), fill),
    protocol: scalarValue(at(node, 'protocol'), fill),
    place: node.place,
  };
}

function mountOf(node: ObjectNode, fill: Fill): VolumeMount[] {
  const volume = scalarValue(at(node, 'name'), fill);
  const path = scalarValue(at(node, 'mountPath'), fill);
  return volume && path ? [{ volume, path, subPath: scalarValue(at(node, 'subPath'), fill), place: node.place }] : [];
}

const probeKinds = ['startup', 'readiness', 'liveness'] as const;

const handlers = [
  ['httpGet', 'http'],
  ['tcpSocket', 'tcp'],
  ['exec', 'exec'],
  ['grpc', 'grpc'],
] as const;

function probeOf(node: ObjectNode, kind: Probe['kind'], fill: Fill): Probe[] {
  const found = member(node, `${kind}Probe`);
  const probe = found?.value;
  if (!found || probe?.type !== 'object') return [];
  const [key, handler] = handlers.find(([name]) => member(probe, name)) ?? [];
  const value = (...path: readonly string[]) => scalarValue(at(probe, ...path), fill);
  const block = blockIn(probe.place);
  return [
    {
      kind,
      place: found.keyPlace,
      handler,
      port: key && value(key, 'port'),
      path: key && value(key, 'path'),
      scheme: key && value(key, 'scheme'),
      initialDelaySeconds: value('initialDelaySeconds'),
      periodSeconds: value('periodSeconds'),
      timeoutSeconds: value('timeoutSeconds'),
      failureThreshold: value('failureThreshold'),
      open: [...(block ? [block] : []), ...openIn(probe)],
    },
  ];
}
