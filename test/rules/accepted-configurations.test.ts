import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/analysis';

const nixl = '"kv_connector":"NixlConnector","kv_role":"kv_producer"';

/** Configurations that vLLM 0.25.1 takes, in spellings that a stricter reader would refuse. */
const accepted: Readonly<Record<string, string>> = {
  'a boolean as a number': `{${nixl},"enable_permute_local_kv":1}`,
  'a boolean as a word': `{${nixl},"enable_permute_local_kv":"on"}`,
  'nulls where null is the default': `{${nixl},"engine_id":null,"kv_connector_module_path":null}`,
  'a key with an escape': '{"kv\\u005frole":"kv_producer","kv_connector":"NixlConnector"}',
  'settings that the connector converts': `{${nixl},"kv_connector_extra_config":{"kv_recompute_threshold":"0","enable_cross_layers_blocks":"TRUE","enforce_handshake_compat":"true"}}`,
  'fractions of seconds': `{${nixl},"kv_connector_extra_config":{"kv_lease_duration":30.5,"engine_ttl":-1,"decoder_kv_blocks_ttl":1e3}}`,
  'several backends': `{${nixl},"kv_connector_extra_config":{"backends":["UCX","GDS_MT"]}}`,
  'a backend in mixed case': `{${nixl},"kv_connector_extra_config":{"backends":["Mooncake"]}}`,
  'the push connector':
    '{"kv_connector":"NixlPushConnector","kv_role":"kv_consumer","kv_connector_extra_config":{"push_registration_timeout":"480"}}',
  'keys with dots':
    '{"kv_connector":"LMCacheMPConnector","kv_role":"kv_both","kv_connector_extra_config":{"lmcache.mp.port":"5555","lmcache.mp.other":1}}',
  'a connector that takes any key':
    '{"kv_connector":"LMCacheConnectorV1","kv_role":"kv_both","kv_connector_extra_config":{"x":{"y":[1]}}}',
  'children of children': `{"kv_connector":"MultiConnector","kv_role":"kv_producer","engine_id":"x","kv_connector_extra_config":{"connectors":[{${nixl}},{"kv_connector":"MultiConnector","kv_role":"kv_both","kv_connector_extra_config":{"connectors":[{${nixl}}]}}]}}`,
  "a plugin's connector":
    '{"kv_connector":"AscendStoreConnector","kv_role":"kv_both","kv_connector_extra_config":{"backend":"x"}}',
  'a class of another package':
    '{"kv_connector":"MyThing","kv_connector_module_path":"a.b","kv_role":"kv_both","kv_connector_extra_config":{"backends":"UCX"}}',
  'a class of another package with a name of vLLM':
    '{"kv_connector":"NixlConnector","kv_connector_module_path":"a.b","kv_role":"kv_both","kv_connector_extra_config":{"backends":"UCX","q":1},"kv_port":1}',
};

const pod = (launch: string) => `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_HOST
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
${launch}`;

/** The same configuration where people write it. */
const notations: Readonly<Record<string, (json: string) => readonly [file: string, text: string]>> = {
  'a shell word': (json) => ['serve.sh', `vllm serve a/b --kv-transfer-config '${json}'\n`],
  'a shell word joined by =': (json) => ['serve.sh', `vllm serve a/b --kv_transfer_config='${json}'\n`],
  'a variable of a script': (json) => ['serve.sh', `KV='${json}'\nvllm serve a/b --kv-transfer-config "$KV"\n`],
  'a script in a script': (json) => [
    'run.sh',
    `bash -c "vllm serve a/b --kv-transfer-config '${json.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}'" &\n`,
  ],
  'a file': (json) => ['kv.json', json],
  'arguments of a container': (json) => [
    'p.yaml',
    pod(`      args: ["a/b", "--kv-transfer-config", ${JSON.stringify(json)}]\n`),
  ],
  'a folded argument': (json) => [
    'p.yaml',
    pod(`      args:\n        - a/b\n        - --kv-transfer-config\n        - >-\n          ${json}\n`),
  ],
  'a script of a container': (json) => [
    'p.yaml',
    pod(`      command: [sh, -c]\n      args:\n        - |\n          vllm serve a/b --kv-transfer-config '${json}'\n`),
  ],
  'a string of a config file': (json) => ['vllm-config.yaml', `model: a/b\nkv-transfer-config: '${json}'\n`],
  'a mapping of a config file': (json) => ['vllm-config.yaml', `model: a/b\nkv-transfer-config: ${json}\n`],
};

describe.each(Object.entries(accepted))('%s', (_, json) => {
  it.each(Object.entries(notations))('in %s', (_name, write) => {
    const [name, text] = write(json);
    const { deployment, problems } = analyze({ name, text }, { assumptions: { vllm: '0.25.1' } });
    expect(deployment.engines).toHaveLength(1);
    expect(deployment.engines[0]?.kvTransfer?.root?.type).toBe('object');
    expect(problems.filter(({ severity }) => severity !== 'hint').map(({ rule, message }) => [rule, message])).toEqual(
      [],
    );
  });
});

describe('a setting with a suffix', () => {
  it.each(['80m', '4G'])('%s is a number from 0.20.0 on', (size) => {
    const text = `vllm serve a/b --kv-transfer-config '{${nixl},"kv_buffer_size":${size}}'\n`;
    const found = (vllm: string) =>
      analyze({ name: 'serve.sh', text }, { assumptions: { vllm } }).problems.filter(
        ({ severity }) => severity === 'error',
      );
    expect(found('0.20.0')).toEqual([]);
    expect(found('0.19.1').map(({ rule }) => rule)).toEqual(['json-syntax']);
  });
});
