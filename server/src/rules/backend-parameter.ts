import {
  type BackendParameter,
  checkBackendParameter,
  lookupBackend,
  lookupBackendParameter,
  nearestBackendParameters,
} from '../knowledge/backends';
import { describeBounds } from '../knowledge/version';
import {
  type Engine,
  isScalar,
  type Member,
  member,
  type ObjectNode,
  renameKey,
  setScalar,
  type TreeNode,
} from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { finding, fix } from './support/findings';
import { contentPlace, countingMembers, isPlaceholder, keyPlace, knownString, shown, truthiness } from './support/tree';
import { applies, atMost, named, unverified, versionOf } from './support/versions';
import { code } from './support/words';

const BACKEND = 'nixl_backend';
const PARAMETERS = 'nixl_backend_params';

export const backendParameter = rule({
  id: 'backend-parameter',
  title: 'Parameter that a NIXL backend does not take so',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const settings of storageSettings(engine.kvTransfer?.root, 0)) yield* checkSettings(settings, engine);
  },
});

/** Objects that name a backend beside its parameters. */
function* storageSettings(node: TreeNode | undefined, depth: number): Generator<ObjectNode> {
  if (node === undefined || depth > 12) return;
  if (node.type === 'array') for (const item of node.items) yield* storageSettings(item, depth + 1);
  if (node.type !== 'object') return;
  if (member(node, PARAMETERS) && member(node, BACKEND)) yield node;
  for (const { value } of node.members) yield* storageSettings(value, depth + 1);
}

function* checkSettings(settings: ObjectNode, engine: Engine): Generator<Finding> {
  const backend = knownString(member(settings, BACKEND)?.value);
  const parameters = member(settings, PARAMETERS)?.value;
  if (backend === undefined || parameters?.type !== 'object') return;
  const enabled = member(settings, 'enable_nixl_storage')?.value;
  // Without the switch LMCache reads none of it.
  if (enabled && truthiness(enabled) === false) return;
  const most: Severity = enabled && truthiness(enabled) === true ? 'error' : 'warning';
  for (const given of countingMembers(parameters)) {
    if (!isText(given.value)) yield notText(given, most);
    else if (lookupBackend(backend)) yield* checkParameter(given, backend, most, engine);
  }
}

function isText({ type }: TreeNode): boolean {
  return type === 'string' || type === 'unknown';
}

function notText({ key, value }: Member, severity: Severity): Finding {
  const plain = isScalar(value) && value.type !== 'null' && value.text.known ? value.text.text : undefined;
  const text = value.type === 'boolean' ? String(value.value) : plain;
  return finding(
    contentPlace(value),
    severity,
    `${code(key)} is ${code(shown(value))}, but NIXL takes texts only: its Python binding raises a \`TypeError\`, and LMCache cannot create the backend.${text === undefined ? '' : ` Write ${code(JSON.stringify(text))}.`}`,
    [text === undefined ? undefined : fix(`Write ${code(JSON.stringify(text))}`, false, setScalar(value, text))],
  );
}

function* checkParameter(given: Member, backend: string, most: Severity, engine: Engine): Generator<Finding> {
  const fact = lookupBackendParameter(backend, given.key);
  if (!fact) {
    const meant = nearestBackendParameters(backend, given.key, 1)[0];
    if (unverified(engine, 'nixl') && meant === undefined) return;
    yield finding(
      keyPlace(given),
      'warning',
      `NIXL's ${code(backend)} backend knows no parameter ${code(given.key)} and drops it without a word. ${meant === undefined ? 'Remove it.' : `Write ${code(meant)}.`}`,
      [meant === undefined ? undefined : fix(`Write ${code(meant)}`, false, renameKey(given, meant))],
    );
  } else if (fact.unread) {
    yield finding(
      keyPlace(given),
      'warning',
      `NIXL's ${code(backend)} backend lists ${code(given.key)} and never reads it. ${backend === 'UCX' ? 'Write `device_list`.' : 'Remove it.'}`,
    );
  } else if (applies(fact.range, engine) === 'no') {
    yield finding(
      keyPlace(given),
      'warning',
      `${named(engine, 'nixl')} does not know ${code(given.key)} of ${code(backend)} (${describeBounds(fact.range)}) and drops it without a word.`,
    );
  } else yield* checkValue(given, fact, most, engine);
}

