import { type Engine, type Flag, flagPlace, type KvTransferConfig, knownText, member } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import { code } from './support/words';

/** True when nothing is left that names a connector, and nothing else can bring one. */
function leavesNoConnector(config: KvTransferConfig, engine: Engine): boolean {
  return (
    config.root?.type === 'object' &&
    !config.root.open &&
    !member(config.root, 'kv_connector') &&
    engine.entry !== 'dynamo.vllm' &&
    engine.flags.open.length === 0 &&
    engine.flags.absent('kv-offloading-size')
  );
}

function related(config: KvTransferConfig): Finding['related'] {
  return config.flag ? [{ place: flagPlace(config.flag), message: 'This one counts.' }] : [];
}

/** JSON whose place dotted flags take. */
function dropped(flag: Flag, config: KvTransferConfig, engine: Engine): Finding {
  const fatal = leavesNoConnector(config, engine);
  const what = flag.fromConfigFile ? 'the configuration of the file' : 'the JSON of this flag';
  return finding(
    flagPlace(flag),
    flag.fromConfigFile ? 'info' : fatal ? 'error' : 'warning',
    `Dotted flags make a configuration of their own, and vLLM drops ${what} whole and without a word${fatal && !flag.fromConfigFile ? ': no connector is left, and it fails to start' : ''}. Give everything in one form.`,
    [],
    related(config),
  );
}

/** The same flag or the same dotted key again. */
function repeated(flag: Flag, config: KvTransferConfig, last: Flag): Finding {
  const text = knownText(flag.value);
  const same = text !== undefined && text === knownText(last.value);
  return finding(
    flagPlace(flag),
    same ? 'info' : 'warning',
    `${code(flag.spelled)} is given again later: the last one counts, and this one has no effect. Keep one of them.`,
    [],
    last === config.flag ? related(config) : [{ place: flagPlace(last), message: 'This one counts.' }],
  );
}

function laterOne(flag: Flag, engine: Engine): Flag | undefined {
  const path = flag.path.join('.');
  return engine.flags.all(flag.name).findLast((other) => other.path.join('.') === path);
}

export const overriddenConfig = rule({
  id: 'overridden-config',
  title: 'KV transfer configuration that a later flag makes void',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    const config = engine.kvTransfer;
    // In a template the flags of all branches stand in a row.
    if (!config || engine.flags.open.some(({ kind }) => kind === 'template')) return;
    for (const flag of config.overridden) {
      if (config.form === 'dotted' && flag.path.length === 0) {
        yield dropped(flag, config, engine);
        continue;
      }
      const last = laterOne(flag, engine);
      if (flag.fromConfigFile || !last || last === flag) continue;
      yield repeated(flag, config, last);
    }
  },
});

export const page = (): Page => ({
  description: `
vLLM gathers dotted flags (\`--kv-transfer-config.kv_role …\`) into a new JSON argument behind all others. A plain
\`--kv-transfer-config '{…}'\` beside them is then dropped whole, without a warning: the two are not merged. When no connector is
left, the start fails.

Of two plain ones, and of a dotted key given twice, the last counts. vLLM warns about the latter from 0.9.2, about the former
from 0.12.0 on. A flag on the command line that replaces the entry of a \`--config\` file is what the file is for, and is not
reported.`,
  sources: ['vllm#18208', 'vllm#20156', 'vllm:vllm/utils/argparse_utils.py@v0.25.1'],
  examples: [
    {
      title: 'JSON beside a dotted flag',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' \\
  --kv-transfer-config.kv_buffer_device cpu
`,
      findings: [{ covers: '--kv-transfer-config', severity: 'error', message: 'no connector is left' }],
    },
    {
      title: 'Both name a connector',
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
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_buffer_device":"cpu"}
        - --kv-transfer-config.kv_connector=NixlConnector
        - --kv-transfer-config.kv_role=kv_consumer
`,
      findings: [{ covers: '--kv-transfer-config', severity: 'warning', message: 'drops the JSON of this flag' }],
    },
    {
      title: 'The flag twice',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    command:
      - a/b
      - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_both"}
      - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
`,
      findings: [{ covers: '--kv-transfer-config', severity: 'warning', message: 'the last one counts' }],
    },
    {
      title: 'One form',
      kind: 'good',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config.kv_connector NixlConnector --kv-transfer-config.kv_role kv_both
vllm serve a/b --kv_transfer_config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'
`,
    },
    {
      title: 'More flags may come from the caller',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' \\
  --kv-transfer-config.kv_buffer_device cpu "$@"
`,
      findings: [{ covers: '--kv-transfer-config', severity: 'warning' }],
    },
    {
      title: 'Another flag may come from the caller',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' "$@"
`,
    },
  ],
});
