import { type Container, Environment, type Pod, type Switch, type Variable } from '../../model';
import type { ObjectNode, Place, Reason } from '../../syntax';
import type { Reading } from '../command/launch';
import { type Surroundings, unique } from '../engine';
import { readPodFacts } from './pod-facts';
import { addedTo, type PodPlace } from './pods';

const unknown: Switch = { on: undefined, place: undefined };

/** What a chart or an operator makes a container of, where it has fields of its own for that. */
export interface ContainerFields
  extends Partial<Pick<Container, 'name' | 'image' | 'limits' | 'requests' | 'ports' | 'capabilities' | 'service'>> {
  readonly place: Place;
  readonly whole: Place;
}

/** A container of which only some fields are in sight: more may be added to all of it. */
export function fieldContainer(
  fields: ContainerFields,
  variables: readonly Variable[],
  { environmentOpen }: Pick<Surroundings, 'environmentOpen'>,
  open: readonly Reason[],
): Container {
  return {
    name: undefined,
    image: undefined,
    kind: 'main',
    environment: new Environment(variables, unique(environmentOpen)),
    limits: [],
    requests: [],
    claims: [],
    capabilities: { add: [], drop: [] },
    privileged: unknown,
    runAsUser: undefined,
    runAsNonRoot: unknown,
    ports: [],
    mounts: [],
    probes: [],
    open,
    ...fields,
  };
}

/** The pod of such a container, put in its place in the deployment. */
export function addFieldPod(
  spec: ObjectNode,
  place: PodPlace,
  container: Container,
  { network }: Surroundings,
  { context, out }: Reading,
): Pod {
  const needs = { object: place.object?.identity, added: addedTo(place, context), partial: place.partial, network };
  const pod = readPodFacts(spec, place, { ...needs, containers: [container] });
  out.pods.push(pod);
  return pod;
}
