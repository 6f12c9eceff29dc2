import { describe, expect, it } from 'vitest';
import { shown, Tree } from './support';

const deployment = (
  more: string,
  args = `[m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']`,
) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: prefill }
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args: ${args}
${more}`;

const fromConfigMap = deployment(`          envFrom:
            - configMapRef: { name: settings }
`);

const settings = (data: string, metadata = 'name: settings') => `apiVersion: v1
kind: ConfigMap
metadata:
  ${metadata}
data:
${data}`;

describe('a ConfigMap in a file beside', () => {
  it('gives its values, and findings lie in it with the use beside', async () => {
    const tree = new Tree({
      'k8s/deployment.yaml': fromConfigMap,
      'k8s/settings.yaml': settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n'),
    });
    const analysis = await tree.analyze('k8s/deployment.yaml');
    expect(shown(analysis)).toEqual(['k8s/settings.yaml: side-channel-host-loopback: localhost']);
    const [{ related }] = analysis.problems as [(typeof analysis.problems)[0]];
    expect(related.map(({ file, start, end, message }) => [file, fromConfigMap.slice(start, end), message])).toEqual([
      ['k8s/deployment.yaml', 'settings', '`vllm` takes it from here'],
    ]);
    // Everything that may set a variable is in sight.
    expect(analysis.deployment.engines[0]!.environment.open).toEqual([]);
  });

  it('closes the environment: what nothing sets is missing', async () => {
    const tree = new Tree({
      'deployment.yaml': fromConfigMap,
      'settings.yaml': settings('  UCX_TLS: rc,cuda_copy,cuda_ipc\n'),
    });
    expect(shown(await tree.analyze('deployment.yaml'))).toContain('deployment.yaml: side-channel-host-unset: vllm');
  });

  it('is looked for in the folder of the file only', async () => {
    const tree = new Tree({
      'a/deployment.yaml': fromConfigMap,
      'b/settings.yaml': settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n'),
      'settings.yaml': settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n'),
    });
    const analysis = await tree.analyze('a/deployment.yaml');
    expect(shown(analysis)).toEqual([]);
    expect(analysis.unchecked.map(({ reason }) => reason)).toEqual([
      'more variables may come: it comes from the ConfigMap `settings`, which is not in sight',
    ]);
  });

  it('is that of the namespace', async () => {
    const tree = new Tree({
      'deployment.yaml': fromConfigMap.replace('name: prefill', 'name: prefill, namespace: llm'),
      'other.yaml': settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n', 'name: settings\n  namespace: other'),
      'mine.yaml': settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: 127.0.0.1\n', 'name: settings\n  namespace: llm'),
    });
    expect(shown(await tree.analyze('deployment.yaml'))).toEqual(['mine.yaml: side-channel-host-loopback: 127.0.0.1']);
  });

  it('stays unknown where several differ, and is known where they say the same', async () => {
    const local = settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n');
    const tree = new Tree({ 'deployment.yaml': fromConfigMap, 'dev.yaml': local, 'prod.yaml': settings('  A: b\n') });
    const analysis = await tree.analyze('deployment.yaml');
    expect(shown(analysis)).toEqual([]);
    expect(analysis.unchecked.map(({ reason }) => reason)).toEqual([
      'more variables may come: several ConfigMaps `settings` differ',
    ]);
    const same = new Tree({ 'deployment.yaml': fromConfigMap, 'dev.yaml': local, 'prod.yaml': `# again\n${local}` });
    expect(shown(await same.analyze('deployment.yaml'))).toEqual(['dev.yaml: side-channel-host-loopback: localhost']);
  });

  it('is found in a list, in flow style, in JSON and among many documents', async () => {
    const item = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { UCX_TLS: 'rcx' } };
    const texts = {
      'list.yaml': `apiVersion: v1\nkind: List\nitems:\n  - ${JSON.stringify(item)}\n`,
      'flow.yaml': `{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { UCX_TLS: rcx } }\n`,
      'object.json': JSON.stringify(item),
      'many.yaml': `kind: Service\nmetadata:\n  name: settings\n---\n${settings('  UCX_TLS: "rcx"\n')}---\nkind: Pod\n`,
    };
    for (const [name, text] of Object.entries(texts)) {
      const tree = new Tree({ 'deployment.yaml': fromConfigMap, [name]: text });
      expect(shown(await tree.analyze('deployment.yaml'))).toContain(`${name}: ucx-tls-unknown: rcx`);
    }
  });

  it('gives single values; a key that is missing is no finding', async () => {
    const reference = (more: string) =>
      deployment(`          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              valueFrom: { configMapKeyRef: { name: settings, key: host${more} } }
`);
    const tree = new Tree({ 'a.yaml': reference(''), 'settings.yaml': settings('  host: localhost\n') });
    const analysis = await tree.analyze('a.yaml');
    expect(shown(analysis)).toEqual(['settings.yaml: side-channel-host-loopback: localhost']);

    const missing = new Tree({ 'a.yaml': reference(''), 'settings.yaml': settings('  hosts: localhost\n') });
    const without = await missing.analyze('a.yaml');
    expect(shown(without)).toEqual([]);
    expect(without.unchecked.map(({ reason }) => reason)).toEqual([
      '`VLLM_NIXL_SIDE_CHANNEL_HOST` is not known: the ConfigMap `settings` has no key `host`',
    ]);

    // An optional one is left out, and then the variable is not set at all.
    const optional = new Tree({
      'a.yaml': reference(', optional: true'),
      'settings.yaml': settings('  hosts: localhost\n'),
    });
    expect(shown(await optional.analyze('a.yaml'))).toEqual(['a.yaml: side-channel-host-unset: vllm']);
  });

  it('counts in the order of Kubernetes: env, then the later of envFrom', async () => {
    const both = deployment(`          env:
            - name: A
              value: $(FROM_FIRST)
            - name: B
              value: own
          envFrom:
            - configMapRef: { name: first }
            - prefix: FROM_
              configMapRef: { name: second }
`);
    const tree = new Tree({
      'a.yaml': both,
      'first.yaml': settings('  B: first\n  FROM_FIRST: one\n  C: c\n', 'name: first'),
      'second.yaml': settings('  FIRST: two\n', 'name: second'),
    });
    const [engine] = (await tree.analyze('a.yaml')).deployment.engines;
    const values = engine!.environment.effective().map(({ name, value }) => [name, 'text' in value && value.text]);
    expect(Object.fromEntries(values)).toEqual({ A: 'two', B: 'own', C: 'c', FROM_FIRST: 'two' });
  });

  it('leaves Secrets alone', async () => {
    const tree = new Tree({
      'a.yaml': deployment('          envFrom:\n            - secretRef: { name: settings }\n'),
      'b.yaml': 'kind: Secret\nmetadata:\n  name: settings\nstringData:\n  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n',
    });
    const analysis = await tree.analyze('a.yaml');
    expect(shown(analysis)).toEqual([]);
    expect(analysis.unchecked.map(({ reason }) => reason)).toEqual([
      'more variables may come: it comes from the Secret `settings`',
    ]);
  });
});

