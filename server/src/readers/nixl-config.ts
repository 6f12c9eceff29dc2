import { lookupNixlConfigKey } from '../knowledge/config-files';
import { type ConfigFileProblem, Flags, toValue, type Value, type Variable } from '../model';
import {
  isScalar,
  type Member,
  maskTemplates,
  parseToml,
  type Reason,
  type SourceText,
  type TreeNode,
} from '../syntax';
import type { Reading } from './command/launch';
import { addEngine, type Surroundings } from './engine';
import { surroundFile } from './vllm-config';

const rest: Reason = { kind: 'host', detail: 'the process that reads this file' };

/** NIXL's own file of settings: TOML, with names of variables as keys at its top. */
export function readNixlConfig(source: SourceText, { context, out }: Reading): void {
  const { root, problems } = parseToml(maskTemplates(source, 'text'));
  if (root.members.length === 0 && problems.length === 0) return;
  const known = root.members.filter(({ keyText }) => keyText.known);
  const read = known.filter(({ key }) => lookupNixlConfigKey(key) !== undefined);
  const unread = known.filter(({ key }) => lookupNixlConfigKey(key) === undefined).map(toVariable);
  const around: Surroundings = {
    ...surroundFile(context.name, 'the engine of this file'),
    variables: read.map(toVariable),
    environmentOpen: root.open ? [rest, root.open] : [rest],
    flagsOpen: [rest],
  };
  const mistakes = problems.map(
    ({ kind, place, message }): ConfigFileProblem => ({ kind: kind === 'newer' ? 'newer' : 'toml', place, message }),
  );
  const place = root.members[0]?.keyText.place() ?? problems[0]!.place;
  const configFile = { library: 'nixl', problems: mistakes, unread } as const;
  addEngine({ entry: 'nixl config file', place, flags: new Flags([], [rest]), configFile }, around, context, out);
}

function toVariable({ key, keyText, value }: Member): Variable {
  return { name: key, nameText: keyText, value: readValue(value), via: 'nixl-config', node: value };
}

function readValue(node: TreeNode): Value {
  if (isScalar(node)) return toValue(node.text);
  const reason = node.type === 'unknown' ? node.reason : ({ kind: 'syntax', detail: 'a list or table' } as const);
  return { kind: 'unknown', reason, place: node.place };
}
