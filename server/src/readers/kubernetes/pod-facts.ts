import type { KubernetesObject, Labels, Pod, Volume } from '../../model';
import { at, items, member, type ObjectNode, type Reason, type TreeNode } from '../../syntax';
import { unique } from '../engine';
import { withDefaults } from './counts';
import { type Fill, fillOf, labelsOf, objectsIn, openIn, scalarValue, switchAt } from './fields';
import type { PodPlace } from './pods';
import { blockIn } from './template-blocks';

/** What a pod's reader knows beside its specification. */
export interface PodNeeds extends Pick<Pod, 'network' | 'partial' | 'containers'> {
  readonly object: KubernetesObject | undefined;
  /** Why more may be there: an operator, an overlay. */
  readonly added: readonly Reason[];
}

/** What may add to a pod that its containers do not say themselves. */
export function podOpen(spec: ObjectNode, added: readonly Reason[], partial: Reason | undefined): Reason[] {
  const block = blockIn(spec.place);
  return unique([...added, ...(partial ? [partial] : []), ...openIn(spec), ...(block ? [block] : [])]);
}

/** Reads what a pod is: all but its containers. */
export function readPodFacts(spec: ObjectNode, place: PodPlace, needs: PodNeeds): Pod {
  const { network, partial, containers, object, added } = needs;
  const fill = fillOf(place.placeholders);
  const volumes = member(spec, 'volumes')?.value;
  const open = unique([
    ...podOpen(spec, added, partial),
    ...openIn(volumes),
    ...openIn(member(spec, 'containers')?.value),
  ]);
  const absent = open.length > 0 ? undefined : false;
  const template = templateOf(place);
  const controllers: Reason[] = object && keepsLabels.test(object.kind) ? [] : [labeller(object)];
  const metadata = (key: string): Labels =>
    labelsOf(
      at(template, 'metadata', key),
      [...added, ...controllers, ...(partial ? [partial] : []), ...holder(template)],
      fill,
    );
  const name = place.label ?? place.object?.name;
  return {
    object,
    name,
    label: name === undefined ? 'this pod' : `pod \`${name}\``,
    place: place.labelPlace ?? object?.place ?? spec.members[0]?.keyPlace ?? spec.place,
    whole: spec.place,
    labels: metadata('labels'),
    annotations: withNetworks(metadata('annotations'), place),
    hostNetwork: switchAt(spec, ['hostNetwork'], absent),
    hostIPC: switchAt(spec, ['hostIPC'], absent),
    hostPID: switchAt(spec, ['hostPID'], absent),
    shareProcessNamespace: switchAt(spec, ['shareProcessNamespace'], absent),
    enableServiceLinks: switchAt(spec, ['enableServiceLinks'], absent === undefined ? undefined : true),
    dnsPolicy: scalarValue(at(spec, 'dnsPolicy'), fill),
    hostname: scalarValue(at(spec, 'hostname'), fill),
    subdomain: scalarValue(at(spec, 'subdomain'), fill),
    spread: (at(spec, 'affinity', 'podAntiAffinity') ?? at(spec, 'topologySpreadConstraints'))?.place,
    nodeName: scalarValue(at(spec, 'nodeName'), fill),
    nodeSelector: labelsOf(at(spec, 'nodeSelector'), open, fill),
    volumes: objectsIn(volumes).flatMap((volume) => volumeOf(volume, fill)),
    resourceClaims: objectsIn(member(spec, 'resourceClaims')?.value).flatMap(
      (one) => scalarValue(at(one, 'name'), fill) ?? [],
    ),
    ...withDefaults(place.counts, object?.kind, needs.added.length === 0 && partial === undefined),
    partial,
    open,
    network,
    containers,
  };
}

/** Kinds whose pods have the labels that are written and those of Kubernetes' own controllers. */
const keepsLabels = /^(Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob|Rollout)$/;

function labeller(object: KubernetesObject | undefined): Reason {
  return {
    kind: 'wrapper',
    detail: object ? `the ${object.kind} controller` : 'the chart or tool that reads this file',
  };
}

/** The template of a pod, which holds its labels: what stands around the specification. */
function templateOf({ ancestors }: PodPlace): ObjectNode | undefined {
  return ancestors.at(-2);
}

/** KServe hands the object's own annotations of Multus on to its pods (`llmisvc/workload_single_node.go`). */
function withNetworks(annotations: Labels, { object, ancestors }: PodPlace): Labels {
  if (object?.kind !== 'LLMInferenceService') return annotations;
  const own = labelsOf(
    at(
      ancestors.find((node) => member(node, 'metadata')),
      'metadata',
      'annotations',
    ),
    [],
  );
  const networks = own.list.filter(({ key }) => key.startsWith('k8s.v1.cni.cncf.io/'));
  return { ...annotations, list: [...networks, ...annotations.list] };
}

function holder(template: ObjectNode | undefined): Reason[] {
  return [...openIn(template), ...openIn(at(template, 'metadata'))];
}

/** Keys of a volume that are not what it is. */
const volumeKeys = /^(name|mountPath|readOnly)$/;

/** Where each kind of volume says what it shows. */
const sources: Readonly<Record<string, string>> = {
  configMap: 'name',
  secret: 'secretName',
  persistentVolumeClaim: 'claimName',
  hostPath: 'path',
};

function volumeOf(node: ObjectNode, fill: Fill): Volume[] {
  const name = scalarValue(at(node, 'name'), fill);
  if (!name) return [];
  const own = node.members.find(({ key }) => !volumeKeys.test(key));
  const inside: TreeNode | undefined = own?.value;
  const list = at(inside, 'items');
  const value = (key: string) => scalarValue(at(inside, key), fill);
  const source = own && sources[own.key];
  return [
    {
      name,
      place: node.place,
      kind: own?.key,
      medium: value('medium'),
      sizeLimit: value('sizeLimit'),
      source: source === undefined ? undefined : value(source),
      items: list
        ? items(list).flatMap((item) => {
            const [key, path] = [scalarValue(at(item, 'key'), fill), scalarValue(at(item, 'path'), fill)];
            return key && path ? [{ key, path }] : [];
          })
        : undefined,
    },
  ];
}
