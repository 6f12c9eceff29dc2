// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are scripts and manifests.
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../server/src/model';
import { covered, flagLines, plainConfig, read, readOne, shown } from './support';

/** The ways in which people hand arguments to vLLM, each with the same configuration and port. */
const config = { kv_connector: 'NixlConnector', kv_role: 'kv_producer' };
const json = JSON.stringify(config);
const official = 'vllm/vllm-openai:v0.25.1';

const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by));
const pod = (container: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: vllm\n${indented(container, 6)}\n`;

const inPod = (container: string): Engine => readOne('pod.yaml', pod(container));

/** The flags but for the model, which each form gives in its own way. */
const flagsOf = (engine: Engine) => flagLines(engine).filter((line) => !line.startsWith('model '));

describe('a container', () => {
  test.each([
    [
      'flag and value apart, with comments between (F1)',
      `image: ${official}\nargs:\n- m\n- --port\n# the engine's own\n- "8000"\n- --kv-transfer-config\n- '${json}'`,
    ],
    ['flag and value in one (F2)', `image: ${official}\nargs: [m, --port=8000, '--kv-transfer-config=${json}']`],
    [
      'a module of Python (F3)',
      `image: x\ncommand: [python3, -m, vllm.entrypoints.openai.api_server]\nargs: [--model, m, --port, "8000", --kv-transfer-config, '${json}']`,
    ],
    [
      'a script with line ends taken away (F4)',
      `image: x\ncommand: [bash, -c]\nargs:\n- |\n  # first\n  export PORT=8000\n  if true; then echo ready; fi\n  exec vllm serve m \\\n    --port $PORT \\\n    --kv-transfer-config '${json}'`,
    ],
    [
      'a folded text (F5)',
      `image: x\ncommand: [bash, -c]\nargs:\n- >-\n  vllm serve m\n  --port 8000\n  --kv-transfer-config '${json}'`,
    ],
    [
      'JSON over several lines (F6)',
      `image: x\ncommand: [bash, -c]\nargs:\n- |\n  vllm serve m --port 8000 --kv-transfer-config '{\n    "kv_connector": "NixlConnector",\n    "kv_role": "kv_producer"\n  }'`,
    ],
    [
      'three layers of quotes (F7)',
      `image: x\ncommand: [sh, -c, "vllm serve m --port 8000 --kv-transfer-config '${json.replaceAll('"', '\\"')}'"]`,
    ],
    [
      'a text that a preset’s shell reads (F8)',
      `env:\n- name: VLLM_ADDITIONAL_ARGS\n  value: "--port 8000 --kv_transfer_config '${json.replaceAll('"', '\\"')}'"`,
    ],
    [
      'JSON through a variable of the container (F9)',
      `image: x\ncommand: [sh, -c, 'exec vllm serve m --port 8000 --kv-transfer-config "\${KV}"']\nenv:\n- name: KV\n  value: '${json}'`,
    ],
    [
      'JSON through Kubernetes’ own reference (F9)',
      `image: ${official}\nargs: [m, --port=8000, --kv-transfer-config, $(KV)]\nenv:\n- name: KV\n  value: '${json}'`,
    ],
    ['underscores (F12)', `image: ${official}\nargs: [m, --port, "8000", --kv_transfer_config, '${json}']`],
    [
      'variables of AWS’ image (F17)',
      `image: public.ecr.aws/deep-learning-containers/vllm:0.23.0-gpu-py312-sagemaker\nenv:\n- {name: SM_VLLM_PORT, value: "8000"}\n- name: SM_VLLM_KV_TRANSFER_CONFIG\n  value: '${json}'`,
    ],
  ])('%s', (_, container) => {
    const engine = inPod(container);
    expect(plainConfig(engine)).toEqual(config);
    const port = engine.flags.get('port')?.value;
    expect(port && [shown(port), port.kind === 'known' && covered(port.source.place())]).toEqual(['8000', '8000']);
    const root = engine.kvTransfer?.root;
    const role = root?.type === 'object' ? root.members[1]?.value : undefined;
    expect(role?.type === 'string' && covered(role.text.place())).toBe('kv_producer');
  });
});

