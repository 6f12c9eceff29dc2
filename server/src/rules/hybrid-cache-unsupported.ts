import { behaviour } from '../knowledge/behaviours';
import { lookupConnector } from '../knowledge/connectors';
import { flagPlace } from '../model';
import { type Page, rule } from './rule';
import { connectorClass, nixlConnectors, whereabouts } from './support/connectors';
import { finding } from './support/findings';
import { applies, named } from './support/versions';
import { code } from './support/words';

export const hybridCacheUnsupported = rule({
  id: 'hybrid-cache-unsupported',
  title: 'Hybrid KV cache manager forced on beside a connector that cannot use it',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    const flag = engine.flags.get('disable-hybrid-kv-cache-manager');
    if (!flag?.negated || applies(behaviour('explicit-hybrid-manager-checked').range, engine) !== 'yes') return;
    for (const connector of nixlConnectors(engine)) {
      const fact = lookupConnector(connectorClass(connector, engine)!)!;
      const supporting = fact.hma
        .filter(({ value }) => value)
        .map((bounds) => ({ ...bounds, library: 'vllm' as const }));
      if (applies(supporting, engine) !== 'no') continue;
      yield finding(
        flagPlace(flag),
        'error',
        `${code(fact.name)}${whereabouts(connector)} does not support the hybrid KV cache manager in ${named(engine)}: with it forced on, the start is refused. Remove the flag.`,
      );
      return;
    }
  },
});

export const page = (): Page => ({
  description: `
\`--no-disable-hybrid-kv-cache-manager\` keeps the hybrid KV cache manager on although a connector is configured (from 0.13.0
on). Every connector, and in a \`MultiConnector\` every child, has to support it then, or vLLM refuses to start. NIXL supports
it from 0.18.0 on; other connectors are not checked.`,
  sources: ['vllm#35758', 'vllm#41847', 'vllm:vllm/distributed/kv_transfer/kv_connector/factory.py@v0.25.1'],
  examples: [
    {
      title: 'NIXL before 0.18.0',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.16.0
vllm serve a/b --no-disable-hybrid-kv-cache-manager --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '--no-disable-hybrid-kv-cache-manager', severity: 'error', message: '`NixlConnector`' }],
    },
    {
      title: 'NIXL from 0.18.0 on',
      kind: 'version',
      file: 'serve.sh',
      assume: { vllm: '0.18.0' },
      text: `vllm serve a/b --no-disable-hybrid-kv-cache-manager --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Switched off',
      kind: 'good',
      file: 'serve.sh',
      assume: { vllm: '0.16.0' },
      text: `vllm serve a/b --disable-hybrid-kv-cache-manager --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A connector from outside',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.16.0' },
      text: `vllm serve a/b --no-disable-hybrid-kv-cache-manager --kv-transfer-config "{\\"kv_connector\\":\\"$CONNECTOR\\",\\"kv_role\\":\\"kv_producer\\"}"
`,
    },
  ],
});
