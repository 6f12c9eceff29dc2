import type { Container, NetworkNamespace } from '../../model';
import { member, type ObjectNode, type Place, type Reason, type TreeNode } from '../../syntax';
import type { Reading } from '../command/launch';
import type { ReadContext } from '../context';
import type { Surroundings } from '../engine';
import { configMapsOf } from './config-map-references';
import { readContainer } from './container';
import { type PodSurroundings, partialReason, readContainerFacts } from './container-facts';
import type { PodCounts } from './counts';
import { componentResources, isDynamo } from './dynamo';
import { objectsIn } from './fields';
import { givenVariables } from './given-variables';
import { overlayOf } from './kustomization';
import { isPatch, type ManifestObject, textAt } from './manifest-object';
import { notText, notTextAsWritten } from './not-text';
import { podOpen, readPodFacts } from './pod-facts';
import { ranksAround } from './ranks';
import { evidenceAround } from './role-evidence';
import { addSidecar } from './sidecar';

/** Where in a document a pod stands. */
export interface PodPlace {
  readonly object: ManifestObject | undefined;
  /** Keys and indexes from the object. */
  readonly path: readonly string[];
  /** The nearest name above it: a role, a component, a service. */
  readonly label: string | undefined;
  /** Where that name is written. */
  readonly labelPlace: Place | undefined;
  readonly replicated: boolean;
  readonly open: readonly Reason[];
  /** Lists of variables that a controller gives to all pods. */
  readonly lists: readonly TreeNode[];
  /** The objects around it, outermost first. */
  readonly ancestors: readonly ObjectNode[];
  readonly partial: Reason | undefined;
  readonly addressRewrittenBy: string | undefined;
  /** A tool fills in `$NAME` before anybody reads the document. */
  readonly placeholders: boolean;
  readonly counts: PodCounts;
}

/** A container that stands by itself, under a key of its own. */
export interface SingleContainer {
  readonly key: string;
  readonly keyPlace: Place;
  readonly node: ObjectNode;
}

/** Reads all containers of a pod specification; they share one network. */
export function readPod(spec: ObjectNode, place: PodPlace, extra: readonly SingleContainer[], reading: Reading): void {
  const part = isPatch(spec) ? patchReason : lacksImage(spec, place) ? partialReason : undefined;
  const partial = place.partial ?? part;
  const { placeholders, lists } = place;
  const around = surroundPod(spec, { ...place, partial }, reading);
  const added = addedTo(place, reading.context);
  const open = podOpen(spec, added, partial);
  const configMaps = configMapsOf(place.object?.identity, reading.context);
  const surroundings = { around, spec, lists, partial, open, placeholders, configMaps };
  const component = isDynamo(place.object) ? place.ancestors.at(-2) : undefined;
  const beside: PodSurroundings['component'] = (kind, fill) => componentResources(component, kind, fill);
  const facts = [
    ...extra.map(({ node, keyPlace }) =>
      readContainerFacts(node, 'main', { ...surroundings, component: beside, keyPlace }),
    ),
    ...containersOf(spec).map(([node, kind]) => readContainerFacts(node, kind, surroundings)),
  ];
  const containers = facts.map(({ container }) => container);
  const object = place.object?.identity;
  const pod = readPodFacts(spec, place, { object, added, partial, containers, network: around.network });
  reading.out.pods.push(pod);
  const sidecars = facts.map((one) => addSidecar(one, pod, around, reading.out));
  const evidence = evidenceAround(place, pod, sidecars.some(Boolean));
  const inside: Surroundings = { ...around, pod, evidence };
  for (const one of facts) {
    // A container that ends before the others start shares nothing with them.
    const alone = { ...inside, network: { ...around.network, key: `${around.network.key} before start` } };
    const own = one.container.kind === 'init' ? alone : inside;
    readContainer(one, { around: own, spec, configMaps, placeholders }, reading);
  }
}

/** Kubernetes takes no container without an image: what has none is a part of another manifest. */
function lacksImage(spec: ObjectNode, { object }: PodPlace): boolean {
  const containers = objectsIn(member(spec, 'containers')?.value);
  return object !== undefined && !object.operator && containers.some((container) => !member(container, 'image'));
}

const patchReason: Reason = { kind: 'include', detail: 'the manifest that this patches' };

function containersOf(spec: ObjectNode): [ObjectNode, Container['kind']][] {
  const main = objectsIn(member(spec, 'containers')?.value);
  const before = objectsIn(member(spec, 'initContainers')?.value);
  return [
    ...main.map((node): [ObjectNode, Container['kind']] => [node, 'main']),
    ...before.map((node): [ObjectNode, Container['kind']] => {
      return [node, textAt(node, 'restartPolicy') === 'Always' ? 'sidecar' : 'init'];
    }),
  ];
}

/** What adds to a pod unseen: its kind's controller, or a chart, and an overlay. */
export function addedTo({ object }: PodPlace, context: ReadContext): Reason[] {
  const controller = object ? object.operator : chart;
  const overlay = object && overlayOf(context);
  return [controller, overlay].filter((reason) => reason !== undefined);
}

/** What a pod's place says about its containers; without a specification its network is not known. */
export function surroundPod(spec: ObjectNode | undefined, place: PodPlace, { context }: Reading): Surroundings {
  const { object, path, label } = place;
  const key = `pod ${context.name} ${object?.key ?? ''} ${path.join('/')}`;
  const added = addedTo(place, context);
  const overlaid = added.some(({ kind }) => kind === 'overlay');
  return {
    name: label ?? object?.name,
    network: { key, ...networkOfPod(spec, label ?? object?.name, overlaid || place.partial !== undefined) },
    image: undefined,
    variables: [],
    environmentOpen: [...place.open, ...added],
    flagsOpen: added,
    replicated: place.replicated,
    conditional: undefined,
    requirements: {},
    layer: 'yaml',
    devices: undefined,
    addressRewrittenBy: place.addressRewrittenBy ?? object?.addressRewrittenBy,
    evidence: evidenceAround(place, undefined, false),
    ranks: ranksAround(place),
    given: givenVariables(place, overlaid),
    notText: overlaid || context.kustomized || place.partial ? notText : notTextAsWritten,
  };
}

/** Values of a chart and other files that are no objects: a template adds what it likes. */
const chart: Reason = { kind: 'chart', detail: 'the chart or tool that reads this file' };

/** What a reader would call a pod. */
export function podLabel({ name }: Pick<Surroundings, 'name'>): string {
  return name === undefined ? 'this pod' : `pod \`${name}\``;
}

function networkOfPod(
  spec: ObjectNode | undefined,
  name: string | undefined,
  incomplete: boolean,
): Omit<NetworkNamespace, 'key'> {
  const pod = podLabel({ name });
  if (!spec) return { kind: 'unknown', label: name === undefined ? 'this engine' : `\`${name}\`` };
  const host = member(spec, 'hostNetwork')?.value;
  if (host?.type === 'boolean')
    return host.value ? { kind: 'host', label: `the node of ${pod}` } : { kind: 'pod', label: pod };
  const mayBeHost = incomplete || spec.open !== undefined;
  return { kind: host && host.type !== 'null' ? 'unknown' : 'pod', label: pod, ...(mayBeHost && { mayBeHost }) };
}
