import { type EnvFact, lookupEnv } from '../knowledge/environment';
import { type ExtraKey, lookupExtraKey } from '../knowledge/extra-config';
import { flagFact } from '../knowledge/flags';
import { type KvField, lookupKvField } from '../knowledge/kv-transfer-config';
import { type Library, type Versioned, valueAt } from '../knowledge/version';
import { type Engine, knownText, type Member, member, type ObjectNode, removeMember, type Variable } from '../model';
import { type Finding, type Page, rule } from './rule';
import { connectorClass, connectors, whereabouts } from './support/connectors';
import { knownVariables } from './support/environment';
import { finding, fix } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { removeLine } from './support/remove-line';
import { countingMembers, keyPlace, knownPlain } from './support/tree';
import { applies, named, versionOf } from './support/versions';
import { code } from './support/words';

/** The default that certainly applies; `undefined` where it depends on what is not known. */
function certainDefault(defaults: readonly Versioned<unknown>[], library: Library, engine: Engine): unknown {
  return valueAt(defaults, library, versionOf(engine, library));
}

/**
 * The same value, whether or not a number is written as a text: vLLM converts. An empty object is left alone: it says no
 * more than where its keys go.
 */
function isSame(value: unknown, standard: unknown): boolean {
  if (value === undefined || standard === undefined) return false;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return false;
  const isNumber = typeof standard === 'number' && typeof value === 'string' && value.trim() !== '';
  return isNumber ? Number(value) === standard : JSON.stringify(value) === JSON.stringify(standard);
}

function* inObject(
  object: ObjectNode,
  fact: (name: string) => KvField | ExtraKey | undefined,
  where: string,
  engine: Engine,
): Generator<Finding> {
  for (const found of countingMembers(object)) {
    const known = fact(found.key);
    if (!known || applies(known.range, engine) !== 'yes' || isRepeated(object, found)) continue;
    if (!isSame(knownPlain(found.value), certainDefault(known.defaults, 'vllm', engine))) continue;
    yield finding(keyPlace(found), 'hint', message(`${code(found.key)}${where}`, 'vllm', engine), [
      fix(`Remove ${code(found.key)}`, true, removeMember(object, found)),
    ]);
  }
}

function isRepeated({ members }: ObjectNode, { key }: Member): boolean {
  return members.filter((other) => other.key === key).length > 1;
}

function message(what: string, library: Library, engine: Engine): string {
  return `${what} says what ${named(engine, library)} does anyway. It may go.`;
}

function* inConfigs(engine: Engine): Generator<Finding> {
  for (const connector of connectors(engine)) {
    const where = whereabouts(connector);
    yield* inObject(connector.node, lookupKvField, where, engine);
    const name = connectorClass(connector, engine);
    const extra = member(connector.node, 'kv_connector_extra_config')?.value;
    if (name === undefined || extra?.type !== 'object') continue;
    yield* inObject(extra, (key) => lookupExtraKey(name, key), where, engine);
  }
}

/**
 * Of vLLM and NIXL: what UCX does by itself depends on the processor, on a ucx.conf and on what NIXL presets, so that
 * nobody can say it from here.
 */
function isJudged(fact: EnvFact | undefined): fact is EnvFact & { readonly owner: 'vllm' | 'nixl' } {
  return fact?.owner === 'vllm' || fact?.owner === 'nixl';
}

function* inVariables(engine: Engine): Generator<Finding> {
  if (!usesNixl(engine)) return;
  const { variables } = engine.environment;
  for (const { variable, text } of knownVariables(engine)) {
    const fact = lookupEnv(variable.name);
    if (!isJudged(fact) || applies(fact.range, engine) !== 'yes' || isSetTwice(variables, variable)) continue;
    if (text !== certainDefault(fact.defaults, fact.owner, engine)) continue;
    yield finding(variable.nameText.place(), 'hint', message(code(variable.name), fact.owner, engine), [
      fix(`Remove ${code(variable.name)}`, false, removeLine(variable)),
    ]);
  }
}

