import { type Platform, toValue, type Value, type Variable } from '../../model';
import {
  at,
  isScalar,
  items,
  member,
  type ObjectNode,
  type Place,
  type Reason,
  runShell,
  type SourceText,
  type TreeNode,
} from '../../syntax';
import { type CommandWords, wordsTogether } from '../command/command-words';
import { imageReasons, startContainer } from '../command/containers';
import type { Reading } from '../command/launch';
import { commandWords, isShell } from '../command/nested-scripts';
import { baseName, holeIn } from '../config/pieces';
import type { Surroundings } from '../engine';
import { readUnseen } from '../unseen';
import { envFromReasons, lookupIn, rawText, readEnvironmentLists, withoutAlternatives } from './container-environment';
import { maskPlaceholders, maskScriptPlaceholders } from './placeholders';
import { blockIn } from './template-blocks';
import { expandReferences } from './variable-references';

/** What the pod and its controller say about a container. */
export interface PodSurroundings {
  readonly around: Surroundings;
  /** Variables that a controller gives to all containers, before the container's own. */
  readonly lists: readonly TreeNode[];
  /** This document is a patch or a part of a workload: what it does not say may be said elsewhere. */
  readonly partial: Reason | undefined;
  /** A tool fills in `$NAME` before Kubernetes reads the manifest. */
  readonly placeholders: boolean;
}

/** Reads one container of a pod. */
export function readContainer(node: ObjectNode, pod: PodSurroundings, reading: Reading): boolean {
  const block = blockIn(node.place) ?? node.open;
  const name = member(node, 'name')?.value;
  const fill = pod.placeholders ? (text: SourceText) => maskPlaceholders(text) : (text: SourceText) => text;
  const image = imageOf(node, fill);
  const env = readEnvironmentLists([...pod.lists, ...listOf(node, 'env'), ...listOf(node, 'envs')], fill);
  const variables = block ? withoutAlternatives(env.variables, block) : env.variables;
  const partial = pod.partial ?? (image ? undefined : partialReason);
  const unseen = [...(block ? [block] : []), ...(partial ? [partial] : [])];
  const around: Surroundings = {
    ...pod.around,
    name: nameOf(name, pod.around.name),
    image,
    variables,
    environmentOpen: [
      ...pod.around.environmentOpen,
      ...env.open,
      ...envFromReasons(member(node, 'envFrom')?.value),
      ...imageReasons(image),
      ...unseen,
    ],
    flagsOpen: [...pod.around.flagsOpen, ...unseen],
    layer: 'yaml',
    devices: devicesOf(node),
    alternatives: block,
  };
  const place = placeOfContainer(node);
  const names = new Set(variables.map((variable) => variable.name));
  const fillWord = (text: SourceText, script: boolean) =>
    script && pod.placeholders ? maskScriptPlaceholders(text, (name) => names.has(name)) : fill(text);
  const words = wordsOfContainer(node, variables, fillWord);
  const additional = words.command ? undefined : additionalWords(variables, words.args);
  const started = additional
    ? startContainer({ command: undefined, args: additional, place }, { ...around, layer: 'shell' }, reading)
    : startContainer({ ...words, place }, around, reading);
  return started || readUnseen(place, around, reading, mayStartUnseen(node));
}

const partialReason: Reason = { kind: 'include', detail: 'the manifest that this is a part of' };

/** Operators call their container `main` everywhere: then the component's name says more. */
function nameOf(own: TreeNode | undefined, pod: string | undefined): string | undefined {
  const name = isScalar(own) ? own.text.text : undefined;
  return name === undefined || name === 'main' ? (pod ?? name) : name;
}

function imageOf(node: ObjectNode, fill: (text: SourceText) => SourceText): Value | undefined {
  const image = member(node, 'image')?.value;
  if (image?.type === 'unknown') return { kind: 'unknown', reason: image.reason, place: image.place };
  return isScalar(image) && image.text.length > 0 ? toValue(fill(image.text)) : undefined;
}

