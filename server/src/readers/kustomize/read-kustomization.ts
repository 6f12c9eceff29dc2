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
  const leaveAlone = (reasons: readonly Refused[]) => {
    const seen = new Set<string>();
    for (const { message, place } of reasons) {
      const key = `${message} ${place?.span.start}`;
      if (!seen.has(key)) out.addUnchecked(place, `its manifests are read one by one: ${message}`);
      seen.add(key);
    }
    for (const { start, end } of splitYamlDocuments(source.text)) readYamlDocument(source.slice(start, end), reading);
  };
  try {
    const top = readKustomizationFile(source, file);
    if (top.isComponent) return;
    const { isOurs, refused, missing } = followAll(top, sources);
    if (!isOurs) return;
    for (const reference of missing) out.addUnchecked(reference.place(), `\`${reference.text}\` is not there`);
    if (refused.length > 0) {
      leaveAlone(refused);
      return;
    }
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
    leaveAlone([source, ...sources.files.values()].some(({ text }) => mentionsOurs(text)) ? [error] : []);
  }
}

/** What a look at the files of a kustomization tells, before anything but kustomizations is parsed. */
interface Followed {
  /** A word of ours is in one of them. What cannot be followed is nobody's business where there is none. */
  readonly isOurs: boolean;
  readonly refused: readonly Refused[];
  /** Files of generators that are not there: nobody knows what is in them, but the rest can be followed. */
  readonly missing: readonly SourceText[];
}

function followAll(top: Kustomization, sources: Sources): Followed {
  const refused: Refused[] = [];
  const missing: SourceText[] = [];
  const attempt = (look: () => void): void => {
    try {
      look();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused.push(error);
    }
  };
  // One that others list twice is looked at once.
  const seen = new Set<Kustomization>();
  const follow = (own: Kustomization, above: readonly string[]): void => {
    if (seen.has(own)) return;
    seen.add(own);
    const { parts, data } = filesOf(own);
    for (const { text } of parts) attempt(() => sources.named(text, own));
    for (const { path, text } of data) {
      attempt(() => {
        if (!sources.readData(path) && !sources.isThere(path)) missing.push(text);
      });
    }
    for (const text of [...own.resources, ...own.components]) {
      attempt(() => {
        const listed = sources.listed(text, own, above);
        if ('kustomization' in listed) follow(listed.kustomization, [...above, listed.kustomization.path]);
      });
    }
  };
  follow(top, [top.path]);
  const isOurs = [top.source, ...sources.files.values()].some(({ text }) => mentionsOurs(text));
  return { isOurs, refused, missing };
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
