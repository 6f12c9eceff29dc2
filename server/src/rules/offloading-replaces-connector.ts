import { behaviour } from '../knowledge/behaviours';
import { connectorName, flagPlace, knownText, member } from '../model';
import { type Page, rule } from './rule';
import { connectors, nixlConnectors } from './support/connectors';
import { finding } from './support/findings';
import { keyPlace } from './support/tree';
import { actor, atMost, severityIn, unverified } from './support/versions';
import { code } from './support/words';

/** What the flag puts in place of the configured connector: those it leaves alone. */
const OFFLOADING: readonly string[] = [
  'OffloadingConnector',
  'SimpleCPUOffloadConnector',
  'LMCacheConnectorV1',
  'LMCacheMPConnector',
];

export const offloadingReplacesConnector = rule({
  id: 'offloading-replaces-connector',
  title: 'Offloading size that replaces the connector',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    const flag = engine.flags.get('kv-offloading-size');
    const size = knownText(flag?.value);
    const [top] = connectors(engine);
    const name = top && connectorName(top);
    if (!flag || size === undefined || size === '' || size === 'None' || !name || OFFLOADING.includes(name)) return;
    // The backend has a default from 0.15.0 on; before, the size alone did nothing.
    const backend = knownText(engine.flags.get('kv-offloading-backend')?.value);
    const { range } = behaviour(
      backend ? 'offloading-size-replaces-connector' : 'offloading-size-alone-replaces-connector',
    );
    const severity = severityIn(range, engine, 'error');
    if (!severity) return;
    const certain = nixlConnectors(engine).length > 0 && !unverified(engine);
    const named = member(top.node, 'kv_connector')!;
    yield finding(
      flagPlace(flag),
      certain ? severity : atMost(severity, 'warning'),
      `${actor(range, engine)} puts an offloading connector in the place of ${code(name)} when \`--kv-offloading-size\` is given, so that nothing passes between prefill and decode. Leave the flag out and combine both in a \`MultiConnector\`.`,
      [],
      [{ place: keyPlace(named), message: 'This connector is replaced.' }],
    );
  },
});

export const page = (): Page => ({
  description: `
\`--kv-offloading-size\` configures a connector of its own: vLLM writes it over \`kv_connector\`, sets the role to \`kv_both\` and
says nothing. Before 0.15.0 that needs \`--kv-offloading-backend\` as well. A NIXL connector beside it is never created, prefill hands nothing over, and decode computes every prompt anew.

To have both, leave the flag out and combine \`NixlConnector\` and \`OffloadingConnector\` in a \`MultiConnector\`.`,
  sources: ['vllm:vllm/config/vllm.py@v0.25.1', 'vllm#32421'],
  examples: [
    {
      title: 'Beside NIXL',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - --model=a/b
        - --kv-offloading-size=64
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [{ covers: '--kv-offloading-size', severity: 'error', message: 'in the place of `NixlConnector`' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-offloading-size 64 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '--kv-offloading-size', severity: 'info', message: 'from 0.15.0 on' }],
    },
    {
      title: 'Without a backend, which had no default then',
      kind: 'version',
      file: 'serve.sh',
      assume: { vllm: '0.12.0' },
      text: `vllm serve a/b --kv-offloading-size 64 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'With a backend',
      kind: 'version',
      file: 'serve.sh',
      assume: { vllm: '0.12.0' },
      text: `vllm serve a/b --kv-offloading-size 64 --kv-offloading-backend native --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '--kv-offloading-size', severity: 'error' }],
    },
    {
      title: 'Offloading through a MultiConnector',
      kind: 'good',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"MultiConnector","kv_role":"kv_both","kv_connector_extra_config":{"connectors":[{"kv_connector":"NixlConnector","kv_role":"kv_both"},{"kv_connector":"OffloadingConnector","kv_role":"kv_both","kv_connector_extra_config":{"cpu_bytes_to_use":1000000000}}]}}'
`,
    },
    {
      title: 'A size from outside',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-offloading-size "$OFFLOAD" --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
  ],
});
