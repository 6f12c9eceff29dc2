import { lookupExtraKey } from '../knowledge/extra-config';
import type { Fact } from '../knowledge/fact';
import { lookupKvField } from '../knowledge/kv-transfer-config';
import { newestRelease } from '../knowledge/releases';
import { holds } from '../knowledge/version';
import { type Engine, member, removeMember } from '../model';
import { type Page, rule, type Severity } from './rule';
import { connectorClass, connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { countingMembers, keyPlace } from './support/tree';
import { unknownKeyOutcome } from './support/unknown-key';
import { applies, atMost, isEarlier, named, releases, trusted } from './support/versions';
import { code } from './support/words';

/** True when the newest release has lost the name: worth a word even where the engine's release is not known. */
function isGone(fact: Fact): boolean {
  return holds(fact.range, newestRelease(fact.range.library)) === 'no';
}

/** The severity of a name that some releases do not know; `undefined` where the engine's release may well know it. */
function severityOf(fact: Fact, engine: Engine, severity: Severity): Severity | undefined {
  const certainty = applies(fact.range, engine);
  if (certainty === 'yes') return undefined;
  const change = isEarlier(fact.range, engine) ? 'since' : 'until';
  if (certainty === 'no') return trusted(fact, change, severity);
  return isGone(fact) ? trusted(fact, 'until', atMost(severity, 'info')) : undefined;
}

export const keyNotInVersion = rule({
  id: 'key-not-in-version',
  title: 'Key that this release of vLLM does not have',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    const outcome = unknownKeyOutcome(engine);
    for (const connector of connectors(engine)) {
      for (const found of countingMembers(connector.node)) {
        const field = lookupKvField(found.key);
        const severity = field && severityOf(field, engine, outcome.severity);
        if (!field || !severity) continue;
        yield finding(
          keyPlace(found),
          severity,
          applies(field.range, engine) === 'no'
            ? `${code(found.key)}${whereabouts(connector)} is a key of ${releases(field.range)}: ${outcome.clause}. Remove it or change the release.`
            : `${code(found.key)}${whereabouts(connector)} is a key of ${releases(field.range)} only: other releases refuse to start or drop it.`,
          [fix(`Remove ${code(found.key)}`, false, removeMember(connector.node, found))],
        );
      }
      const name = connectorClass(connector, engine);
      const extra = member(connector.node, 'kv_connector_extra_config')?.value;
      if (name === undefined || extra?.type !== 'object') continue;
      for (const found of countingMembers(extra)) {
        const key = lookupExtraKey(name, found.key);
        const severity = key && severityOf(key, engine, 'warning');
        if (!key || !severity) continue;
        yield finding(
          keyPlace(found),
          severity,
          applies(key.range, engine) === 'no'
            ? `${code(name)} reads ${code(found.key)} in ${releases(key.range)}: ${named(engine)} ignores it without a word. ${key.replacedBy && !isEarlier(key.range, engine) ? `Use ${code(key.replacedBy)} instead.` : 'Remove it or change the release.'}`
            : `${code(name)} reads ${code(found.key)} in ${releases(key.range)} only: other releases ignore it without a word.`,
          [fix(`Remove ${code(found.key)}`, false, removeMember(extra, found))],
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
A key of the KV transfer configuration, or of a connector's \`kv_connector_extra_config\`, that is younger or older than the
release in use. Of the former, vLLM 0.9.0 and every release from 0.16.0 on refuse to start with an unknown one, and the
releases between drop it; the latter are ignored in every release. Neither says a word.

Without a known release only keys that newer ones have given up are reported, as information.`,
  sources: ['vllm#26556', 'vllm#26813', 'vllm#31541', 'vllm:vllm/config/kv_transfer.py@v0.25.1'],
  examples: [
    {
      title: 'A field that came with 0.13.0, refused by 0.9.0',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.9.0
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_load_failure_policy":"fail"}'
`,
      findings: [{ covers: 'kv_load_failure_policy', severity: 'error', message: 'from 0.13.0 on' }],
    },
    {
      title: 'The same field, dropped by 0.11.0',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  decode:
    image: vllm/vllm-openai:v0.11.0
    command:
      - a/b
      - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_load_failure_policy":"fail"}
`,
      findings: [{ covers: 'kv_load_failure_policy', severity: 'warning', message: 'drops it without a word' }],
    },
    {
      title: 'A setting of NIXL that came with 0.22.0',
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
      args:
        - --model=a/b
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{"kv_lease_duration":60}}'
`,
      findings: [{ covers: 'kv_lease_duration', severity: 'warning', message: 'vLLM 0.19.1 ignores it' }],
    },
    {
      title: 'In a release that has both',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_load_failure_policy": "fail",
  "kv_connector_extra_config": { "kv_lease_duration": 60 }
}
`,
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_load_failure_policy": "fail",
  "kv_connector_extra_config": { "kv_lease_duration": 60 }
}
`,
    },
    {
      title: 'A setting of a connector class that a module brings',
      kind: 'open',
      file: 'kv.json',
      assume: { vllm: '0.20.0' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_connector_module_path": "our.connectors",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "kv_lease_duration": 60 }
}
`,
    },
  ],
});
