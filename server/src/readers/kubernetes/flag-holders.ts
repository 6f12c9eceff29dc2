import { type Flag, type KvTransferConfig, toValue, type Variable } from '../../model';
import { type ArrayNode, isScalar, member, type ObjectNode, type Reason, type TreeNode } from '../../syntax';
import { isKvTransferFlag, startContainer } from '../command/containers';
import type { Reading } from '../command/launch';
import { flagNameOf, readFlagMap } from '../config/flag-map';
import { kvTransferFlag } from '../config/kv-transfer';
import { addEngine, type Surroundings } from '../engine';
import { wordsOfList } from './container';
import { readEnvironmentLists } from './container-environment';
import { maskPlaceholders } from './placeholders';
import { type PodPlace, surroundPod } from './pods';

/**
 * A map whose keys are vLLM's flags, in whatever tool's file: `engine_kwargs` of Ray Serve, a worker's `config`, a
 * benchmark's recipe. It is one by its content: it holds a kv-transfer-config.
 */
export function readFlagMaps(node: ObjectNode, place: PodPlace, reading: Reading): boolean {
  const own = node.members.find(({ key }) => flagNameOf(key) === kvTransferFlag);
  if (!own || (own.value.type !== 'object' && !isScalar(own.value) && own.value.type !== 'unknown')) return false;
  const around = surroundHolder(place, reading);
  const flags = readFlagMap(node, around.flagsOpen);
  const flag = flags.all(kvTransferFlag).at(-1);
  const kvTransfer = flag?.tree && mappingOf(flag, flag.tree);
  addEngine({ entry: 'config file', place: own.keyPlace, flags, kvTransfer }, around, reading.context, reading.out);
  return true;
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
  const nearby = nearbyVariables(place);
  const { variables, open } = nearby ? environmentOf(nearby) : { variables: [], open: [] };
  return {
    ...around,
    variables,
    environmentOpen: [...around.environmentOpen, ...open, reason],
    flagsOpen: [...around.flagsOpen, reason],
  };
}

/** Variables as a list of names and values, or as a map. */
export function environmentOf(node: TreeNode): { variables: readonly Variable[]; open: readonly Reason[] } {
  if (node.type !== 'object') return readEnvironmentLists([node], { fill: (text) => maskPlaceholders(text) });
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
