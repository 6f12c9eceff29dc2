import { isScalar, items, type Member, member, type ObjectNode, type SourceText, type TreeNode } from '../../syntax';
import { textAt } from '../kubernetes/manifest-object';
import { folderOf, joinPath, type Kustomization, texts } from './kustomization-file';
import { made, mapping, Refused, textNode, withMember } from './nodes';
import { effective, idOf, isCalled, type Resource } from './resource';
import type { Sources } from './sources';

/** The objects with the ConfigMaps that a kustomization makes of literals and files. Secrets are nobody's business. */
export function withGenerated(before: readonly Resource[], kustomization: Kustomization, sources: Sources): Resource[] {
  const resources = [...before];
  for (const entry of items(member(kustomization.tree, 'configMapGenerator')?.value)) {
    if (entry.type !== 'object') continue;
    const tree = generate(entry, kustomization, sources);
    const id = idOf(tree);
    if (!id) throw new Refused('a generator has no name');
    const same = resources.filter((one) => isCalled(one, id));
    const behavior = textAt(entry, 'behavior') ?? 'create';
    if (same.length > 1 || (same.length === 0) !== (behavior === 'create' || behavior === '')) {
      throw new Refused(`the generated ConfigMap \`${id.name}\` does not fit those before`);
    }
    const [old] = same;
    if (!old) {
      resources.push({
        ...id,
        tree,
        names: [id.name],
        namespaces: [id.namespace],
        placeholders: false,
        path: kustomization.path,
        source: kustomization.source,
        generated: true,
      });
      continue;
    }
    const data = behavior === 'merge' ? mergeData(old.tree, tree) : member(tree, 'data')!.value;
    resources[resources.indexOf(old)] = { ...old, tree: withMember(old.tree, made('data', data)) };
  }
  return resources;
}

function mergeData(old: ObjectNode, tree: ObjectNode): TreeNode {
  const [before, after] = [member(old, 'data')?.value, member(tree, 'data')!.value];
  if (before?.type !== 'object' || after.type !== 'object') return after;
  return after.members.reduce((data, one) => withMember(data, one), before);
}

/** The ConfigMap of one entry: variables of files first, then literals, then whole files. */
function generate(entry: ObjectNode, own: Kustomization, sources: Sources): ObjectNode {
  const members = [
    ...[...texts(entry, 'envs'), ...single(entry, 'env')].flatMap((path) => fromEnvironment(path, own, sources)),
    ...texts(entry, 'literals').map(fromLiteral),
    ...texts(entry, 'files').map((text) => fromFile(text, folderOf(own.path), sources)),
  ];
  const name = member(entry, 'name');
  const namespace = member(entry, 'namespace');
  const metadata = mapping([...(name ? [name] : []), ...(namespace ? [namespace] : [])], entry.place);
  return mapping(
    [
      made('apiVersion', made('', textNodeOf('v1', entry)).value),
      made('kind', textNodeOf('ConfigMap', entry)),
      made('metadata', metadata),
      made('data', mapping(members, entry.place)),
    ],
    entry.place,
  );
}

function textNodeOf(text: string, { place }: ObjectNode): TreeNode {
  return textNode(made(text, mapping([], place)).keyText, place);
}

function single(entry: ObjectNode, key: string): SourceText[] {
  const node = member(entry, key)?.value;
  return isScalar(node) && node.type !== 'null' ? [node.text] : [];
}

function dataMember(keyText: SourceText, value: TreeNode): Member {
  return { key: keyText.text, keyText, keyPlace: keyText.place(), value };
}

/** `KEY=value`; quotes around the whole value are taken off. */
function fromLiteral(text: SourceText): Member {
  const equals = text.text.indexOf('=');
  if (equals <= 0) throw new Refused('a literal of a generator has no name');
  const value = text.text.slice(equals + 1);
  const quoted = value.length >= 2 && /^["']/.test(value) && value.at(-1) === value[0];
  const [start, end] = quoted ? [equals + 2, text.length - 1] : [equals + 1, text.length];
  return dataMember(text.slice(0, equals), textNode(text.slice(start, end)));
}

/** `path` or `KEY=path`: the file's whole text. */
function fromFile(text: SourceText, folder: string, sources: Sources): Member {
  const equals = text.text.indexOf('=');
  const path = text.text.slice(equals + 1);
  const key = equals < 0 ? text.slice(text.text.lastIndexOf('/') + 1) : text.slice(0, equals);
  const found = sources.readData(joinPath(folder, path));
  if (found) return dataMember(key, textNode(found));
  const reason = { kind: 'file', detail: path } as const;
  return dataMember(key, { type: 'unknown', reason, place: text.place(), notation: 'yaml-block' });
}

/** Lines of `KEY=value` in a file, as they are: kustomize takes off no quotes there. */
function fromEnvironment(path: SourceText, own: Kustomization, sources: Sources): Member[] {
  const source = sources.named(path, own);
  const members: Member[] = [];
  const line = /^[^\S\n]*([^#\s=][^=\n]*)(?:=([^\n]*))?$/gm;
  for (const match of source.text.matchAll(line)) {
    const key = match[1]!.replace(/\r$/, '');
    const start = match.index + match[0].indexOf(match[1]!);
    // A name without a value is empty here.
    const valueStart = match[2] === undefined ? start + key.length : start + match[1]!.length + 1;
    const value = (match[2] ?? '').replace(/\r$/, '');
    const keyText = source.slice(start, start + key.length);
    members.push(dataMember(keyText, textNode(source.slice(valueStart, valueStart + value.length))));
  }
  return members;
}

/** Is it the object that a reference of this name means? The hash behind a generated name is in nobody's file. */
export function isMeant(resource: Resource, kind: string, name: string, namespace: string | undefined): boolean {
  const inNamespace =
    namespace === undefined || resource.namespaces.some((one) => one === '' || effective(one) === effective(namespace));
  return resource.kind === kind && resource.names.includes(name) && inNamespace;
}
