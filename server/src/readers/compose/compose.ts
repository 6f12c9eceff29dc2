import { knownText, type NetworkNamespace, toValue, type Value } from '../../model';
import {
  at,
  isScalar,
  items,
  maskTemplates,
  member,
  type ObjectNode,
  parseDotenv,
  parseYaml,
  type Reason,
  type SourceText,
  type TreeNode,
} from '../../syntax';
import type { CommandWords } from '../command/command-words';
import { imageReasons, startContainer } from '../command/containers';
import type { Reading } from '../command/launch';
import { splitWords } from '../command/word-split';
import type { Surroundings } from '../engine';
import { wordsOfList } from '../kubernetes/container';
import { blockIn } from '../kubernetes/template-blocks';
import { readUnseen } from '../unseen';
import { containerOf } from './container';
import { readEnvironment } from './environment';
import { interpolate } from './interpolation';
import { type MergedService, projectOf, servicesOf } from './project';

/** How a Compose file's texts are read. */
export interface ComposeReading extends Reading {
  readonly expand: (text: SourceText) => SourceText;
}

/** A Compose file: every service is a container with a network of its own, unless it says otherwise. */
export function readCompose(source: SourceText, given: Reading): void {
  const { root } = parseYaml(maskTemplates(source));
  if (at(root, 'services')?.type !== 'object') return;
  const services = servicesOf(projectOf(root!, given.context));
  const dotenv = given.context.file('.env');
  const known = new Map<string, SourceText>();
  const besides = dotenv && parseDotenv(dotenv, 'dotenv');
  if (besides?.exhausted) given.out.addLimit(dotenv?.place(), besides.exhausted);
  for (const { nameText, value } of besides?.entries ?? []) {
    if (value) known.set(nameText.text, value);
  }
  const reading: ComposeReading = { ...given, expand: (text) => interpolate(text, known) };
  for (const { key, keyText, value } of services.all.members) {
    if (value.type === 'object') readService(key, keyText, services.of(key), services.all, reading);
  }
}

/** A service with profiles starts with them only: on another host than one with other profiles, as likely as not. */
function profilesOf(service: ObjectNode): Reason | undefined {
  const names = items(member(service, 'profiles')?.value).flatMap((name) => (isScalar(name) ? name.text.text : []));
  return names.length > 0 ? { kind: 'profile', detail: names.sort().join() } : undefined;
}

function readService(
  name: string,
  nameText: SourceText,
  { node: service, layers }: MergedService,
  services: ObjectNode,
  reading: ComposeReading,
): void {
  const image = imageOf(service, reading);
  const environment = readEnvironment(layers, reading);
  const block = blockIn(service.place);
  const unseen: Reason[] = [];
  if (block) unseen.push(block);
  if (member(service, 'extends')) unseen.push({ kind: 'include', detail: 'extends' });
  if (service.open) unseen.push(service.open);
  const around: Surroundings = {
    name,
    network: networkOf(name, services, reading, 0),
    image,
    variables: environment.variables,
    environmentOpen: [...environment.open, ...imageReasons(image), ...unseen],
    flagsOpen: unseen,
    replicated: isReplicated(service),
    conditional: profilesOf(service),
    requirements: {},
    layer: 'yaml',
    devices: undefined,
    alternatives: block,
  };
  const place = nameText.place();
  const inside: Surroundings = { ...around, container: containerOf(service, place, around, reading) };
  const entrypoint = member(service, 'entrypoint')?.value;
  const args = wordsOf(member(service, 'command')?.value, reading);
  // A `null` leaves the image's own; an empty list takes it away.
  const given = entrypoint && entrypoint.type !== 'null' ? wordsOf(entrypoint, reading) : undefined;
  const cleared = given?.words.length === 0 && !given.open;
  const start = cleared ? { command: args, args: { words: [] } } : { command: given, args };
  if (!startContainer({ ...start, place }, inside, reading))
    readUnseen(place, inside, reading, /vllm/i.test(textOfImage(image)));
}

function imageOf(service: ObjectNode, { expand }: ComposeReading): Value | undefined {
  const image = member(service, 'image')?.value;
  // What is built here is a custom image, whatever name it gets.
  if (member(service, 'build')) return undefined;
  if (image?.type === 'unknown') return { kind: 'unknown', reason: image.reason, place: image.place };
  return isScalar(image) ? toValue(expand(image.text)) : undefined;
}

function textOfImage(image: Value | undefined): string {
  return image && image.kind !== 'unknown' ? image.source.text : '';
}

/** `command` and `entrypoint`: a list, or one text that is split as a shell quotes, with nothing else of a shell. */
function wordsOf(node: TreeNode | undefined, { expand }: ComposeReading): CommandWords {
  if (!isScalar(node) || node.type === 'null') return wordsOfList(node, expand);
  return splitWords(expand(node.text));
}

/** `network_mode: host`, `service:NAME`, `container:NAME`; else a network of its own. */
function networkOf(name: string, services: ObjectNode, reading: ComposeReading, depth: number): NetworkNamespace {
  const file = reading.context.name;
  const service = member(services, name)?.value;
  const mode = member(service, 'network_mode')?.value;
  const own: NetworkNamespace = { key: `compose ${file} ${name}`, kind: 'container', label: `service \`${name}\`` };
  if (!mode || mode.type === 'null') return own;
  const text = isScalar(mode) ? knownText(toValue(reading.expand(mode.text))) : undefined;
  if (text === undefined) return { ...own, kind: 'unknown' };
  if (text === 'host') return { key: `compose ${file}`, kind: 'host', label: 'the host of these services' };
  const [kind, other] = text.split(':', 2);
  if (other === undefined) return own;
  if (kind === 'service' && depth < 16) return networkOf(other, services, reading, depth + 1);
  if (kind === 'container') {
    return { key: `compose ${file} container ${other}`, kind: 'container', label: `container \`${other}\`` };
  }
  return own;
}

function isReplicated(service: ObjectNode): boolean {
  const counts = [at(service, 'deploy', 'replicas'), member(service, 'scale')?.value];
  return counts.some((node) => node?.type === 'number' && node.value > 1);
}
