import { connectorsReading } from '../knowledge/extra-config';
import { lookupKvField, nearestKvFields } from '../knowledge/kv-transfer-config';
import { renameKey } from '../model';
import { type Page, rule } from './rule';
import { connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { mayGainMembers } from './support/roles';
import { countingMembers, keyPlace } from './support/tree';
import { belongsInExtraConfig, needsRole, unknownKeyOutcome } from './support/unknown-key';
import { atMost, unverified } from './support/versions';
import { allOf, code } from './support/words';

export const unknownKey = rule({
  id: 'unknown-key',
  title: 'Unknown key in the KV transfer configuration',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    const outcome = unknownKeyOutcome(engine);
    for (const connector of connectors(engine)) {
      const taken = new Set(connector.node.members.map(({ key }) => key));
      for (const member of countingMembers(connector.node)) {
        const { key } = member;
        if (lookupKvField(key) || belongsInExtraConfig(connector, key)) continue;
        const intended = nearestKvFields(key).find((name) => !taken.has(name));
        const readers = connectorsReading(key);
        // A release whose source was not read may have a new key; a misspelt one it has not.
        const severity = !intended && unverified(engine) ? atMost(outcome.severity, 'warning') : outcome.severity;
        // Every release wants a role, whatever it does with a key that it does not know.
        const role = intended === 'kv_role' && needsRole(connector) && !mayGainMembers(connector, engine);
        const advice = intended
          ? `Write ${code(intended)}.`
          : readers.length > 0
            ? `It is a setting of ${allOf(readers)}, to be given in \`kv_connector_extra_config\`.`
            : 'Remove it; settings of a connector belong in `kv_connector_extra_config`.';
        yield finding(
          keyPlace(member),
          role ? 'error' : severity,
          `${code(key)}${whereabouts(connector)} is not a key of the KV transfer configuration: ${role ? `without a ${code(intended)} vLLM refuses to start` : outcome.clause}. ${advice}`,
          intended
            ? [fix(`Write ${code(intended)}`, role || outcome.severity === 'error', renameKey(member, intended))]
            : [],
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
vLLM 0.9.0 and every release from 0.16.0 on refuse to start when the object of \`--kv-transfer-config\` has a key that
\`KVTransferConfig\` does not know. The releases between drop such a key without a word: the setting that you meant keeps
its default, and nothing tells you. The same holds for every child of a \`MultiConnector\`.

A key that the connector reads from \`kv_connector_extra_config\` is reported as \`misplaced-key\` instead, and one that
another release knows as \`key-not-in-version\`.`,
  sources: ['vllm#17599', 'vllm#31541', 'vllm:vllm/config/kv_transfer.py@v0.25.1'],
  examples: [
    {
      title: 'A misspelt key stops vLLM from 0.16.0 on',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.19.1
      command: ["/bin/bash", "-c"]
      args:
        - |
          exec vllm serve Qwen/Qwen3-32B --port 8000 \\
            --kv-transfer-config '{"kv_connector": "NixlConnector", "kv_role": "kv_producer",
              "kv_load_failure_polcy": "fail"}'
`,
      findings: [{ covers: 'kv_load_failure_polcy', severity: 'error', message: 'Write `kv_load_failure_policy`' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.19.1
      command: ["/bin/bash", "-c"]
      args:
        - |
          exec vllm serve Qwen/Qwen3-32B --port 8000 \\
            --kv-transfer-config '{"kv_connector": "NixlConnector", "kv_role": "kv_producer",
              "kv_load_failure_policy": "fail"}'
`,
    },
    {
      title: 'Up to 0.15 the key is dropped in silence',
      kind: 'bad',
      file: 'decode.sh',
      text: `# nixl: vllm=0.15.0
vllm serve Qwen/Qwen3-32B --port 8200 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_bufer_device":"cpu"}'
`,
      findings: [{ covers: 'kv_bufer_device', severity: 'warning', message: 'drops it without a word' }],
    },
    {
      title: 'A misspelt role stops every release',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.15.0
      args: [a/b, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_rol":"kv_producer"}']
`,
      findings: [{ covers: 'kv_rol', severity: 'error', message: 'without a `kv_role` vLLM refuses to start' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.15.0
      args: [a/b, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`,
    },
    {
      title: 'A child of MultiConnector is checked in the same way',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    command:
      - Qwen/Qwen3-32B
      - --kv-transfer-config={"kv_connector":"MultiConnector","kv_role":"kv_producer","kv_connector_extra_config":{"connectors":[{"kv_connector":"NixlConnector","role":"kv_producer","kv_role":"kv_producer"}]}}
`,
      findings: [{ covers: 'role', severity: 'error', message: 'in child 1 of `MultiConnector`' }],
    },
    {
      title: 'Dotted flags are keys too',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --kv-transfer-config.kv_connector NixlConnector \\
  --kv-transfer-config.kv_role kv_producer --kv-transfer-config.kv_buffer_devic cpu
`,
      findings: [{ covers: 'kv_buffer_devic', severity: 'error' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_lod_failure_policy": "fail"
}
`,
      findings: [{ covers: 'kv_lod_failure_policy', severity: 'warning', message: 'depending on its release' }],
    },
    {
      title: 'Every key of the class',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "engine_id": "prefill-0",
  "kv_buffer_device": "cuda",
  "kv_load_failure_policy": "fail",
  "enable_permute_local_kv": false,
  "kv_connector_extra_config": {}
}
`,
    },
    {
      title: 'A key that is put together at run time',
      kind: 'open',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_producer\\",\\"$EXTRA_KEY\\":1}"
`,
    },
  ],
});
