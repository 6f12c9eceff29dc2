import { connectorState, lookupConnector } from '../../knowledge/connectors';
import type { Certainty } from '../../knowledge/version';
import {
  at,
  type ConnectorConfig,
  connectorName,
  type Engine,
  type EngineRole,
  extraMember,
  isRoleStated,
  items,
  knownText,
  member,
} from '../../model';
import { connectorClass, connectors, nixlConnectors } from './connectors';
import { oncePer } from './once';
import { knownString, truthiness } from './tree';
import { versionOf } from './versions';

/** What an engine does in the exchange of KV blocks. */
export type Role = 'producer' | 'consumer' | 'both';

const ROLES: Readonly<Record<string, Role>> = { kv_producer: 'producer', kv_consumer: 'consumer', kv_both: 'both' };
const OUR_NAMES = ['VLLM_NIXL_', 'NIXL_'];

/**
 * Does the configuration of NIXL and UCX concern this engine? It does when a NIXL connector is configured, or when its
 * environment sets one of NIXL's names. UCX names alone may be those of an MPI program; so may a ucx.conf without any word
 * of ours.
 */
export const usesNixl = oncePer((engine: Engine): boolean => {
  if (engine.entry === 'nixl config file') return true;
  if (engine.entry === 'ucx config file') return mentionsNixl(engine.place.source.locate().root.text);
  return nixlConnectors(engine).length > 0 || engine.environment.variables.some(({ name }) => isNixlName(name));
});

/** A word of ours in a file, a comment that silences a finding left out. */
function mentionsNixl(text: string): boolean {
  return /nixl|vllm/i.test(text.replace(/nixl:[ \t]*ignore\[[^\]\n]*\]/g, ''));
}

function isNixlName(name: string): boolean {
  return OUR_NAMES.some((prefix) => name.startsWith(prefix));
}

/**
 * Does the engine open a NIXL side channel? Only a NIXL connector does; without one in sight the answer is `unknown` as
 * long as the configuration may name one.
 */
export const opensSideChannel = oncePer((engine: Engine): Certainty => {
  if (nixlConnectors(engine).length > 0) return 'yes';
  if (!engine.kvTransfer) {
    const plain = engine.entry === 'vllm serve' || engine.entry === 'api_server' || engine.entry === 'image';
    return plain && engine.flags.absent('kv-transfer-config') ? 'no' : 'unknown';
  }
  const all = connectors(engine);
  return all.length > 0 && all.every((connector) => isForeign(connector, engine)) ? 'no' : 'unknown';
});

/** True for a connector that is certainly one of vLLM's own outside the NIXL family, with all its children in sight. */
function isForeign(connector: ConnectorConfig, engine: Engine): boolean {
  const name = connectorClass(connector, engine);
  if (name === undefined || connectorState(name, versionOf(engine)).state !== 'registered') return false;
  if (name !== 'MultiConnector') return true;
  const children = extraMember(connector, 'connectors')?.value;
  return children?.type === 'array' && !children.open && children.items.every((child) => child.type === 'object');
}

/** The role that the top level states, when it is known. */
export const roleOf = oncePer((engine: Engine): Role | undefined => {
  const role = knownString(member(engine.kvTransfer?.root, 'kv_role')?.value);
  return role === undefined ? undefined : ROLES[role];
});

/** The side of an exchange that an engine is on, and whether more than a name says so. */
export interface Side {
  readonly role: Role;
  readonly stated: boolean;
}

const SIDES: Readonly<Record<EngineRole['role'], Role | undefined>> = {
  prefill: 'producer',
  decode: 'consumer',
  both: 'both',
  encode: undefined,
};

/**
 * The side of an engine: its `kv_role`, and where that may be either, what else the files say. NIXL connectors do not read
 * the role, so that most deployments give `kv_both` to both sides.
 */
export const sideOf = oncePer((engine: Engine): Side | undefined => {
  const role = roleOf(engine);
  if (role === 'producer' || role === 'consumer') return { role, stated: true };
  const said = engine.role && engine.role.by !== 'file' ? SIDES[engine.role.role] : undefined;
  if (said && engine.role) return { role: said, stated: isRoleStated(engine.role) };
  return role && { role, stated: true };
});

/**
 * Will another engine ever dial this one's side channel? Prefill is always dialled: by a decoder that pulls, and by one
 * that registers its blocks to have them pushed. Decode is dialled when prefill pushes or reads blocks back
 * (`bidirectional_kv_xfer`). (vllm/distributed/kv_transfer/kv_connector/v1/nixl/push_worker.py)
 */
export const isDialled = oncePer((engine: Engine): Certainty => {
  const side = sideOf(engine);
  if (!side) return 'unknown';
  const answer = isSideDialled(engine, side.role);
  return answer === 'no' && !side.stated ? 'unknown' : answer;
});

function isSideDialled(engine: Engine, role: Role): Certainty {
  const family = nixlConnectors(engine);
  if (family.length === 0) return 'unknown';
  const answers = family.map((connector): Certainty => {
    const push = lookupConnector(connectorName(connector) ?? '')?.mode === 'push';
    if (role !== 'consumer' || push) return 'yes';
    const bidirectional = extraMember(connector, 'bidirectional_kv_xfer')?.value;
    if (bidirectional) {
      const value = truthiness(bidirectional);
      return value === undefined ? 'unknown' : value ? 'yes' : 'no';
    }
    return openExtra(connector) ? 'unknown' : 'no';
  });
  return answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';
}

function openExtra(connector: ConnectorConfig): boolean {
  const extra = member(connector.node, 'kv_connector_extra_config')?.value;
  return connector.node.open !== undefined || extra?.type === 'unknown' || (extra?.type === 'object' && !!extra.open);
}

/**
 * Does UCX carry the engine's transfers, or read the file that this is about? `no` when `backends` is known and names others only: `UCX_*` then has nothing
 * to do there.
 */
export const usesUcx = oncePer((engine: Engine): boolean => {
  if (engine.entry === 'ucx config file') return true;
  if (engine.entry === 'nixl config file' || !usesNixl(engine)) return false;
  const family = nixlConnectors(engine);
  return family.length === 0 || family.some(carriesUcx);
});

function carriesUcx(connector: ConnectorConfig): boolean {
  const backends = extraMember(connector, 'backends')?.value;
  if (backends === undefined) return true;
  const names = items(backends);
  return (
    backends.type !== 'array' || names.length === 0 || names.some((name) => (knownString(name) ?? 'UCX') === 'UCX')
  );
}

/** The value of the first NIXL connector's field, for example `kv_buffer_device`. */
export function connectorField(engine: Engine, field: string): ReturnType<typeof at> {
  const connector = nixlConnectors(engine)[0];
  return connector && at(connector.node, field);
}

/** The model that the engine serves, as written. */
export function modelOf(engine: Engine): string | undefined {
  return knownText(engine.flags.get('model')?.value) ?? knownText(engine.flags.positionals[0]);
}