function* checkValue(given: Member, fact: BackendParameter, most: Severity, engine: Engine): Generator<Finding> {
  const { value } = given;
  if (value.type !== 'string' || !value.text.known || isPlaceholder(value.value)) return;
  const verdict = checkBackendParameter(fact, value.value, versionOf(engine, 'nixl'));
  if (verdict.ok) return;
  const { certain, effect, expected, suggestion } = verdict;
  yield finding(
    contentPlace(value),
    atMost(most, certain === 'yes' ? 'error' : fact.refused ? 'info' : 'warning'),
    `${code(given.key)} is ${value.value === '' ? 'empty' : code(value.value)}, but takes ${expected}: ${effect}.${suggestion === undefined ? '' : ` Write ${code(suggestion)}.`}`,
    [suggestion === undefined ? undefined : fix(`Write ${code(suggestion)}`, false, setScalar(value, suggestion))],
  );
}

const kv = (backend: string, parameters: string) => `{
  "kv_connector": "LMCacheConnectorV1",
  "kv_role": "kv_both",
  "kv_connector_extra_config": {
    "lmcache.extra_config": {
      "enable_nixl_storage": true,
      "nixl_backend": "${backend}",
      "nixl_pool_size": 64,
      "nixl_path": "/mnt/kv",
      "nixl_backend_params": ${parameters}
    }
  }
}
`;

export const page = (): Page => ({
  description: `
LMCache hands \`nixl_backend_params\` to the NIXL backend that \`nixl_backend\` names. All values have to be texts: NIXL's Python
binding refuses numbers and booleans with a \`TypeError\`, and LMCache cannot set its storage up. A name that the backend does
not know is dropped without a word. A text that it cannot read (\`"many"\` for a number) fails the backend from NIXL 1.4.0 on; before,
each backend had ways of its own.

vLLM's own NIXL connectors pass no parameters on but \`num_threads\`.`,
  sources: [
    'nixl:src/bindings/python/nixl_bindings.cpp@v1.4.0',
    'nixl:src/utils/common/backend.h@v1.4.0',
    'lmcache:lmcache/v1/storage_backend/nixl_storage_backend.py@016953bb2a64aac378f065c646fad591e7e2d319',
  ],
  examples: [
    {
      title: 'A number and a switch that are no texts',
      kind: 'bad',
      file: 'kv.json',
      text: kv('POSIX', '{ "ios_pool_size": 4096, "use_uring": true }'),
      findings: [
        { covers: '4096', severity: 'error', message: 'texts only' },
        { covers: 'true', severity: 'error', message: 'Write `"true"`' },
      ],
      fixed: kv('POSIX', '{ "ios_pool_size": "4096", "use_uring": "true" }'),
    },
    {
      title: 'A name of another backend',
      kind: 'bad',
      file: 'kv.json',
      text: kv('GDS_MT', '{ "thread_counts": "8", "batch_limit": "64" }'),
      findings: [
        { covers: 'thread_counts', severity: 'warning', message: 'Write `thread_count`' },
        { covers: 'batch_limit', severity: 'warning', message: 'knows no parameter' },
      ],
    },
    {
      title: 'A text that is no number',
      kind: 'bad',
      file: 'kv.json',
      assume: { nixl: '1.4.1' },
      text: kv('GDS_MT', '{ "thread_count": "many" }'),
      findings: [{ covers: 'many', severity: 'error', message: 'cannot create the GDS_MT backend' }],
    },
    {
      title: 'The same in a release that is not known',
      kind: 'version',
      file: 'kv.json',
      text: kv('GDS_MT', '{ "thread_count": "many" }'),
      findings: [{ covers: 'many', severity: 'info' }],
    },
    {
      title: 'A parameter of a later release',
      kind: 'version',
      file: 'kv.json',
      assume: { nixl: '0.9.0' },
      text: kv('POSIX', '{ "ios_pool_size": "4096" }'),
      findings: [{ covers: 'ios_pool_size', severity: 'warning', message: 'from 1.0.0' }],
    },
    {
      title: 'Texts',
      kind: 'good',
      file: 'kv.json',
      text: kv('OBJ', '{ "bucket": "kv", "scheme": "https", "use_virtual_addressing": "true", "num_threads": "8" }'),
    },
    {
      title: 'A backend from outside',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"LMCacheConnectorV1\\",\\"kv_role\\":\\"kv_both\\",\\"kv_connector_extra_config\\":{\\"lmcache.extra_config\\":{\\"nixl_backend\\":\\"$BACKEND\\",\\"nixl_backend_params\\":{\\"x\\":\\"1\\"}}}}"
`,
    },
  ],
});
