import { describe, expect, it } from 'vitest';
import { catalogue } from '../../server/src/analysis';
import { examplesOf } from '../../server/src/analysis/pages';
import { readRelease, standing } from '../../server/src/migration';
import { check, type Files, lines, migrated, plan } from './support';

const CONFIG = '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}';

/** A container of a pod. */
function pod(options: {
  image?: string;
  config?: string;
  env?: string;
  args?: readonly string[];
  name?: string;
}): string {
  const { image = 'vllm/vllm-openai:v0.11.0', config = CONFIG, args = [], name = 'prefill' } = options;
  const {
    env = `            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              valueFrom: { fieldRef: { fieldPath: status.podIP } }
`,
  } = options;
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
    - name: ${name}
      image: ${image}
      args:
        - --model=a/b
${args.map((arg) => `        - ${arg}\n`).join('')}        - --kv-transfer-config
        - '${config}'
      env:
${env.replace(/^ {4}/gm, '')}`;
}

/** One variable of a pod. */
function variable(name: string, value: string): string {
  return `            - name: ${name}\n              value: "${value}"\n`;
}

function shell(environment: string, config: string, comment = '# nixl: vllm=0.21.0'): string {
  return `${comment}\n${environment} vllm serve a/b --kv-transfer-config '${config}'\n`;
}

function only(text: string, options: Parameters<typeof plan>[1], name = 'pod.yaml') {
  const files: Files = { [name]: text };
  const migration = plan(files, options);
  return { migration, text: migrated(files, migration)[name]! };
}

describe('releases', () => {
  it('are written in full', () => {
    expect(readRelease('vllm', 'v0.22')).toBe('0.22.1');
    expect(readRelease('vllm', '0.22.0')).toBe('0.22.0');
    expect(readRelease('vllm', 'newest')).toBe(readRelease('vllm', 'latest'));
    expect(readRelease('vllm', '0.99')).toBe('0.99.0');
    expect(readRelease('vllm', '1')).toBe('1.0.0');
    expect(readRelease('vllm', 'nightly')).toBeUndefined();
  });

  it('stand before or behind one another, as far as that is known', () => {
    expect(standing('0.11.0', '0.22.0')).toBe('older');
    expect(standing('0.22.0', '0.22.0')).toBe('same');
    expect(standing('v0.30.0', '0.22.0')).toBe('newer');
    expect(standing('0.10.0..0.10.1', '0.22.0')).toBe('older');
    expect(standing('0.10.0..0.23.0', '0.22.0')).toBeUndefined();
    expect(standing('0.22.0rc1', '0.22.0')).toBe('older');
    expect(standing('nightly', '0.22.0')).toBeUndefined();
    expect(standing(undefined, '0.22.0')).toBeUndefined();
  });

  it.each([
    ['0.28.0', undefined],
    ['0.30.0', 'Not verified beyond vLLM 0.28.0'],
    ['0.99.0', 'newer than the tables: it is treated as 0.33.0'],
  ])('%s: what is said about how well it is known', (to, says) => {
    const { notes } = plan({ 'pod.yaml': pod({}) }, { to });
    expect(notes.some((note) => note.includes('erified') || note.includes('tables'))).toBe(says !== undefined);
    if (says) expect(notes.join('\n')).toContain(says);
  });
});

describe('where an engine starts', () => {
  it.each([
    ['the image', pod({}), undefined, '0.11.0 image moves'],
    ['what --from says', pod({ image: 'vllm/vllm-openai:latest' }), '0.12.0', '0.12.0 setting moves'],
    ['the image before --from', pod({}), '0.12.0', '0.11.0 image moves'],
    ['nothing', pod({ image: 'vllm/vllm-openai:latest' }), undefined, 'undefined undefined unknown'],
    ['the target itself', pod({ image: 'vllm/vllm-openai:v0.22.0' }), undefined, '0.22.0 image there'],
    ['beyond it', pod({ image: 'vllm/vllm-openai:v0.30.0' }), undefined, '0.30.0 image newer'],
  ])('%s', (_, text, from, expected) => {
    const { engines } = only(text, { to: '0.22.0', ...(from && { from }) }).migration;
    expect(engines.map((engine) => `${engine.from} ${engine.origin} ${engine.standing}`)).toEqual([expected]);
  });

  it('beyond the target is left alone, findings and all', () => {
    const text = pod({
      image: 'vllm/vllm-openai:v0.30.0',
      config: '{"kv_connector":"NixlPushConnector","kv_role":"kv_producer"}',
    });
    const { migration, text: after } = only(text, { to: '0.22.0' });
    expect(migration.changes).toEqual([]);
    expect(after).toBe(text);
  });

  it('beyond the target is brought back when that is meant', () => {
    const text = pod({
      image: 'vllm/vllm-openai:v0.30.0',
      config: '{"kv_connector":"NixlPushConnector","kv_role":"kv_producer"}',
    });
    const { migration } = only(text, { to: { vllm: '0.22.0', downgrade: true } });
    expect(lines(migration)).toContain('by-hand break pod.yaml:12 prefill: NixlPushConnector');
    expect(lines(migration)).toContain('edit statement pod.yaml:8 prefill:  → Use `vllm/vllm-openai:v0.22.0`');
  });

  it('unknown: what is true of the target itself is still mended', () => {
    const text = pod({ image: 'vllm/vllm-openai:latest', env: variable('VLLM_NIXL_ABORT_REQUEST_TIMEOUT', '300') });
    const { migration, text: after } = only(text, { to: '0.22.0' });
    expect(lines(migration)).toEqual([
      'edit removal pod.yaml:14 prefill: VLLM_NIXL_ABORT_REQUEST_TIMEOUT → Remove `VLLM_NIXL_ABORT_REQUEST_TIMEOUT`, which nobody reads',
    ]);
    expect(after).not.toContain('TIMEOUT');
    expect(after).not.toContain('env:');
  });
});

describe('the abort timeout and the lease', () => {
  const TIMEOUT = 'VLLM_NIXL_ABORT_REQUEST_TIMEOUT';
  const role = (name: string) => `{"kv_connector":"NixlConnector","kv_role":"${name}"}`;

  it.each([
    [
      'prefill takes the number along',
      `${TIMEOUT}=300`,
      'kv_producer',
      '"kv_connector_extra_config":{"kv_lease_duration":300}',
    ],
    ['decode has no use for it', `${TIMEOUT}=300`, 'kv_consumer', undefined],
    ['one engine of either role alone does not tell', `${TIMEOUT}=300`, 'kv_both', undefined],
    ['a short one would free blocks sooner than decode renews', `${TIMEOUT}=8`, 'kv_producer', undefined],
    ['what is no number is not moved', `${TIMEOUT}=five`, 'kv_producer', undefined],
  ])('%s', (_, environment, name, expected) => {
    const { text } = only(shell(environment, role(name)), { to: '0.22.0' }, 'serve.sh');
    expect(text).not.toContain(TIMEOUT);
    if (expected) expect(text).toContain(expected);
    else expect(text).not.toContain('kv_lease_duration');
  });

  it('moves on both sides where both are in sight and agree', () => {
    const files = {
      'p.sh': shell(`${TIMEOUT}=300`, role('kv_both')),
      'd.sh': shell(`${TIMEOUT}=300`, role('kv_both')),
    };
    const after = migrated(files, plan(files, { to: '0.22.0' }));
    for (const text of Object.values(after)) expect(text).toContain('"kv_lease_duration":300');
    const other = { ...files, 'd.sh': shell(`${TIMEOUT}=400`, role('kv_both')) };
    for (const text of Object.values(migrated(other, plan(other, { to: '0.22.0' })))) {
      expect(text).not.toContain('kv_lease_duration');
    }
  });

  it('goes into the settings that are there, and not over a lease that is', () => {
    const settings = (extra: string) =>
      `{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{${extra}}}`;
    const added = only(shell(`${TIMEOUT}=300`, settings('"num_threads":2')), { to: '0.22.0' }, 'serve.sh');
    expect(added.text).toContain('{"num_threads":2,"kv_lease_duration":300}');
    const kept = only(shell(`${TIMEOUT}=300`, settings('"kv_lease_duration":60')), { to: '0.22.0' }, 'serve.sh');
    expect(kept.text).toContain('{"kv_lease_duration":60}');
    expect(kept.text).not.toContain(TIMEOUT);
  });

  it('is not revived where the old release had given it up already', () => {
    const text = shell(`${TIMEOUT}=300`, role('kv_producer'), '# nixl: vllm=0.22.0');
    const { text: after } = only(text, { to: '0.25.0' }, 'serve.sh');
    expect(after).not.toContain('kv_lease_duration');
    expect(after).not.toContain(TIMEOUT);
  });

  it('goes into the child of a MultiConnector that reads it', () => {
    const config =
      '{"kv_connector":"MultiConnector","kv_role":"kv_producer","kv_connector_extra_config":{"connectors":[{"kv_connector":"NixlConnector","kv_role":"kv_producer"},{"kv_connector":"OffloadingConnector","kv_role":"kv_both"}]}}';
    const { text } = only(shell(`${TIMEOUT}=300`, config), { to: '0.22.0' }, 'serve.sh');
    expect(text).toContain('"kv_role":"kv_producer","kv_connector_extra_config":{"kv_lease_duration":300}}');
  });
});

describe('what took the place of a variable', () => {
  it('is a flag', () => {
    const text = `# nixl: vllm=0.14.0\nexport VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.1\nexport VLLM_ATTENTION_BACKEND=FLASHINFER\nvllm serve a/b --port 8100 --kv-transfer-config '${CONFIG}'\n`;
    const { text: after } = only(text, { to: '0.15.0', keepDefaults: false }, 'serve.sh');
    expect(after).toBe(
      `# nixl: vllm=0.15.0\nexport VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.1\nvllm serve a/b --port 8100 --attention-backend=FLASHINFER --kv-transfer-config '${CONFIG}'\n`,
    );
  });

  it('is a key of the connector', () => {
    const config =
      '{"kv_connector":"MoRIIOConnector","kv_role":"kv_producer","kv_connector_extra_config":{"http_port":1}}';
    const environment = 'VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.1 VLLM_MORIIO_QP_PER_TRANSFER=4';
    const { text } = only(shell(environment, config, '# nixl: vllm=0.22.1'), { to: '0.23.0' }, 'serve.sh');
    expect(text).toContain('{"http_port":1,"qp_per_transfer":4}');
    expect(text).not.toContain('MORIIO_QP');
  });
});