function listOf(node: ObjectNode, key: string): TreeNode[] {
  const list = member(node, key)?.value;
  return list ? [list] : [];
}

function placeOfContainer(node: ObjectNode): Place {
  const said = member(node, 'name')?.value ?? member(node, 'image')?.value;
  if (said) return said.place;
  return node.members[0]?.keyPlace ?? node.place;
}

interface ContainerWords {
  readonly command: CommandWords | undefined;
  readonly args: CommandWords;
}

/** `command` and `args` with Kubernetes' references replaced. */
function wordsOfContainer(
  node: ObjectNode,
  variables: readonly Variable[],
  fill: (text: SourceText, script: boolean) => SourceText,
): ContainerWords {
  const lookup = lookupIn(variables);
  const command = member(node, 'command')?.value;
  const first = items(command)[0];
  // A shell reads what is left, `$(hostname)` for example.
  const shell = isScalar(first) && isShell(baseName(first.text.text));
  const read = (list: TreeNode | undefined) =>
    wordsOfList(list, (text) => expandReferences(fill(text, shell), lookup, shell ? 'keep' : 'hole'));
  return {
    command: command && command.type !== 'null' ? read(command) : undefined,
    args: read(member(node, 'args')?.value),
  };
}

/**
 * The flags that KServe's presets take from a variable: their command ends in `${VLLM_ADDITIONAL_ARGS} $@` and is read
 * by a shell (`config/llmisvcconfig`).
 */
function additionalWords(variables: readonly Variable[], args: CommandWords): CommandWords | undefined {
  const value = variables.findLast(({ name }) => name === 'VLLM_ADDITIONAL_ARGS')?.value;
  if (!value || value.kind === 'unknown') return undefined;
  const [first] = runShell(value.source).commands;
  if (!first) return undefined;
  const words = commandWords(first);
  return args.words.length === 0 && !args.open ? words : wordsTogether(words, args);
}

/** The words of a list of texts; what is no text stays in sight as it is written. */
export function wordsOfList(list: TreeNode | undefined, expand: (text: SourceText) => SourceText): CommandWords {
  if (list?.type === 'unknown') return { words: [], open: list.reason };
  // Some operators take one text for the list; how they split it is theirs to know.
  if (isScalar(list) && list.type !== 'null') {
    return { words: [expand(list.text)], open: { kind: 'wrapper', detail: list.text.text } };
  }
  const trees = new Map<SourceText, TreeNode>();
  const words = items(list).map((item) => {
    if (isScalar(item)) return expand(item.text);
    if (item.type === 'unknown')
      return holeIn(item.place.source, item.place.span.start, item.place.span.end, item.reason);
    const text = rawText(item);
    trees.set(text, item);
    return text;
  });
  return { words, trees, open: list?.type === 'array' ? list.open : undefined };
}

/** Without a command in sight, or with vLLM's name in it, variables of NIXL's own tell an engine. */
function mayStartUnseen(node: ObjectNode): boolean {
  return !member(node, 'command') || mentionsVllm(node);
}

function mentionsVllm(node: ObjectNode): boolean {
  return /vllm/i.test(rawText(node).text);
}

const resources: readonly (readonly [RegExp, Platform])[] = [
  [/^nvidia\.com\/(gpu|mig-)/, 'cuda'],
  [/^amd\.com\/gpu/, 'rocm'],
  [/^gpu\.intel\.com\//, 'xpu'],
  [/^google\.com\/tpu/, 'tpu'],
];

function devicesOf(node: ObjectNode): Platform | undefined {
  for (const kind of ['limits', 'requests']) {
    const asked = at(node, 'resources', kind);
    if (asked?.type !== 'object') continue;
    for (const { key } of asked.members) {
      const found = resources.find(([pattern]) => pattern.test(key));
      if (found) return found[1];
    }
  }
  return undefined;
}
