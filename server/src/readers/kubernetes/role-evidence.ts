import { type EngineRole, knownText, labelOf, type Pod, type Value } from '../../model';
import { isScalar, member, type ObjectNode, type Place } from '../../syntax';
import type { PodPlace } from './pods';

type Role = EngineRole['role'];

/** What a word says about a role: none for words of both or of neither. */
export function roleInName(text: string | undefined): Role | undefined {
  const prefill = /prefill/i.test(text ?? '');
  const decode = /decode/i.test(text ?? '');
  return prefill === decode ? undefined : prefill ? 'prefill' : 'decode';
}

/** Keys and values by which kinds and charts keep the two roles apart. */
const slots: Readonly<Record<string, Role>> = {
  prefill: 'prefill',
  decode: 'decode',
  encode: 'encode',
  prefill_config: 'prefill',
  decode_config: 'decode',
};

/** Fields that name a role in kinds that know roles: Dynamo's components, Kthena's workers. */
const typeFields = ['subComponentType', 'type', 'componentType', 'kvRole', 'nixlRole'] as const;

const typeValues: Readonly<Record<string, Role>> = {
  prefill: 'prefill',
  decode: 'decode',
  encode: 'encode',
  // The chart of the production stack: the sender of blocks is prefill.
  sender: 'prefill',
  receiver: 'decode',
  kv_producer: 'prefill',
  kv_consumer: 'decode',
};

/** llm-d's label (`pkg/common/labels` of its router). */
const roleLabel = 'llm-d.ai/role';

const labelValues: Readonly<Record<string, Role>> = {
  prefill: 'prefill',
  decode: 'decode',
  'prefill-decode': 'both',
  both: 'both',
  encode: 'encode',
};

/**
 * What stands around an engine says about its role, apart from its own flags and names: where in its kind's
 * specification it stands, then a label, then a routing sidecar beside it.
 */
export function evidenceAround(place: PodPlace, pod: Pod | undefined, hasSidecar: boolean): EngineRole | undefined {
  return slotRole(place) ?? (pod && labelRole(pod)) ?? (hasSidecar ? sidecarRole : undefined);
}

const sidecarRole: EngineRole = { role: 'decode', by: 'sidecar', from: 'the routing sidecar in its pod' };

function slotRole({ path, ancestors, object, label, labelPlace }: PodPlace): EngineRole | undefined {
  for (const key of path.toReversed()) {
    const role = slots[key];
    if (role) return { role, by: 'slot', from: `its place under \`${key}\``, place: keyPlace(ancestors, key) };
  }
  // Kinds with a list of roles call each by its name.
  const named = path.includes('roles') && label !== undefined ? slots[label] : undefined;
  if (named) return { role: named, by: 'slot', from: `its role \`${label}\``, place: labelPlace };
  for (const node of ancestors.toReversed()) {
    const role = roleByField(node);
    if (role) return role;
  }
  // What stands beside `prefill` at the top of an LLMInferenceService decodes.
  const spec = object?.kind === 'LLMInferenceService' ? ancestors.find((node) => member(node, 'prefill')) : undefined;
  const prefill = member(spec, 'prefill');
  return prefill && { role: 'decode', by: 'slot', from: 'the `prefill` beside it', place: prefill.keyPlace };
}

/** A field of an object that names a role. */
export function roleByField(node: ObjectNode): EngineRole | undefined {
  for (const field of typeFields) {
    const value = member(node, field)?.value;
    const role = isScalar(value) ? typeValues[value.text.text] : undefined;
    if (role && value) return { role, by: 'slot', from: `\`${field}\``, place: value.place };
  }
  return undefined;
}

function keyPlace(ancestors: PodPlace['ancestors'], key: string): Place | undefined {
  return ancestors.map((node) => member(node, key)).find((found) => found !== undefined)?.keyPlace;
}

function labelRole({ labels }: Pod): EngineRole | undefined {
  const value: Value | undefined = labelOf(labels, roleLabel)?.value;
  const role = labelValues[knownText(value) ?? ''];
  if (!role || value?.kind !== 'known') return undefined;
  return { role, by: 'label', from: `the label \`${roleLabel}\``, place: value.source.place() };
}
