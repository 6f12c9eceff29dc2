import { describe, expect, test } from 'vitest';
import type { Engine } from '../../server/src/model';
import { covered, environmentOf, flagLines, misplaced, openOf, plainConfig, read, readOne } from './support';

const script = (...lines: string[]) => read('serve.sh', `#!/bin/bash\n${lines.join('\n')}\n`);
const one = (...lines: string[]) => readOne('serve.sh', `#!/bin/bash\n${lines.join('\n')}\n`);
const kv = `'{"kv_connector":"NixlConnector","kv_role":"kv_both"}'`;

/** Entry point, flags and environment in short. */
const brief = (engine: Engine) => [engine.entry, flagLines(engine), environmentOf(engine)];

describe('what starts vLLM', () => {
  test.each([
    ['vllm serve m --port 1', 'vllm serve', 'vllm serve'],
    ['/opt/venv/bin/vllm serve m --port 1', 'vllm serve', '/opt/venv/bin/vllm serve'],
    ['$VENV/bin/vllm serve m --port 1', 'vllm serve', '$VENV/bin/vllm serve'],
    ['exec vllm serve m --port 1', 'vllm serve', 'vllm serve'],
    ['nohup vllm serve m --port 1 > log 2>&1 &', 'vllm serve', 'vllm serve'],
    ['numactl --cpunodebind=0 -m 0 vllm serve m --port 1', 'vllm serve', 'vllm serve'],
    ['taskset -c 0-7 nice -n 5 vllm serve m --port 1', 'vllm serve', 'vllm serve'],
    ['timeout 3600 vllm serve m --port 1', 'vllm serve', 'vllm serve'],
    ['uv run --with vllm vllm serve m --port 1', 'vllm serve', 'vllm serve'],
    ['conda run -n vllm --no-capture-output vllm serve m --port 1', 'vllm serve', 'vllm serve'],
    ['nsys profile -o out -t cuda vllm serve m --port 1', 'vllm serve', 'vllm serve'],
    [
      'python -m vllm.entrypoints.openai.api_server --port 1',
      'api_server',
      'python -m vllm.entrypoints.openai.api_server',
    ],
    [
      'python3 -u -m vllm.entrypoints.cli.main serve m --port 1',
      'vllm serve',
      'python3 -u -m vllm.entrypoints.cli.main',
    ],
    ['"$PYTHON" -m vllm.entrypoints.openai.api_server --port 1', 'api_server', '-m vllm.entrypoints.openai.api_server'],
    [
      'python vllm/entrypoints/openai/api_server.py --port 1',
      'api_server',
      'python vllm/entrypoints/openai/api_server.py',
    ],
    ['python3 -m dynamo.vllm --port 1', 'dynamo.vllm', 'python3 -m dynamo.vllm'],
    ["bash -c 'vllm serve m --port 1'", 'vllm serve', 'vllm serve'],
    ["bash -euo pipefail -c 'exec vllm serve m --port 1'", 'vllm serve', 'vllm serve'],
    [`sh -lc 'vllm serve m "$@"' x --port 1`, 'vllm serve', 'vllm serve'],
    ['eval "vllm serve m --port 1"', 'vllm serve', 'vllm serve'],
    ['CMD="vllm serve m --port 1"; $CMD', 'vllm serve', 'vllm serve'],
    ['bash <<EOF\nvllm serve m --port 1\nEOF', 'vllm serve', 'vllm serve'],
    ["tmux new-session -d -s p 'vllm serve m --port 1'", 'vllm serve', 'vllm serve'],
    ["tmux send-keys -t p 'vllm serve m --port 1' C-m", 'vllm serve', 'vllm serve'],
    ["screen -dmS p bash -c 'vllm serve m --port 1'", 'vllm serve', 'vllm serve'],
    ['vllm serve m --port 1 2>&1 | tee log', 'vllm serve', 'vllm serve'],
    ['if true; then vllm serve m --port 1; fi', 'vllm serve', 'vllm serve'],
    ['start() { vllm serve m --port "$1"; }; start 1', 'vllm serve', 'vllm serve'],
    ['sbatch -N1 --wrap="vllm serve m --port 1"', 'vllm serve', 'vllm serve'],
  ])('%s', (line, entry, place) => {
    const engine = one(line);
    expect(engine.entry).toBe(entry);
    expect(covered(engine.place)).toContain(place.replace(/^-m /, ''));
    expect(flagLines(engine)).toContain('port 1');
    expect(misplaced(engine)).toEqual([]);
  });

  test.each([
    'echo vllm serve m --port 1',
    'echo "vllm serve m"',
    "printf '%s\\n' vllm serve m",
    'pkill -f "vllm serve"',
    'pgrep -f vllm serve',
    'cat > run.sh <<EOF\nvllm serve m\nEOF',
    'command -v vllm',
    'vllm --version',
    'vllm bench serve --model m',
    'which vllm serve',
    '# vllm serve m',
    'python -m vllm.entrypoints.openai.run_batch',
    'curl http://localhost:8000/vllm/serve',
    'mpirun -x UCX_TLS=tcp ./a.out',
  ])('not: %s', (line) => {
    expect(script(line).engines).toEqual([]);
  });
});

