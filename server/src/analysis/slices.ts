import { splitYamlDocuments } from '../syntax';
import { type HostKind, mentionsOurs } from '../workspace';

/** A part of a file that is read on its own: one YAML document, or all of any other file. */
export interface Slice {
  readonly start: number;
  readonly text: string;
}

/** What other documents are asked about: Services, what limits a pod's network, what stands before a pool of pods. */
const ASKED =
  /^[^\S\n]*["']?kind["']?\s*:\s*["']?(?:Service|NetworkPolicy|InferencePool|MultiRoleInference|InferenceSet|Workspace)\b/m;

const CONFIG_MAP = /^[^\S\n]*["']?kind["']?\s*:\s*["']?ConfigMap\b/m;

/** True when a file defines what engines name or are reached by, whoever its own words speak of. */
export function isNamedByOthers(text: string): boolean {
  return ASKED.test(text) || CONFIG_MAP.test(text);
}

/** Kinds of files that are YAML documents. */
export const YAML_HOSTS: ReadonlySet<HostKind> = new Set<HostKind>(['kubernetes', 'compose', 'vllm-config', 'yaml']);

/**
 * Kinds of files whose parsers know limits of their own, or no nesting: to count the levels of a script by the tokens of
 * YAML takes longer than to read it, and says nothing about it.
 */
export const FLAT_HOSTS: ReadonlySet<HostKind> = new Set<HostKind>([
  'shell',
  'dockerfile',
  'dotenv',
  'env-file-docker',
  'systemd',
  'ucx-config',
]);

/**
 * The definition of a kind describes what others may say, in megabytes of text that may name us; it starts nothing. By
 * a key at the left edge, which no text inside of the document has.
 */
const DEFINITION = /^kind[^\S\n]*:[^\S\n]*(["']?)CustomResourceDefinition\1[^\S\n]*\r?$/m;

/** The parts of a file that say something to us; a bundle of a hundred documents may hold one. */
export function slicesOf(host: HostKind, text: string): Slice[] {
  if (!YAML_HOSTS.has(host)) return [{ start: 0, text }];
  const slices = splitYamlDocuments(text).map(({ start, end }) => ({ start, text: text.slice(start, end) }));
  const own = new Set(slices.filter(({ text }) => (mentionsOurs(text) || ASKED.test(text)) && !DEFINITION.test(text)));
  return slices.filter((slice) => own.has(slice) || isNamedIn(slice, own));
}

/** A ConfigMap that others name takes part, whatever its own words are. */
function isNamedIn({ text }: Slice, others: ReadonlySet<Slice>): boolean {
  if (!CONFIG_MAP.test(text)) return false;
  const names = [...text.matchAll(/^[^\S\n]*["']?name["']?\s*:\s*["']?([\w.-]+)/gm)]
    .slice(0, 4)
    .map(([, name]) => name!);
  return [...others].some((other) => names.some((name) => other.text.includes(name)));
}
