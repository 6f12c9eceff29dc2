import type { ConfigMap, ConfigMapEntry } from '../../model';
import { at, isScalar, type Member, member, type ObjectNode, type Reason } from '../../syntax';
import { openIn } from './fields';
import { notText } from './not-text';
import type { ObjectNeeds } from './objects';

/** A ConfigMap whose name is known, else none. What its texts hold is read elsewhere. */
export function readConfigMap(node: ObjectNode, { object, open, fill }: ObjectNeeds): ConfigMap[] {
  const name = at(node, 'metadata', 'name');
  if (!isScalar(name) || !fill(name.text).known) return [];
  const data = member(node, 'data')?.value;
  const binary = member(node, 'binaryData')?.value;
  const entries = (list: typeof data, unknown?: Reason): ConfigMapEntry[] =>
    list?.type === 'object' ? list.members.map((one) => entryOf(one, fill, unknown)) : [];
  return [
    {
      object: object.identity,
      name: name.text.text,
      place: name.text.place(),
      data: [...entries(data), ...entries(binary, { kind: 'syntax', detail: 'binaryData' })],
      open: [...open, ...openIn(data)],
    },
  ];
}

function entryOf(
  { key, keyText, keyPlace, value }: Member,
  fill: ObjectNeeds['fill'],
  unknown: Reason | undefined,
): ConfigMapEntry {
  // The API server takes texts only; a number or a switch is refused, and read here as it is written.
  const text = !unknown && isScalar(value) && value.type !== 'null' ? fill(value.text) : undefined;
  const reason = unknown ?? (value.type === 'unknown' ? value.reason : text?.holes()[0]?.reason);
  const noText: Reason | undefined = text ? undefined : { kind: 'syntax', detail: key };
  const refused = text && notText(value);
  return { key, keyText, text, unknown: reason ?? noText, notText: refused, place: text ? text.place() : keyPlace };
}
