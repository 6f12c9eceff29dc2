import { describe, expect, it } from 'vitest';
import { shown, Tree } from './support';

interface Given {
  readonly name: string;
  readonly role: string;
  readonly host?: string;
  readonly namespace?: string;
  readonly labels?: string;
  readonly model?: string;
}

const deployment = ({ name, role, host, namespace, labels = '', model = 'm' }: Given) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
${namespace ? `  namespace: ${namespace}\n` : ''}spec:
  template:
    metadata: { labels: { app: ${name}${labels} } }
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args: [${model}, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"${role}"}']
          env: [{ name: VLLM_NIXL_SIDE_CHANNEL_HOST, ${host ? `value: ${host}` : 'valueFrom: { fieldRef: { fieldPath: status.podIP } }'} }]
`;

const prefill = (more: Partial<Given> = {}) =>
  deployment({ name: 'prefill', role: 'kv_producer', host: 'localhost', ...more });
const decode = (more: Partial<Given> = {}) => deployment({ name: 'decode', role: 'kv_consumer', ...more });

/** How severe the address of prefill is: an error where the decoder is known to run elsewhere, else a warning. */
async function severity(files: Readonly<Record<string, string>>, name = 'prefill.yaml'): Promise<string | undefined> {
  const tree = new Tree(files);
  const { problems } = await tree.analyze(name);
  return problems.find(({ rule }) => rule === 'side-channel-host-loopback')?.severity;
}

describe('prefill and decode in files of one folder', () => {
  it('are a pair where their names are the same but for the role', async () => {
    const tree = new Tree({ 'prefill.yaml': prefill(), 'decode.yaml': decode() });
    const { problems } = await tree.analyze('prefill.yaml');
    expect(problems.map(({ rule, severity: own }) => [rule, own])).toEqual([['side-channel-host-loopback', 'error']]);
    expect(problems[0]!.related.map(({ file }) => file)).toEqual(['decode.yaml']);
    // Nothing is said about the other file there.
    expect(shown(await tree.analyze('decode.yaml'))).toEqual([]);
    for (const [first, second] of [
      ['qwen-prefill', 'qwen-decode'],
      ['llm-p', 'llm-d'],
      ['prefill-qwen-32b', 'decode-qwen-32b'],
    ] as const) {
      const files = { 'prefill.yaml': prefill({ name: first }), 'b.yaml': decode({ name: second }) };
      expect(await severity(files)).toBe('error');
    }
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['other names', { 'd.yaml': decode({ name: 'llama-decode' }) }],
    ['no role in a name', { 'd.yaml': decode({ name: 'vllm' }) }],
    ['another namespace', { 'd.yaml': decode({ namespace: 'other' }) }],
    ['another model', { 'd.yaml': decode({ model: 'n' }) }],
    [
      'labels of another deployment',
      { 'd.yaml': decode({ labels: ', variant: b' }), 'prefill.yaml': prefill({ labels: ', variant: a' }) },
    ],
    ['another folder', { 'other/decode.yaml': decode() }],
    ['variants of prefill', { 'decode.yaml': decode(), 'prefill-b200.yaml': prefill({ host: '10.0.0.1' }) }],
    ['variants of decode', { 'decode.yaml': decode(), 'decode-b200.yaml': decode() }],
    ['two decoders that could be meant', { 'decode.yaml': decode(), 'decoder.yaml': decode({ name: 'decoder' }) }],
    ['a name that a template makes', { 'decode.yaml': decode({ name: '{{ .Release.Name }}-decode' }) }],
  ])('are none with %s', async (_, files) => {
    expect(await severity({ 'prefill.yaml': prefill(), ...files })).toBe('warning');
  });

  it('are a pair, whatever they are called, where one pool chooses both', async () => {
    const pool = (labels: string) =>
      `apiVersion: inference.networking.k8s.io/v1\nkind: InferencePool\nmetadata:\n  name: pool\nspec:\n  selector: { matchLabels: { ${labels} } }\n`;
    const files = {
      'prefill.yaml': prefill({ name: 'a', labels: ', guide: pd' }),
      'b.yaml': decode({ name: 'b', labels: ', guide: pd' }),
    };
    expect(await severity({ ...files, 'pool.yaml': pool('guide: pd') })).toBe('error');
    expect(await severity({ ...files, 'pool.yaml': pool('app: a') })).toBe('warning');
  });

  it('of several variants are each paired with their own', async () => {
    const files = {
      'a-prefill.yaml': prefill({ name: 'a-prefill' }),
      'a-decode.yaml': decode({ name: 'a-decode' }),
      'b-prefill.yaml': prefill({ name: 'b-prefill' }),
      'b-decode.yaml': decode({ name: 'b-decode' }),
    };
    const tree = new Tree(files);
    for (const variant of ['a', 'b']) {
      const { problems } = await tree.analyze(`${variant}-prefill.yaml`);
      expect(problems[0]!.related.map(({ file }) => file)).toEqual([`${variant}-decode.yaml`]);
    }
    // Each was parsed once, for itself and for the others.
    for (const name of Object.keys(files)) await tree.analyze(name);
    expect(Object.keys(files).map((name) => tree.session(name).work.documentsParsed)).toEqual([1, 1, 1, 1]);
  });

  it('are looked at again when the other file changes', async () => {
    const tree = new Tree({ 'prefill.yaml': prefill(), 'decode.yaml': decode() });
    const found = async () => (await tree.analyze('prefill.yaml')).problems[0]!.severity;
    expect(await found()).toBe('error');
    tree.write('decode.yaml', decode({ model: 'other' }));
    expect(await found()).toBe('warning');
    tree.write('decode.yaml', decode());
    expect(await found()).toBe('error');
  });

  it('in a folder of more than belong together are none, and that is no finding', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`m${index}.yaml`, decode({ name: `m${index}` })]),
    );
    expect(await severity({ 'prefill.yaml': prefill(), 'decode.yaml': decode(), ...many })).toBe('warning');
  });
});

describe('a Service in a file beside', () => {
  const service = (more: string) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: prefill-svc\nspec:\n${more}`;
  const named = prefill({ host: 'prefill-svc' });

  it('is the one that a host names', async () => {
    const tree = new Tree({ 'prefill.yaml': named, 'service.yaml': service('  selector: { app: prefill }\n') });
    const { problems } = await tree.analyze('prefill.yaml');
    expect(problems.map(({ rule, severity: own, related }) => [rule, own, related[0]?.file])).toEqual([
      ['side-channel-host-service', 'error', 'service.yaml'],
    ]);
  });

  it('that is headless, or that somebody else defines in another way, is no finding', async () => {
    const headless = service('  clusterIP: None\n  selector: { app: prefill }\n');
    expect(shown(await new Tree({ 'prefill.yaml': named, 's.yaml': headless }).analyze('prefill.yaml'))).toEqual([]);
    const both = new Tree({ 'prefill.yaml': named, 's.yaml': headless, 't.yaml': service('  selector: {}\n') });
    expect(shown(await both.analyze('prefill.yaml'))).toEqual([]);
  });
});

