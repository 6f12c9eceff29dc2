import type { ObjectNode } from '../syntax';

/** LMCache's own YAML file. */
export interface LmcacheConfig {
  readonly root: ObjectNode;
}
