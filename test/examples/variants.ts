import { parseAllDocuments } from 'yaml';
import { change, readTree, type Tree } from './example-files';
import { argumentForms, dotted, launches, scriptHolders } from './notations';

/** The example deployments, written otherwise. */
export interface Variant {
  readonly name: string;
  readonly of: '1p1d' | 'multi-node';
  readonly files: Tree;
  /** How a covered text reads here, where it can not read as in the example. */
  readonly covers?: (text: string) => string;
}

const pods = readTree('examples/1p1d')['prefill-decode.yaml']!;
const nodes = readTree('examples/multi-node');
const script = nodes['node0.sh']!;
const compose = nodes['compose.yaml']!;
const dotenv = nodes['node1.env']!;

const prefill = {
  model: 'Qwen/Qwen3-32B',
  flags: '--port 8000 --tensor-parallel-size 4',
  config: '{"kv_connector": "NixlConnector", "kv_role": "kv_producer", "kv_load_failure_polcy": "fail"}',
};
const decode = {
  model: 'Qwen/Qwen3-32B',
  flags: '--port=8000 --tensor-parallel-size=4',
  config: '{"kv_connector": "NIXLConnector", "kv_role": "kv_consumer"}',
};
const prefillLaunch = slice(pods, 'command: ["/bin/bash", "-c"]', '\n          env:');
const decodeArguments = slice(pods, 'args:\n            - --model=', '\n          env:');
const decodeConfig = slice(pods, '- --kv-transfer-config\n            - ', '\n          env:');

/** From the first text up to the second one after it. */
function slice(text: string, from: string, until: string): string {
  const start = text.indexOf(from);
  const end = text.indexOf(until, start);
  if (start < 0 || end < 0) throw new Error(`not found: ${from}`);
  return text.slice(start, end);
}

const pod = (name: string, text: string, file = 'prefill-decode.yaml'): Variant => ({
  name,
  of: '1p1d',
  files: { [file]: text },
});
const node = (name: string, files: Tree, covers?: Variant['covers']): Variant => ({
  name,
  of: 'multi-node',
  files: { ...files },
  ...(covers && { covers }),
});

function* podVariants(): Iterable<Variant> {
  for (const file of ['prefill-decode.yml', 'deployment.yaml', 'k8s/base/pd.YAML', 'values.d/20-vllm.yaml']) {
    yield pod(`named ${file}`, pods, file);
  }
  for (const [form, launch] of Object.entries(launches)) {
    for (const [holder, hold] of Object.entries(scriptHolders)) {
      const held = hold(launch(prefill), 10);
      if (held) yield pod(`prefill: ${form} in ${holder}`, change(pods, prefillLaunch, held));
    }
    const held = scriptHolders['a literal block']!(launch(decode), 10)!;
    yield pod(`decode moved to a shell: ${form}`, change(pods, decodeArguments, held));
  }
  for (const [form, write] of Object.entries(argumentForms)) {
    yield pod(`decode: ${form}`, change(pods, decodeConfig, write(decode.config, 12)));
    const list = [
      `command: ["vllm", "serve"]\n          args:`,
      '- Qwen/Qwen3-32B',
      '- --port=8000',
      '- --tensor-parallel-size=4',
      write(prefill.config, 12),
    ];
    yield pod(`prefill moved to arguments: ${form}`, change(pods, prefillLaunch, list.join('\n            ')));
  }
  const dottedDecode = dotted(decode.config).map((flag) => `- ${flag}`);
  yield pod('decode: dotted flags', change(pods, decodeConfig, dottedDecode.join('\n            ')));
  const dottedPrefill = `vllm serve ${prefill.model} ${prefill.flags} ${dotted(prefill.config).join(' ').replaceAll('=', ' ')}`;
  yield pod(
    'prefill: dotted flags, values apart',
    change(pods, prefillLaunch, scriptHolders['a literal block']!(dottedPrefill, 10)!),
  );
  const all = ['vllm', 'serve', decode.model, ...decode.flags.split(' '), '--kv-transfer-config', decode.config];
  yield pod('decode: one flow list', change(pods, decodeArguments, `command: ${JSON.stringify(all)}`));

  const host = `            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: localhost
`;
  const transports = `            - name: UCX_TLS
              value: rc,sm,self
`;
  const exports = `- |
              export VLLM_NIXL_SIDE_CHANNEL_HOST=localhost
              UCX_TLS="rc,sm,self" \\
              exec vllm serve`;
  yield pod(
    'variables moved into the script',
    change(
      change(change(pods, host, ''), transports, ''),
      '- |\n              exec vllm serve',
      exports.replace('\\\n              exec', '\\\n             '),
    ),
  );
  yield pod(
    'variables in flow mappings and quotes',
    change(
      change(pods, host, `            - { name: "VLLM_NIXL_SIDE_CHANNEL_HOST", value: "localhost" }\n`),
      transports,
      `            - { value: 'rc,sm,self', name: UCX_TLS }\n`,
    ),
  );
  yield pod('a list of objects in JSON', JSON.stringify(asList(pods), undefined, 2), 'pd.json');
  yield pod(
    'the documents the other way round',
    pods
      .split(/^---\n/m)
      .reverse()
      .join('\n---\n'),
  );
  yield pod('with CRLF', pods.replaceAll('\n', '\r\n'));
  yield pod('with a byte order mark', `\uFEFF${pods}`);
}

