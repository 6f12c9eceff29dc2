// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are scripts and manifests.
import { describe, expect, test } from 'vitest';
import { covered, environmentOf, flagLines, misplaced, openOf, plainConfig, read, readOne } from './support';

describe('a vLLM configuration file', () => {
  const text = [
    'model: m',
    'port: 8000',
    'tensor_parallel_size: 4',
    'enforce-eager: true',
    'enable-prefix-caching: false',
    'served-model-name: [a, b]',
    'kv-transfer-config:',
    '  kv_connector: NixlConnector',
    '  kv_connector_extra_config: {backends: [UCX]}',
    '',
  ].join('\n');

  test('on its own', () => {
    const engine = readOne('serve.yaml', text);
    expect(engine).toMatchObject({ entry: 'config file', network: { kind: 'unknown' }, parallel: { tensor: 4 } });
    expect(flagLines(engine)).toEqual(
      [
        'model m (file)',
        'port 8000 (file)',
        'tensor-parallel-size 4 (file)',
        'enforce-eager (file)',
        'no-enable-prefix-caching (file)',
        'served-model-name a b (file)',
        'kv-transfer-config {"kv_connector":"NixlConnector","kv_connector_extra_config":{"backends":["UCX"]}} (file)',
      ].map((line) => line.replace('served-model-name a b', 'served-model-name ["a","b"]')),
    );
    expect(engine.kvTransfer?.form).toBe('mapping');
    expect(engine.kvTransfer?.flag?.fromConfigFile).toBe(true);
    expect(engine.flags.absent('host')).toBe(false);
    expect(engine.environment.absent('UCX_TLS')).toBe(false);
    expect(covered(engine.flags.get('port')!.text.place())).toBe('port');
  });

  test('a text of JSON', () => {
    const engine = readOne('serve.yaml', `model: m\nkv_transfer_config: '{"kv_role": "kv_bth"}'\n`);
    expect(engine.kvTransfer?.form).toBe('json');
    const root = engine.kvTransfer?.root;
    expect(root?.type === 'object' && covered(root.members[0]!.value.place)).toBe('"kv_bth"');
  });

  test('named by a command, which counts more', () => {
    const script = 'vllm serve --config serve.yaml --port 8001\n';
    const engine = readOne('serve.sh', script, { files: { 'serve.yaml': text } });
    expect(engine.flags.open).toEqual([]);
    expect(engine.flags.get('port')).toMatchObject({ fromConfigFile: false, value: { text: '8001' } });
    expect(engine.flags.all('port').map(({ fromConfigFile }) => fromConfigFile)).toEqual([true, false]);
    expect(plainConfig(engine)).toMatchObject({ kv_connector: 'NixlConnector' });
    const flag = engine.flags.get('kv-transfer-config');
    expect(flag?.text.locate().root.text).toBe(text);
  });

  test('dotted flags beside it drop its object', () => {
    const script = 'vllm serve --config serve.yaml --kv-transfer-config.kv_role kv_both\n';
    const engine = readOne('serve.sh', script, { files: { 'serve.yaml': text } });
    expect(plainConfig(engine)).toEqual({ kv_role: 'kv_both' });
    expect(engine.kvTransfer?.overridden.map(({ fromConfigFile }) => fromConfigFile)).toEqual([true]);
  });

  test.each([
    ['one that is not there', '--config missing.yaml', ['file missing.yaml']],
    ['one in a word with the flag', '--config=serve.yaml', ['file serve.yaml']],
    ['one without a known name', '--config $FILE', ['file --config']],
  ])('%s may set anything', (_, words, open) => {
    const engine = readOne('serve.sh', `vllm serve ${words}\n`, { files: { 'serve.yaml': text } });
    expect(openOf(engine).flags).toEqual(open);
  });
});

