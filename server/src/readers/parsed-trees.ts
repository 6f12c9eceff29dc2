import { maskTemplates, parseYaml, type SourceText, splitYamlDocuments, type TreeNode } from '../syntax';

const trees = new WeakMap<SourceText, readonly TreeNode[]>();

/**
 * The trees of a YAML text, one a document, for files that several others refer to. They are kept for as long as somebody
 * has the text.
 */
export function parsedTrees(source: SourceText): readonly TreeNode[] {
  const known = trees.get(source);
  if (known) return known;
  const parsed = splitYamlDocuments(source.text).flatMap(({ start, end }) => {
    return parseYaml(maskTemplates(source.slice(start, end))).root ?? [];
  });
  trees.set(source, parsed);
  return parsed;
}