describe('environment', () => {
  test('exports, prefixes and env, in effect order', () => {
    const engine = one(
      'export UCX_TLS=tcp',
      'NOT_EXPORTED=1',
      'export VLLM_NIXL_SIDE_CHANNEL_HOST=$(hostname -i)',
      'BASE=5600',
      'VLLM_NIXL_SIDE_CHANNEL_PORT=$((BASE + 1)) UCX_TLS=all env A=b vllm serve m',
    );
    expect(environmentOf(engine)).toEqual({
      UCX_TLS: 'all',
      VLLM_NIXL_SIDE_CHANNEL_HOST: '‹command $(hostname -i)›',
      VLLM_NIXL_SIDE_CHANNEL_PORT: '5601',
      A: 'b',
    });
    expect(openOf(engine).environment).toEqual(['host the shell that starts the script']);
    const { value } = engine.environment.get('UCX_TLS')!;
    expect(value.kind === 'known' && covered(value.source.place())).toBe('all');
  });

  test('what is taken away is gone, and never provably absent', () => {
    const engine = one('export UCX_TLS=tcp', 'unset UCX_TLS', 'vllm serve m');
    expect(environmentOf(engine)).toEqual({});
    expect(engine.environment.absent('UCX_TLS')).toBe(false);
  });

  test('env -i starts from nothing', () => {
    const engine = one('export UCX_TLS=tcp', 'env -i A=1 vllm serve m');
    expect(environmentOf(engine)).toEqual({ A: '1' });
    expect(engine.environment.absent('UCX_TLS')).toBe(true);
  });

  test('a sourced file is read when it is there', () => {
    const text = 'source ./nixl.env\nvllm serve m\n';
    const files = { './nixl.env': 'export UCX_TLS=tcp\n' };
    expect(environmentOf(readOne('serve.sh', text, { files }))).toEqual({ UCX_TLS: 'tcp' });
    expect(openOf(readOne('serve.sh', text)).environment.join()).toContain('./nixl.env');
  });

  test('sudo drops it', () => {
    const engine = one('export UCX_TLS=tcp', 'sudo -u me A=1 vllm serve m');
    expect(environmentOf(engine)).toEqual({ A: '1' });
    expect(environmentOf(one('export UCX_TLS=tcp', 'sudo -E vllm serve m'))).toEqual({ UCX_TLS: 'tcp' });
  });
});

describe('conditions and copies', () => {
  test('a loop runs more than one', () => {
    const engine = one('for i in 0 1; do', '  vllm serve m --port $((8000 + i)) &', 'done');
    expect(engine.replicated).toBe(true);
    expect(flagLines(engine)[0]).toMatch(/^port ‹arithmetic /);
  });

  test('a branch may not be taken', () => {
    expect(one('if [ "$1" = p ]; then', 'vllm serve m', 'fi').conditional?.kind).toBe('branch');
    expect(one('vllm serve m').conditional).toBeUndefined();
  });

  test('a program that we do not know starts it with whatever it likes', () => {
    const engine = one('./entrypoint.sh vllm serve m --port 1');
    expect(flagLines(engine)).toEqual(['port 1']);
    expect(engine.conditional).toEqual({ kind: 'wrapper', detail: './entrypoint.sh' });
    expect(openOf(engine)).toEqual({
      environment: ['host the shell that starts the script', 'wrapper ./entrypoint.sh'],
      flags: ['wrapper ./entrypoint.sh'],
    });
  });
});