describe('JSON', () => {
  const config = '{"kv_connector": "NixlConnector", "kv_role": "kv_both"}';

  test.each([
    ['by content', 'prefill.json', config],
    ['by name, with a mistake', 'kv-transfer.json', '{"kv_conector": "NixlConnector", "kv_rol": "x"}'],
    ['by name, broken', 'kv_transfer_config.json', "{'kv_connector': 'NixlConnector'"],
  ])('a kv-transfer-config %s', (_, name, text) => {
    const engine = readOne(name, text);
    expect(engine.entry).toBe('json file');
    expect(engine.kvTransfer?.form).toBe('file');
    expect(engine.flags.absent('port')).toBe(false);
  });

  test('keys and values know their characters', () => {
    const root = readOne('prefill.json', config).kvTransfer?.root;
    if (root?.type !== 'object') throw new Error('no object');
    expect(root.members.map(({ keyText, value }) => [covered(keyText.place()), covered(value.place)])).toEqual([
      ['kv_connector', '"NixlConnector"'],
      ['kv_role', '"kv_both"'],
    ]);
  });

  test('one in the midst of others', () => {
    const engine = readOne(
      'engine.json',
      `{"engines": [{"kv_transfer_config": ${config}, "tensor_parallel_size": 2}]}`,
    );
    expect(plainConfig(engine)).toEqual(JSON.parse(config));
    expect(engine.parallel.tensor).toBe(2);
  });

  test('any other JSON is none of our business', () => {
    for (const text of ['{"name": "vllm", "private": true,}', '[1, 2]', '"nixl"', '{"kv": 1}', '{'])
      expect(read('package.json', text).engines).toEqual([]);
  });
});

describe('files of variables', () => {
  const text = '# prefill\nVLLM_NIXL_SIDE_CHANNEL_HOST="10.0.0.1"\nUCX_TLS=tcp,cuda_copy # fast\nPORT=$BASE\n';

  test('one that sets a name of ours is an engine’s', () => {
    const engine = readOne('prefill.env', text);
    expect(engine).toMatchObject({ entry: 'env file', network: { kind: 'unknown' }, kvTransfer: undefined });
    expect(environmentOf(engine)).toEqual({
      VLLM_NIXL_SIDE_CHANNEL_HOST: '10.0.0.1',
      UCX_TLS: 'tcp,cuda_copy',
      PORT: '‹variable $BASE›',
    });
    expect(covered(engine.place)).toBe('VLLM_NIXL_SIDE_CHANNEL_HOST');
    expect(engine.environment.absent('NIXL_LOG_LEVEL')).toBe(false);
    expect(engine.flags.absent('port')).toBe(false);
    expect(misplaced(engine)).toEqual([]);
  });

  test('names of UCX alone are silent', () => {
    expect(read('mpi.env', 'UCX_TLS=tcp\n').engines).toEqual([]);
  });

  test('as docker reads them, quotes are a part of the value', () => {
    const engine = readOne('env.list', 'NIXL_LOG_LEVEL="INFO" # x\n');
    expect(environmentOf(engine)).toEqual({ NIXL_LOG_LEVEL: '"INFO" # x' });
  });

  test('as a shell reads them, when they export', () => {
    const engine = readOne('nixl.env', "export NIXL_LOG_LEVEL='INFO'\nexport UCX_TLS=$NIXL_LOG_LEVEL\n");
    expect(environmentOf(engine)).toEqual({ NIXL_LOG_LEVEL: 'INFO', UCX_TLS: 'INFO' });
  });
});

