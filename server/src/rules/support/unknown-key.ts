import { lookupExtraKey } from '../../knowledge/extra-config';
import { lookupKvField, nearestKvFields, unknownKeyEffect } from '../../knowledge/kv-transfer-config';
import { type ConnectorConfig, connectorName, type Engine, member } from '../../model';
import type { Severity } from '../rule';
import { countingMembers, isNull } from './tree';
import { named, versionOf } from './versions';

/** What vLLM does with a key that the configuration class does not have, as a severity and a clause. */
export function unknownKeyOutcome(engine: Engine): { readonly severity: Severity; readonly clause: string } {
  switch (unknownKeyEffect(versionOf(engine))) {
    case 'refused':
      return { severity: 'error', clause: `${named(engine)} refuses to start because of it` };
    case 'ignored':
      return { severity: 'warning', clause: `${named(engine)} drops it without a word` };
    default:
      return {
        severity: 'warning',
        clause: 'vLLM refuses to start or drops it without a word, depending on its release',
      };
  }
}

/** True for a key at the top level of a connector object that its connector reads from `kv_connector_extra_config`. */
export function belongsInExtraConfig(connector: ConnectorConfig, key: string): boolean {
  const name = connectorName(connector);
  return name !== undefined && lookupKvField(key) === undefined && lookupExtraKey(name, key) !== undefined;
}

/** True when a release refuses to start because of a key that the configuration class does not have. */
export function refusesUnknownKeys(engine: Engine): boolean {
  return unknownKeyEffect(versionOf(engine)) === 'refused';
}

/** True when the object has a misspelt `field`, of which another rule speaks, so that the field is not just missing. */
export function misspelt(connector: ConnectorConfig, field: string): boolean {
  return countingMembers(connector.node).some(
    ({ key }) =>
      lookupKvField(key) === undefined && !belongsInExtraConfig(connector, key) && nearestKvFields(key)[0] === field,
  );
}

/** True when vLLM refuses to start as long as the object has no role. */
export function needsRole({ node }: ConnectorConfig): boolean {
  const named = member(node, 'kv_connector');
  if (!named || named.value.type === 'unknown' || isNull(named.value)) return false;
  const role = member(node, 'kv_role');
  return !role || isNull(role.value);
}
