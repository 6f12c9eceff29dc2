import { type BackendFact, lookupBackend, nearestBackends } from '../knowledge/backends';
import { lookupExtraKey } from '../knowledge/extra-config';
import {
  type ArrayNode,
  type ConnectorConfig,
  connectorName,
  type Engine,
  extraMember,
  setScalar,
  type TreeNode,
} from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { nixlConnectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { contentPlace, knownString, shown } from './support/tree';
import { applies, atMost, isEarlier, named, severityIn, trusted } from './support/versions';
import { allOf, code } from './support/words';

/** The names in a text that should have been a list: `UCX`, `UCX,GDS`, `["UCX"]`. */
function namesIn(text: string): string[] {
  return text.split(/[\s,[\]"']+/).filter((name) => name !== '');
}

/** Something else than a list. */
function wrongShape(node: TreeNode, where: string, severity: Severity): Finding | undefined {
  if (node.type === 'array' || node.type === 'unknown') return undefined;
  const text = knownString(node);
  if (node.type === 'string' && text === undefined) return undefined;
  const names = text === undefined ? [] : namesIn(text).map((name) => nearestByCase(name) ?? name);
  const list = JSON.stringify(names.length > 0 ? names : ['UCX']);
  const first = text?.[0];
  return finding(
    node.place,
    severity,
    first
      ? `\`backends\`${where} is a text, which is read letter by letter: NIXL finds no backend ${code(first)}, and vLLM fails when it registers its KV cache. Write ${code(list)}.`
      : `\`backends\`${where} is ${code(shown(node))}, where a list of names is needed: vLLM fails to start. Write ${code(list)}.`,
    [
      names.length > 0 || text === ''
        ? fix(`Write ${code(list)}`, false, { place: node.place, newText: list })
        : undefined,
    ],
  );
}

/** The backend that differs in nothing but case. */
function nearestByCase(name: string): string | undefined {
  if (lookupBackend(name)) return name;
  return nearestBackends(name, 8).find((near) => near.toLowerCase() === name.toLowerCase());
}

function* wrongNames(list: ArrayNode, where: string, severity: Severity, engine: Engine): Generator<Finding> {
  const seen = new Set<string>();
  for (const item of list.items) {
    const name = knownString(item);
    if (name === undefined) {
      if (item.type === 'unknown' || item.type === 'string') continue;
      yield finding(
        item.place,
        severity,
        `${code(shown(item))} in \`backends\`${where} is no name: vLLM fails when it registers its KV cache. Write the name of a NIXL plugin, for example \`"UCX"\`.`,
      );
      continue;
    }
    if (seen.has(name)) {
      yield finding(
        contentPlace(item),
        severity,
        `${code(name)} stands twice in \`backends\`${where}: NIXL refuses to create the same backend again, and vLLM fails to start. Remove one.`,
      );
    }
    seen.add(name);
    const fact = lookupBackend(name);
    if (!fact) {
      const sameButCase = nearestByCase(name);
      const [near] = nearestBackends(name);
      const intended = sameButCase ?? near;
      yield finding(
        contentPlace(item),
        sameButCase ? severity : atMost(severity, 'warning'),
        sameButCase
          ? `NIXL has no plugin ${code(name)} (names are case-sensitive)${where} and skips it; vLLM then fails with a \`KeyError\` when it registers its KV cache. Write ${code(sameButCase)}.`
          : `No NIXL plugin ${code(name)} is known${where}: a build without it skips it, and vLLM fails with a \`KeyError\` when it registers its KV cache. ${near ? `Write ${code(near)}.` : 'Name a plugin that your NIXL build has.'}`,
        intended ? [fix(`Write ${code(intended)}`, sameButCase !== undefined, setScalar(item, intended))] : [],
      );
    } else if (applies(fact.range, engine) === 'no') {
      yield finding(
        contentPlace(item),
        trusted(fact, isEarlier(fact.range, engine) ? 'since' : 'until', atMost(severity, 'warning')),
        `${named(engine, 'nixl')} has no plugin ${code(name)}: NIXL skips it, and vLLM fails with a \`KeyError\` when it registers its KV cache.`,
      );
    }
  }
}

function* wrongTogether(list: ArrayNode, where: string, severity: Severity): Generator<Finding> {
  if (list.open) return;
  if (list.items.length === 0) {
    yield finding(
      list.place,
      atMost(severity, 'warning'),
      `\`backends\`${where} is empty: NIXL gets nothing to move data with. Write \`["UCX"]\` or leave the key out.`,
    );
    return;
  }
  const facts = list.items.map((item) => lookupBackend(knownString(item) ?? ''));
  const known = facts.filter((fact): fact is BackendFact => fact !== undefined);
  if (known.length < facts.length) return;
  const names = known.map(({ name }) => name);
  if (!known.some(({ remote }) => remote)) {
    yield finding(
      list.place,
      severity,
      `None of the backends${where} moves data between engines (${allOf(names)}): NIXL cannot describe itself to a peer, and vLLM fails to start. Add \`"UCX"\`.`,
    );
  }
  if (names.includes('GDS') && names.includes('GDS_MT')) {
    yield finding(
      list.place,
      severity,
      `NIXL refuses \`GDS\` and \`GDS_MT\` in one agent${where}, and vLLM fails to start. Keep one of them.`,
    );
  }
}

function* check(connector: ConnectorConfig, engine: Engine): Generator<Finding> {
  const found = extraMember(connector, 'backends');
  const key = lookupExtraKey(connectorName(connector)!, 'backends');
  const severity = key && severityIn(key.range, engine, 'error');
  if (!found || !severity) return;
  const where = whereabouts(connector);
  const shape = wrongShape(found.value, where, severity);
  if (shape) yield shape;
  if (found.value.type !== 'array') return;
  yield* wrongNames(found.value, where, severity, engine);
  yield* wrongTogether(found.value, where, severity);
}

export const backends = rule({
  id: 'backends',
  title: 'NIXL backends that cannot be created',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const connector of nixlConnectors(engine)) yield* check(connector, engine);
  },
});

export const page = (): Page => ({
  description: `
\`backends\` is a list of NIXL plugin names, spelled exactly as their files are (\`UCX\`, \`LIBFABRIC\`, \`GDS_MT\`, but \`Mooncake\`).
NIXL skips a name for which it finds no plugin with a warning; vLLM then asks for that backend and fails with a \`KeyError\`.
A plain text is read letter by letter and fails in the same way.

At least one backend has to move data between engines; file and object stores such as \`GDS\`, \`POSIX\` and \`OBJ\` do not. A
name that is not known here is a warning, because a build may carry plugins of its own. vLLM reads the key from 0.11.0 on.`,
  sources: ['vllm#25121', 'nixl:src/api/python/_api.py@v1.4.0', 'nixl:src/core/nixl_agent.cpp@v1.4.0'],
  examples: [
    {
      title: 'A text in place of a list',
      kind: 'bad',
      file: 'node0.sh',
      text: `# nixl: vllm=0.25.1
KV_CONFIG='{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": {"backends": "UCX", "kv_lease_duration": 60}
}'
vllm serve a/b --port 8100 --kv-transfer-config "$KV_CONFIG"
`,
      findings: [{ covers: '"UCX"', severity: 'error', message: 'letter by letter' }],
      fixed: `# nixl: vllm=0.25.1
KV_CONFIG='{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": {"backends": ["UCX"], "kv_lease_duration": 60}
}'
vllm serve a/b --port 8100 --kv-transfer-config "$KV_CONFIG"
`,
    },
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
      image: vllm/vllm-openai:v0.25.1
      args:
        - --model=a/b
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_connector_extra_config":{"backends":["libfabric"]}}'
`,
      findings: [{ covers: 'libfabric', severity: 'error', message: 'Write `LIBFABRIC`' }],
    },
    {
      title: 'Only a file store',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "backends": ["GDS"] }
}
`,
      findings: [{ covers: '["GDS"]', severity: 'error', message: 'moves data between engines' }],
    },
    {
      title: 'A name that is not known here',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "backends": ["UCX", "ACMEFABRIC"] }
}
`,
      findings: [{ covers: 'ACMEFABRIC', severity: 'warning' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "backends": "UCX" }
}
`,
      findings: [{ covers: '"UCX"', severity: 'info' }],
    },
    {
      title: 'A release that does not read the key',
      kind: 'version',
      file: 'kv.json',
      assume: { vllm: '0.10.2' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "backends": "UCX" }
}
`,
    },
    {
      title: 'One or several plugins',
      kind: 'good',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_connector_extra_config":{"backends":["UCX","GDS_MT"]}}'
vllm serve a/b --kv-transfer-config.kv_connector NixlConnector --kv-transfer-config.kv_role kv_both \\
  --kv-transfer-config.kv_connector_extra_config.backends+ LIBFABRIC
`,
    },
    {
      title: 'A list from outside',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_both\\",\\"kv_connector_extra_config\\":{\\"backends\\":[\\"$BACKEND\\"]}}"
`,
    },
  ],
});
