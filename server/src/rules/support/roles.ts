import type { ConnectorConfig, Engine } from '../../model';

/** The role that the engine's own name suggests: `prefill` produces, `decode` consumes. */
export function expectedRole(engine: Engine): 'kv_producer' | 'kv_consumer' | undefined {
  const name = engine.name?.toLowerCase() ?? '';
  const prefill = /prefill|producer/.test(name);
  const decode = /decode|consumer/.test(name);
  return prefill === decode ? undefined : prefill ? 'kv_producer' : 'kv_consumer';
}

/** True when members that we cannot see may be added to the object, so that absence proves nothing. */
export function mayGainMembers(connector: ConnectorConfig, engine: Engine): boolean {
  return connector.node.open !== undefined || (engine.kvTransfer?.form === 'dotted' && engine.flags.open.length > 0);
}