/** The value may be there to win over another one. A shell keeps the last one only: its text tells. */
function isSetTwice(variables: readonly Variable[], { name, nameText }: Variable): boolean {
  if (variables.filter((other) => other.name === name).length > 1) return true;
  const { root } = nameText.locate();
  return (root.text.match(new RegExp(`(?<![A-Za-z0-9_])${name}=`, 'g')) ?? []).length > 1;
}

function* inFlags(engine: Engine): Generator<Finding> {
  for (const flag of engine.flags.list) {
    const fact = flagFact(flag.name);
    const text = knownText(flag.value);
    if (!fact || text === undefined || flag.path.length > 0 || applies(fact.range, engine) !== 'yes') continue;
    // Of several uses one may be there to win over the others.
    if (text !== certainDefault(fact.defaults, 'vllm', engine) || engine.flags.all(flag.name).length > 1) continue;
    yield finding(flag.text.place(), 'hint', message(code(flag.spelled), 'vllm', engine));
  }
}

export const defaultWrittenOut = rule({
  id: 'default-written-out',
  title: 'Value that is the default of this release',
  category: 'kv-transfer-config',
  severity: 'hint',
  offByDefault: true,
  *check(engine) {
    yield* inConfigs(engine);
    yield* inVariables(engine);
    yield* inFlags(engine);
  },
});

export const page = (): Page => ({
  description: `
A key, a variable of vLLM or NIXL, or an option that is set to what the release in use does without it. It does no harm, and
some like to see what counts. Others want their files to say only what they change; for them this rule can be switched on.

It speaks only where the default of the release is known for sure. Variables of UCX are left alone: what UCX does by itself
depends on the processor, on a \`ucx.conf\` and on what NIXL presets. A value that is there to win over another one of the
same name is left alone, too.`,
  sources: ['vllm:vllm/config/kv_transfer.py@v0.25.1', 'vllm:vllm/envs.py@v0.25.1'],
  examples: [
    {
      title: 'Keys',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_load_failure_policy": "fail",
  "kv_connector_extra_config": { "backends": ["UCX"], "kv_lease_duration": 30 }
}
`,
      findings: [
        { covers: 'kv_load_failure_policy', severity: 'hint', message: 'vLLM 0.25.1 does anyway' },
        { covers: 'backends', severity: 'hint' },
        { covers: 'kv_lease_duration', severity: 'hint' },
      ],
    },
    {
      title: 'A variable and an option',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
export VLLM_NIXL_SIDE_CHANNEL_PORT=5600
vllm serve a/b --tensor-parallel-size 1 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [
        { covers: 'VLLM_NIXL_SIDE_CHANNEL_PORT', severity: 'hint' },
        { covers: '--tensor-parallel-size', severity: 'hint' },
      ],
      fixed: `# nixl: vllm=0.25.1
vllm serve a/b --tensor-parallel-size 1 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'The default of another release',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.11.0
export VLLM_NIXL_SIDE_CHANNEL_PORT=5600
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A default that changed, while the release is not known',
      kind: 'version',
      file: 'prefill.sh',
      text: `export VLLM_NIXL_SIDE_CHANNEL_PORT=5600
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Other values, and a value that wins over another one',
      kind: 'good',
      file: 'prefill.sh',
      assume: { vllm: '0.25.1' },
      text: `export VLLM_NIXL_SIDE_CHANNEL_PORT=5700
export VLLM_NIXL_SIDE_CHANNEL_PORT=5600
export UCX_TLS=all
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_load_failure_policy":"recompute"}'
`,
    },
    {
      title: 'A value from outside',
      kind: 'open',
      file: 'prefill.sh',
      assume: { vllm: '0.25.1' },
      text: `export VLLM_NIXL_SIDE_CHANNEL_PORT=$PORT
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
