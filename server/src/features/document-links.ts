import type { Analysis, FilePlace } from '../analysis';
import { occurrences } from './links/pod-links';

/** A path that a file gives. */
export interface PathUse {
  readonly from: FilePlace;
  readonly path: string;
}

/** Keys of a kustomization, and of its generators and charts, under which paths stand. */
const PATHS =
  /^(?:resources|bases|components|patchesStrategicMerge|configurations|crds|generators|transformers|validators|files|envs?|path|valuesFile|additionalValuesFiles|openapi)$/;

/** The paths of files that a file refers to. Those of a kustomization may lead nowhere, or to folders. */
export function pathsIn(analysis: Analysis): PathUse[] {
  const { name, text, references, files } = analysis;
  const found = new Map<number, PathUse>();
  const add = (start: number, path: string) => {
    const from = files.place(name, start, start + path.length);
    if (from) found.set(start, { from, path });
  };
  for (const [path, file] of references) {
    if (file) for (const start of occurrences(text, path)) add(start, path);
  }
  if (/(?:^|[/\\])kustomization(?:\.ya?ml)?$/i.test(name)) for (const [start, path] of listed(text)) add(start, path);
  return [...found.values()].sort((a, b) => a.from.start - b.from.start);
}

/** A key with what stands behind it, or an item of a list. */
const LINE =
  /^([^\S\n]*)(?:(- +)?([\w-]+):(?=\s|$)[^\S\n]*|- +)(?:(["']?)([^\s"'#|>{}[\]&*][^\s"'#]*)\4)?[^\S\n]*(?:#.*)?$/dgm;

function* listed(text: string): Generator<[start: number, path: string]> {
  let [key, depth] = ['', -1];
  for (const { 1: blanks = '', 2: dash = '', 3: own, 5: value, indices } of text.matchAll(LINE)) {
    if (own !== undefined) [key, depth] = [own, blanks.length + dash.length];
    else if (blanks.length < depth) key = '';
    if (!value || !PATHS.test(key) || /^https?:|^git@|\?ref=/.test(value)) continue;
    // A generator may call the file otherwise: `name=path`.
    const path = key === 'files' ? value.replace(/^[^=/]+=/, '') : value;
    yield [indices![5]![1] - path.length, path];
  }
}
