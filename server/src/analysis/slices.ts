import { splitYamlDocuments } from '../syntax';
import { type HostKind, mentionsOurs } from '../workspace';

/** A part of a file that is read on its own: one YAML document, or all of any other file. */
export interface Slice {
  readonly start: number;
  readonly text: string;
}

/** What other documents are asked about: the names of Services. */
const SERVICE = /^[^\S\n]*["']?kind["']?\s*:\s*["']?Service\b/m;

/** Kinds of files that are YAML documents. */
export const YAML_HOSTS: ReadonlySet<HostKind> = new Set<HostKind>(['kubernetes', 'compose', 'vllm-config', 'yaml']);

/** The parts of a file that say something to us; a bundle of a hundred documents may hold one. */
export function slicesOf(host: HostKind, text: string): Slice[] {
  if (!YAML_HOSTS.has(host)) return [{ start: 0, text }];
  return splitYamlDocuments(text)
    .map(({ start, end }) => ({ start, text: text.slice(start, end) }))
    .filter((slice) => mentionsOurs(slice.text) || SERVICE.test(slice.text));
}
