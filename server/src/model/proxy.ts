import type { Place, Reason } from '../syntax';
import type { Container } from './container';
import type { NetworkNamespace } from './engine';
import type { Environment } from './environment';
import type { Flags } from './flags';
import type { Pod } from './pod';
import type { Value } from './value';

/** A program that stands before engines and hands requests to them. */
export interface RequestProxy {
  /** `sidecar`: llm-d's or KServe's routing sidecar in the pod of a decode engine. */
  readonly kind: 'sidecar' | 'router' | 'proxy' | 'endpoint-picker';
  /** For messages: "the routing sidecar". */
  readonly label: string;
  readonly place: Place;
  readonly flags: Flags;
  readonly environment: Environment;
  readonly image: Value | undefined;
  readonly network: NetworkNamespace;
  readonly container: Container | undefined;
  readonly pod: Pod | undefined;
  /** Why it may not run as written. */
  readonly conditional: Reason | undefined;
}
