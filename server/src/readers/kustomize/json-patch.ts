import { at, isScalar, items, member, type ObjectNode, type TreeNode, toPlain } from '../../syntax';
import { textAt } from '../kubernetes/manifest-object';
import { made, Refused, withMember, withoutKey } from './nodes';

/**
 * What the operations of a JSON patch (RFC 6902) make of an object. What they put in stands where it was written. An
 * operation that does not fit ends the build, as it does in kustomize.
 */
export function applyJsonPatch(object: ObjectNode, operations: TreeNode): ObjectNode {
  let result: TreeNode = object;
  for (const operation of items(operations)) result = apply(result, operation);
  if (result.type !== 'object') throw new Refused('a patch replaces a whole object');
  return result;
}

function apply(root: TreeNode, operation: TreeNode): TreeNode {
  const [op, path, from] = ['op', 'path', 'from'].map((key) => textAt(operation, key));
  if (path === undefined) throw new Refused('an operation of a patch has no path');
  const value = at(operation, 'value');
  const steps = stepsOf(path);
  switch (op) {
    case 'add':
      return change(root, steps, 'add', value ?? missing());
    case 'replace':
      return change(root, steps, 'replace', value ?? missing());
    case 'remove':
      return change(root, steps, 'remove', undefined);
    case 'copy':
      return change(root, steps, 'add', valueAt(root, stepsOf(from ?? '')));
    case 'move': {
      const moved = valueAt(root, stepsOf(from ?? ''));
      return change(change(root, stepsOf(from ?? ''), 'remove', undefined), steps, 'add', moved);
    }
    case 'test':
      if (JSON.stringify(toPlain(valueAt(root, steps))) !== JSON.stringify(value && toPlain(value))) {
        throw new Refused('a test in a patch fails');
      }
      return root;
    default:
      throw new Refused('an operation of a patch is not known');
  }
}

function missing(): never {
  throw new Refused('an operation of a patch has no value');
}

function stepsOf(path: string): string[] {
  if (path !== '' && !path.startsWith('/')) throw new Refused(`the path \`${path}\` of a patch is none`);
  return path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(root: TreeNode, steps: readonly string[]): TreeNode {
  let current: TreeNode | undefined = root;
  for (const step of steps) {
    current = current?.type === 'array' ? current.items[indexOf(step, current.items.length)] : at(current, step);
  }
  return current ?? nowhere(steps);
}

function nowhere(steps: readonly string[]): never {
  throw new Refused(`a patch changes \`/${steps.join('/')}\`, which is not there`);
}

function change(
  node: TreeNode,
  steps: readonly string[],
  how: 'add' | 'replace' | 'remove',
  value: TreeNode | undefined,
): TreeNode {
  const [step, ...rest] = steps;
  if (step === undefined) return value ?? nowhere(steps);
  if (node.type === 'object') {
    const known = member(node, step);
    if (rest.length > 0) {
      if (!known) return nowhere(steps);
      return withMember(node, { ...known, value: change(known.value, rest, how, value) });
    }
    if (!known && how !== 'add') return nowhere(steps);
    if (!value) return withoutKey(node, step);
    return withMember(node, known ? { ...known, value } : made(step, value));
  }
  if (node.type !== 'array' || node.open) return nowhere(steps);
  const list = [...node.items];
  const end = how === 'add' && rest.length === 0;
  const index = end && step === '-' ? list.length : indexOf(step, list.length + (end ? 1 : 0));
  const known = list[index];
  if (rest.length > 0) list[index] = change(known ?? nowhere(steps), rest, how, value);
  else if (how === 'add') list.splice(index, 0, value!);
  else if (how === 'replace') list[index] = value!;
  else list.splice(index, 1);
  return { ...node, items: list };
}

/** An index that is there; negative ones count from the end, as the library that kustomize uses has it. */
function indexOf(step: string, length: number): number {
  const index = /^-?\d+$/.test(step) ? Number(step) : Number.NaN;
  const found = index < 0 ? length + index : index;
  if (!(found >= 0 && found < length)) throw new Refused(`a patch changes item ${step} of a list, which is not there`);
  return found;
}

/** True for a patch that is a list of operations. */
export function isJsonPatch(node: TreeNode): boolean {
  return node.type === 'array' && node.items.every((item) => isScalar(at(item, 'op')));
}
