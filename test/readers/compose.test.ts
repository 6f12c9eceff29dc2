// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are scripts and manifests.
import { describe, expect, test } from 'vitest';
import { covered, environmentOf, flagLines, misplaced, openOf, plainConfig, read, readOne } from './support';

const official = 'vllm/vllm-openai:v0.11.0';
const compose = (...service: string[]) =>
  ['services:', '  decode:', `    image: ${official}`, ...service.map((line) => `    ${line}`), ''].join('\n');
const one = (...service: string[]) => readOne('compose.yaml', compose(...service));

describe('command', () => {
  const json = '{"kv_connector":"NixlConnector","kv_role":"kv_both"}';
  test.each([
    ['a list', [`command: [--port, "8000", --kv-transfer-config, '${json}']`]],
    ['a block list', ['command:', '  - --port=8000', `  - --kv-transfer-config=${json}`]],
    ['one text, split by quotes', [`command: --port 8000 --kv-transfer-config '${json}'`]],
    ['one folded text', ['command: >', '  --port 8000', `  --kv-transfer-config '${json}'`]],
    [
      'with an entry point',
      ['entrypoint: [vllm, serve, m]', `command: [--port, "8000", --kv-transfer-config, '${json}']`],
    ],
    [
      'a shell',
      [
        'entrypoint: ["sh", "-c"]',
        `command: ["vllm serve m --port 8000 --kv-transfer-config '${json.replaceAll('"', '\\"')}'"]`,
      ],
    ],
    [
      'a shell in one text',
      [`entrypoint: bash -c "vllm serve m --port 8000 --kv-transfer-config '${json.replaceAll('"', '\\"')}'"`],
    ],
  ])('%s', (_, lines) => {
    const engine = one(...lines);
    expect(flagLines(engine)).toEqual(['port 8000', `kv-transfer-config ${json}`]);
    expect(plainConfig(engine)).toEqual(JSON.parse(json));
    expect(engine.flags.open).toEqual([]);
    expect(engine.name).toBe('decode');
    const port = engine.flags.get('port')?.value;
    expect(port?.kind === 'known' && covered(port.source.place())).toBe('8000');
  });

  test('there is no shell behind one text', () => {
    const engine = one('command: --port 8000 ; --host $$HOME --root-path a\\ b "c d"');
    expect(flagLines(engine)).toEqual(['port 8000', 'host $HOME', 'root-path a b']);
    expect(engine.flags.positionals.map((value) => value.kind === 'known' && value.text)).toEqual([';', 'c d']);
  });

  test('an empty entry point takes the image’s away', () => {
    const engine = one('entrypoint: []', 'command: [vllm, serve, m, --port, "1"]');
    expect(engine.entry).toBe('vllm serve');
    expect(flagLines(engine)).toEqual(['port 1']);
  });

  test('an edit in one text is quoted as Compose reads it', () => {
    const engine = one('command: --host "a b" --root-path x');
    const host = engine.flags.get('host')?.value;
    const path = engine.flags.get('root-path')?.value;
    if (host?.kind !== 'known' || path?.kind !== 'known') throw new Error('not known');
    expect(host.source.edit(host.source.all, 'c "d"')?.newText).toBe('c \\"d\\"');
    expect(path.source.edit(path.source.all, 'c d')?.newText).toBe('c\\ d');
  });
});