describe('defaults that changed', () => {
  const port = 'VLLM_NIXL_SIDE_CHANNEL_PORT';

  it('are written down next to what is there', () => {
    const { text } = only(pod({}), { to: '0.12.0' });
    expect(text).toContain(`      env:
        - name: ${port}
          value: "5557"
        - name: VLLM_NIXL_SIDE_CHANNEL_HOST
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
`);
    expect(text).toContain('v0.12.0');
  });

  it('are left to the new release when that is wanted', () => {
    const { migration, text } = only(pod({}), { to: '0.12.0', keepDefaults: false });
    expect(text).not.toContain(port);
    expect(lines(migration)).toContain(`note default pod.yaml:7 prefill: ${port}`);
  });

  it('are said with a doubt where something else may set them', () => {
    const text = pod({
      env: `${variable('VLLM_NIXL_SIDE_CHANNEL_HOST', '10.0.0.1')}          envFrom:\n            - configMapRef: { name: other }\n`,
    });
    const { migration, text: after } = only(text, { to: '0.12.0' });
    const change = migration.changes.find(({ name }) => name === port);
    expect(change).toMatchObject({ state: 'note', certain: false, was: '5557', becomes: '5600', proposals: [] });
    expect(change?.message).toContain('if it is not set elsewhere');
    expect(after).not.toContain(port);
  });

  it('do not matter where they are set', () => {
    const { migration } = only(pod({ env: variable(port, '5700') }), { to: '0.12.0' });
    expect(migration.changes.map(({ name }) => name)).not.toContain(port);
  });

  it('a policy of decode is kept on decode, and of no meaning on prefill', () => {
    const policy = (role: string) => {
      const config = `{"kv_connector":"NixlConnector","kv_role":"${role}"}`;
      return only(pod({ image: 'vllm/vllm-openai:v0.16.0', config }), { to: '0.17.0' });
    };
    expect(policy('kv_consumer').text).toContain(
      '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_load_failure_policy":"recompute"}',
    );
    expect(policy('kv_producer').text).not.toContain('kv_load_failure_policy');
    expect(policy('kv_producer').migration.changes.map(({ name }) => name)).not.toContain('kv_load_failure_policy');
  });

  it('a default that fits every platform is no change', () => {
    const { migration } = only(pod({ image: 'vllm/vllm-openai:v0.17.0' }), { to: '0.18.0' });
    expect(migration.changes.map(({ name }) => name)).not.toContain('kv_buffer_device');
  });

  it('are not written down where that would bring something wrong', () => {
    // Without a publisher 0.11.0 published nothing, and the port of the events was free.
    const events = `--kv-events-config={"enable_kv_cache_events":true}`;
    const { migration, text } = only(pod({ args: [`'${events}'`] }), { to: '0.12.0' });
    const change = migration.changes.find(({ name }) => name === port);
    const clash = check({ 'pod.yaml': text }).filter(({ rule }) => rule === 'side-channel-port-taken');
    expect(clash).toEqual([]);
    expect(change?.state === 'note' ? change.refused : 'kept').toBeDefined();
    expect(migration.changes.map(({ name }) => name)).toContain('kv-events-publisher-chosen');
  });
});