/** What is said about pairs: rule, file and covered characters. */
async function pairFindings(files: Readonly<Record<string, string>>, name: string): Promise<string[]> {
  const analysis = await new Tree(files).analyze(name);
  return shown(analysis).filter((one) => /pair-mismatch|engine-id-shared|host-network-ports/.test(one));
}

const sized = (text: string, size: number) => text.replace('args: [m,', `args: [m, --block-size=${size},`);

describe('rules that compare prefill and decode', () => {
  const files = { 'prefill.yaml': sized(prefill({ host: '10.0.0.1' }), 16), 'decode.yaml': sized(decode(), 24) };

  it('see those in two files, and say the same whichever is looked at', async () => {
    for (const name of Object.keys(files)) {
      expect(await pairFindings(files, name)).toEqual(['decode.yaml: pair-mismatch: 24']);
    }
    const ids = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, text.replace('"kv_role"', '"engine_id":"a","kv_role"')]),
    );
    for (const name of Object.keys(ids)) {
      expect(await pairFindings(ids, name)).toEqual([
        'decode.yaml: pair-mismatch: 24',
        'decode.yaml: engine-id-shared: a',
      ]);
    }
  });

  it('see several pairs of one file, or of two', async () => {
    const four = ['a', 'b'].flatMap((variant) => [
      sized(prefill({ name: `${variant}-prefill` }), 16),
      sized(decode({ name: `${variant}-decode` }), variant === 'a' ? 24 : 16),
    ]);
    expect(await pairFindings({ 'all.yaml': four.join('---\n') }, 'all.yaml')).toEqual(['all.yaml: pair-mismatch: 24']);
    const two = { 'p.yaml': `${four[0]}---\n${four[2]}`, 'd.yaml': `${four[1]}---\n${four[3]}` };
    expect(await pairFindings(two, 'p.yaml')).toEqual(['d.yaml: pair-mismatch: 24']);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another folder', { 'prefill.yaml': files['prefill.yaml'], 'other/decode.yaml': files['decode.yaml'] }],
    ['other names', { ...files, 'decode.yaml': sized(decode({ name: 'llama-decode' }), 24) }],
    ['another namespace', { ...files, 'decode.yaml': sized(decode({ namespace: 'b' }), 24) }],
    ['another model', { ...files, 'decode.yaml': sized(decode({ model: 'n' }), 24) }],
    ['a second decoder', { ...files, 'decoder.yaml': decode({ name: 'decoder' }) }],
    ['a second prefill', { ...files, 'prefiller.yaml': prefill({ name: 'prefiller' }) }],
    ['a variant of decode', { ...files, 'decode-b200.yaml': sized(decode(), 16) }],
  ])('say nothing with %s', async (_, given) => {
    for (const name of Object.keys(given)) expect(await pairFindings(given, name)).toEqual([]);
  });

  it('see a pair on the network of its node in two files', async () => {
    const onNode = (text: string) =>
      text
        .replace('      containers:', '      hostNetwork: true\n      containers:')
        .replace('status.podIP', 'status.hostIP');
    const given = {
      'prefill.yaml': onNode(prefill()),
      'decode.yaml': onNode(decode()).replace('kv_role', 'engine_id":"x","kv_role'),
    };
    const found = async (name: string) => (await pairFindings(given, name)).filter((one) => /host-network/.test(one));
    expect(await found('prefill.yaml')).toEqual(await found('decode.yaml'));
    expect(await found('prefill.yaml')).toEqual(['decode.yaml: host-network-ports: vllm']);
  });

  it('do not call a comment of the other file useless', async () => {
    const ignored = decode().replace(
      '      containers:',
      '      # nixl: ignore[unknown-key] for now\n      containers:',
    );
    const tree = new Tree({ ...files, 'decode.yaml': ignored });
    const { ignores } = await tree.analyze('prefill.yaml');
    expect(ignores.map(({ file, ids }) => [file, ids.map(({ judged }) => judged)])).toEqual([['decode.yaml', [false]]]);
  });
});

