import { knownInteger, toValue } from '../../model';
import {
  isScalar,
  items,
  type Member,
  member,
  type ObjectNode,
  parseYaml,
  type Reason,
  type TreeNode,
} from '../../syntax';
import type { Reading } from '../command/launch';
import { countsAt, groupRoleOf, noCounts, type PodCounts } from './counts';
import { isDynamo } from './dynamo';
import { readEmbedded } from './embedded';
import { readFlagList, readFlagMaps } from './flag-holders';
import { readKaito } from './kaito';
import { isPatch, manifestObject, textAt } from './manifest-object';
import { readModelFields } from './model-fields';
import { addObject } from './objects';
import { hasPlaceholders } from './placeholders';
import { type PodPlace, readPod, type SingleContainer } from './pods';

/** Keys under which operators and charts keep one container by itself. */
const singleContainers = new Set(['mainContainer', 'container', 'model']);

/** Levels of a document that are searched. */
const deepest = 60;

/**
 * Finds every workload of a document by its shape, whatever its kind: an object that holds a list of containers is a
 * pod. That reads Pod to RoleBasedGroup, chart values and kinds that we have never heard of.
 */
export function readWorkloads(root: TreeNode, reading: Reading): void {
  const start: PodPlace = {
    object: undefined,
    path: [],
    label: undefined,
    labelPlace: undefined,
    replicated: false,
    open: [],
    lists: [],
    ancestors: [],
    partial: undefined,
    addressRewrittenBy: undefined,
    placeholders: hasPlaceholders(root.place.source.text),
    counts: noCounts,
  };
  visit(root, start, reading);
}

function visit(node: TreeNode, place: PodPlace, reading: Reading): void {
  if (place.path.length > deepest) return;
  if (node.type === 'array') {
    node.items.forEach((item, index) => {
      visit(item, { ...place, path: [...place.path, String(index)] }, reading);
    });
  }
  if (node.type !== 'object') return;
  const object = manifestObject(node);
  if (object) addObject(node, object, place.placeholders, reading);
  const own: PodPlace = object
    ? { ...place, object, path: [], label: undefined, labelPlace: undefined, counts: noCounts }
    : place;
  const inside = lookAround(node, own);
  if (object?.kind === 'ConfigMap') {
    readEmbedded(node, object, reading);
    return;
  }
  const taken = new Set<string>();
  const extra = containersBeside(node, inside);
  if (extra.length > 0 || isContainerList(node, 'containers') || isContainerList(node, 'initContainers')) {
    readPod(node, inside, extra, reading);
    for (const key of ['containers', 'initContainers', ...extra.map(({ key }) => key)]) taken.add(key);
  } else if (readHolders(node, inside, reading)) return;
  for (const one of node.members) {
    const { key, value } = one;
    // Most values are plain, and a plain one holds nothing that runs.
    const isPlain = value.type !== 'object' && value.type !== 'array' && key !== 'serveConfigV2';
    if (isPlain || taken.has(key)) continue;
    const below = { ...inside, path: [...inside.path, key], counts: inGroup(node, key, inside.counts) };
    if (value.type === 'array' && readFlagList(value, below, reading)) continue;
    visit(key === 'serveConfigV2' ? parsedText(value) : value, labelled(one, below), reading);
  }
}

/** Objects that hold an engine's settings in fields of their own. */
function readHolders(node: ObjectNode, place: PodPlace, reading: Reading): boolean {
  return readModelFields(node, place, reading) || readKaito(node, place, reading) || readFlagMaps(node, place, reading);
}

/** What an object says about all pods in it. */
function lookAround(node: ObjectNode, place: PodPlace): PodPlace {
  const dynamo = isDynamo(place.object);
  const secret = dynamo ? textAt(node, 'envFromSecret') : undefined;
  const shared = dynamo ? [member(node, 'envs')?.value, member(node, 'env')?.value] : [];
  return {
    ...place,
    ...nameOf(node, place),
    replicated: isReplicated(node, place),
    counts: countsAt(node, place.counts, place.object?.kind),
    open: secret === undefined ? place.open : [...place.open, { kind: 'secret', detail: secret }],
    lists: [...place.lists, ...shared.filter((list) => list?.type === 'array')],
    ancestors: [...place.ancestors, node],
    partial: place.partial ?? (isPatch(node) ? patched : partOfTemplate(node, place)),
    addressRewrittenBy: place.addressRewrittenBy ?? rewriter(node),
  };
}

