import { toValue, type Variable } from '../../model';
import { isScalar, member, type ObjectNode, type Place, parseDotenv, type Reason, type TreeNode } from '../../syntax';
import { assignment } from '../command/env-command';
import { fromDotenv } from '../dotenv-variables';
import { mayBeReplaced } from '../may-be-replaced';
import type { ComposeReading } from './compose';

export interface ServiceEnvironment {
  readonly variables: readonly Variable[];
  readonly open: readonly Reason[];
}

/**
 * A service's variables in effect order: those of its files, then those under `environment`.
 * @param layers the service as each file of the project says it
 */
export function readEnvironment(layers: readonly ObjectNode[], reading: ComposeReading): ServiceEnvironment {
  const lists = layers.map((service) => member(service, 'env_file')?.value);
  const files = readFiles(
    lists.flatMap((list) => (list?.type === 'array' ? list.items : (list ?? []))),
    reading,
  );
  const own = layers.map((service) => readOwn(member(service, 'environment')?.value, reading));
  return {
    variables: [...files.variables, ...own.flatMap(({ variables }) => variables)],
    open: [...files.open, ...own.flatMap(({ open }) => open)],
  };
}

const shell: Reason = { kind: 'host', detail: 'the shell that runs Compose' };

function readOwn(node: TreeNode | undefined, { expand }: ComposeReading): ServiceEnvironment {
  const variables: Variable[] = [];
  const open: Reason[] = [];
  if (node?.type === 'unknown') open.push(node.reason);
  if (node?.type === 'object') {
    if (node.open) open.push(node.open);
    for (const { key, keyText, value } of node.members) {
      const base = { name: key, nameText: keyText, via: 'compose' } as const;
      if (!keyText.known) open.push(keyText.holes()[0]!.reason);
      else if (value.type === 'unknown')
        variables.push({ ...base, value: { kind: 'unknown', reason: value.reason, place: value.place } });
      // Without a value it is what the shell has, if anything.
      else if (value.type === 'null')
        variables.push({ ...base, value: { kind: 'unknown', reason: shell, place: keyText.place() } });
      else if (isScalar(value)) variables.push({ ...base, value: toValue(expand(value.text)) });
    }
  }
  if (node?.type === 'array') {
    if (node.open) open.push(node.open);
    for (const item of node.items) {
      if (!isScalar(item)) {
        if (item.type === 'unknown') open.push(item.reason);
        continue;
      }
      const text = expand(item.text);
      const variable = assignment(text, 'compose');
      if (variable) variables.push(variable);
      else if (text.known && /^[A-Za-z_]\w*$/.test(text.text)) {
        const value = { kind: 'unknown', reason: shell, place: text.place() } as const;
        variables.push({ name: text.text, nameText: text, value, via: 'compose' });
      } else open.push(text.holes()[0]?.reason ?? shell);
    }
  }
  return { variables, open };
}

/** `env_file`: one path, a list of them, or of `{path, required, format}`; the later ones count more. */
function readFiles(list: readonly TreeNode[], reading: ComposeReading): ServiceEnvironment {
  let variables: Variable[] = [];
  const open: Reason[] = [];
  const mayReplace = (reason: Reason) => {
    open.push(reason);
    variables = mayBeReplaced(variables, reason);
  };
  for (const item of list) {
    const path = item.type === 'object' ? member(item, 'path')?.value : item;
    if (!isScalar(path) || path.type === 'null') {
      if (path?.type === 'unknown') mayReplace(path.reason);
      continue;
    }
    const format = item.type === 'object' ? member(item, 'format')?.value : undefined;
    const raw = isScalar(format) && format.text.text === 'raw';
    const found = readFile(path.text.text, path.place, raw, reading);
    if (found) variables.push(...found);
    else mayReplace({ kind: 'file', detail: path.text.text, place: path.place });
  }
  return { variables, open };
}

function readFile(
  path: string,
  passedAt: Place,
  raw: boolean,
  { context, out }: ComposeReading,
): Variable[] | undefined {
  const source = context.file(path);
  if (!source) return undefined;
  const { entries, exhausted } = parseDotenv(source, raw ? 'docker' : 'dotenv');
  if (exhausted) out.addLimit(passedAt, exhausted);
  return fromDotenv(entries, 'env-file', passedAt);
}
