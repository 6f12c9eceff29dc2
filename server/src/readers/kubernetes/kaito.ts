import { knownText, type Place } from '../../model';
import { at, isScalar, maskTemplates, member, type ObjectNode, parseYaml, type TreeNode } from '../../syntax';
import type { Reading } from '../command/launch';
import { readFlagMap } from '../config/flag-map';
import { configMapsOf, entryOf, isConfigMap } from './config-map-references';
import { scalarValue } from './fields';
import { addFlagMap } from './flag-holders';
import { type PodPlace, surroundPod } from './pods';

/** The key under which KAITO looks for vLLM's flags (`api/v1alpha1/inference_config_validation.go`). */
const configKey = 'inference_config.yaml';

/**
 * KAITO starts vLLM itself: its objects name a ConfigMap with flags, `runtimeConfig` of a role or `inference.config` of a
 * workspace. The engine is there whether or not that ConfigMap is in sight, but only with it is there anything to say.
 */
export function readKaito(node: ObjectNode, place: PodPlace, reading: Reading): boolean {
  const reference = referenceIn(node, place);
  const name = knownText(scalarValue(reference));
  if (!reference || name === undefined) return false;
  const found = configMapsOf(place.object?.identity, reading.context)(name);
  const text = isConfigMap(found) ? entryOf(found, configKey)?.text : undefined;
  const map = text && member(parseYaml(maskTemplates(text)).root, 'vllm')?.value;
  if (!text || map?.type !== 'object') return false;
  // What it says on its own counts no longer: here is known what it is for.
  reading.out.claims.push(text.place());
  addRole(map, reference.place, place, reading);
  return true;
}

function referenceIn(node: ObjectNode, { object }: PodPlace): TreeNode | undefined {
  if (object?.kind === 'MultiRoleInference') return at(node, 'runtimeConfig');
  const own =
    object?.kind === 'Workspace' || object?.kind === 'InferenceSet' ? at(node, 'inference', 'config') : undefined;
  return isScalar(own) ? own : undefined;
}

function addRole(map: ObjectNode, at: Place, place: PodPlace, reading: Reading): void {
  const around = surroundPod(undefined, place, reading);
  addFlagMap(readFlagMap(map, around.flagsOpen), at, around, reading);
}
