import type { Reason } from '../../syntax';
import { at, type ObjectNode } from '../../syntax';
import type { Reading } from '../command/launch';
import { unique } from '../engine';
import { readConfigMap } from './config-map';
import { type Fill, fillOf, openIn } from './fields';
import { readInferencePool } from './inference-pool';
import { overlayOf } from './kustomization';
import { isPatch, type ManifestObject } from './manifest-object';
import { readNetworkPolicy } from './network-policy';
import { readService } from './service';
import { blockIn } from './template-blocks';

/** What a reader of an object beside the pods is told. */
export interface ObjectNeeds {
  readonly object: ManifestObject;
  /** Why there may be more than is written, or other than is. */
  readonly open: readonly Reason[];
  readonly fill: Fill;
}

/** Objects that pods are reached by, take texts from, or are limited by. */
export function addObject(node: ObjectNode, object: ManifestObject, placeholders: boolean, reading: Reading): void {
  const { out, context } = reading;
  const needs = (): ObjectNeeds => {
    const overlay = overlayOf(context);
    const block = blockIn(node.place);
    const patch: Reason[] = isPatch(node) ? [{ kind: 'include', detail: 'the manifest that this patches' }] : [];
    const open = [...openIn(node), ...openIn(at(node, 'spec')), ...patch, ...(block ? [block] : [])];
    return { object, open: unique(overlay ? [...open, overlay] : open), fill: fillOf(placeholders) };
  };
  switch (object.kind) {
    case 'Service':
      out.services.push(...readService(node, needs()));
      return;
    case 'ConfigMap':
      out.configMaps.push(...readConfigMap(node, needs()));
      return;
    case 'NetworkPolicy':
      out.policies.push(readNetworkPolicy(node, needs()));
      return;
    case 'InferencePool':
      out.pools.push(readInferencePool(node, needs()));
      return;
    default:
  }
}