describe('a script in a ConfigMap beside', () => {
  const scripts = settings(
    `  start.sh: |
    #!/bin/bash
    exec vllm serve m --port $PORT --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_prefill"}'
  serve.yaml: |
    kv-transfer-config: '{"kv_connector":"NixlConnector","kv_role":"kv_decode"}'
`,
    'name: scripts',
  );
  const running = (command: string, volume: string, mount: string) => `apiVersion: v1
kind: Pod
metadata: { name: vllm }
spec:
  volumes: [${volume}]
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      ${command}
      env: [{ name: PORT, value: "8100" }]
      volumeMounts: [${mount}]
`;
  const whole = '{ name: s, configMap: { name: scripts } }';

  it.each([
    ['command: [bash, /scripts/start.sh]', whole, '{ name: s, mountPath: /scripts }'],
    ['command: [/scripts//start.sh]', whole, '{ name: s, mountPath: /scripts/ }'],
    [
      'command: [sh, -c, "source /env.sh; exec bash /opt/run"]',
      whole,
      '{ name: s, mountPath: /opt/run, subPath: start.sh }',
    ],
    [
      'workingDir: /scripts\n      command: [bash, ./start.sh]',
      '{ name: s, projected: { sources: [{ secret: { name: x } }, { configMap: { name: scripts } }] } }',
      '{ name: s, mountPath: /scripts }',
    ],
    [
      'command: [bash, /scripts/run]',
      '{ name: s, configMap: { name: scripts, items: [{ key: start.sh, path: run }] } }',
      '{ name: s, mountPath: /scripts }',
    ],
  ])('is read in the container that runs it: %s', async (command, volume, mount) => {
    const tree = new Tree({ 'pod.yaml': running(command, volume, mount), 'scripts.yaml': scripts });
    const analysis = await tree.analyze('pod.yaml');
    expect(shown(analysis)).toContain('scripts.yaml: unknown-role: kv_prefill');
    const [engine] = analysis.deployment.engines;
    expect(engine).toMatchObject({ entry: 'vllm serve', network: { kind: 'pod' } });
    expect(engine!.flags.get('port')!.value).toMatchObject({ text: '8100' });
  });

  it('is a configuration file where the command names it so', async () => {
    const pod = running('args: [m, --config, /etc/vllm/serve.yaml]', whole, '{ name: s, mountPath: /etc/vllm }');
    const tree = new Tree({ 'pod.yaml': pod, 'scripts.yaml': scripts });
    expect(shown(await tree.analyze('pod.yaml'))).toContain('scripts.yaml: unknown-role: kv_decode');
  });

  it('is not run where something else is mounted, or nothing', async () => {
    for (const [volume, mount] of [
      [whole, '{ name: t, mountPath: /scripts }'],
      [whole, '{ name: s, mountPath: /script }'],
      ['{ name: s, configMap: { name: other } }', '{ name: s, mountPath: /scripts }'],
      ['{ name: s, configMap: { name: scripts, items: [] } }', '{ name: s, mountPath: /scripts }'],
    ] as const) {
      const pod = running('command: [bash, /scripts/start.sh]', volume, mount);
      const tree = new Tree({ 'pod.yaml': pod, 'scripts.yaml': scripts });
      expect(shown(await tree.analyze('pod.yaml'))).toEqual([]);
    }
  });

  it('in the same file is judged once, where it runs', async () => {
    const pod = running('command: [bash, /scripts/start.sh]', whole, '{ name: s, mountPath: /scripts }');
    const tree = new Tree({ 'all.yaml': `${scripts}---\n${pod}` });
    const analysis = await tree.analyze('all.yaml');
    const engines = analysis.deployment.engines.map(({ entry, container }) => [entry, container !== undefined]);
    // The configuration file is not run by anybody in sight.
    expect(engines).toEqual([
      ['config file', false],
      ['vllm serve', true],
    ]);
  });
});