describe('what libraries do in another way', () => {
  const names = (text: string, to: string) => only(text, { to }).migration.changes.map(({ name }) => name);

  it('is said where it concerns the engine', () => {
    const multi = pod({
      image: 'vllm/vllm-openai:v0.23.0',
      args: ['--data-parallel-size=2'],
      config: '{"kv_connector":"NixlConnector","kv_role":"kv_producer","engine_id":"p"}',
    });
    expect(names(multi, '0.24.0')).toContain('data-rank-suffix-global');
    expect(names(multi.replace(',"engine_id":"p"', ''), '0.24.0')).not.toContain('data-rank-suffix-global');
    expect(names(multi.replace('size=2', 'size=1'), '0.24.0')).not.toContain('data-rank-suffix-global');
  });

  it('counts listeners', () => {
    const change = (args: readonly string[]) =>
      only(pod({ args }), { to: '0.12.0' }).migration.changes.find(({ name }) => name === 'side-channel-listeners');
    expect(change(['--tensor-parallel-size=4'])).toMatchObject({ was: '4 ports', becomes: 'one port' });
    expect(
      change([
        '--tensor-parallel-size=2',
        '--data-parallel-size=4',
        '--data-parallel-size-local=2',
        '--data-parallel-start-rank=2',
      ]),
    ).toMatchObject({ was: '4 ports from +4 on', becomes: '2 ports from +2 on' });
    expect(change([])).toBeUndefined();
  });

  it('a module path that begins to count is taken out', () => {
    const config = '{"kv_connector":"NixlConnector","kv_connector_module_path":"ours","kv_role":"kv_producer"}';
    const { migration, text } = only(pod({ image: 'vllm/vllm-openai:v0.19.1', config }), { to: '0.20.0' });
    expect(lines(migration)).toContain(
      'edit behaviour pod.yaml:12 prefill: module-path-second → Remove `kv_connector_module_path`',
    );
    expect(text).toContain(`'${CONFIG}'`);
  });

  it('what both sides have to do alike is not done for one', () => {
    const { migration, text } = only(pod({ image: 'vllm/vllm-openai:v0.22.0' }), { to: '0.23.0' });
    const change = migration.changes.find(({ name }) => name === 'hybrid-manager-on-beside-connector');
    expect(change).toMatchObject({ state: 'note', proposals: [{ safe: false }] });
    expect(text).not.toContain('--disable-hybrid');
  });
});