describe('templates of one chart', () => {
  const named = '{{ include "x.fullname" . }}';
  const files = {
    'c/Chart.yaml': 'name: x\n',
    'c/values.yaml': 'model: m\nprefill: { block: 16 }\ndecode: { block: 24 }\n',
    'c/templates/prefill/deployment.yaml': prefill({
      name: `"${named}-prefill"`,
      model: '"{{ .Values.model }}"',
    }).replace('--kv-transfer-config', '--block-size={{ .Values.prefill.block }}, --kv-transfer-config'),
    'c/templates/decode/deployment.yaml': decode({ name: `"${named}-decode"`, model: '"{{ .Values.model }}"' }).replace(
      '--kv-transfer-config',
      '--block-size={{ .Values.decode.block }}, --kv-transfer-config',
    ),
  };
  const [first, second] = ['c/templates/prefill/deployment.yaml', 'c/templates/decode/deployment.yaml'] as const;

  it('are one deployment, and what differs is found in the values', async () => {
    for (const name of [first, second]) {
      expect(await pairFindings(files, name)).toEqual(['c/values.yaml: pair-mismatch: 24']);
    }
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['is no chart', Object.fromEntries(Object.entries(files).filter(([name]) => name !== 'c/Chart.yaml'))],
    ['makes names in other ways', { ...files, [second]: files[second].replace(named, '{{ .Release.Name }}') }],
    [
      'puts them into different namespaces',
      { ...files, [second]: files[second].replace('spec:', '  namespace: b\nspec:') },
    ],
    ['has another template with the name', { ...files, 'c/templates/decode/b.yaml': files[second] }],
    [
      'makes a value in other ways',
      { ...files, [second]: files[second].replace('.decode.block }}', '.decode.block | add 8 }}') },
    ],
    [
      'leaves a value to those who install it',
      { ...files, 'c/values.yaml': 'model: m\nprefill: { block: 16 }\ndecode: { block: }\n' },
    ],
  ])('are none, or say nothing, where it %s', async (_, given) => {
    expect(await pairFindings(given, first)).toEqual([]);
    expect(await pairFindings(given, second)).toEqual([]);
  });

  it('lie in the namespace of the release, whether they say so or not', async () => {
    const spoken = files[second].replace('spec:', '  namespace: "{{ .Release.Namespace }}"\nspec:');
    expect(await pairFindings({ ...files, [second]: spoken }, first)).toEqual(['c/values.yaml: pair-mismatch: 24']);
  });
});

