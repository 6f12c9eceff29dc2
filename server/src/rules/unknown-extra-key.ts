import { backendsWithParameter } from '../knowledge/backends';
import { isNixlConnector } from '../knowledge/connectors';
import {
  connectorsReading,
  extraKeys,
  lookupExtraKey,
  nearestExtraKeys,
  takesAnyExtraKey,
} from '../knowledge/extra-config';
import { lookupKvField } from '../knowledge/kv-transfer-config';
import { type Member, member, renameKey } from '../model';
import { type Page, rule } from './rule';
import { connectorClass, connectors, isPatched, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { countingMembers, keyPlace } from './support/tree';
import { applies, unverified } from './support/versions';
import { allOf, code } from './support/words';

/** The key with dots that these dotted flags were meant to set: `lmcache.mp.host` arrives as three nested objects. */
function splitKey(name: string, { key, value }: Member): string | undefined {
  if (value.notation !== 'flags' || value.type !== 'object') return undefined;
  for (const inner of countingMembers(value)) {
    const joined = `${key}.${inner.key}`;
    if (lookupExtraKey(name, joined)) return joined;
    const deeper = splitKey(name, { ...inner, key: joined });
    if (deeper) return deeper;
  }
  return undefined;
}

/** What does the same as a parameter of the UCX backend. */
function instead(key: string): string {
  if (/^(?:device_list|ucx_devices)$/.test(key)) return 'Set `UCX_NET_DEVICES` in the environment.';
  return key === 'engine_config' ? 'Set the `UCX_` variables in the environment.' : 'Remove it.';
}

export const unknownExtraKey = rule({
  id: 'unknown-extra-key',
  title: 'Setting that the connector does not read',
  category: 'kv-transfer-config',
  severity: 'warning',
  *check(engine) {
    for (const connector of connectors(engine)) {
      const name = connectorClass(connector, engine);
      const extra = member(connector.node, 'kv_connector_extra_config')?.value;
      if (name === undefined || extra?.type !== 'object' || extraKeys(name).length === 0) continue;
      if (isPatched(connector)) continue;
      const taken = new Set(extra.members.map(({ key }) => key));
      for (const found of countingMembers(extra)) {
        const { key } = found;
        if (lookupExtraKey(name, key)) continue;
        const split = splitKey(name, found);
        if (split) {
          yield finding(
            keyPlace(found),
            'warning',
            `Dotted flags cannot set ${code(split)}${whereabouts(connector)}, because its dots belong to its name: ${code(name)} gets nested objects and ignores them. Give the configuration as JSON.`,
          );
          continue;
        }
        if (lookupKvField(key) || takesAnyExtraKey(name)) continue;
        // A key that the release does not read, either, is no advice.
        const intended = nearestExtraKeys(name, key).find(
          (candidate) => !taken.has(candidate) && applies(lookupExtraKey(name, candidate)!.range, engine) !== 'no',
        );
        const readers = connectorsReading(key).filter((other) => other !== name);
        const backends = isNixlConnector(name) ? backendsWithParameter(key) : [];
        const sure = intended !== undefined || (isNixlConnector(name) && !unverified(engine));
        const advice = intended
          ? `Write ${code(intended)}.`
          : readers.length > 0
            ? `It is a setting of ${allOf(readers)}.`
            : backends.length > 0
              ? `It is a parameter of NIXL's ${allOf(backends)}, and vLLM passes none on but \`num_threads\`. ${instead(key)}`
              : 'Remove it.';
        yield finding(
          keyPlace(found),
          sure ? 'warning' : 'info',
          `vLLM's ${code(name)}${whereabouts(connector)} does not read ${code(key)} and ignores it without a word. ${advice}`,
          intended ? [fix(`Write ${code(intended)}`, false, renameKey(found, intended))] : [],
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
vLLM hands \`kv_connector_extra_config\` to the connector unchecked, and the connector picks the keys that it knows. Any other
key is ignored without a word, in every release, and the setting keeps its default.

For NIXL connectors every unknown key is reported as a warning. For others, whose keys may be read further down, a misspelt
key is; another one is only information.

Keys that have dots in their name, such as \`lmcache.mp.host\`, cannot be given in dotted form: they arrive as nested objects.`,
  sources: [
    'vllm:vllm/config/kv_transfer.py@v0.25.1',
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_worker.py@v0.25.1',
  ],
  examples: [
    {
      title: "A parameter of NIXL's backend",
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "device_list": "mlx5_0" }
}
`,
      findings: [{ covers: 'device_list', severity: 'warning', message: 'Set `UCX_NET_DEVICES`' }],
    },
    {
      title: 'A misspelt setting of NIXL',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: [sh, -c]
      args:
        - |
          vllm serve a/b --kv-transfer-config '{"kv_connector": "NixlConnector", "kv_role": "kv_producer",
            "kv_connector_extra_config": {"kv_lease_durations": 60}}'
`,
      findings: [{ covers: 'kv_lease_durations', severity: 'warning', message: 'Write `kv_lease_duration`' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: [sh, -c]
      args:
        - |
          vllm serve a/b --kv-transfer-config '{"kv_connector": "NixlConnector", "kv_role": "kv_producer",
            "kv_connector_extra_config": {"kv_lease_duration": 60}}'
`,
    },
    {
      title: "Another connector's setting",
      kind: 'bad',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "mooncake_protocol": "rdma" }
}
`,
      findings: [{ covers: 'mooncake_protocol', severity: 'warning', message: '`MooncakeConnector`' }],
    },
    {
      title: 'A key with dots in dotted form',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --kv-transfer-config.kv_connector LMCacheMPConnector --kv-transfer-config.kv_role kv_both \\
  --kv-transfer-config.kv_connector_extra_config.lmcache.mp.port 6555
`,
      findings: [{ covers: 'lmcache', severity: 'warning', message: '`lmcache.mp.port`' }],
    },
    {
      title: 'Settings that NIXL reads',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "backends": ["UCX"], "num_threads": 8, "kv_lease_duration": 60 }
}
`,
    },
    {
      title: 'LMCache takes any key',
      kind: 'good',
      file: 'kv.json',
      text: `{
  "kv_connector": "LMCacheConnectorV1",
  "kv_role": "kv_both",
  "kv_connector_extra_config": { "discard_partial_chunks": false }
}
`,
    },
    {
      title: 'A connector that a platform plugin changes',
      kind: 'open',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_both",
  "kv_buffer_device": "hpu",
  "kv_connector_extra_config": { "agreed_block_size": 128 }
}
`,
    },
    {
      title: 'A connector of which nothing is known',
      kind: 'open',
      file: 'kv.json',
      text: `{
  "kv_connector": "AcmeConnector",
  "kv_connector_module_path": "acme.connector",
  "kv_role": "kv_both",
  "kv_connector_extra_config": { "lanes": 4 }
}
`,
    },
  ],
});
