import { toValue, type Value } from '../../model';
import { at, isScalar, type ObjectNode, SourceText, type TreeNode } from '../../syntax';
import { placeOver } from '../config/pieces';
import { type Fill, scalarValue } from './fields';

/** The image of a container; charts keep its repository and its tag apart. */
export function imageOf(node: ObjectNode, fill: Fill): Value | undefined {
  const image = at(node, 'image');
  if (image?.type === 'object') return imageOfParts([at(image, 'repository'), at(image, 'tag')], ':', fill);
  const value = scalarValue(image, fill);
  return value && value.kind !== 'unknown' && value.source.length === 0 ? undefined : value;
}

/** An image out of texts that stand in several fields. */
export function imageOfParts(nodes: readonly (TreeNode | undefined)[], between: string, fill: Fill): Value | undefined {
  const texts = nodes.filter(isScalar).map((node) => fill(node.text));
  const [first, last] = [texts[0], texts.at(-1)];
  if (!first || !last) return undefined;
  if (texts.length === 1) return nodes.length === 1 ? toValue(first) : undefined;
  const separator = SourceText.root(between);
  const parts = texts.flatMap((text, index) => (index === 0 ? [text] : [separator, text]));
  return toValue(SourceText.joined(parts, placeOver(first, last)));
}
