import { addMember, member } from '../model';
import { type Page, rule } from './rule';
import { connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { expectedRole, mayGainMembers } from './support/roles';
import { keyPlace, knownString } from './support/tree';
import { misspelt, needsRole } from './support/unknown-key';
import { code } from './support/words';

const ROLES = ['kv_producer', 'kv_consumer'] as const;

export const roleMissing = rule({
  id: 'role-missing',
  title: 'Connector without a role',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const connector of connectors(engine)) {
      const { node } = connector;
      const named = member(node, 'kv_connector');
      if (!named || !needsRole(connector)) continue;
      const role = member(node, 'kv_role');
      if (!role && (mayGainMembers(connector, engine) || misspelt(connector, 'kv_role'))) continue;
      const value = knownString(named.value);
      const likely = expectedRole(engine);
      const order = likely ? [likely, ...ROLES.filter((name) => name !== likely)] : ROLES;
      yield finding(
        keyPlace(role ?? named),
        'error',
        `${value ? code(value) : '`kv_connector`'}${whereabouts(connector)} has no \`kv_role\`, and vLLM refuses to start without one. Add \`"kv_role": "kv_producer"\` on prefill, \`"kv_consumer"\` on decode.`,
        role
          ? []
          : order.map((name) => fix(`Add the role ${code(name)}`, false, addMember(node, 'kv_role', name, named))),
      );
    }
  },
});

export const page = (): Page => ({
  description: `
As soon as \`kv_connector\` is set, \`kv_role\` is required: without it vLLM refuses to start, in every release. Up to 0.11.0
the message asks for a \`kv_disagg_role\`, a key that does not exist. Every child of a \`MultiConnector\` needs a role of its
own; it is not inherited.

Write \`kv_producer\` on prefill and \`kv_consumer\` on decode. Where the key is there and only misspelt, \`unknown-key\` says so.`,
  sources: ['vllm:vllm/config/kv_transfer.py@v0.25.1', 'vllm#27166', 'vllm#19448'],
  examples: [
    {
      title: 'JSON in the arguments of a container',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args:
        - --model=Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_buffer_device":"cuda"}'
`,
      findings: [{ covers: 'kv_connector', severity: 'error', message: 'has no `kv_role`' }],
    },
    {
      title: 'A child does not inherit the role',
      kind: 'bad',
      file: 'kv.json',
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": {
    "connectors": [
      { "kv_connector": "NixlConnector", "kv_role": "kv_producer" },
      { "kv_connector": "OffloadingConnector" }
    ]
  }
}
`,
      findings: [{ covers: 'kv_connector', severity: 'error', message: '`OffloadingConnector` in child 2' }],
    },
    {
      title: 'Dotted flags',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config.kv_connector NixlConnector \\
  --kv-transfer-config.kv_buffer_device cuda
`,
      findings: [{ covers: 'kv_connector', severity: 'error' }],
    },
    {
      title: 'The role is given',
      kind: 'good',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'A misspelt role, of which another rule speaks',
      kind: 'good',
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
    },
    {
      title: 'More dotted flags may come from the caller',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config.kv_connector NixlConnector "$@"
`,
    },
    {
      title: 'The connector is not known',
      kind: 'open',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args: ["Qwen/Qwen3-32B", "--kv-transfer-config", "{{ .Values.kvTransferConfig }}"]
`,
    },
  ],
});
