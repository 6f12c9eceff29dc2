import type { TreeNode } from '../tree';
import { readTomlScalar, type TomlTime } from './scalar';

export type TomlType = 'string' | 'integer' | 'float' | 'boolean' | 'array' | 'table' | TomlTime | 'unknown';

/** What TOML calls the type of a node that was read from it. */
export function tomlTypeOf(node: TreeNode): TomlType {
  if (node.type === 'object') return 'table';
  if (node.type === 'array' || node.type === 'unknown') return node.type;
  const { source, span } = node.place;
  const written = source.text.slice(span.start, span.end);
  if (/^["']/.test(written)) return 'string';
  const { type } = readTomlScalar(written);
  return type === 'bad' || type === 'newer' ? 'unknown' : type;
}
