import { type Member, member, type ObjectNode, type Place, SourceText, type TreeNode } from '../../syntax';

/** Why a kustomization cannot be followed, as a clause. It is thrown from wherever that turns out. */
export class Refused extends Error {
  /** The reference that leads nowhere, where it is one. */
  readonly place: Place | undefined;

  constructor(reason: string, reference?: SourceText) {
    super(reason);
    this.name = 'Refused';
    this.place = reference?.place();
  }
}

/** A mapping that stands nowhere by itself: what is in it stands where it was written. */
export function mapping(members: readonly Member[], place: Place): ObjectNode {
  return { type: 'object', place, notation: 'yaml-block', members };
}

/** A member whose key nobody wrote. */
export function made(key: string, value: TreeNode): Member {
  const keyText = SourceText.root(key);
  return { key, keyText, keyPlace: keyText.place(), value };
}

/** A text as a node. */
export function textNode(text: SourceText, place: Place = text.place()): TreeNode {
  return { type: 'string', value: text.text, text, place, notation: 'yaml-block' };
}

/** The mapping with this member in the place of those with its key, or behind all others. */
export function withMember(object: ObjectNode, added: Member): ObjectNode {
  const index = object.members.findIndex(({ key }) => key === added.key);
  const members = object.members.filter(({ key }) => key !== added.key);
  members.splice(index < 0 ? members.length : index, 0, added);
  return { ...object, members };
}

export function withoutKey(object: ObjectNode, key: string): ObjectNode {
  return { ...object, members: object.members.filter((one) => one.key !== key) };
}

/**
 * The mapping with what `change` makes of the value at a path of keys. Mappings that are missing on the way are made;
 * where something else stands there, nothing changes.
 */
export function changeAt(
  object: ObjectNode,
  path: readonly string[],
  change: (value: TreeNode | undefined) => TreeNode | undefined,
  place: Place,
): ObjectNode {
  const [key, ...rest] = path as [string, ...string[]];
  const known = member(object, key);
  if (rest.length === 0) {
    const value = change(known?.value);
    if (value === undefined || value === known?.value) return object;
    return withMember(object, known ? { ...known, value } : made(key, value));
  }
  if (known && known.value.type !== 'object' && known.value.type !== 'null') return object;
  const inside = known?.value.type === 'object' ? known.value : mapping([], place);
  const value = changeAt(inside, rest, change, place);
  return value === inside ? object : withMember(object, known ? { ...known, value } : made(key, value));
}
