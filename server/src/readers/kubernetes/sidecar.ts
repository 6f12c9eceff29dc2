import { knownInteger, type Pod } from '../../model';
import { member, type Reason } from '../../syntax';
import type { Collector } from '../collector';
import { readFlags } from '../command/argv';
import { wordsFrom, wordsTogether } from '../command/command-words';
import { isShell } from '../command/nested-scripts';
import { baseName } from '../config/pieces';
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
  const read = (key: string) => wordsOfList(member(node, key)?.value, (text) => expandReferences(text, lookup, 'hole'));
  const [command, args] = [read('command'), read('args')];
  const program = baseName(command.words[0]?.text ?? '');
  // What a script hands to the program is not looked for.
  const unseen: Reason[] = isShell(program) ? [{ kind: 'wrapper', detail: program }] : [];
  const words =
    unseen.length > 0 ? { words: [] } : wordsTogether(wordsFrom(command, Math.min(1, command.words.length)), args);
  const flags = readFlags(words, [...container.open, ...unseen]);
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
