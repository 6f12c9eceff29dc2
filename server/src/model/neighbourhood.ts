import type { Reason } from '../syntax';
import type { Deployment, Engine } from './engine';

/**
 * What the files beside one say that belong to the same deployment, as far as names, labels and namespaces prove it. What
 * is not here may exist all the same: nothing is to be argued from absence. Places in it lie in those other files.
 */
export interface Neighbourhood
  extends Pick<Deployment, 'engines' | 'pods' | 'services' | 'pools' | 'policies' | 'proxies'> {
  /**
   * Pairs of which the first stands in the file itself, the other there or in another one. Of the engines in sight each is
   * the only one of its role that the other belongs with.
   */
  readonly pairs: readonly (readonly [own: Engine, other: Engine])[];
  /** Why files that could belong to it were not looked at. */
  readonly open: readonly Reason[];
}

/** Where nothing beside the file itself is in sight. */
export const nobodyAround: Neighbourhood = {
  engines: [],
  pods: [],
  services: [],
  pools: [],
  policies: [],
  proxies: [],
  pairs: [],
  open: [],
};
