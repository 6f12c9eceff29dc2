import { behaviour } from '../knowledge/behaviours';
import { connectorState } from '../knowledge/connectors';
import { connectorName, member, removeMember } from '../model';
import { type Page, rule } from './rule';
import { connectors, hasModulePath, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { keyPlace, knownString } from './support/tree';
import { actor, applies, named, severityIn, versionOf } from './support/versions';
import { code } from './support/words';

export const modulePath = rule({
  id: 'module-path',
  title: 'Module path that has no effect, or another one than before 0.20.0',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const connector of connectors(engine)) {
      const path = member(connector.node, 'kv_connector_module_path');
      if (!path) continue;
      const where = whereabouts(connector);
      if (knownString(path.value) === '') {
        const { range } = behaviour('module-path-empty-refused');
        const severity = severityIn(range, engine, 'error');
        if (!severity) continue;
        yield finding(
          path.value.place,
          severity,
          `\`kv_connector_module_path\`${where} is empty: ${actor(range, engine)} refuses to start. Leave the key out.`,
          [fix('Remove `kv_connector_module_path`', severity === 'error', removeMember(connector.node, path))],
        );
        continue;
      }
      const name = connectorName(connector);
      if (!name || !hasModulePath(connector) || path.value.type === 'unknown') continue;
      if (connectorState(name, versionOf(engine)).state !== 'registered') continue;
      const { range } = behaviour('module-path-second');
      const severity = severityIn(range, engine, 'warning');
      if (!severity) continue;
      yield finding(
        keyPlace(path),
        severity,
        applies(range, engine) === 'yes'
          ? `${named(engine)} has a ${code(name)} of its own and never looks at \`kv_connector_module_path\`${where}; from 0.20.0 on it would. Leave the path out, or name another class.`
          : `Up to 0.19 vLLM ignores \`kv_connector_module_path\`${where} beside its own ${code(name)}; from 0.20.0 on the module wins.`,
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Up to 0.19 a registered name wins: \`kv_connector_module_path\` beside \`NixlConnector\` is never looked at. From 0.20.0 the
module wins, so that the same file loads another class after the upgrade, and an empty path is refused.`,
  sources: ['vllm#38301', 'vllm:vllm/distributed/kv_transfer/kv_connector/factory.py@v0.25.1'],
  examples: [
    {
      title: 'Not looked at before 0.20.0',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.19.1
    command:
      - a/b
      - --kv-transfer-config={"kv_connector":"NixlConnector","kv_connector_module_path":"our.nixl","kv_role":"kv_producer"}
`,
      findings: [{ covers: 'kv_connector_module_path', severity: 'warning', message: 'never looks at' }],
    },
    {
      title: 'Empty',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.21.0' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_connector_module_path": "",
  "kv_role": "kv_producer"
}
`,
      findings: [{ covers: '""', severity: 'error', message: 'is empty' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_connector_module_path": "our.nixl",
  "kv_role": "kv_producer"
}
`,
      findings: [{ covers: 'kv_connector_module_path', severity: 'info', message: 'from 0.20.0 on the module wins' }],
    },
    {
      title: 'From 0.20.0 on the module is meant',
      kind: 'version',
      file: 'kv.json',
      assume: { vllm: '0.20.0' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_connector_module_path": "our.nixl",
  "kv_role": "kv_producer"
}
`,
    },
    {
      title: 'A class that vLLM does not have',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.19.1' },
      text: `{
  "kv_connector": "AcmeConnector",
  "kv_connector_module_path": "acme.connector",
  "kv_role": "kv_producer"
}
`,
    },
    {
      title: 'A connector that is not known',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.19.1' },
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"$NAME\\",\\"kv_connector_module_path\\":\\"our.nixl\\",\\"kv_role\\":\\"kv_both\\"}"
`,
    },
  ],
});
