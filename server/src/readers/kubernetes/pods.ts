import { knownInteger, knownText, type NetworkNamespace, toValue } from '../../model';
import { isScalar, items, member, type ObjectNode, type Reason, type TreeNode } from '../../syntax';
import { readFlags } from '../command/argv';
import type { Reading } from '../command/launch';
import type { Surroundings } from '../engine';
import { readContainer, wordsOfList } from './container';
import { overlayOf } from './kustomization';
import { isPatch, type ManifestObject, textAt } from './manifest-object';

/** Where in a document a pod stands. */
export interface PodPlace {
  readonly object: ManifestObject | undefined;
  /** Keys and indexes from the object. */
  readonly path: readonly string[];
  /** The nearest name above it: a role, a component, a service. */
  readonly label: string | undefined;
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
}

/** Sidecars that listen in the engine's pod (llm-d, KServe). */
const routingSidecar = /routing-sidecar|router-disagg-sidecar|routing-proxy/;

/** Reads all containers of a pod specification; they share one network. */
export function readPod(spec: ObjectNode, place: PodPlace, extra: readonly ObjectNode[], reading: Reading): void {
  const partial = place.partial ?? (isPatch(spec) ? patchReason : undefined);
  const around = surroundPod(spec, place, reading);
  const pod = { around, lists: place.lists, partial, placeholders: place.placeholders };
  for (const [container, kind] of containersOf(spec, extra)) {
    addSidecar(container, around, reading);
    // A container that ends before the others start shares nothing with them.
    const alone = { ...around, network: { ...around.network, key: `${around.network.key} before start` } };
    readContainer(container, kind === 'init' ? { ...pod, around: alone } : pod, reading);
  }
}

const patchReason: Reason = { kind: 'include', detail: 'the manifest that this patches' };

function* containersOf(spec: ObjectNode, extra: readonly ObjectNode[]): Iterable<[ObjectNode, 'init' | 'running']> {
  for (const container of extra) yield [container, 'running'];
  for (const container of items(member(spec, 'containers')?.value)) {
    if (container.type === 'object') yield [container, 'running'];
  }
  for (const container of items(member(spec, 'initContainers')?.value)) {
    if (container.type !== 'object') continue;
    yield [container, textAt(container, 'restartPolicy') === 'Always' ? 'running' : 'init'];
  }
}

/** What a pod's place says about its containers; without a specification its network is not known. */
export function surroundPod(spec: ObjectNode | undefined, place: PodPlace, { context }: Reading): Surroundings {
  const { object, path, label } = place;
  const key = `pod ${context.name} ${object?.key ?? ''} ${path.join('/')}`;
  const controller = object ? object.operator : chart;
  const overlay = object && overlayOf(context);
  const added = [controller, overlay].filter((reason) => reason !== undefined);
  return {
    name: label ?? object?.name,
    network: { key, ...networkOfPod(spec, label ?? object?.name, overlay !== undefined) },
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
  };
}

/** Values of a chart and other files that are no objects: a template adds what it likes. */
const chart: Reason = { kind: 'chart', detail: 'the chart or tool that reads this file' };

function networkOfPod(
  spec: ObjectNode | undefined,
  name: string | undefined,
  overlaid: boolean,
): Omit<NetworkNamespace, 'key'> {
  const pod = name === undefined ? 'this pod' : `pod \`${name}\``;
  if (!spec) return { kind: 'unknown', label: name === undefined ? 'this engine' : `\`${name}\`` };
  const host = member(spec, 'hostNetwork')?.value;
  if (host?.type === 'boolean')
    return host.value ? { kind: 'host', label: `the node of ${pod}` } : { kind: 'pod', label: pod };
  const mayBeHost = overlaid || spec.open !== undefined;
  return { kind: host && host.type !== 'null' ? 'unknown' : 'pod', label: pod, ...(mayBeHost && { mayBeHost }) };
}

/** A routing sidecar's own port. */
function addSidecar(container: ObjectNode, around: Surroundings, { out }: Reading): void {
  const image = member(container, 'image')?.value;
  const text = isScalar(image) ? knownText(toValue(image.text)) : undefined;
  if (!routingSidecar.test(text ?? '') && !routingSidecar.test(textAt(container, 'name') ?? '')) return;
  const flags = readFlags(wordsOfList(member(container, 'args')?.value, (word) => word));
  const flag = flags.get('port');
  const port = knownInteger(flag?.value);
  if (flag?.value?.kind !== 'known' || port === undefined) return;
  const place = flag.value.source.place();
  out.listeners.push({ network: around.network, port, label: "the routing sidecar's `--port`", place });
}