describe('what lies beside a pod', () => {
  const found = async (files: Readonly<Record<string, string>>, name: string, rule: string) =>
    shown(await new Tree(files).analyze(name)).filter((one) => one.includes(`: ${rule}: `));

  it('is the pool that sends requests to it, unless two have its name', async () => {
    const pool = (port: number) =>
      `apiVersion: inference.networking.k8s.io/v1\nkind: InferencePool\nmetadata: { name: pool }\nspec:\n  selector: { matchLabels: { app: decode } }\n  targetPorts: [{ number: ${port} }]\n`;
    const files = { 'decode.yaml': decode().replace('args: [m,', 'args: [m, --port=8200,') };
    const rule = 'routing-target-port';
    expect(await found({ ...files, 'pool.yaml': pool(8000) }, 'decode.yaml', rule)).toEqual([
      'decode.yaml: routing-target-port: 8200',
    ]);
    expect(await found({ ...files, 'pool.yaml': pool(8200) }, 'decode.yaml', rule)).toEqual([]);
    const two = { 'pool.yaml': pool(8000), 'pool-b.yaml': pool(8200) };
    expect(await found({ ...files, ...two }, 'decode.yaml', rule)).toEqual([]);
    const other = { 'pool.yaml': pool(8000).replace('app: decode', 'app: other') };
    expect(await found({ ...files, ...other }, 'decode.yaml', rule)).toEqual([]);
  });

  it('is the policy that shuts its ports', async () => {
    const policy = (port: number) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p${port} }\nspec:\n  podSelector: { matchLabels: { app: prefill } }\n  ingress: [{ ports: [{ port: ${port}, endPort: ${port + 1} }] }]\n`;
    const files = { 'prefill.yaml': prefill({ host: '10.0.0.1' }).replace('m, ', 'm, --data-parallel-size=4, ') };
    const rule = 'network-policy-side-channel';
    expect(await found({ ...files, 'net.yaml': policy(5600) }, 'prefill.yaml', rule)).toEqual([
      `net.yaml: ${rule}: 5600`,
    ]);
    // A second one allows the rest.
    const both = { 'net.yaml': policy(5600), 'net2.yaml': policy(5602) };
    expect(await found({ ...files, ...both }, 'prefill.yaml', rule)).toEqual([]);
  });

  it('is the Service that a group of nodes is told to meet at', async () => {
    const service = (ip: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: head }\nspec: { ${ip}selector: { app: x }, ports: [{ port: 80 }] }\n`;
    const text = decode().replace('m, ', 'm, --data-parallel-size=4, --data-parallel-address=head, ');
    const rule = 'data-parallel-address-service';
    expect(await found({ 'decode.yaml': text, 's.yaml': service('') }, 'decode.yaml', rule)).toEqual([
      `decode.yaml: ${rule}: head`,
    ]);
    const headless = { 'decode.yaml': text, 's.yaml': service('clusterIP: None, ') };
    expect(await found(headless, 'decode.yaml', rule)).toEqual([]);
  });

  it('is the other side with the same literal address', async () => {
    const fixed = async (files: Readonly<Record<string, string>>) =>
      (await new Tree(files).analyze('prefill.yaml')).problems.find(({ rule }) => rule === 'side-channel-host-fixed')
        ?.severity;
    const first = prefill({ host: '10.0.0.1' });
    expect(await fixed({ 'prefill.yaml': first, 'decode.yaml': decode({ host: '10.0.0.1' }) })).toBe('error');
    expect(await fixed({ 'prefill.yaml': first, 'decode.yaml': decode({ host: '10.0.0.2' }) })).toBe('warning');
  });
});