describe('where a release is stated', () => {
  it.each([
    ['an image of vLLM', 'vllm/vllm-openai:v0.11.0', 'vllm/vllm-openai:v0.22.0'],
    [
      'a mirror of it',
      'registry.example:5000/hub/vllm/vllm-openai:v0.11.0',
      'registry.example:5000/hub/vllm/vllm-openai:v0.22.0',
    ],
    ['without a v', 'vllm/vllm-openai-xpu:0.11.0', 'vllm/vllm-openai-xpu:0.22.0'],
    ['with an end that nobody knows to exist', 'vllm/vllm-openai:v0.11.0-cu129', undefined],
    ['with a digest', `vllm/vllm-openai:v0.11.0@sha256:${'0'.repeat(64)}`, undefined],
    ['with the releases of other libraries', 'aibrix/vllm-openai:v0.11.0-nixl-v0.6.0', undefined],
    ['a tag that is no release of vLLM', 'ghcr.io/llm-d/llm-d-cuda:v0.4.0', undefined],
  ])('%s', (_, image, expected) => {
    const { migration, text } = only(pod({ image }), { to: '0.22.0' });
    const change = migration.changes.find(({ kind }) => kind === 'statement');
    expect(change?.state).toBe(expected ? 'edit' : 'by-hand');
    expect(/image: (\S+)/.exec(text)?.[1]).toBe(expected ?? image);
  });

  it('tags that carry the new one are named', () => {
    const { migration } = only(pod({ image: 'ghcr.io/llm-d/llm-d-cuda:v0.4.0' }), { to: '0.23.0' });
    expect(migration.changes.find(({ kind }) => kind === 'statement')?.message).toContain('`v0.8.0` and `v0.8.1`');
  });

  it.each([
    ['# nixl: vllm=0.11.0', {}, '# nixl: vllm=0.24.0'],
    ['# nixl: vllm=0.11.0 nixl=0.6.0 platform=rocm', {}, '# nixl: vllm=0.24.0 platform=rocm'],
    ['# nixl: nixl=1.2.0 vllm=0.11.0', {}, '# nixl: nixl=1.2.0 vllm=0.24.0'],
    ['# nixl: vllm=0.11.0 nixl=0.6.0', { nixl: '1.2.0' }, '# nixl: vllm=0.24.0 nixl=1.2.0'],
    ['# nixl: vllm=0.11.0 ucx=1.19.0', { ucx: '1.21.0' }, '# nixl: vllm=0.24.0 ucx=1.21.0'],
  ])('%s', (comment, releases, expected) => {
    const { text } = only(shell('', CONFIG, comment), { to: { vllm: '0.24.0', ...releases } }, 'serve.sh');
    expect(text.split('\n')[0]).toBe(expected);
  });

  it('what is installed, whatever a comment says of it', () => {
    const text = `# nixl: vllm=0.11.0\nFROM nvidia/cuda:12.8.1-runtime-ubuntu24.04\nRUN pip install 'vllm==0.11.0' nixl==0.6.0\nENTRYPOINT ["vllm", "serve", "a/b", "--kv-transfer-config", ${JSON.stringify(CONFIG)}]\n`;
    const { migration, text: after } = only(text, { to: '0.24.0' }, 'Dockerfile');
    expect(after).toContain("pip install 'vllm==0.24.0' nixl==0.6.0");
    expect(after).toContain('# nixl: vllm=0.24.0');
    expect(lines(migration)).toContain('by-hand statement Dockerfile:3 vllm serve: ');
    const chosen = only(text, { to: { vllm: '0.24.0', nixl: '1.2.0' } }, 'Dockerfile');
    expect(chosen.text).toContain("pip install 'vllm==0.24.0' nixl==1.2.0");
  });
});