describe('environment', () => {
  test('a map and a list', () => {
    const expected = { UCX_TLS: 'tcp', VLLM_NIXL_SIDE_CHANNEL_PORT: '5600', EMPTY: '' };
    const map = one('environment:', '  UCX_TLS: tcp', '  VLLM_NIXL_SIDE_CHANNEL_PORT: 5600', '  EMPTY: ""');
    const list = one('environment:', '  - UCX_TLS=tcp', '  - VLLM_NIXL_SIDE_CHANNEL_PORT=5600', '  - EMPTY=');
    for (const engine of [map, list]) {
      expect(environmentOf(engine)).toEqual(expected);
      expect(engine.environment.open).toEqual([]);
      expect(engine.environment.absent('UCX_NET_DEVICES')).toBe(true);
      expect(misplaced(engine)).toEqual([]);
    }
  });

  test('names without a value come from the shell', () => {
    const fromShell = '‹host the shell that runs Compose›';
    expect(environmentOf(one('environment: [UCX_TLS]'))).toEqual({ UCX_TLS: fromShell });
    expect(environmentOf(one('environment: {UCX_TLS: }'))).toEqual({ UCX_TLS: fromShell });
  });

  test('files come first, each in its own dialect', () => {
    const files = { 'a.env': 'UCX_TLS="tcp"\nNIXL_LOG_LEVEL=INFO\n', './raw.env': 'UCX_NET_DEVICES="all"\n' };
    const text = compose(
      'env_file:',
      '  - path: missing.env',
      '  - a.env',
      '  - {path: ./raw.env, format: raw}',
      'environment: {NIXL_LOG_LEVEL: WARN}',
    );
    const engine = readOne('compose.yaml', text, { files });
    expect(environmentOf(engine)).toEqual({ UCX_TLS: 'tcp', NIXL_LOG_LEVEL: 'WARN', UCX_NET_DEVICES: '"all"' });
    expect(openOf(engine).environment).toEqual(['file missing.env']);
    const { value, passedAt, via } = engine.environment.get('UCX_TLS')!;
    expect([via, passedAt && covered(passedAt)]).toEqual(['env-file', 'a.env']);
    expect(value.kind === 'known' && covered(value.source.place())).toBe('tcp');
    expect(value.kind === 'known' && value.source.locate().root.text).toBe(files['a.env']);
  });

  test('one that is not there may replace what those before it say', () => {
    const text = compose('env_file: [a.env, missing.env]', 'environment: {NIXL_LOG_LEVEL: WARN}');
    const engine = readOne('compose.yaml', text, { files: { 'a.env': 'UCX_TLS=tcp\n' } });
    expect(environmentOf(engine)).toEqual({ UCX_TLS: '‹file missing.env›', NIXL_LOG_LEVEL: 'WARN' });
    expect(engine.environment.open.map(({ place }) => place && covered(place))).toContain('missing.env');
  });

  test('one path alone', () => {
    const engine = readOne('compose.yaml', compose('env_file: a.env'), { files: { 'a.env': 'UCX_TLS=tcp\n' } });
    expect(environmentOf(engine)).toEqual({ UCX_TLS: 'tcp' });
  });

  test('what is built here may set anything', () => {
    expect(openOf(one('build: .', 'command: [vllm, serve, m]')).environment).toEqual(['image not named here']);
  });
});

describe('what a service says of its container', () => {
  test.each<[string, readonly string[], readonly (string | undefined)[]]>([
    ['a count', ['gpus: [{count: 2}]'], ['2 at 2']],
    [
      'a reservation',
      ['deploy: {resources: {reservations: {devices: [{capabilities: [gpu], device_ids: ["0", "3"]}]}}}'],
      ['2 at ["0", "3"]'],
    ],
    ['a driver', ['deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 4}]}}}'], ['4 at 4']],
    ['all of them', ['gpus: all', 'deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 4}]}}}'], []],
    ['several kinds', ['gpus: [{count: 1}, {count: 2}]'], []],
    [
      'other devices',
      ['deploy: {resources: {reservations: {devices: [{driver: x, count: 4, capabilities: [tpu]}]}}}'],
      [],
    ],
    ['all that there are', ['gpus: [{count: all}]'], ['all at all']],
  ])('GPUs: %s', (_, lines, expected) => {
    const { limits } = one(...lines, 'command: m').container!;
    const texts = limits.map(
      ({ value }) => value.kind === 'known' && `${value.text} at ${covered(value.source.place())}`,
    );
    expect(texts).toEqual(expected);
  });

  test.each<[boolean, readonly string[]]>([
    [false, ['volumes: [/models:/models, {type: bind, source: /a, target: /b}]']],
    [true, ['shm_size: 1gb']],
    [true, ['ipc: host']],
    [true, ['volumes: [/dev/shm:/dev/shm:rw]']],
    [true, ['volumes: [{type: tmpfs, target: /dev/shm}]']],
    [true, ['tmpfs: /dev/shm']],
    [true, ['tmpfs: [/run, /dev/shm:size=4g]']],
    [true, ['volumes: ["${MORE}"]']],
  ])('shared memory: %s', (expected, lines) => {
    expect(one(...lines, 'command: m').container!.service!.sharedMemory).toBe(expected);
  });

  test('locked memory and devices', () => {
    const { service } = one('ulimits: {memlock: {soft: -1, hard: -1}}', 'devices: [/dev/infiniband]', 'command: m')
      .container!;
    expect(service!.lockedMemory).toBe(true);
    expect(service!.devices.map((value) => value.kind === 'known' && value.text)).toEqual(['/dev/infiniband']);
    expect(one('command: m').container!.service).toEqual({ sharedMemory: false, lockedMemory: false, devices: [] });
  });
});