/** The same objects as one `List`. */
function asList(text: string): unknown {
  return { apiVersion: 'v1', kind: 'List', items: parseAllDocuments(text).map((document) => document.toJS()) };
}

function* nodeVariants(): Iterable<Variant> {
  const { 'node0.sh': _, ...second } = nodes;
  for (const file of ['launch', 'node0.bash', 'start.sbatch', 'scripts/run-node-0.sh', 'node0']) {
    yield node(`the script named ${file}`, { ...second, [file]: script });
  }
  const { 'compose.yaml': __, ...withoutCompose } = nodes;
  for (const file of ['docker-compose.yml', 'compose.prod.yaml', 'node1.yaml', 'stack.yml']) {
    yield node(`Compose named ${file}`, { ...withoutCompose, [file]: compose });
  }
  const { 'node1.env': ___, ...withoutEnv } = nodes;
  for (const file of ['.env.node1', 'node1.local.env', '.env', 'node1/vllm.conf']) {
    const changed = change(compose, 'env_file: node1.env', `env_file: ${file}`);
    yield node(`the env file named ${file}`, { ...withoutEnv, 'compose.yaml': changed, [file]: dotenv });
  }
  yield node('env_file as a list', {
    ...nodes,
    'compose.yaml': change(compose, 'env_file: node1.env', 'env_file: ["./node1.env"]'),
  });
  yield node('env_file with a path', {
    ...nodes,
    'compose.yaml': change(compose, 'env_file: node1.env', 'env_file:\n    - path: node1.env\n      required: true'),
  });
  const variables = dotenv.split('\n').filter((line) => /^\w+=/.test(line));
  yield node('variables in Compose, as a list', {
    ...withoutEnv,
    'compose.yaml': change(
      compose,
      '  env_file: node1.env',
      ['  environment:', ...variables.map((line) => `    - ${line}`)].join('\n'),
    ),
  });
  yield node('variables in Compose, as a mapping', {
    ...withoutEnv,
    'compose.yaml': change(
      compose,
      '  env_file: node1.env',
      ['  environment:', ...variables.map((line) => `    ${line.replace('=', ': "')}"`)].join('\n'),
    ),
  });
  yield node('the env file with quotes and export', {
    ...nodes,
    'node1.env': dotenv.replace(/^(\w+)=(.*)$/gm, 'export $1="$2"'),
  });
  const composeConfig =
    '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_lease_duration":60}';
  const config = composeConfig.slice(composeConfig.indexOf('{'));
  for (const [form, write] of Object.entries(argumentForms)) {
    const spaced = JSON.stringify(JSON.parse(config)).replaceAll(',', ', ').replaceAll(':', ': ');
    yield node(`Compose command: ${form}`, {
      ...nodes,
      'compose.yaml': change(compose, `- ${composeConfig}`, write(spaced, 6)),
    });
  }
  const command = slice(compose, 'command:', composeConfig);
  const words = command
    .split('\n')
    .slice(1)
    .map((line) => line.trim().slice(2))
    .filter((word) => word !== '');
  yield node('Compose command as one text', {
    ...nodes,
    'compose.yaml': change(
      compose,
      command + composeConfig,
      `command: >-\n      ${words.join('\n      ')}\n      --kv-transfer-config '${config}'`,
    ),
  });
  yield node('Compose without the anchor', {
    ...nodes,
    'compose.yaml': change(
      change(compose, slice(compose, 'x-engine:', '\nservices:'), ''),
      '<<: *engine',
      'image: vllm/vllm-openai:v0.25.1\n    network_mode: host\n    env_file: node1.env',
    ),
  });

  const first = slice(script, "KV_CONFIG='{", '\n\nexport');
  const firstConfig =
    '{"kv_connector": "NixlConnector", "kv_role": "kv_producer", "kv_connector_extra_config": {"backends": "UCX", "kv_lease_duration": 60}}';
  const plain = (text: string) => text.replaceAll('\\', '');
  for (const [form, written] of Object.entries({
    'double quotes': `KV_CONFIG="${firstConfig.replaceAll('"', '\\"')}"`,
    "$'…'": `KV_CONFIG=$'${firstConfig}'`,
    'a here-document that is read': `read -r -d '' KV_CONFIG <<EOF || true\n${firstConfig}\nEOF`,
    'a here-document through cat': `KV_CONFIG=$(cat <<'EOF'\n${firstConfig}\nEOF\n)`,
    'a variable of a variable': `INNER='${firstConfig}'\nKV_CONFIG="$INNER"`,
  })) {
    yield node(`first launch: ${form}`, { ...nodes, 'node0.sh': change(script, first, written) }, plain);
  }
  const firstFlag = '--kv-transfer-config "$KV_CONFIG"';
  yield node(
    'first launch: dotted flags',
    { ...nodes, 'node0.sh': change(script, firstFlag, dotted(firstConfig).join(' ')) },
    (text) => (text === 'UCX' ? '"UCX"' : text),
  );
  const second2 = slice(script, '--kv-transfer-config "{', ' &\n\nwait');
  const secondConfig = '{"kv_connector": "NixlConnector", "kv_role": "kv_consummer"}';
  for (const [form, written] of Object.entries({
    'single quotes': `--kv-transfer-config '${secondConfig}'`,
    'one word with =': `--kv-transfer-config="${secondConfig.replaceAll('"', '\\"')}"`,
    'dotted flags': dotted(secondConfig).join(' \\\n  '),
    underscores: `--kv_transfer_config '${secondConfig}'`,
  })) {
    yield node(`second launch: ${form}`, { ...nodes, 'node0.sh': change(script, second2, written) });
  }
  yield node('ports exported before', {
    ...nodes,
    'node0.sh': script
      .replace('VLLM_NIXL_SIDE_CHANNEL_PORT=5600 CUDA', 'export VLLM_NIXL_SIDE_CHANNEL_PORT=5600\nCUDA')
      .replace('VLLM_NIXL_SIDE_CHANNEL_PORT=5602 CUDA', 'export VLLM_NIXL_SIDE_CHANNEL_PORT=5602\nCUDA'),
  });
  yield node('through env', {
    ...nodes,
    'node0.sh': script.replace(/^VLLM_NIXL/gm, 'nohup env VLLM_NIXL'),
  });
  const crlf = Object.entries(nodes).map(([file, text]) => [file, text.replaceAll('\n', '\r\n')]);
  yield node('with CRLF', Object.fromEntries(crlf));
  const bom = Object.entries(nodes).map(([file, text]) => [file, file === 'node0.sh' ? text : `\uFEFF${text}`]);
  yield node('with a byte order mark', Object.fromEntries(bom));
}

export const variants: readonly Variant[] = [...podVariants(), ...nodeVariants()];
