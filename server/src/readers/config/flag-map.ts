import { lookupFlag } from '../../knowledge';
import { type Flag, Flags, toValue } from '../../model';
import { isScalar, type Member, type Reason, type TreeNode } from '../../syntax';

/**
 * The flags of a map whose keys are flag names: a vLLM `--config` file, `engine_kwargs`, an operator's map. Upstream
 * writes the map out as words: `true` as a bare flag, a list as several values, `false` as `--no-…` or (before about
 * 0.28) as nothing; it is kept here as negated, so that nobody takes the flag for absent.
 */
export function readFlagMap(node: TreeNode, open: readonly Reason[] = []): Flags {
  if (node.type !== 'object') return new Flags([], open);
  const list = node.members.flatMap((member) => flagOf(member) ?? []);
  return new Flags(list, node.open ? [...open, node.open] : open);
}

/** The long name that a key of such a map means. */
export function flagNameOf(key: string): string {
  return lookupFlag(`--${key}`)?.fact.name ?? key.replaceAll('_', '-');
}

function flagOf(member: Member): Flag | undefined {
  const { key, keyText, value } = member;
  if (!keyText.known) return undefined;
  const flag = {
    name: flagNameOf(key),
    spelled: key,
    text: keyText,
    path: [],
    append: false,
    negated: value.type === 'boolean' && !value.value,
    fromConfigFile: true,
  };
  if (value.type === 'boolean') return { ...flag, value: undefined, values: [] };
  if (value.type === 'object') return { ...flag, value: undefined, values: [], tree: value };
  if (value.type === 'unknown') {
    const unknown = { kind: 'unknown', reason: value.reason, place: value.place } as const;
    return { ...flag, value: unknown, values: [unknown] };
  }
  if (value.type === 'array') {
    const values = value.items.filter(isScalar).map((item) => toValue(item.text));
    return { ...flag, value: values[0], values, tree: value };
  }
  const only = toValue(value.text);
  return { ...flag, value: only, values: [only] };
}

/** A `--config` file's flags come before those of the command line, which therefore win. */
export function withConfigFile(flags: Flags, file: Flags): Flags {
  return new Flags([...file.list, ...flags.list], [...flags.open, ...file.open], flags.positionals);
}