describe('docker run', () => {
  test('options, image and arguments', () => {
    const engine = one(
      'export HF_TOKEN=x UCX_TLS=tcp',
      'docker run --rm -it -d --gpus all -p 8000:8000 -v ~/models:/models --name prefill \\',
      '  -e VLLM_NIXL_SIDE_CHANNEL_HOST=0.0.0.0 --env=VLLM_NIXL_SIDE_CHANNEL_PORT=5600 -e UCX_TLS -e NOT_HERE \\',
      `  vllm/vllm-openai:v0.11.0 --model m --kv-transfer-config ${kv}`,
    );
    expect(engine).toMatchObject({ entry: 'image', name: 'prefill', network: { kind: 'container' } });
    expect(covered(engine.place)).toBe('vllm/vllm-openai:v0.11.0');
    expect(flagLines(engine)).toEqual(['model m', `kv-transfer-config ${kv.slice(1, -1)}`]);
    expect(environmentOf(engine)).toEqual({
      VLLM_NIXL_SIDE_CHANNEL_HOST: '0.0.0.0',
      VLLM_NIXL_SIDE_CHANNEL_PORT: '5600',
      UCX_TLS: 'tcp',
    });
    // NOT_HERE may come from the shell.
    expect(openOf(engine).environment).toEqual(['host the shell that starts the container']);
    expect(engine.versions.vllm).toMatchObject({ version: '0.11.0', from: 'image' });
    expect(misplaced(engine)).toEqual([]);
  });

  test('an environment file, and none', () => {
    const text = 'docker run --env-file nixl.env vllm/vllm-openai:v0.11.0 --model m\n';
    const files = { 'nixl.env': '# c\nUCX_TLS="tcp"\n' };
    const engine = readOne('run.sh', text, { files });
    // Docker takes quotes for a part of the value.
    expect(environmentOf(engine)).toEqual({ UCX_TLS: '"tcp"' });
    expect(engine.environment.get('UCX_TLS')?.via).toBe('env-file');
    const passed = engine.environment.get('UCX_TLS')?.passedAt;
    expect(passed && covered(passed)).toBe('nixl.env');
    expect(openOf(engine).environment).toEqual([]);
    expect(openOf(readOne('run.sh', text)).environment).toEqual(['file nixl.env']);
  });

  test.each([
    ['--network host', 'host', 'host of serve.sh'],
    ['--net=host', 'host', 'host of serve.sh'],
    ['--network container:proxy', 'container', 'host of serve.sh/container proxy'],
    ['--name a', 'container', 'host of serve.sh/container a'],
    ['--network $NET', 'unknown', 'host of serve.sh/12'],
  ])('network: %s', (options, kind, key) => {
    const engine = one(`docker run ${options} vllm/vllm-openai:v0.11.0 --model m`);
    expect(engine.network).toMatchObject({ kind, key });
  });

  test('an entry point of its own', () => {
    const engine = one(`docker run --entrypoint bash custom:1 -c "vllm serve m --port 1"`);
    expect(brief(engine)).toEqual(['vllm serve', ['port 1'], {}]);
    expect(openOf(engine).environment).toEqual(['image custom:1']);
  });

  test('unknown options in front of the image', () => {
    const engine = one('docker run $OPTS -e A=1 vllm/vllm-openai:v0.11.0 --model m');
    expect(brief(engine)).toEqual(['image', ['model m'], { A: '1' }]);
    expect(openOf(engine).environment).toEqual(['variable $OPTS']);
    expect(engine.network.kind).toBe('unknown');
  });

  test('docker exec starts a process beside the others of the container', () => {
    const engine = one('docker exec -d -e A=1 prefill bash -c "vllm serve m --port 1"');
    expect(brief(engine)).toEqual(['vllm serve', ['port 1'], { A: '1' }]);
    expect(engine.network.key).toBe('host of serve.sh/container prefill');
    expect(openOf(engine).environment).toEqual(['host the container']);
  });
});

