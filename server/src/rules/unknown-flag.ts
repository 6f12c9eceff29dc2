import { flagFact, lookupFlag, nearestDynamoFlags, nearestFlags } from '../knowledge';
import { holds } from '../knowledge/version';
import type { Engine, Flag } from '../model';
import { type Page, rule, type Severity } from './rule';
import { finding, fix } from './support/findings';
import { flagWords, isBeforeTables, isDynamos, isShortened, renameFlag } from './support/flags';
import { isPlaceholder } from './support/tree';
import { named, unverified, versionOf } from './support/versions';
import { code } from './support/words';

/** How the words reach vLLM's parser, where nothing else can take some of them out. */
const DIRECT: readonly Engine['entry'][] = ['vllm serve', 'api_server', 'image', 'dynamo.vllm', 'config file'];

/**
 * What stands between the words and vLLM may take a flag for itself. Dynamo's launcher is known, and its operator puts
 * words behind those that are there, and takes none away (`deploy/operator/internal/dynamo/backend_vllm.go`).
 */
function isWrapped(engine: Engine): boolean {
  const harmless =
    engine.entry === 'config file' ? /^the command line/ : /^(?:dynamo\.vllm|the Dynamo\w*Deployment controller)$/;
  return engine.flags.open.some(
    ({ kind, detail }) => /^(wrapper|image|host|chart)$/.test(kind) && !harmless.test(detail),
  );
}

/** A name of digits and letters apart from which the two are equal is no typing mistake: `--foo-v2`. */
function withoutNumbers(name: string): string {
  return name.replace(/[-_]?\d+/g, '');
}

function intended(engine: Engine, flag: Flag): string | undefined {
  const own = engine.entry === 'dynamo.vllm' ? nearestDynamoFlags(flag.name) : [];
  const near = nearestFlags(flag.name);
  const there = near.filter((name) => holds(flagFact(name)!.range, versionOf(engine)) !== 'no');
  const name = [...own, ...there, ...near][0];
  if (name === undefined || withoutNumbers(name) === withoutNumbers(flag.name)) return undefined;
  // A flag that is there already was hardly meant again.
  return engine.flags.list.some((other) => other.name === name) ? undefined : name;
}

/** What to write in the engine's release: a flag that it does not have, either, is no advice. */
function instead(engine: Engine, meant: string): string | undefined {
  const fact = flagFact(meant);
  if (!fact || holds(fact.range, versionOf(engine)) !== 'no') return meant;
  const use = fact.replacedBy === undefined ? undefined : lookupFlag(`--${fact.replacedBy}`, versionOf(engine));
  return use && holds(use.fact.range, versionOf(engine)) !== 'no' ? fact.replacedBy : undefined;
}

export const unknownFlag = rule({
  id: 'unknown-flag',
  title: 'Flag that vLLM does not have',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    if (!DIRECT.includes(engine.entry) || isWrapped(engine) || isBeforeTables(engine)) return;
    for (const flag of engine.flags.list) {
      const { name, spelled } = flag;
      const written = flag.fromConfigFile ? `--${spelled}` : spelled;
      if (!flag.text.known || isPlaceholder(spelled) || !written.startsWith('--') || isDynamos(engine, flag)) continue;
      if (lookupFlag(written) || isShortened(name, engine)) continue;
      const meant = intended(engine, flag);
      if (meant === undefined) continue;
      const sure = versionOf(engine) !== undefined && !unverified(engine) && engine.entry !== 'config file';
      const severity: Severity = sure ? 'error' : 'warning';
      const use = instead(engine, meant);
      const word = use !== undefined && !flag.fromConfigFile ? `--${use}` : use;
      // In a `--config` file a negation is a value, so that another name is not all that changes.
      const renamed = use === meant || (use !== undefined && !flag.fromConfigFile);
      yield finding(
        flag.text.place(),
        severity,
        `${flagWords(flag)} is no flag of vLLM: ${named(engine)} refuses to start with it. ${word === undefined ? 'Remove it' : `Write ${code(word)}`}.`,
        renamed ? [fix(`Write ${code(word!)}`, sure && use === meant, renameFlag(flag, use!))] : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Python's parser refuses a flag that it does not know, and vLLM does not start. Only names close to a known one are reported:
plugins and forks bring flags of their own. The beginning of a name that fits one flag only (\`--max-model\`) is accepted, and
not reported either.

In a \`--config\` file, where nobody knows what else reads it, and for releases whose source was not read it is a warning.`,
  sources: [
    'vllm:vllm/engine/arg_utils.py@v0.25.1',
    'vllm:vllm/entrypoints/openai/cli_args.py@v0.25.1',
    'https://docs.python.org/3/library/argparse.html#prefix-matching',
  ],
  examples: [
    {
      title: 'A letter is missing',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --tensor-paralel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '--tensor-paralel-size', severity: 'error', message: 'Write `--tensor-parallel-size`' }],
      fixed: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --tensor-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'The flag that was meant is gone',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --disable-log-request \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '--disable-log-request', severity: 'error', message: 'Write `--no-enable-log-requests`' }],
    },
    {
      title: 'The flag that this is all about',
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
        - Qwen/Qwen3-32B
        - --kv-transfer-confg={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [{ covers: '--kv-transfer-confg', severity: 'error' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --gpu-memory-utilisation 0.9
`,
      findings: [{ covers: '--gpu-memory-utilisation', severity: 'warning' }],
    },
    {
      title: "In Dynamo's operator, which only adds flags",
      kind: 'bad',
      file: 'disagg.yaml',
      text: `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: disagg
spec:
  services:
    VllmDecodeWorker:
      extraPodSpec:
        mainContainer:
          image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.8.0
          command: [python3, -m, dynamo.vllm]
          args: [--model, a/b, --tensor-paralel-size, "2", --is-decode-worker]
`,
      findings: [{ covers: '--tensor-paralel-size', severity: 'error', message: 'Write `--tensor-parallel-size`' }],
    },
    {
      title: 'A flag of a plugin',
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --omni --stage-configs-path stages.yaml
`,
    },
    {
      title: 'The beginning of a name',
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --gpu-memory 0.9 --tensor-parallel 4
`,
    },
    {
      title: "A flag of Dynamo's worker",
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
python3 -m dynamo.vllm --model Qwen/Qwen3-32B --is-prefill-worker --endpoint-types chat
`,
    },
    {
      title: 'Behind a wrapper, which may take it for itself',
      kind: 'open',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
./launch.py vllm serve Qwen/Qwen3-32B --tensor-paralel-size 4
`,
    },
  ],
});