describe('systemd', () => {
  const unit = (...lines: string[]) => ['[Unit]', 'Description=x', '[Service]', ...lines, ''].join('\n');

  test('a service: its command and its environment, and no other', () => {
    const engine = readOne(
      'vllm.service',
      unit(
        'Environment="UCX_TLS=tcp,cuda_copy" VLLM_NIXL_SIDE_CHANNEL_PORT=5600',
        'EnvironmentFile=-/etc/default/vllm',
        'ExecStartPre=/bin/true vllm serve no',
        'ExecStart=/opt/venv/bin/vllm serve m --port 8000 \\',
        '  --kv-transfer-config \'{"kv_role": "kv_both"}\' --host ${HOST_NAME} --root-path $MORE',
      ),
      { files: { '/etc/default/vllm': 'UCX_TLS="all"\nHOST_NAME=h\n' } },
    );
    expect(flagLines(engine).slice(0, 3)).toEqual(['port 8000', 'kv-transfer-config {"kv_role": "kv_both"}', 'host h']);
    expect(environmentOf(engine)).toEqual({
      UCX_TLS: 'all',
      VLLM_NIXL_SIDE_CHANNEL_PORT: '5600',
      HOST_NAME: 'h',
    });
    expect(engine.environment.open).toEqual([]);
    expect(engine.network).toMatchObject({ kind: 'host', key: 'host of vllm.service' });
    const { value, passedAt } = engine.environment.get('UCX_TLS')!;
    expect(passedAt && covered(passedAt)).toBe('/etc/default/vllm');
    expect(value.kind === 'known' && covered(value.source.place())).toBe('all');
  });

  test('a file that is not there may set anything', () => {
    const engine = readOne('a.service', unit('EnvironmentFile=/etc/x', 'ExecStart=vllm serve m'));
    expect(openOf(engine).environment).toEqual(['file /etc/x']);
  });

  test('docker run in it', () => {
    const engine = readOne(
      'a.service',
      unit('ExecStart=/usr/bin/docker run --network host vllm/vllm-openai:v0.11.0 --port 1'),
    );
    expect(flagLines(engine)).toEqual(['port 1']);
    expect(engine.network.key).toBe('host of a.service');
  });

  test('a drop-in that only sets variables', () => {
    const engine = readOne('nixl.conf', '[Service]\nEnvironment=NIXL_LOG_LEVEL=INFO\n');
    expect(engine.entry).toBe('env file');
    expect(environmentOf(engine)).toEqual({ NIXL_LOG_LEVEL: 'INFO' });
  });

  test('a Quadlet', () => {
    const text =
      '[Container]\nImage=vllm/vllm-openai:v0.11.0\nNetwork=host\nEnvironment=UCX_TLS=tcp\nExec=--model m --port 8000\n';
    const engine = readOne('vllm.container', text);
    expect(engine.entry).toBe('image');
    expect(flagLines(engine)).toEqual(['model m', 'port 8000']);
    expect(environmentOf(engine)).toEqual({ UCX_TLS: 'tcp' });
    expect(engine.network.kind).toBe('host');
  });
});

describe('Dockerfile', () => {
  const file = (...lines: string[]) => readOne('Dockerfile', `${lines.join('\n')}\n`);

  test('variables and the exec form', () => {
    const engine = file(
      'ARG TAG=v0.11.0',
      'FROM vllm/vllm-openai:${TAG} AS serve',
      'ARG PORT=5600',
      'ARG GIVEN',
      'ENV UCX_TLS=tcp \\',
      '    VLLM_NIXL_SIDE_CHANNEL_PORT=${PORT} OTHER=$GIVEN',
      'ENV LEGACY form of it',
      'RUN pip install vllm==9.9.9 || true',
      'ENTRYPOINT ["vllm", "serve", "m"]',
      `CMD ["--port", "8000", "--kv-transfer-config", "{\\"kv_role\\": \\"kv_both\\"}"]`,
    );
    expect(engine).toMatchObject({ entry: 'vllm serve', name: 'serve', network: { kind: 'container' } });
    expect(flagLines(engine)).toEqual(['port 8000', 'kv-transfer-config {"kv_role": "kv_both"}']);
    expect(environmentOf(engine)).toEqual({
      UCX_TLS: 'tcp',
      VLLM_NIXL_SIDE_CHANNEL_PORT: '5600',
      OTHER: '‹variable $GIVEN›',
      LEGACY: 'form of it',
    });
    expect(engine.image).toMatchObject({ kind: 'known', text: 'vllm/vllm-openai:v0.11.0' });
    expect(engine.environment.absent('NIXL_LOG_LEVEL')).toBe(false);
    const root = engine.kvTransfer?.root;
    expect(root?.type === 'object' && covered(root.members[0]!.keyText.place())).toBe('kv_role');
  });

  test('the shell form', () => {
    const engine = file('FROM x', 'ENV PORT=8000', 'CMD exec vllm serve m --port $PORT --host $(hostname -i)');
    expect(flagLines(engine)).toEqual(['port 8000', 'host ‹command $(hostname -i)›']);
  });

  test('arguments of the base image', () => {
    const engine = file('FROM vllm/vllm-openai:v0.12.0', 'CMD ["m", "--port", "1"]');
    expect(engine.entry).toBe('image');
    expect(flagLines(engine)).toEqual(['port 1']);
    expect(engine.versions.vllm?.version).toBe('0.12.0');
  });

  test('stages that start from each other', () => {
    const engine = file(
      'FROM nvidia/cuda:12 AS base',
      'ENV UCX_TLS=tcp',
      'RUN pip install "vllm==0.11.0"',
      'FROM base AS other',
      'ENV UCX_TLS=other',
      'FROM base',
      'CMD ["vllm", "serve", "m"]',
    );
    expect(environmentOf(engine)).toEqual({ UCX_TLS: 'tcp' });
    expect(engine.versions.vllm).toMatchObject({ version: '0.11.0', from: 'requirement' });
  });

  test('variables alone', () => {
    const engine = file('FROM vllm/vllm-openai:v0.11.0', 'ENV VLLM_NIXL_SIDE_CHANNEL_HOST=0.0.0.0');
    expect(environmentOf(engine)).toEqual({ VLLM_NIXL_SIDE_CHANNEL_HOST: '0.0.0.0' });
    expect(engine.flags.absent('kv-transfer-config')).toBe(false);
    expect(read('Dockerfile', 'FROM ubuntu\nENV UCX_TLS=tcp\nCMD ["mpirun"]\n').engines).toEqual([]);
    expect(read('Dockerfile', 'FROM ubuntu\nENV NIXL_LOG_LEVEL=INFO\nRUN make\n').engines).toEqual([]);
  });
});