describe('other places', () => {
  test('srun, mpirun and kubectl exec run on nodes of their own', () => {
    const { engines } = script(
      'export UCX_TLS=tcp',
      `srun -N1 -w node1 --export=ALL bash -c "vllm serve m --port 1" &`,
      'mpirun -np 2 -x UCX_TLS python -m vllm.entrypoints.openai.api_server --port 1 &',
      'kubectl exec -n x pod -- vllm serve m --port 1',
    );
    expect(engines.map(({ network }) => network.kind)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(new Set(engines.map(({ network }) => network.key)).size).toBe(3);
    expect(engines.map(environmentOf)).toEqual([{ UCX_TLS: 'tcp' }, { UCX_TLS: 'tcp' }, {}]);
  });

  test('ssh: one network per host, an environment of its own', () => {
    const { engines } = script(
      'export UCX_TLS=tcp',
      `ssh -o StrictHostKeyChecking=no me@host1 "UCX_TLS=all vllm serve m --port 1"`,
      'ssh host1 vllm serve m --port 2',
      'ssh host2 bash -s <<EOF\nvllm serve m --port 3\nEOF',
    );
    expect(engines.map(({ network }) => network.key)).toEqual([
      'host of serve.sh/ssh host1',
      'host of serve.sh/ssh host1',
      'host of serve.sh/ssh host2',
    ]);
    expect(engines.map(environmentOf)).toEqual([{ UCX_TLS: 'all' }, {}, {}]);
    expect(engines.map(flagLines)).toEqual([['port 1'], ['port 2'], ['port 3']]);
  });
});

test('proxies listen beside the engines', () => {
  const { listeners } = script(
    'python3 tests/toy_proxy_server.py --port 8192 --prefiller-hosts localhost &',
    'python disagg_proxy_demo.py --model m &',
    'python my_proxy.py &',
    'vllm-router --port 8010 &',
    'python toy_proxy_server.py --port $PORT &',
    'if x; then python toy_proxy_server.py --port 1; fi',
  );
  expect(listeners.map(({ label, port, place }) => [label, port, covered(place)])).toEqual([
    ["the proxy's `--port`", 8192, '8192'],
    ["the proxy's default port", 8000, 'disagg_proxy_demo.py'],
    ["the router's `--port`", 8010, '8010'],
  ]);
  expect(new Set(listeners.map(({ network }) => network.key))).toEqual(new Set(['host of serve.sh']));
});

test('what pip installs is the version from then on', () => {
  const { engines } = script(
    'vllm serve a',
    'pip install -U "vllm==0.11.0" nixl==0.6.0',
    'vllm serve b',
    'uv pip install vllm==0.12.0 --torch-backend=auto',
    'vllm serve c',
  );
  expect(engines.map(({ versions }) => [versions.vllm?.version, versions.nixl?.version])).toEqual([
    [undefined, undefined],
    ['0.11.0', '0.6.0'],
    ['0.12.0', '0.6.0'],
  ]);
  const { place } = engines[1]!.versions.vllm!;
  expect(place && covered(place)).toBe('0.11.0');
});

test('a --config file that the script writes itself', () => {
  const engine = one(
    'cat > vllm.yaml <<EOF',
    'port: 8000',
    'kv-transfer-config: \'{"kv_role": "kv_both"}\'',
    'EOF',
    'vllm serve m --config vllm.yaml --port 8001',
  );
  expect(flagLines(engine)).toEqual([
    'port 8000 (file)',
    'kv-transfer-config {"kv_role": "kv_both"} (file)',
    'config vllm.yaml',
    'port 8001',
  ]);
  expect(plainConfig(engine)).toEqual({ kv_role: 'kv_both' });
  expect(openOf(engine).flags).toEqual([]);
});

test('a script that the script writes, and then runs', () => {
  const { engines } = script(
    'PORT=8000',
    "cat > prefill.sh <<'EOF'",
    'vllm serve m --port $1 --host $HOST_NAME',
    'EOF',
    'cat > ./decode.sh <<EOF',
    'vllm serve m --port $PORT',
    'EOF',
    'chmod +x decode.sh',
    'HOST_NAME=h srun bash prefill.sh 8100',
    './decode.sh',
  );
  expect(engines.map(flagLines)).toEqual([['port 8100', 'host h'], ['port 8000']]);
  expect(engines.map(({ network }) => network.kind)).toEqual(['unknown', 'host']);
});

test('scripts that run each other come to an end', () => {
  const names = Array.from({ length: 12 }, (_, index) => `s${index}.sh`);
  const calls = names.map((name) => `bash ${name}`).join('\n');
  const { engines, unchecked } = script(...names.map((name) => `cat > ${name} <<EOF\n${calls}\nEOF`), calls);
  expect(engines).toEqual([]);
  expect(unchecked.map(({ reason }) => reason)).toEqual(['more than 5000 commands']);
});

test('manifests that are handed to kubectl', () => {
  const manifest = (name: string) =>
    [
      'apiVersion: v1',
      'kind: Pod',
      `metadata: {name: ${name}}`,
      'spec:',
      '  containers:',
      '  - name: vllm',
      '    image: vllm/vllm-openai:$TAG',
      '    args: [--port, "8000"]',
    ].join('\n');
  const { engines } = script(
    'TAG=v0.11.0',
    `kubectl apply -f - <<EOF\n${manifest('a')}\n---\n${manifest('b')}\nEOF`,
    `cat > c.yaml <<EOF\n${manifest('c')}\nEOF`,
    'kubectl create -f c.yaml',
  );
  expect(engines.map(({ network }) => network.label)).toEqual(['pod `a`', 'pod `b`', 'pod `c`']);
  expect(engines.map(({ versions }) => versions.vllm?.version)).toEqual(['0.11.0', '0.11.0', '0.11.0']);
  expect(engines.map(flagLines)).toEqual([['port 8000'], ['port 8000'], ['port 8000']]);
});

describe('a script to be sourced', () => {
  test('counts when it sets a variable of NIXL or of the side channel', () => {
    const engine = one('export VLLM_NIXL_SIDE_CHANNEL_PORT=5600', 'export UCX_TLS=tcp', 'LOCAL=1');
    expect(brief(engine)).toEqual(['env file', [], { VLLM_NIXL_SIDE_CHANNEL_PORT: '5600', UCX_TLS: 'tcp' }]);
    expect(engine.network.kind).toBe('unknown');
    expect(engine.environment.absent('NIXL_LOG_LEVEL')).toBe(false);
  });

  test('not with names of UCX alone, nor with local or foreign names, nor when it does something', () => {
    expect(script('export UCX_TLS=tcp').engines).toEqual([]);
    expect(script('NIXL_LOG_LEVEL=INFO').engines).toEqual([]);
    expect(script('export NIXL_CACHE_KEY=x').engines).toEqual([]);
    expect(script('export NIXL_LOG_LEVEL=INFO', './nixlbench').engines).toEqual([]);
  });
});

test('a line that a template writes may set anything', () => {
  const script = '{{ .Values.setup }}\nvllm serve m --port 8000\n';
  const unit = 'VLLM_NIXL_SIDE_CHANNEL_PORT=5600\n{{ .Values.name }}=1\n';
  expect(readOne('serve.sh', script).environment.open).toContainEqual(expect.objectContaining({ kind: 'template' }));
  expect(readOne('prefill.env', unit).environment.open).toContainEqual(expect.objectContaining({ kind: 'template' }));
});

describe('a limit that is reached is listed', () => {
  const reasons = (...lines: string[]) => script(...lines).unchecked.map(({ reason }) => reason);
  const start = `vllm serve m --kv-transfer-config ${kv}`;

  test('with nothing found behind it', () => {
    const { engines, unchecked } = script('A=1\n'.repeat(30_000), start);
    expect(engines).toEqual([]);
    expect(unchecked).toEqual([{ place: undefined, reason: 'more than 30,000 steps of shell: over the limit' }]);
  });

  test('in a script inside another one, each limit once', () => {
    const inner = `${'A=1;'.repeat(30_000)} ${start}`;
    expect(reasons(`bash -c '${inner.replaceAll("'", '"')}'`, `bash -c '${inner.replaceAll("'", '"')}'`)).toEqual([
      'more than 30,000 steps of shell: over the limit',
    ]);
  });

  test('for a value that grows without end', () => {
    expect(reasons('A=xxxxxxxxxx', 'A="$A$A"\n'.repeat(40), 'vllm serve m --kv-transfer-config "$A"')).toEqual([
      '`--kv-transfer-config` is not known: a value of more than 100,000 characters or 500 pieces: over the limit',
    ]);
  });

  test('and none for an ordinary script', () => {
    expect(reasons('A=1\n'.repeat(5000), start)).toEqual([]);
  });
});
