import type { Reason } from '../../syntax';
import type { ReadContext } from '../context';

/** The names that kustomize looks for in a folder. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/**
 * Why a manifest may be changed before it is applied: a kustomization of its folder, or of the one above, lists it, and
 * patches of that or of an overlay that builds upon it add variables, flags and host networking.
 */
export function overlayOf({ name, file, kustomized }: ReadContext): Reason | undefined {
  if (kustomized) return kustomized.overlay;
  const [base = '', folder = ''] = name.split(/[/\\]/).reverse();
  for (const [above, listed] of [
    ['', base],
    ['../', `${folder}/${base}`],
  ] as const) {
    const found = KUSTOMIZATION_NAMES.find((candidate) => file(`${above}${candidate}`)?.text.includes(listed));
    if (found && found !== base) return { kind: 'overlay', detail: `${above}${found}` };
  }
  return undefined;
}
