import type { Resource } from '../../model';
import { at, isScalar, type ObjectNode, type TreeNode } from '../../syntax';
import { type Fill, scalarValue } from './fields';
import type { ManifestObject } from './manifest-object';

/** Dynamo's own names for what Kubernetes calls by others (`deploy/operator/api/v1alpha1/common.go`). */
const names: Readonly<Record<string, string>> = { gpu: 'nvidia.com/gpu' };

export function isDynamo(object: ManifestObject | undefined): boolean {
  return object?.kind.startsWith('Dynamo') === true;
}

/** The resources of a component, which its main container gets: `resources.limits.{cpu, memory, gpu, custom}`. */
export function componentResources(
  component: ObjectNode | undefined,
  kind: 'limits' | 'requests',
  fill: Fill,
): Resource[] {
  const asked = at(component, 'resources', kind);
  const type = at(asked, 'gpuType');
  const gpu = isScalar(type) && type.text.length > 0 ? type.text.text : names.gpu!;
  return [...resourcesIn(asked, fill), ...resourcesIn(at(asked, 'custom'), fill)]
    .filter(({ name }) => name !== 'gpuType')
    .map((resource) => (resource.name === 'gpu' ? { ...resource, name: gpu } : resource));
}

/** The amounts of a mapping of resources. */
export function resourcesIn(node: TreeNode | undefined, fill: Fill): Resource[] {
  if (node?.type !== 'object') return [];
  return node.members.flatMap(({ key, keyPlace, value }): Resource[] => {
    const amount = scalarValue(value, fill);
    return amount ? [{ name: key, namePlace: keyPlace, value: amount }] : [];
  });
}
