import { knownInteger, type Pod } from '../../model';
import { member } from '../../syntax';
import type { Collector } from '../collector';
import { readFlags } from '../command/argv';
import type { Surroundings } from '../engine';
import { wordsOfList } from './container';
import { lookupIn } from './container-environment';
import type { ContainerFacts } from './container-facts';
import { textAt } from './manifest-object';
import { expandReferences } from './variable-references';

/** Sidecars that listen in the engine's pod (llm-d, KServe). */
const routingSidecar = /routing-sidecar|router-disagg-sidecar|routing-proxy/;

/** The programs that choose a pod for each request (llm-d, the Gateway API's inference extension). */
const endpointPicker = /inference-scheduler|llm-d-router-endpoint-picker|\/epp(?:[:@]|$)/;

/** A container that hands requests to engines: with its flags, and as a listener when its port is known. */
export function addSidecar(
  { node, container }: ContainerFacts,
  pod: Pod,
  around: Surroundings,
  out: Collector,
): boolean {
  const image = container.image?.kind === 'known' ? container.image.text : '';
  const isSidecar = routingSidecar.test(image) || routingSidecar.test(textAt(node, 'name') ?? '');
  if (!isSidecar && !endpointPicker.test(image)) return false;
  const lookup = lookupIn(container.environment.variables);
  const words = wordsOfList(member(node, 'args')?.value, (text) => expandReferences(text, lookup, 'hole'));
  const flags = readFlags(words, container.open);
  const label = isSidecar ? 'the routing sidecar' : 'the endpoint picker';
  const { network } = around;
  const { environment, place } = container;
  out.proxies.push({
    kind: isSidecar ? 'sidecar' : 'endpoint-picker',
    label,
    place,
    flags,
    environment,
    image: container.image,
    network,
    container,
    pod,
    conditional: undefined,
  });
  const flag = flags.get('port');
  const port = knownInteger(flag?.value);
  if (isSidecar && port !== undefined && flag?.value?.kind === 'known')
    out.listeners.push({ network, port, label: `${label}'s \`--port\``, place: flag.value.source.place() });
  return isSidecar;
}