describe('limits', () => {
  const large = 'a value of more than 100,000 characters or 500 pieces: over the limit';
  const reasons = (name: string, text: string, files: Readonly<Record<string, string>> = {}) =>
    read(name, text, { files }).unchecked.map(({ reason }) => reason);
  const chain = (names: (index: number) => string, length: number) =>
    Array.from({ length }, (_, index) => names(index + 1)).join('');
  const doubling = `A0=xxxxxxxx\n${chain((n) => `A${n}=$A${n - 1}$A${n - 1}\n`, 30)}`;

  test('a file of variables', () => {
    const port = 'VLLM_NIXL_SIDE_CHANNEL_PORT=5600\n';
    expect(reasons('vllm.env', port + doubling)).toEqual([large]);
    expect(reasons('vllm.env', `export ${port}${'A=1\n'.repeat(30_000)}`)).toEqual([
      'more than 30,000 steps of shell: over the limit',
    ]);
  });

  test('files beside a Compose file', () => {
    const text = 'services:\n  a:\n    image: vllm/vllm-openai\n    env_file: a.env\n';
    expect(reasons('compose.yaml', text, { 'a.env': doubling })).toEqual([large]);
    expect(reasons('compose.yaml', text, { 'a.env': 'A=1\n', '.env': doubling })).toEqual([large]);
  });

  test('variables of a Dockerfile', () => {
    const from = 'FROM vllm/vllm-openai:v0.11.0\n';
    const end = 'ENV UCX_TLS=$A\nCMD ["vllm", "serve", "m"]\n';
    for (const growth of ['ENV A=$A$A\n'.repeat(30), 'ENV A=$A\n'.repeat(1000), `ENV A=${'$A'.repeat(20_000)}\n`]) {
      const { engines, unchecked } = read('Dockerfile', `${from}ENV A=xxxxxxxx\n${growth}${end}`);
      expect(unchecked.map(({ reason }) => reason)).toEqual([large]);
      expect(engines[0]?.environment.effective().find(({ name }) => name === 'UCX_TLS')?.value.kind).not.toBe('known');
    }
    expect(reasons('Dockerfile', `${from}RUN ${'A=1; '.repeat(30_000)} pip install vllm==0.11.0\n${end}`)).toEqual([
      'more than 30,000 steps of shell: over the limit',
    ]);
  });

  test('ten thousand stages, each from the one before', () => {
    const stages = chain((n) => `FROM s${n - 1} AS s${n}\nENV V${n}=1\n`, 10_000);
    const text = `FROM vllm/vllm-openai:v0.11.0 AS s0\n${stages}CMD ["vllm", "serve", "m"]\n`;
    const engine = readOne('Dockerfile', text);
    expect(engine.environment.effective()).toHaveLength(10_000);
    expect(engine.versions.vllm).toMatchObject({ version: '0.11.0' });
  });
});
