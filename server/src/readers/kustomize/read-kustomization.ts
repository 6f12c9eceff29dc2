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
  const sources = new Sources({
    file: (path) => context.file(path),
    isThere: (path) => context.isThere?.(path) ?? false,
  });
  try {
    const top = readKustomizationFile(source, file);
    if (top.isComponent || !concernsUs(top, sources)) return;
    const { resources, loose, outOfSight } = build(top, sources);
    const base: ReadContext = {
      ...context,
      object: (kind, name, namespace) => find(resources, kind, name, namespace),
      kustomized: { overlay: context.topmost ? undefined : { kind: 'overlay', detail: file } },
    };
    for (const resource of resources) readResource(resource, source, { ...reading, context: base });
    // A patch of something that is fetched from elsewhere: what it says counts, what it does not say is said there.
    const partial = { kustomized: { overlay: { kind: 'overlay', detail: outOfSight[0] ?? file } as const } };
    for (const patch of loose) readWorkloads(patch, { ...reading, context: { ...context, ...partial } });
    for (const part of sources.parts()) out.claims.push(part.place());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if ([source, ...sources.files.values()].some(({ text }) => mentionsOurs(text))) {
      out.addUnchecked(undefined, `its manifests are read one by one: ${error.message}`);
    }
    for (const { start, end } of splitYamlDocuments(source.text)) readYamlDocument(source.slice(start, end), reading);
  }
}

/**
 * Does any file that takes part hold a word of ours? Asked before anything but kustomizations is parsed. What cannot be
 * followed is nobody's business where none does.
 */
function concernsUs(top: Kustomization, sources: Sources): boolean {
  let refused: Refused | undefined;
  const attempt = (look: () => void): void => {
    try {
      look();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused ??= error;
    }
  };
  const follow = (own: Kustomization, above: readonly string[]): void => {
    const { parts, data } = filesOf(own);
    for (const path of parts) attempt(() => sources.read(path));
    for (const path of data) attempt(() => sources.readData(path));
    for (const text of [...own.resources, ...own.components]) {
      attempt(() => {
        const listed = sources.listed(text, own, above);
        if ('kustomization' in listed) follow(listed.kustomization, [...above, listed.kustomization.path]);
      });
    }
  };
  follow(top, [top.path]);
  const isOurs = [top.source, ...sources.files.values()].some(({ text }) => mentionsOurs(text));
  if (isOurs && refused) throw refused;
  return isOurs;
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