test('dotted flags (F13)', () => {
  const engine = inPod(
    `image: ${official}\nargs: [m, --kv-transfer-config.kv_connector, NixlConnector, --kv-transfer-config.kv_role=kv_producer, --kv-transfer-config.kv_connector_extra_config.backends+, UCX]`,
  );
  expect(plainConfig(engine)).toEqual({ ...config, kv_connector_extra_config: { backends: ['UCX'] } });
});

test('a value that is not known leaves its part of the JSON unknown, and its text no mistake (F9)', () => {
  const engine = readOne(
    'serve.sh',
    `vllm serve m --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"$ROLE\\"}"\n`,
  );
  expect(plainConfig(engine)).toMatchObject({ kv_connector: 'NixlConnector' });
  expect(engine.kvTransfer?.problems).toEqual([]);
});

describe('an optional flag (F10)', () => {
  const script = (before: string) => `${before}\nvllm serve m \${KV:+--kv_transfer_config "$KV"} --port 8000\n`;

  test('is there when its variable is', () => {
    expect(plainConfig(readOne('serve.sh', script(`KV='${json}'`)))).toEqual(config);
    expect(readOne('serve.sh', script("KV=''")).flags.absent('kv-transfer-config')).toBe(true);
  });

  test('may be there when nobody knows', () => {
    const engine = readOne('serve.sh', script(''));
    expect(engine.flags.get('kv-transfer-config')).toBeUndefined();
    expect(engine.flags.absent('kv-transfer-config')).toBe(false);
  });
});

test('a loop starts several (F11)', () => {
  const { engines } = read(
    'pod.yaml',
    pod(
      `image: x\ncommand: [bash, -c]\nargs:\n- |\n  for R in 0 1 2; do\n    vllm serve m --port $((8200+R)) --kv-transfer-config '${json}' &\n  done\n  wait`,
    ),
  );
  expect(engines.every(({ replicated }) => replicated)).toBe(true);
  expect(engines.length).toBeGreaterThan(0);
  for (const engine of engines) {
    expect(plainConfig(engine)).toEqual(config);
    expect(engine.flags.get('port')?.value?.kind).not.toBe('known');
  }
});

test('a map of flags: a text, and an object (F14)', () => {
  const { engines } = read(
    'recipe.yaml',
    `backend:
  vllm_config:
    prefill: { port: 8000, kv-transfer-config: '${json}' }
    decode:
      port: 8000
      kv_transfer_config: { kv_connector: NixlConnector, kv_role: kv_producer }
`,
  );
  expect(engines.map(plainConfig)).toEqual([config, config]);
  expect(engines.map(({ role }) => role?.role)).toEqual(['prefill', 'decode']);
});

describe('templates', () => {
  test('Helm’s expressions are unknown, its blocks leave open what is there (F15)', () => {
    const engine = inPod(
      [
        `image: ${official}`,
        'args:',
        '- m',
        '- --port',
        '- "{{ .Values.port }}"',
        '{{- if .Values.nixl }}',
        '- --kv-transfer-config',
        '- {{ .Values.kv | toJson | quote }}',
        '{{- end }}',
      ].join('\n'),
    );
    expect(shown(engine.flags.get('port')?.value)).toBe('‹template {{ .Values.port }}›');
    expect(engine.kvTransfer).toBeUndefined();
    expect(engine.flags.absent('kv-transfer-config')).toBe(false);
  });

  test('Jinja’s, too (F16)', () => {
    const command = 'vllm serve {{ model }} --port {{ port }}';
    const flag = `--kv-transfer-config '{"kv_connector": "{{ connector }}", "kv_role": "kv_producer"}'`;
    const engine = readOne('run.sh.j2', `${command} ${flag}\n`);
    expect(flagsOf(engine)[0]).toBe('port ‹template {{ port }}›');
    expect(plainConfig(engine)).toMatchObject({ kv_role: 'kv_producer' });
    expect(engine.kvTransfer?.problems).toEqual([]);
    const inBlock = readOne('run.sh.j2', `${command} \\\n{% if nixl %}\n  ${flag}\n{% endif %}\n`);
    expect(inBlock.kvTransfer).toBeUndefined();
    expect(inBlock.flags.absent('kv-transfer-config')).toBe(false);
  });
});