describe('the index', () => {
  it('reads a file once, and again when it changes', async () => {
    const tree = new Tree({
      'deployment.yaml': fromConfigMap,
      'settings.yaml': settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n'),
      'other.yaml': settings('  A: b\n', 'name: other'),
      'values.txt': 'kind: ConfigMap',
    });
    await tree.analyze('deployment.yaml');
    const first = new Map(tree.disk.reads);
    expect(first.get('other.yaml')).toBe(1);
    expect(first.get('values.txt')).toBeUndefined();
    await tree.analyze('deployment.yaml');
    expect(tree.disk.reads).toEqual(first);

    tree.write('settings.yaml', settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: 10.0.0.1\n'));
    expect(shown(await tree.analyze('deployment.yaml'))).toEqual(['settings.yaml: side-channel-host-fixed: 10.0.0.1']);
    expect(tree.disk.reads.get('other.yaml')).toBe(1);
    expect(tree.disk.lists.get('')).toBe(1);
  });

  it('keeps a slice for as long as what it refers to is the same', async () => {
    const tree = new Tree({ 'deployment.yaml': fromConfigMap, 'settings.yaml': settings('  A: b\n') });
    await tree.analyze('deployment.yaml');
    const { work } = tree.session('deployment.yaml');
    const parsed = work.documentsParsed;
    tree.write('other.yaml', settings('  A: b\n', 'name: other'));
    await tree.analyze('deployment.yaml');
    expect(work.documentsParsed).toBe(parsed);
    tree.write('settings.yaml', settings('  A: c\n'));
    await tree.analyze('deployment.yaml');
    expect(work.documentsParsed).toBe(parsed + 1);
  });

  it('finds a file that comes later, and loses one that goes', async () => {
    const tree = new Tree({ 'deployment.yaml': fromConfigMap });
    expect(shown(await tree.analyze('deployment.yaml'))).toEqual([]);
    tree.write('settings.yaml', settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n'));
    expect(shown(await tree.analyze('deployment.yaml'))).toHaveLength(1);
    tree.disk.remove('settings.yaml');
    tree.files.forget('settings.yaml');
    tree.index.changed('settings.yaml');
    expect(shown(await tree.analyze('deployment.yaml'))).toEqual([]);
  });

  it('takes the text that an editor shows before the stored one', async () => {
    const tree = new Tree({ 'deployment.yaml': fromConfigMap, 'settings.yaml': settings('  A: b\n') });
    await tree.analyze('deployment.yaml');
    const show = (text: string | undefined) => {
      tree.files.setOpen('settings.yaml', text);
      tree.index.setOpen('settings.yaml', text);
    };
    show(settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n'));
    expect(shown(await tree.analyze('deployment.yaml'))).toEqual([
      'settings.yaml: side-channel-host-loopback: localhost',
    ]);
    show(undefined);
    expect(shown(await tree.analyze('deployment.yaml'))).toEqual(['deployment.yaml: side-channel-host-unset: vllm']);
  });

  it('stops at folders of data, and at pods that refer to more than anybody writes', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `settings-${index}`);
    const files = Object.fromEntries(
      many.map((name) => [`${name}.yaml`, settings('  VLLM_NIXL_SIDE_CHANNEL_HOST: localhost\n', `name: ${name}`)]),
    );
    const references = many.map((name) => `            - configMapRef: { name: ${name} }\n`).join('');
    const tree = new Tree({ ...files, 'deployment.yaml': deployment(`          envFrom:\n${references}`) });
    const analysis = await tree.analyze('deployment.yaml');
    const reasons = analysis.unchecked.map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(
      new Set([
        '`VLLM_NIXL_SIDE_CHANNEL_HOST` is not known: ConfigMaps that one document refers to: over the limit',
        'more variables may come: ConfigMaps that one document refers to: over the limit',
      ]),
    );
    // The last of them counts, and it is not in sight.
    expect(analysis.problems).toEqual([]);

    const data = Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`d${index}.yaml`, 'a: b\n']));
    const large = new Tree({ ...data, 'deployment.yaml': fromConfigMap, 'settings.yaml': settings('  A: b\n') });
    expect((await large.analyze('deployment.yaml')).unchecked.map(({ reason }) => reason)).toEqual([
      'more variables may come: ConfigMaps that one document refers to: over the limit',
    ]);
  });
});
