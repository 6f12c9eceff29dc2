import type { Deployment } from '../model';
import type { SourceText } from '../syntax';
import { Collector } from './collector';
import type { Reading } from './command/launch';
import { readCompose } from './compose/compose';
import type { ReadContext } from './context';
import type { HostKind } from './detect';
import { readDockerfile } from './dockerfile/dockerfile';
import { readEnvironmentFile } from './environment-file';
import { readJsonFile } from './json-file';
import { readYamlDocument } from './kubernetes/yaml-document';
import { readKustomization } from './kustomize/read-kustomization';
import { readLmcacheConfig } from './lmcache-config';
import { readNixlConfig } from './nixl-config';
import { readShellScript } from './shell';
import { readUcxConfig } from './ucx-config';
import { readUnitFile } from './unit-file';
import { readVllmConfig } from './vllm-config';

export { inWords } from './collector';
export type { Assumed, FoundObject, ObjectKind, ReadContext, Release, UnresolvedObject } from './context';
export { detectHost, type HostKind, isKustomization, isOursByName, mentionsOurs } from './detect';
export { KUSTOMIZATION_NAMES } from './kubernetes/kustomization';
export {
  chooseObject,
  type LocatedObject,
  mayHoldKind,
  type NamedObject,
  objectsInText,
  objectsOfDocument,
} from './kubernetes/named-objects';
export { type ObjectHeader, type ObjectHeaders, objectHeaders } from './kubernetes/object-headers';
export { type KustomizationPaths, kustomizationPaths } from './kustomize/references';

const hosts: Readonly<Record<HostKind, (source: SourceText, reading: Reading) => void>> = {
  kubernetes: readYamlDocument,
  kustomization: readKustomization,
  yaml: readYamlDocument,
  compose: readCompose,
  'vllm-config': readVllmConfig,
  json: readJsonFile,
  dotenv: (source, reading) => readEnvironmentFile(source, 'dotenv', reading),
  'env-file-docker': (source, reading) => readEnvironmentFile(source, 'docker', reading),
  'ucx-config': readUcxConfig,
  'nixl-config': readNixlConfig,
  'lmcache-config': readLmcacheConfig,
  systemd: readUnitFile,
  shell: readShellScript,
  dockerfile: readDockerfile,
};

/**
 * Everything that a document says about vLLM engines and what else listens beside them. Never throws.
 * @param roots the text of the file, or of the YAML documents of it that are wanted
 * @param depth how deep this document lies in others
 */
export function readDocument(
  host: HostKind,
  roots: readonly SourceText[],
  context: ReadContext,
  depth: number = 0,
): Deployment {
  const out = new Collector();
  for (const root of roots) hosts[host](root, { context, out, depth });
  return out;
}
