import { type ConfigMap, type ConfigMapEntry, type KubernetesObject, knownText } from '../../model';
import type { Reason } from '../../syntax';
import type { ReadContext, UnresolvedObject } from '../context';
import { readConfigMap } from './config-map';
import { fillOf } from './fields';
import { manifestObject } from './manifest-object';

/** The ConfigMap that a name means, or why nobody knows which one that is. */
export type FindConfigMap = (name: string) => ConfigMap | Reason;

/** Where nothing but the document itself is in sight. */
export const noConfigMaps: FindConfigMap = (name) => ({ kind: 'config-map', detail: name });

export function isConfigMap(found: ConfigMap | Reason): found is ConfigMap {
  return 'data' in found;
}

/** The entry that counts for a key: the last one written. */
export function entryOf({ data }: ConfigMap, key: string): ConfigMapEntry | undefined {
  return data.findLast((entry) => entry.key === key);
}

/** The ConfigMaps that pods of this object may refer to: those of its own namespace. */
export function configMapsOf(object: KubernetesObject | undefined, context: ReadContext): FindConfigMap {
  const namespace = knownText(object?.namespace);
  const known = new Map<string, ConfigMap | Reason>();
  return (name) => {
    const found = known.get(name) ?? look(name, namespace, context);
    known.set(name, found);
    return found;
  };
}

function look(name: string, namespace: string | undefined, context: ReadContext): ConfigMap | Reason {
  const found = context.object?.('ConfigMap', name, namespace) ?? { unresolved: 'not-in-sight' };
  if ('unresolved' in found) return unresolvedReason(name, found);
  const object = manifestObject(found.tree);
  const needs = object && { object, open: [], fill: fillOf(found.placeholders) };
  return (needs && readConfigMap(found.tree, needs)[0]) ?? noConfigMaps(name);
}

function unresolvedReason(name: string, { unresolved }: UnresolvedObject): Reason {
  switch (unresolved) {
    case 'several':
      return { kind: 'reference', detail: `several ConfigMaps \`${name}\` differ` };
    case 'limit':
      return { kind: 'limit', detail: 'ConfigMaps that one document refers to' };
    default:
      return { kind: 'config-map', detail: name };
  }
}