/** The name of a role or a component; else its type, where that tells roles apart. */
function nameOf(node: ObjectNode, { path, label, labelPlace }: PodPlace): Pick<PodPlace, 'label' | 'labelPlace'> {
  // A reference names something else.
  if (path.length === 0 || /Ref$/.test(path.at(-1)!)) return { label, labelPlace };
  const [name, type] = [member(node, 'name')?.value, member(node, 'type')?.value];
  if (name && textAt(name) !== undefined) return { label: textAt(name), labelPlace: name.place };
  const isRole = type && /^(prefill|decode)$/.test(textAt(type) ?? '');
  return isRole ? { label: textAt(type), labelPlace: type.place } : { label, labelPlace };
}

/** RBG puts templates together: what a role patches, and what several roles build upon, is a part each. */
function partOfTemplate(node: ObjectNode, { path }: PodPlace): Reason | undefined {
  const key = path.at(-1) ?? '';
  if (key === 'patch' || /TemplatePatch$/.test(key))
    return { kind: 'include', detail: 'the template that this patches' };
  if (path.at(-2) === 'roleTemplates') return { kind: 'include', detail: 'the roles that build upon this template' };
  const patch = node.members.find((one) => /^(leader|worker)TemplatePatch$/.test(one.key));
  return patch && { kind: 'overlay', detail: patch.key };
}

const patched: Reason = { kind: 'include', detail: 'the manifest that this patches' };

/** More than one copy: by a number of replicas, of pods in a group, of nodes, or by kind. */
function isReplicated(node: ObjectNode, place: PodPlace): boolean {
  if (place.replicated || place.object?.kind === 'DaemonSet') return true;
  const counts = ['replicas', 'replicaCount', 'parallelism', 'size', 'nodeCount', 'minReplicas'].map((key) =>
    countAt(node, key),
  );
  const served = countAt(member(node, 'deployment_config')?.value, 'num_replicas');
  const deployed = countAt(member(node, 'deploymentConfig')?.value, 'replicas');
  const nodes = member(node, 'multinode')?.value;
  return [...counts, served, deployed, countAt(nodes, 'nodeCount')].some((count) => count !== undefined && count > 1);
}

function countAt(node: TreeNode | undefined, key: string): number | undefined {
  const value = member(node, key)?.value;
  return isScalar(value) ? knownInteger(toValue(value.text)) : undefined;
}

/** Labels by which AIBrix' gateway finds a pod, whose address it then hands on itself. */
function rewriter(node: ObjectNode): string | undefined {
  const template = member(node, 'template')?.value;
  const labels = member(member(template ?? node, 'metadata')?.value, 'labels')?.value;
  if (labels?.type !== 'object') return undefined;
  return labels.members.some(({ key }) => key.startsWith('model.aibrix.ai/')) ? 'the AIBrix gateway' : undefined;
}

/** In LLMInferenceService the top is decode; its replicas say nothing about prefill. */
function labelled({ key, keyPlace, value }: Member, place: PodPlace): PodPlace {
  const isService = place.path.at(-2) === 'services' && value.type === 'object';
  const isRole = /^(prefill|decode)(_config)?$/.test(key);
  if (!isRole && !isService) return place;
  const named = { ...place, label: key.replace(/_config$/, ''), labelPlace: keyPlace };
  const own = isRole && place.object?.kind.startsWith('LLMInferenceService');
  return own ? { ...named, replicated: false, counts: noCounts } : named;
}

/** RayService keeps Serve's configuration as a text of YAML. */
function parsedText(value: TreeNode): TreeNode {
  return (value.type === 'string' && parseYaml(value.text).root) || value;
}

/** A leader's and a worker's template describe a part of a group each. */
function inGroup(node: ObjectNode, key: string, counts: PodCounts): PodCounts {
  const groupRole = counts.groupRole && groupRoleOf(node, key);
  return groupRole ? { ...counts, groupRole } : counts;
}

function isContainerList(node: ObjectNode, key: string): boolean {
  return items(member(node, key)?.value).some((item) => item.type === 'object');
}

/** Containers that stand beside a pod's list, each under a key of its own. */
function containersBeside(node: ObjectNode, place: PodPlace): SingleContainer[] {
  return node.members.flatMap(({ key, keyPlace, value }: Member) => {
    if (!singleContainers.has(key) || value.type !== 'object') return [];
    if (key === 'model' && place.object?.kind !== 'InferenceService') return [];
    return ['command', 'args', 'env'].some((name) => member(value, name)) ? [{ key, keyPlace, node: value }] : [];
  });
}
