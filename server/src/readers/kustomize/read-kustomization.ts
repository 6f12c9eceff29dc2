import { readDirectives, type SourceText, splitYamlDocuments } from '../../syntax';
import type { Reading } from '../command/launch';
import type { FoundObject, ObjectKind, ReadContext, UnresolvedObject } from '../context';
import { mentionsOurs } from '../detect';
import { chooseObject, type NamedObject } from '../kubernetes/named-objects';
import { readWorkloads } from '../kubernetes/workloads';
import { readYamlDocument } from '../kubernetes/yaml-document';
import { readMetrics } from '../monitoring/metric-places';
import { build } from './build';
import { isMeant } from './generators';
import { filesOf, type Kustomization, readKustomizationFile } from './kustomization-file';
import { Refused } from './nodes';
import type { Resource } from './resource';
import { Sources } from './sources';

/**
 * A kustomization: its objects as it makes them, every value where it was written, in the base or in a patch. Where it
 * does something that is not followed, the manifests are read one by one, each as one that something else may change.
 */
export function readKustomization(source: SourceText, reading: Reading): void {
  const { context, out } = reading;
  const file = baseName(context.name);
  const sources = new Sources((path) => context.file(path));
  try {
    const top = readKustomizationFile(source, file);
    if (top.isComponent || !concernsUs(top, sources)) return;
    const { resources, loose, remote } = build(top, sources);
    const base: ReadContext = {
      ...context,
      object: (kind, name, namespace) => find(resources, kind, name, namespace),
      kustomized: { overlay: context.topmost ? undefined : { kind: 'overlay', detail: file } },
    };
    for (const resource of resources) readResource(resource, source, { ...reading, context: base });
    // A patch of something that is fetched from elsewhere: what it says counts, what it does not say is said there.
    const partial = { kustomized: { overlay: { kind: 'overlay', detail: remote[0] ?? file } as const } };
    for (const patch of loose) readWorkloads(patch, { ...reading, context: { ...context, ...partial } });
    for (const listed of sources.files.values()) out.claims.push(listed.place());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if ([source, ...sources.files.values()].some(({ text }) => mentionsOurs(text))) {
      out.addUnchecked(undefined, `its manifests are read one by one: ${error.message}`);
    }
    for (const { start, end } of splitYamlDocuments(source.text)) readYamlDocument(source.slice(start, end), reading);
  }
}

/** Does any file that takes part hold a word of ours? Asked before anything but kustomizations is parsed. */
function concernsUs(top: Kustomization, sources: Sources): boolean {
  const follow = (own: Kustomization, above: readonly string[]): void => {
    for (const path of filesOf(own)) sources.read(path);
    for (const text of [...own.resources, ...own.components]) {
      const listed = sources.listed(text, own, above);
      if ('kustomization' in listed) follow(listed.kustomization, [...above, listed.kustomization.path]);
    }
  };
  follow(top, [top.path]);
  return [top.source, ...sources.files.values()].some(({ text }) => mentionsOurs(text));
}

function readResource(resource: Resource, top: SourceText, reading: Reading): void {
  const { tree, path, source } = resource;
  const { context } = reading;
  const folder = context.name.slice(0, context.name.length - baseName(context.name).length);
  const stated = [top, ...(source === top ? [] : [source])].flatMap(({ text }) => readDirectives(text));
  const inside = { ...reading, context: { ...context, name: `${folder}${path}`, directives: stated } };
  readWorkloads(tree, inside);
  readMetrics(tree, inside);
}

function find(
  resources: readonly Resource[],
  kind: ObjectKind,
  name: string,
  namespace: string | undefined,
): FoundObject | UnresolvedObject {
  const meant = resources.filter((resource) => isMeant(resource, kind, name, namespace));
  const candidates = meant.map(
    ({ tree, placeholders }): NamedObject => ({ kind, name, namespace: undefined, tree, placeholders }),
  );
  const chosen = chooseObject(candidates, undefined);
  if (chosen === 'several') return { unresolved: 'several' };
  return chosen ?? { unresolved: 'not-in-sight' };
}

function baseName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}
