import type { Deployment, Engine, NetworkNamespace, Pod } from '../model';
import { SourceText } from '../syntax';
import {
  type FileObject,
  type HostKind,
  type LocatedObject,
  type ObjectAnswer,
  type ObjectKind,
  type ReferencedFile,
  readDocument,
  type UnresolvedObject,
} from '../workspace';
import { faultOf } from './fault';
import { rootOf } from './file-map';
import { withinLimits } from './limits';
import { checkEngines, type RawFinding, type RuleSet, type RunContext } from './run-rules';
import type { Slice } from './slices';

/** One slice of a file, read and checked on its own. Valid for as long as its text and what it asked for are the same. */
export interface ReadSlice {
  readonly root: SourceText;
  readonly deployment: Deployment;
  readonly findings: readonly RawFinding[];
  /** Files that it refers to, as they were then. */
  readonly asked: ReadonlyMap<string, ReferencedFile | undefined>;
  /** Objects of other documents that it refers to, as they were then. */
  readonly objects: readonly AskedObject[];
  /** The reader failed; that is our fault, and not a pass. */
  readonly failed: boolean;
}

export interface ReadingContext extends RunContext {
  readonly host: HostKind;
  readonly rules: RuleSet;
  readonly read: Omit<Parameters<typeof readDocument>[2], 'file' | 'isThere' | 'list' | 'object'>;
  readonly file: (path: string) => ReferencedFile | undefined;
  /** The object that a reference means: of the file itself, or of another one. */
  readonly object: (kind: ObjectKind, name: string, namespace: string | undefined) => AskedObject;
}

/** An object of the file itself or of another one, or why there is none. */
export type AnyObject = LocatedObject | ObjectAnswer;

/** A reference to an object, and what it meant. */
export interface AskedObject {
  readonly kind: ObjectKind;
  readonly name: string;
  readonly namespace: string | undefined;
  /** The file itself has the answer. */
  readonly own: boolean;
  readonly answer: AnyObject;
}

/** Objects that one slice may refer to. A pod with more of them is none that people wrote. */
const MAX_OBJECTS = 200;

/** True for an object of another file. */
export function isFileObject(answer: AnyObject): answer is FileObject {
  return 'file' in answer;
}

/** True when it is not known yet what a reference means. */
export function isNotRead(answer: AnyObject): boolean {
  return 'unresolved' in answer && answer.unresolved === 'not-read';
}

/** True when a reference means what it meant before. What is not read yet counts as not in sight. */
export function isSameAnswer(a: AnyObject, b: AnyObject): boolean {
  return a === b || ('unresolved' in a && 'unresolved' in b && reasonOf(a) === reasonOf(b));
}

function reasonOf({ unresolved }: UnresolvedObject): UnresolvedObject['unresolved'] {
  return unresolved === 'not-read' ? 'not-in-sight' : unresolved;
}

const NOTHING: Deployment = {
  engines: [],
  listeners: [],
  unchecked: [],
  pods: [],
  services: [],
  configMaps: [],
  policies: [],
  pools: [],
  proxies: [],
  metrics: [],
};

let keys = 0;

/** Reads a slice and runs the rules that look at one engine. */
export function readSlice({ text }: Slice, context: ReadingContext): ReadSlice {
  const root = SourceText.root(text);
  const asked = new Map<string, ReferencedFile | undefined>();
  const file = (path: string): SourceText | undefined => {
    const found = context.file(path);
    asked.set(path, found);
    return found && !found.isUnread ? rootOf(found) : undefined;
  };
  const isThere = (path: string): boolean => {
    const found = context.file(path);
    asked.set(path, found);
    return found !== undefined;
  };
  const list = (folder: string): readonly string[] | undefined => {
    const path = `${folder.replace(/\/$/, '')}/*`;
    const found = context.file(path);
    asked.set(path, found);
    return found?.text.split('\n');
  };
  const objects = new Map<string, AskedObject>();
  const object = (kind: ObjectKind, name: string, namespace: string | undefined): LocatedObject | UnresolvedObject => {
    const key = `${kind}\0${namespace}\0${name}`;
    const known = objects.get(key);
    if (known) return known.answer;
    if (objects.size >= MAX_OBJECTS) return { unresolved: 'limit' };
    const asked = context.object(kind, name, namespace);
    objects.set(key, asked);
    return asked.answer;
  };
  let deployment = NOTHING;
  let failed = false;
  try {
    keys += 1;
    const read = readDocument(context.host, [root], { ...context.read, file, isThere, list, object });
    deployment = withOwnNetworks(withinLimits(read), `#${keys}`);
  } catch (error) {
    failed = true;
    context.log(`Reading ${context.name} as ${context.host} failed: ${faultOf(error)}`);
  }
  return {
    root,
    deployment,
    findings: checkEngines(deployment.engines, context.rules, context),
    asked,
    objects: [...objects.values()],
    failed,
  };
}

/** One deployment of all slices. */
export function joinDeployments(parts: readonly Deployment[]): Deployment {
  if (parts.length === 1) return parts[0]!;
  return {
    engines: parts.flatMap(({ engines }) => engines),
    listeners: parts.flatMap(({ listeners }) => listeners),
    unchecked: parts.flatMap(({ unchecked }) => unchecked),
    pods: parts.flatMap(({ pods }) => pods),
    services: parts.flatMap(({ services }) => services),
    configMaps: parts.flatMap(({ configMaps }) => configMaps),
    policies: parts.flatMap(({ policies }) => policies),
    pools: parts.flatMap(({ pools }) => pools),
    proxies: parts.flatMap(({ proxies }) => proxies),
    metrics: parts.flatMap(({ metrics }) => metrics),
    claims: parts.flatMap(({ claims }) => claims ?? []),
  };
}

/**
 * Pods and containers of two documents never share a namespace, whatever they are called: a reader that sees one
 * document at a time cannot know how the others call theirs. A host is shared by all.
 */
function withOwnNetworks(deployment: Deployment, suffix: string): Deployment {
  const own = <T extends { readonly network: NetworkNamespace }>(one: T): T =>
    one.network.kind === 'host' ? one : { ...one, network: { ...one.network, key: `${one.network.key}${suffix}` } };
  // An engine's pod is one of the deployment's pods, before and after.
  const pods = new Map(deployment.pods.map((pod) => [pod, own(pod)]));
  const podOf = (pod: Pod | undefined) => pod && (pods.get(pod) ?? pod);
  return {
    ...deployment,
    engines: deployment.engines.map((engine): Engine => own({ ...engine, pod: podOf(engine.pod) })),
    listeners: deployment.listeners.map((listener) => own(listener)),
    proxies: deployment.proxies.map((proxy) => own({ ...proxy, pod: podOf(proxy.pod) })),
    pods: [...pods.values()],
  };
}
