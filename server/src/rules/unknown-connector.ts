import { connectorState } from '../knowledge/connectors';
import { editDistance } from '../knowledge/nearest';
import { connectorName, member, setScalar } from '../model';
import { type Page, rule } from './rule';
import { connectors, hasModulePath, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { contentPlace, isPlaceholder } from './support/tree';
import { named, versionOf } from './support/versions';
import { code } from './support/words';

/** True when only case, separators or a slip of the keyboard tell the names apart; a plugin would not be called so. */
function isSlip(name: string, near: string): boolean {
  const fold = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (fold(name) === fold(near)) return true;
  // Names of other generations differ in digits: LMCacheConnectorV2 may well exist somewhere.
  const digits = (text: string) => text.replace(/\D/g, '');
  return digits(name) === digits(near) && editDistance(fold(name), fold(near)) <= 2;
}

export const unknownConnector = rule({
  id: 'unknown-connector',
  title: 'Unknown connector',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const connector of connectors(engine)) {
      const name = connectorName(connector);
      const node = member(connector.node, 'kv_connector')?.value;
      if (!node || !name || isPlaceholder(name) || hasModulePath(connector) || connector.node.open) continue;
      const state = connectorState(name, versionOf(engine));
      if (state.state !== 'unknown-name') continue;
      const [near] = state.nearest;
      const slip = near !== undefined && isSlip(name, near);
      yield finding(
        contentPlace(node),
        slip ? 'error' : 'warning',
        slip
          ? `${code(name)}${whereabouts(connector)} is no connector of vLLM: ${named(engine)} refuses to start. Write ${code(near)}.`
          : `${code(name)}${whereabouts(connector)} is no connector of vLLM: unless a plugin registers it, ${named(engine)} refuses to start. ${near ? `Write ${code(near)}, or give` : 'Give'} its module in \`kv_connector_module_path\`.`,
        near ? [fix(`Write ${code(near)}`, slip, setScalar(node, near))] : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
\`kv_connector\` is the class name of a connector that vLLM has registered, in exactly this spelling. With any other name vLLM
refuses to start, unless a plugin registers it or \`kv_connector_module_path\` tells where it is.

A misspelt name is an error. Another unknown name is a warning, because an image may carry a plugin of which nothing is known
here. Connectors of known plugins are never reported.`,
  sources: ['vllm:vllm/distributed/kv_transfer/kv_connector/factory.py@v0.25.1', 'vllm#19448'],
  examples: [
    {
      title: 'Another case',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.19.1
      args:
        - --model=Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NIXLConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: 'NIXLConnector', severity: 'error', message: 'Write `NixlConnector`' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.19.1
      args:
        - --model=Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'A slip in a child',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"MultiConnector","kv_role":"kv_both","kv_connector_extra_config":{"connectors":[{"kv_connector":"NixlConector","kv_role":"kv_both"}]}}'
`,
      findings: [{ covers: 'NixlConector', severity: 'error', message: 'in child 1' }],
    },
    {
      title: 'A name that is not known here',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"AcmeFabricConnector","kv_role":"kv_both"}'
`,
      findings: [{ covers: 'AcmeFabricConnector', severity: 'warning', message: 'unless a plugin registers it' }],
    },
    {
      title: 'A class of another package',
      kind: 'good',
      file: 'kv.json',
      text: `{
  "kv_connector": "AcmeFabricConnector",
  "kv_connector_module_path": "acme.vllm.connector",
  "kv_role": "kv_both"
}
`,
    },
    {
      title: 'A connector from outside',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"\${KIND}Connector\\",\\"kv_role\\":\\"kv_both\\"}"
`,
    },
  ],
});
