import type { Container, Platform, Variable } from '../../model';
import {
  isScalar,
  items,
  member,
  type ObjectNode,
  type Reason,
  runShell,
  type SourceText,
  type TreeNode,
} from '../../syntax';
import { type CommandWords, wordsTogether } from '../command/command-words';
import { startContainer } from '../command/containers';
import type { Reading } from '../command/launch';
import { commandWords, isShell } from '../command/nested-scripts';
import { baseName, holeIn } from '../config/pieces';
import type { Surroundings } from '../engine';
import { readUnseen } from '../unseen';
import { lookupIn, rawText } from './container-environment';
import type { ContainerFacts, PodSurroundings } from './container-facts';
import { fillOf } from './fields';
import { textAt } from './manifest-object';
import { writesArguments } from './modelservice';
import { mountedFiles } from './mounted-files';
import { maskScriptPlaceholders } from './placeholders';
import { expandReferences, type Lookup } from './variable-references';

/** Reads what a container of a pod runs. */
export function readContainer(
  { node, container, block, unseen }: ContainerFacts,
  pod: Pick<PodSurroundings, 'around' | 'placeholders' | 'spec' | 'configMaps'>,
  reading: Reading,
): boolean {
  const { environment, image, place } = container;
  const { variables } = environment;
  const around: Surroundings = {
    ...pod.around,
    name: nameOf(member(node, 'name')?.value, pod.around.name),
    image,
    variables,
    environmentOpen: environment.open,
    flagsOpen: [...pod.around.flagsOpen, ...unseen],
    layer: 'yaml',
    devices: devicesOf(container),
    alternatives: block,
    container,
    ranks: takesRanks(node, pod) ? pod.around.ranks : undefined,
  };
  const fill = fillOf(pod.placeholders);
  const names = new Set(variables.map((variable) => variable.name));
  const fillWord = (text: SourceText, script: boolean) =>
    script && pod.placeholders ? maskScriptPlaceholders(text, (name) => names.has(name)) : fill(text);
  const words = wordsOfContainer(node, lookupIn(variables, pod.around.given), fillWord);
  const additional = words.command ? undefined : additionalWords(variables, words.args);
  const lost = new Map<string, Reason>();
  const mounted = mountedFiles(pod.spec, node, pod.configMaps, (path, reason) => lost.set(path, reason));
  const files = (path: string) => {
    const found = mounted(path);
    // What it says on its own counts no longer: here is known what runs it.
    if (found) reading.out.claims.push(found.place());
    return found;
  };
  // Any word may be the name of a script, where the container starts in a folder that is mounted.
  const scripts = (path: string) => {
    const found = files(path);
    const reason = lost.get(path);
    if (!found && reason?.place && /\/|\.(?:ba)?sh$/.test(path) && mentionsVllm(node))
      reading.out.addUnknown(`What \`${path}\` starts`, reason, reason.place);
    return found;
  };
  const started = additional
    ? startContainer({ command: undefined, args: additional, place, files }, { ...around, layer: 'shell' }, reading)
    : startContainer({ ...words, place, files, scripts }, around, reading);
  return started || readUnseen(place, around, reading, mayStartUnseen(node));
}

/** KServe's presets hand sizes on in their own command: with another one nothing takes them. */
function takesRanks(node: ObjectNode, { around }: Pick<PodSurroundings, 'around'>): boolean {
  const object = around.pod?.object;
  if (!object) return writesArguments(node);
  const command = member(node, 'command')?.value;
  return !object.kind.startsWith('LLMInferenceService') || !command || command.type === 'null';
}

/** Operators call their container `main` everywhere: then the component's name says more. */
function nameOf(own: TreeNode | undefined, pod: string | undefined): string | undefined {
  const name = textAt(own);
  return name === undefined || name === 'main' ? (pod ?? name) : name;
}

interface ContainerWords {
  readonly command: CommandWords | undefined;
  readonly args: CommandWords;
}

/** `command` and `args` with Kubernetes' references replaced. */
function wordsOfContainer(
  node: ObjectNode,
  lookup: Lookup,
  fill: (text: SourceText, script: boolean) => SourceText,
): ContainerWords {
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

function devicesOf(container: Container): Platform | undefined {
  for (const { name } of [...container.limits, ...container.requests]) {
    const found = resources.find(([pattern]) => pattern.test(name));
    if (found) return found[1];
  }
  return undefined;
}