describe('a project of two files', () => {
  const json = (role: string) => `{"kv_connector":"NixlConnector","kv_role":"${role}"}`;
  const base = [
    'services:',
    '  decode:',
    `    image: ${official}`,
    '    env_file: a.env',
    `    command: [m, --port=8000, --kv-transfer-config, '${json('kv_consumer')}']`,
    '    environment: {UCX_TLS: tcp, NIXL_LOG_LEVEL: WARN}',
    '    cap_add: [SYS_NICE]',
    '',
  ].join('\n');
  const over = [
    'services:',
    '  decode:',
    '    environment: [UCX_TLS=rc, "VLLM_NIXL_SIDE_CHANNEL_PORT=5700"]',
    '    env_file: [b.env]',
    '    cap_add: [IPC_LOCK]',
    '    network_mode: host',
    '  prefill:',
    `    image: ${official}`,
    `    command: [m, --kv-transfer-config, '${json('kv_producer')}']`,
    '',
  ].join('\n');
  const env = { 'a.env': 'A=1\nB=1\n', 'b.env': 'B=2\n' };
  const seen = (name: string, text: string, files: Readonly<Record<string, string>>) =>
    read(name, text, { files }).engines.map((engine) => [
      engine.name,
      environmentOf(engine),
      engine.network.kind,
      engine.container!.capabilities.add.map((value) => value.kind === 'known' && covered(value.source.place())),
    ]);

  test('is what Compose makes of both, whichever is read', () => {
    const expected = [
      [
        'decode',
        { A: '1', B: '2', UCX_TLS: 'rc', NIXL_LOG_LEVEL: 'WARN', VLLM_NIXL_SIDE_CHANNEL_PORT: '5700' },
        'host',
        ['SYS_NICE', 'IPC_LOCK'],
      ],
      ['prefill', {}, 'container', []],
    ];
    expect(seen('compose.yaml', base, { ...env, 'compose.override.yaml': over })).toEqual(expected);
    expect(seen('compose.override.yaml', over, { ...env, 'compose.yaml': base })).toEqual(expected);
    expect(seen('docker-compose.yml', base, { ...env, 'docker-compose.override.yml': over })).toEqual(expected);
  });

  test('replaces commands, and what it is told to', () => {
    const replaced = (...lines: string[]) =>
      read('compose.yaml', base, {
        files: { ...env, 'compose.override.yml': `services:\n  decode:\n    ${lines.join('\n    ')}\n` },
      }).engines[0]!;
    expect(flagLines(replaced('command: [m, --port=9000]'))).toEqual(['port 9000']);
    expect(environmentOf(replaced('environment: !reset {}', 'env_file: !reset null'))).toEqual({});
    expect(environmentOf(replaced('environment: &none !reset {}', 'env_file: !reset null'))).toEqual({});
    expect(environmentOf(replaced('environment: !override', '  UCX_TLS: ud', 'env_file: !override [b.env]'))).toEqual({
      B: '2',
      UCX_TLS: 'ud',
    });
    expect(replaced('cap_add: !override [IPC_LOCK]').container!.capabilities.add).toHaveLength(1);
  });

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['a file of another name', 'compose.gpu.yaml', { 'compose.override.yaml': over }],
    [
      'a file that another one wins over',
      'docker-compose.yml',
      { 'compose.yaml': 'services: {}\n', 'compose.override.yaml': over },
    ],
    ['an override of another name', 'compose.yaml', { 'compose.prod.yaml': over }],
  ])('is none for %s', (_, name, files) => {
    expect(seen(name, base, { ...env, ...files }).map(([service]) => service)).toEqual(['decode']);
  });

  test('that list each other’s services only once', () => {
    const { engines } = read('compose.override.yaml', over, { files: { ...env, 'compose.yaml': over } });
    expect(engines.map(({ name }) => name)).toEqual(['prefill']);
  });
});

