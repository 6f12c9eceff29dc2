import { type ConnectorFact, connectorState, lookupConnector } from '../knowledge/connectors';
import { newestRelease } from '../knowledge/releases';
import { holds, type Range } from '../knowledge/version';
import { connectorName, connectorsOf, type Engine, member, setScalar } from '../model';
import { type Page, rule, type Severity } from './rule';
import { hasModulePath, isForks, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { contentPlace, isPlaceholder } from './support/tree';
import { isEarlier, named, releases, trusted, versionOf } from './support/versions';
import { code } from './support/words';

/** `vLLM up to 0.10.0 and vLLM from 0.13.0 on`. */
function whenRegistered(ranges: readonly Range[]): string {
  return ranges.map(releases).join(' and ');
}

/** The severity by how well the change is known that this release is on the other side of. */
function limited({ ranges, confidence }: ConnectorFact, engine: Engine, severity: Severity): Severity {
  const next = ranges.find((range) => isEarlier(range, engine));
  const range = next ?? ranges.at(-1);
  return range ? trusted({ range, confidence }, next ? 'since' : 'until', severity) : severity;
}

export const connectorNotInVersion = rule({
  id: 'connector-not-in-version',
  title: 'Connector that this release of vLLM does not have',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const connector of connectorsOf(engine.kvTransfer)) {
      const name = connectorName(connector);
      const node = member(connector.node, 'kv_connector')?.value;
      if (!node || !name || isPlaceholder(name) || hasModulePath(connector) || connector.node.open) continue;
      if (isForks(name)) {
        const instead = lookupConnector(name)?.replacedBy;
        yield finding(
          contentPlace(node),
          'info',
          `${code(name)}${whereabouts(connector)} existed in a fork of vLLM only: no release has it.${instead ? ` Use ${code(instead)} instead.` : ''}`,
        );
        continue;
      }
      const state = connectorState(name, versionOf(engine));
      if (state.state === 'unknown-name' || state.state === 'registered' || state.state === 'plugin') continue;
      const { connector: fact } = state;
      const gone = holds(fact.ranges, newestRelease('vllm')) === 'no';
      if (state.state === 'depends' && !gone) continue;
      const instead = state.state === 'not-yet' ? undefined : fact.replacedBy;
      const advice = instead ? ` Use ${code(instead)} instead.` : '';
      const where = whereabouts(connector);
      yield finding(
        contentPlace(node),
        limited(fact, engine, state.state === 'depends' ? 'info' : 'error'),
        state.state === 'depends'
          ? `${code(name)}${where} is a connector of ${whenRegistered(fact.ranges)} only: other releases refuse to start.${advice}`
          : `${code(name)}${where} is a connector of ${whenRegistered(fact.ranges)}: ${named(engine)} does not have it and refuses to start.${advice}`,
        instead ? [fix(`Write ${code(instead)}`, false, setScalar(node, instead))] : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Connectors come, go and are renamed: \`SharedStorageConnector\` became \`ExampleConnector\` in 0.13.0, \`P2pNcclConnector\` went
with 0.24.0, \`NixlPushConnector\` came with it. With a name that the release has not registered vLLM refuses to start.

Without a known release only names that newer releases have given up are reported, as information, and so are those that
only a fork ever had.`,
  sources: [
    'vllm:vllm/distributed/kv_transfer/kv_connector/factory.py@v0.25.1',
    'vllm#21785',
    'vllm#30201',
    'vllm#44854',
    'vllm#35264',
  ],
  examples: [
    {
      title: 'Renamed in 0.13.0',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  store:
    image: vllm/vllm-openai:v0.13.0
    command:
      - a/b
      - --kv-transfer-config={"kv_connector":"SharedStorageConnector","kv_role":"kv_both"}
`,
      findings: [{ covers: 'SharedStorageConnector', severity: 'error', message: 'Use `ExampleConnector`' }],
      fixed: `services:
  store:
    image: vllm/vllm-openai:v0.13.0
    command:
      - a/b
      - --kv-transfer-config={"kv_connector":"ExampleConnector","kv_role":"kv_both"}
`,
    },
    {
      title: 'Not there yet',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.22.1
      args: ["--model=a/b", "--kv-transfer-config", '{"kv_connector":"NixlPushConnector","kv_role":"kv_producer"}']
`,
      findings: [{ covers: 'NixlPushConnector', severity: 'error', message: 'from 0.24.0 on' }],
    },
    {
      title: 'Gone, while the release is not known',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"P2pNcclConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'P2pNcclConnector', severity: 'info', message: 'other releases refuse to start' }],
    },
    {
      title: 'New, while the release is not known',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlPushConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A fork of vLLM',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"DynamoNixlConnector"}'
`,
      findings: [{ covers: 'DynamoNixlConnector', severity: 'info', message: 'a fork of vLLM' }],
    },
    {
      title: 'Registered',
      kind: 'good',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlPushConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A module brings the class',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"P2pNcclConnector","kv_connector_module_path":"our.p2p","kv_role":"kv_producer"}'
`,
    },
  ],
});
