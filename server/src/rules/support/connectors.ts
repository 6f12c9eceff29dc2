import { behaviour } from '../../knowledge/behaviours';
import { isPluginBufferDevice } from '../../knowledge/buffer-devices';
import { connectorState, isNixlConnector, lookupConnector } from '../../knowledge/connectors';
import { type ConnectorConfig, connectorName, connectorsOf, type Engine, member } from '../../model';
import { isNull, knownString } from './tree';
import { applies, versionOf } from './versions';

/**
 * Every connector object of the engine's configuration, the top level first. None when one of them exists only in a fork
 * of vLLM: that has its own rules about all the rest.
 */
export function connectors(engine: Engine): readonly ConnectorConfig[] {
  const all = connectorsOf(engine.kvTransfer);
  return all.some((connector) => isForks(connectorName(connector))) ? [] : all;
}

/** True for a connector that only a fork of vLLM has. */
export function isForks(name: string | undefined): boolean {
  return name !== undefined && lookupConnector(name)?.origin === 'fork';
}

/** True when `kv_connector_module_path` is given, so that the class may come from another package. */
export function hasModulePath(connector: ConnectorConfig): boolean {
  const path = member(connector.node, 'kv_connector_module_path')?.value;
  return path !== undefined && !isNull(path) && knownString(path) !== '';
}

/**
 * The connector class of vLLM's own that this object certainly names; `undefined` when the name is not known before the
 * program runs, or when a module path may bring another class of that name.
 */
export function connectorClass(connector: ConnectorConfig, engine: Engine): string | undefined {
  const name = connectorName(connector);
  if (name === undefined || !hasModulePath(connector)) return name;
  const registeredWins = applies(behaviour('module-path-second').range, engine) === 'yes';
  return registeredWins && connectorState(name, versionOf(engine)).state === 'registered' ? name : undefined;
}

/** True when a platform plugin changes the connector, so that it may read other settings than vLLM's own. */
export function isPatched(connector: ConnectorConfig): boolean {
  const device = knownString(member(connector.node, 'kv_buffer_device')?.value);
  return device !== undefined && isPluginBufferDevice(device);
}

/** The NIXL connectors of the configuration, also inside a MultiConnector. */
export function nixlConnectors(engine: Engine): readonly ConnectorConfig[] {
  return connectors(engine).filter((connector) => {
    const name = connectorClass(connector, engine);
    return name !== undefined && isNixlConnector(name);
  });
}

/** Words for where a connector object stands, to follow a name in a message: ` in child 2 of MultiConnector`. */
export function whereabouts(connector: ConnectorConfig): string {
  const index = connector.path.at(-1);
  return typeof index === 'number' ? ` in child ${index + 1} of \`MultiConnector\`` : '';
}