describe('interpolation', () => {
  test('is unknown unless .env says it, its default included', () => {
    const text = compose(
      'command: [--port, "${PORT}", --host, "${HOST:-0.0.0.0}", --root-path, "a$$b${X}"]',
      'environment:',
      '  UCX_TLS: $TLS',
      '  UCX_NET_DEVICES: ${DEVICES:-all}',
    );
    const engine = readOne('compose.yaml', text, { files: { '.env': 'PORT=8000\nTLS=tcp\nDEVICES=\n' } });
    expect(flagLines(engine)).toEqual([
      'port 8000',
      'host ‹variable ${HOST:-0.0.0.0}›',
      'root-path a$b‹variable ${X}›',
    ]);
    expect(environmentOf(engine)).toEqual({ UCX_TLS: 'tcp', UCX_NET_DEVICES: '‹variable ${DEVICES:-all}›' });
    const port = engine.flags.get('port')?.value;
    expect(port?.kind === 'known' && port.source.locate().root.text).toMatch(/^PORT=/);
  });
});

describe('networks and copies', () => {
  test('each service has its own, unless it says otherwise', () => {
    const service = (name: string, more: string) => `  ${name}:\n    image: ${official}\n    ${more}\n`;
    const text = [
      'services:\n',
      service('a', 'command: []'),
      service('b', 'network_mode: host'),
      service('c', 'network_mode: host'),
      service('d', 'network_mode: "service:a"'),
      service('e', 'network_mode: "container:other"'),
      service('f', 'network_mode: bridge'),
      service('g', 'network_mode: ${MODE}'),
    ].join('');
    const { engines } = read('compose.yaml', text);
    expect(engines.map(({ network }) => [network.kind, network.key])).toEqual([
      ['container', 'compose compose.yaml a'],
      ['host', 'compose compose.yaml'],
      ['host', 'compose compose.yaml'],
      ['container', 'compose compose.yaml a'],
      ['container', 'compose compose.yaml container other'],
      ['container', 'compose compose.yaml f'],
      ['unknown', 'compose compose.yaml g'],
    ]);
  });

  test('replicas', () => {
    expect(one('deploy: {replicas: 2}').replicated).toBe(true);
    expect(one('deploy: {replicas: 1}').replicated).toBe(false);
    expect(one('scale: 3').replicated).toBe(true);
  });
});

test('extensions, anchors and merge keys', () => {
  const text = [
    'x-vllm: &vllm',
    `  image: ${official}`,
    '  environment: &env',
    '    UCX_TLS: tcp',
    'services:',
    '  prefill:',
    '    <<: *vllm',
    '    command: [--port, "8100"]',
    '  decode:',
    '    <<: *vllm',
    '    command: [--port, "8200"]',
    '    environment:',
    '      <<: *env',
    '      NIXL_LOG_LEVEL: INFO',
    '  db:',
    '    image: postgres',
    '',
  ].join('\n');
  const { engines } = read('compose.yaml', text);
  expect(engines.map(({ name }) => name)).toEqual(['prefill', 'decode']);
  expect(engines.map(flagLines)).toEqual([['port 8100'], ['port 8200']]);
  expect(engines.map(environmentOf)).toEqual([{ UCX_TLS: 'tcp' }, { UCX_TLS: 'tcp', NIXL_LOG_LEVEL: 'INFO' }]);
  expect(engines.flatMap(misplaced)).toEqual([]);
});

test('a service whose start is out of sight counts by its variables', () => {
  const text =
    'services:\n  a:\n    image: my/vllm:1\n    environment: {VLLM_NIXL_SIDE_CHANNEL_PORT: "5600"}\n  b:\n    image: my/mpi:1\n    environment: {UCX_TLS: tcp}\n';
  const { engines } = read('compose.yaml', text);
  expect(engines.map(({ name }) => name)).toEqual(['a']);
  expect(engines[0]?.flags.open.length).toBeGreaterThan(0);
});

test('extends opens what it may bring', () => {
  const engine = one('extends: {file: base.yaml, service: vllm}', 'command: [--port, "1"]');
  expect(openOf(engine)).toEqual({ environment: ['include extends'], flags: ['include extends'] });
});
