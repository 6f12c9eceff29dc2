import { type Flag, Flags, type KvTransferConfig, toValue, type Value, type Variable } from '../../model';
import {
  type ArrayNode,
  at,
  isScalar,
  member,
  type ObjectNode,
  type Place,
  type Reason,
  type TreeNode,
} from '../../syntax';
import { imageReasons, isKvTransferFlag, startContainer } from '../command/containers';
import type { Reading } from '../command/launch';
import { flagNameOf, readFlagMap } from '../config/flag-map';
import { kvTransferFlag } from '../config/kv-transfer';
import { addEngine, type Surroundings } from '../engine';
import { wordsOfList } from './container';
import { readEnvironmentLists } from './container-environment';
import { resourcesIn } from './dynamo';
import { addFieldPod, fieldContainer } from './field-container';
import { fillOf, scalarValue } from './fields';
import { imageOf } from './image';
import type { FindNotText } from './not-text';
import { maskPlaceholders } from './placeholders';
import { type PodPlace, podLabel, surroundPod } from './pods';

/**
 * A map whose keys are vLLM's flags, in whatever tool's file: `engine_kwargs` of Ray Serve, a worker's `config`, a
 * benchmark's recipe. It is one by its content: it holds a kv-transfer-config.
 */
export function readFlagMaps(node: ObjectNode, place: PodPlace, reading: Reading): boolean {
  const own = node.members.find(({ key }) => flagNameOf(key) === kvTransferFlag);
  if (!own || (own.value.type !== 'object' && !isScalar(own.value) && own.value.type !== 'unknown')) return false;
  const around = surroundHolder(place, reading);
  const map = readFlagMap(node, around.flagsOpen);
  const flags = new Flags(map.list, map.open, modelOf(place));
  addFlagMap(flags, own.keyPlace, around, reading);
  return true;
}

/** The engine that a tool starts with the flags of a map. */
export function addFlagMap(flags: Flags, place: Place, around: Surroundings, { context, out }: Reading): void {
  const flag = flags.all(kvTransferFlag).at(-1);
  const kvTransfer = flag?.tree && mappingOf(flag, flag.tree);
  addEngine({ entry: 'config file', place, flags, kvTransfer }, around, context, out);
}

/** Ray Serve keeps the model beside the flags. */
function modelOf({ ancestors }: PodPlace): Value[] {
  const model = scalarValue(at(ancestors.at(-2), 'model_loading_config', 'model_source'));
  return model ? [model] : [];
}

/** The tool hands the mapping to vLLM as an object: no `--config` file's rules apply to it. */
function mappingOf(flag: Flag, root: TreeNode): KvTransferConfig {
  return { form: 'file', root, place: root.place, flag, problems: [], overridden: [] };
}

/** A list of arguments of vLLM that a chart or a tool puts behind a command of its own. */
export function readFlagList(list: ArrayNode, place: PodPlace, reading: Reading): boolean {
  const words = wordsOfList(list, (text) => maskPlaceholders(text));
  const first = words.words[0];
  if (!first || !words.words.some(({ text }) => isKvTransferFlag(text))) return false;
  const around = surroundHolder(place, reading);
  return startContainer({ command: undefined, args: words, place: first.place() }, around, reading);
}

function surroundHolder(place: PodPlace, reading: Reading): Surroundings {
  const reason: Reason = { kind: 'wrapper', detail: place.object?.kind ?? 'the tool that reads this file' };
  const around = surroundPod(undefined, place, reading);
  const booster = place.object?.kind === 'ModelBooster';
  const nearby = nearbyVariables(place);
  // Of other tools nobody knows what they make of a number.
  const { variables, open } = nearby
    ? environmentOf(nearby, booster ? around.notText : undefined)
    : { variables: [], open: [] };
  const inside: Surroundings = {
    ...around,
    // Kthena makes a pod of each worker, without `hostNetwork` (`pkg/model-booster-controller/convert/templates`).
    ...(booster && { network: { ...around.network, kind: 'pod', label: podLabel(around) } }),
    variables,
    environmentOpen: [...around.environmentOpen, ...open, reason],
    flagsOpen: [...around.flagsOpen, reason],
  };
  const holder = place.ancestors.slice(-3).findLast((node) => member(node, 'image'));
  return holder ? surroundFields(holder, inside, place, reading) : inside;
}

/** What stands beside the flags makes the container: its image, its resources. */
function surroundFields(holder: ObjectNode, around: Surroundings, place: PodPlace, reading: Reading): Surroundings {
  const fill = fillOf(place.placeholders);
  const [image, resources] = [imageOf(holder, fill), member(holder, 'resources')?.value];
  const inside = { ...around, image, environmentOpen: [...around.environmentOpen, ...imageReasons(image)] };
  const fields = {
    place: member(holder, 'image')!.value.place,
    whole: holder.place,
    image,
    limits: resourcesIn(at(resources, 'limits'), fill),
    requests: resourcesIn(at(resources, 'requests'), fill),
  };
  const container = fieldContainer(fields, around.variables, inside, around.flagsOpen);
  return { ...inside, container, pod: addFieldPod(holder, place, container, inside, reading) };
}

/** Variables as a list of names and values, or as a map. */
export function environmentOf(
  node: TreeNode,
  notText?: FindNotText,
): { variables: readonly Variable[]; open: readonly Reason[] } {
  if (node.type !== 'object') return readEnvironmentLists([node], { fill: (text) => maskPlaceholders(text), notText });
  const variables = node.members.flatMap(({ key, keyText, value }): Variable[] => {
    if (!keyText.known || value.type === 'object' || value.type === 'array') return [];
    const unknown = value.type === 'unknown';
    return [
      {
        name: key,
        nameText: keyText,
        value: unknown
          ? { kind: 'unknown', reason: value.reason, place: value.place }
          : toValue(maskPlaceholders(value.text)),
        via: 'kubernetes',
      },
    ];
  });
  return { variables, open: node.open ? [node.open] : [] };
}

/** The variables that stand beside a map or list of flags: in the nearest object around it that has any. */
function nearbyVariables({ ancestors, path }: PodPlace): TreeNode | undefined {
  for (const node of ancestors.toReversed()) {
    const runtime = member(node, 'runtime_env')?.value;
    const keys = ['env', 'envs', 'environment', ...path.map((key) => `${key}_environment`)];
    const found = [member(runtime, 'env_vars')?.value, ...keys.map((key) => member(node, key)?.value)].find(
      (value) => value?.type === 'object' || value?.type === 'array',
    );
    if (found) return found;
  }
  return undefined;
}
