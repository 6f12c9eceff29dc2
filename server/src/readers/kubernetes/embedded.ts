import type { Deployment, NetworkNamespace } from '../../model';
import { member, type ObjectNode } from '../../syntax';
import type { Reading } from '../command/launch';
import { detectHost, isOursByName, mentionsOurs } from '../detect';
import { readDocument } from '../index';
import type { ManifestObject } from './manifest-object';

/**
 * Files that a ConfigMap holds as texts: scripts, vLLM configuration, whole manifests. Which pod mounts them is not
 * known, so their network is not either.
 */
export function readEmbedded(node: ObjectNode, object: ManifestObject, { context, out, depth }: Reading): void {
  const data = member(node, 'data')?.value;
  if (data?.type !== 'object' || depth > 2) return;
  for (const { key, value } of data.members) {
    if (value.type !== 'string' || !(mentionsOurs(value.value) || isOursByName(key))) continue;
    const host = detectHost(key, value.value);
    if (host === undefined || host === 'dotenv') continue;
    const name = `${context.name} ${object.key}/${key}`;
    merge(readDocument(host, [value.text], { ...context, name }, depth + 1), key, out);
  }
}

function merge(found: Deployment, key: string, out: Reading['out']): void {
  const elsewhere = (network: NetworkNamespace): NetworkNamespace =>
    network.kind === 'host' ? { ...network, kind: 'unknown', label: `the pod that runs \`${key}\`` } : network;
  for (const engine of found.engines) out.engines.push({ ...engine, network: elsewhere(engine.network) });
  for (const listener of found.listeners) out.listeners.push({ ...listener, network: elsewhere(listener.network) });
  out.unchecked.push(...found.unchecked);
  out.pods.push(...found.pods);
  out.services.push(...found.services);
  out.configMaps.push(...found.configMaps);
  out.policies.push(...found.policies);
  out.pools.push(...found.pools);
  out.claims.push(...(found.claims ?? []));
  for (const proxy of found.proxies) out.proxies.push({ ...proxy, network: elsewhere(proxy.network) });
}
