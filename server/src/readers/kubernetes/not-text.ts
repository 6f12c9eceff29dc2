import type { NotText } from '../../model';
import type { TreeNode } from '../../syntax';

/** Judges a value that stands where Kubernetes takes nothing but a text. */
export type FindNotText = (value: TreeNode) => NotText | undefined;

/**
 * What Kubernetes takes a value for that it needs as a text: numbers and booleans of the core schema, lists, mappings.
 * A null is no value, a date a text (sigs.k8s.io/yaml, `goyaml.v2/resolve.go`).
 */
export function notText(node: TreeNode): NotText | undefined {
  switch (node.type) {
    case 'number':
      // What is too large for a number stays a text.
      return Number.isFinite(node.value) ? { type: 'number', node } : undefined;
    case 'boolean':
      return { type: 'boolean', node };
    case 'object':
      return { type: 'mapping', node };
    case 'array':
      return { type: 'list', node };
    default:
      return undefined;
  }
}

/**
 * The same, with the words and numbers of YAML 1.1 where nothing but Kubernetes' own reader comes before the API server:
 * Kustomize reads `no` as a text and writes it with quotes.
 */
export function notTextAsWritten(node: TreeNode): NotText | undefined {
  return node.type === 'string' && node.yaml11 ? { type: node.yaml11, node } : notText(node);
}
