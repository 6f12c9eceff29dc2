import {
  connectorsOf,
  type EngineRole,
  type EntryPoint,
  type Flags,
  flagPlace,
  type KvTransferConfig,
  knownText,
  member,
  placeOf,
} from '../model';
import type { Surroundings } from './engine';
import { roleInName } from './kubernetes/role-evidence';

/**
 * What an engine does, by the strongest evidence: its own flag, where in its kind's specification it stands, a label, a
 * routing sidecar, a `kv_role` that is not `kv_both`, its name, the name of its file.
 */
export function readRole(
  flags: Flags,
  kvTransfer: KvTransferConfig | undefined,
  { evidence, name, pod, variables }: Surroundings,
  { entry, file }: { readonly entry: EntryPoint; readonly file: string },
): EngineRole | undefined {
  return (
    flagRole(flags) ??
    (entry === 'dynamo.vllm' ? variableRole(variables) : undefined) ??
    evidence ??
    kvRole(kvTransfer) ??
    nameRole(name, 'its name') ??
    nameRole(pod?.name, 'the name of its pod') ??
    nameRole(knownText(pod?.object?.name), `the name of its ${pod?.object?.kind ?? 'object'}`) ??
    fileRole(file)
  );
}

/** Modes of Dynamo's worker (`components/src/dynamo/vllm/args.py`). */
const modes: Readonly<Record<string, EngineRole['role']>> = {
  prefill: 'prefill',
  decode: 'decode',
  encode: 'encode',
  agg: 'both',
  pd: 'both',
};

function flagRole(flags: Flags): EngineRole | undefined {
  const mode = flags.get('disaggregation-mode');
  const role = modes[knownText(mode?.value) ?? ''];
  if (mode && role) return { role, by: 'flag', from: `\`${mode.spelled}\``, place: flagPlace(mode) };
  for (const [name, given] of [
    ['is-prefill-worker', 'prefill'],
    ['is-decode-worker', 'decode'],
  ] as const) {
    const flag = flags.get(name);
    if (flag && !flag.negated) return { role: given, by: 'flag', from: `\`${flag.spelled}\``, place: flagPlace(flag) };
  }
  return undefined;
}

/** The variable of Dynamo's worker that stands for its flag. */
const modeVariable = 'DYN_VLLM_DISAGGREGATION_MODE';

function variableRole(variables: Surroundings['variables']): EngineRole | undefined {
  const value = variables.findLast(({ name }) => name === modeVariable)?.value;
  const role = modes[knownText(value) ?? ''];
  return role && value && { role, by: 'flag', from: `\`${modeVariable}\``, place: placeOf(value) };
}

function kvRole(kvTransfer: KvTransferConfig | undefined): EngineRole | undefined {
  const node = member(connectorsOf(kvTransfer)[0]?.node, 'kv_role')?.value;
  if (node?.type !== 'string' || !node.text.known) return undefined;
  const role = node.value === 'kv_producer' ? 'prefill' : node.value === 'kv_consumer' ? 'decode' : undefined;
  return role && { role, by: 'kv_role', from: '`kv_role`', place: node.place };
}

function nameRole(name: string | undefined, what: string): EngineRole | undefined {
  const role = roleInName(name);
  return role && { role, by: 'name', from: `${what} \`${name}\`` };
}

function fileRole(file: string): EngineRole | undefined {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const role = roleInName(base);
  return role && { role, by: 'file', from: `the name of the file \`${base}\`` };
}