describe('edits that meet', () => {
  it('an alias that two services share is edited once', () => {
    const text = `x-environment: &environment
  VLLM_NIXL_SIDE_CHANNEL_HOST: 10.0.0.1
  VLLM_USE_V1: "1"
services:
  prefill:
    image: vllm/vllm-openai:v0.10.2
    environment: *environment
    command: [a/b, --kv-transfer-config, '${CONFIG}']
  decode:
    image: vllm/vllm-openai:v0.10.2
    environment: *environment
    command: [a/b, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`;
    const { text: after } = only(text, { to: '0.12.0' }, 'compose.yaml');
    expect(after).toContain(`x-environment: &environment
  VLLM_NIXL_SIDE_CHANNEL_PORT: "5557"
  VLLM_NIXL_SIDE_CHANNEL_HOST: 10.0.0.1
services:`);
  });

  it('a file that nobody named is left to the user', () => {
    const files = {
      'compose.yaml': `services:
  prefill:
    image: vllm/vllm-openai:v0.10.2
    env_file: own.env
    command: [a/b, --kv-transfer-config, '${CONFIG}']
`,
      'own.env': 'VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.1\nVLLM_USE_V1=1\n',
    };
    const migration = plan(files, { to: '0.12.0', editable: (file) => file === 'compose.yaml' });
    expect(migration.files.map(({ file }) => file)).toEqual(['compose.yaml']);
    const removal = migration.changes.find(({ kind }) => kind === 'removal');
    expect(removal).toMatchObject({ file: 'own.env', state: 'by-hand', refused: 'own.env was not named' });
  });

  it('what is not safe is taken when that is asked for, and says what it leaves', () => {
    const config =
      '{"kv_connector":"P2pNcclConnector","kv_role":"kv_producer","kv_connector_extra_config":{"proxy_ip":"10.0.0.1"}}';
    const text = pod({ image: 'vllm/vllm-openai:v0.23.0', config });
    const careful = only(text, { to: '0.24.0' });
    expect(careful.text).toContain('P2pNcclConnector');
    const bold = only(text, { to: '0.24.0', unsafe: true });
    expect(bold.text).toContain('"NixlConnector"');
    const change = bold.migration.changes.find(({ kind }) => kind === 'break');
    expect(change).toMatchObject({ state: 'by-hand', chosen: { safe: false } });
    expect(change?.leaves?.join()).toContain('`proxy_ip`');
  });

  it('lines keep the breaks of their file', () => {
    const text = pod({
      env: variable('VLLM_USE_V1', '1') + variable('VLLM_NIXL_SIDE_CHANNEL_HOST', '10.0.0.1'),
    }).replaceAll('\n', '\r\n');
    const { text: after } = only(text, { to: '0.12.0' });
    expect(after).toContain('VLLM_NIXL_SIDE_CHANNEL_PORT\r\n          value: "5557"\r\n');
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('an ignored finding is not mended', () => {
    const text = pod({
      env: `            # nixl: ignore[vllm-variable-removed] for an older sidecar\n${variable('VLLM_USE_V1', '1')}`,
    });
    expect(only(text, { to: '0.12.0' }).text).toContain('VLLM_USE_V1');
  });
});

describe('every example of every rule', () => {
  const cases = catalogue.flatMap((rule) => examplesOf(rule).map((example) => ({ id: rule.id, ...example })));

  it.each([
    ['0.9.2', '0.11.1'],
    ['0.11.0', '0.22.0'],
    ['0.22.0', '0.33.0'],
  ])('from %s to %s: migrated twice is migrated once', (from, to) => {
    const again: string[] = [];
    for (const { id, title, file, text, assume } of cases) {
      const options = { to, assumptions: { ...assume, vllm: from } };
      const once = migrated({ [file]: text }, plan({ [file]: text }, options));
      if (plan(once, options).files.length > 0) again.push(`${id}: ${title}`);
    }
    expect(cases.length).toBeGreaterThan(200);
    expect(again).toEqual([]);
  });
});

describe('variables that several services share', () => {
  const compose = (other: string) => `x-env: &env
  NIXL_LOG_LEVEL: "INFO"
services:
  prefill:
    image: vllm/vllm-openai:v0.11.0
    environment: *env
    command: ["--model=a/b", "--kv-transfer-config", '${CONFIG}']
  decode:
    image: vllm/vllm-openai:${other}
    environment: *env
    command: ["--model=a/b", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`;

  it('keep the old default where all of them had it', () => {
    const { text } = only(compose('v0.11.0'), { to: '0.24.0' }, 'compose.yaml');
    expect(text).toContain('VLLM_NIXL_SIDE_CHANNEL_PORT: "5557"');
  });

  it('stay as they are where one of them has the new default already', () => {
    const { migration, text } = only(compose('v0.22.0'), { to: '0.24.0' }, 'compose.yaml');
    expect(text).not.toContain('VLLM_NIXL_SIDE_CHANNEL_PORT');
    const change = migration.changes.find(({ name }) => name === 'VLLM_NIXL_SIDE_CHANNEL_PORT');
    expect(change).toMatchObject({ state: 'note', refused: expect.stringContaining('another value') });
  });
});
