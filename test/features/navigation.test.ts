import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/analysis';
import { pathsIn } from '../../server/src/features/document-links';
import { definition, MANIFEST, mark, references } from './navigation-support';

const file = 'decode.yaml';
const go = (around: string, nth = 0) => definition(file, mark(MANIFEST, around, nth));
const uses = (around: string, nth = 0) => references(file, mark(MANIFEST, around, nth));

describe('the definition in a manifest', () => {
  it.each([
    ['the name in configMapKeyRef', 'name: vllm-env', 2, ['decode.yaml:4 vllm-env']],
    ['the key in configMapKeyRef', 'key: side-port', 0, ['decode.yaml:7 side-port']],
    ['the name in envFrom', 'name: vllm-env', 3, ['decode.yaml:4 vllm-env']],
    ['the ConfigMap of a volume', 'name: vllm-env', 1, ['decode.yaml:4 vllm-env']],
    ['a key that a volume shows', 'key: serve.sh', 0, ['decode.yaml:8 serve.sh']],
    ['the volume of a mount', 'name: shm', 1, ['decode.yaml:35 shm']],
    ['a port by name in a probe', 'port: api', 0, ['decode.yaml:66 api']],
    ['a port by name in a Service', 'targetPort: api', 0, ['decode.yaml:66 api']],
    ['the selector of a Service', 'app: decode', 0, ['decode.yaml:27 decode']],
    ['the name of a Service in an address', 'vllm-decode', 1, ['decode.yaml:15 vllm-decode']],
    ['a variable in an argument', '$(MODEL_NAME', 0, ['decode.yaml:53 MODEL_NAME']],
    ['a variable in a script of a ConfigMap', '$PORT', 0, ['decode.yaml:9 PORT']],
  ] as const)('%s', (_what, around, nth, expected) => {
    expect(go(around, nth)).toEqual(expected);
  });

  it('of what others name is itself, so that editors show where it is used', () => {
    expect(go('name: vllm-env')).toEqual(['decode.yaml:4 vllm-env']);
  });

  it('of anything else is none', () => {
    for (const around of ['apps/v1', 'emptyDir', '/health', 'rc,cuda_copy', 'Qwen3']) expect(go(around)).toEqual([]);
  });

  it('may stand in the file beside', () => {
    const [configMap, ...rest] = MANIFEST.split('---\n');
    const beside = analyze({ name: 'settings.yaml', text: configMap! });
    const alone = rest.join('---\n');
    expect(definition(file, mark(alone, 'key: side-port'))).toEqual([]);
    expect(definition(file, mark(alone, 'key: side-port'), [beside])).toEqual(['settings.yaml:7 side-port']);
    expect(references('settings.yaml', mark(configMap!, 'side-port'), [analyze({ name: file, text: alone })])).toEqual([
      'decode.yaml:48 side-port',
    ]);
  });

  it('is not looked for in another namespace', () => {
    const apart = MANIFEST.replace('name: vllm-env', 'name: vllm-env\n  namespace: a').replace(
      'name: decode\nspec',
      'name: decode\n  namespace: b\nspec',
    );
    expect(definition(file, mark(apart, 'key: side-port'))).toEqual([]);
  });
});

describe('the references to', () => {
  it.each([
    ['a ConfigMap', 'name: vllm-env', 0, ['39 vllm-env', '58 vllm-env', '64 vllm-env']],
    ['a ConfigMap, from one of them', 'name: vllm-env', 2, ['39 vllm-env', '58 vllm-env', '64 vllm-env']],
    ['a key that becomes a variable', 'UCX_TLS', 0, ['64 vllm-env']],
    ['a key that is referred to, and taken over', 'side-port', 0, ['59 side-port', '64 vllm-env']],
    ['a volume', 'name: shm', 0, ['71 shm']],
    ['a port', 'name: api', 0, ['22 api', '69 api']],
    ['a workload', 'name: decode', 0, ['18 app: decode']],
    ['a label', 'app: decode', 1, ['18 app: decode']],
    ['a Service', 'name: vllm-decode', 0, ['61 vllm-decode']],
    ['a variable', 'name: MODEL_NAME', 0, ['51 MODEL_NAME']],
  ] as const)('%s', (_what, around, nth, expected) => {
    expect(uses(around, nth)).toEqual(expected.map((one) => `decode.yaml:${one}`));
  });

  it('come with the place itself where that is asked for', () => {
    expect(references(file, mark(MANIFEST, 'name: shm'), [], true)).toEqual([
      'decode.yaml:35 shm',
      'decode.yaml:71 shm',
    ]);
  });
});

describe('elsewhere', () => {
  it('a variable of a script is where it is set before', () => {
    const text = `# PORT=1 is a comment, $PORT too
PORT=8000
export SIDE=\${BASE:-5600}
for rank in 0 1; do
  PORT=$PORT vllm serve m --port "$PORT" --seed $rank --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'
done
`;
    expect(definition('serve.sh', mark(text, '"$PORT"'))).toEqual(['serve.sh:2 PORT', 'serve.sh:5 PORT']);
    expect(definition('serve.sh', mark(text, '=$PORT'))).toEqual(['serve.sh:2 PORT']);
    expect(definition('serve.sh', mark(text, '$rank'))).toEqual(['serve.sh:4 rank']);
    expect(definition('serve.sh', mark(text, '{BASE'))).toEqual([]);
    expect(definition('serve.sh', mark(text, ', $PORT'))).toEqual([]);
    expect(references('serve.sh', mark(text, '\nPORT'))).toEqual(['serve.sh:5 PORT', 'serve.sh:5 PORT']);
  });

  it('a variable of a Compose file is in `.env`, a service by its name', () => {
    const dotenv = { name: '.env', text: '# PORT=1\nPORT=8000\n' };
    const text = `services:
  prefill:
    image: vllm/vllm-openai:v0.19.1
    command: ["m", "--port", "\${PORT}"]
    environment:
      VLLM_NIXL_SIDE_CHANNEL_HOST: prefill
      PEER: http://prefill:8000
      ROLE: prefill
`;
    const options = { file: (path: string) => (path === '.env' ? dotenv : undefined) };
    expect(definition('compose.yaml', mark(text, '{PORT}'), [], options)).toEqual(['.env:2 PORT']);
    for (const nth of [1, 2]) {
      expect(definition('compose.yaml', mark(text, 'prefill', nth))).toEqual(['compose.yaml:2 prefill']);
    }
    expect(definition('compose.yaml', mark(text, 'ROLE: prefill'))).toEqual([]);
  });

  it('an alias leads to the last anchor before it', () => {
    const text = `x-kv: &kv
  VLLM_NIXL_SIDE_CHANNEL_PORT: "5600"
services:
  a: {image: vllm/vllm-openai:v0.19.1, command: ["m"], environment: *kv}
  b: {image: vllm/vllm-openai:v0.19.1, command: ["*kv"], environment: {<<: [*kv]}}
`;
    expect(definition('compose.yaml', mark(text, ' *kv'))).toEqual(['compose.yaml:1 &kv']);
    expect(definition('compose.yaml', mark(text, '"*kv"'))).toEqual([]);
    expect(references('compose.yaml', mark(text, '&kv'))).toEqual(['compose.yaml:4 *kv', 'compose.yaml:5 *kv']);
  });
});

describe('the paths in', () => {
  const paths = (name: string, text: string, known: readonly string[]) => {
    const file = (path: string) => (known.includes(path) ? { name: path, text: 'A=b\n' } : undefined);
    const analysis = analyze({ name, text }, { file });
    return pathsIn(analysis).map(({ from, path }) => {
      expect(text.slice(from.start, from.end)).toBe(path);
      return `${from.range.start.line + 1} ${path}`;
    });
  };

  it('a Compose file', () => {
    const text = `services:
  a:
    image: vllm/vllm-openai:v0.19.1
    env_file: [common.env, "./nixl.env", gone.env, my-common.env]
`;
    expect(paths('compose.yaml', text, ['common.env', './nixl.env'])).toEqual(['4 common.env', '4 ./nixl.env']);
  });

  it('a script and a unit', () => {
    expect(paths('serve.sh', 'source ./env.sh\nvllm serve m\n', ['./env.sh'])).toEqual(['1 ./env.sh']);
    const unit = '[Service]\nEnvironmentFile=-nixl.env\nExecStart=vllm serve m\n';
    expect(paths('vllm.service', unit, ['nixl.env'])).toEqual(['2 nixl.env']);
  });

  it('a kustomization, whoever wrote it', () => {
    const text = `resources:
- ../base
- decode.yaml # decode.yaml
- https://github.com/x/y?ref=main
images:
- name: image.yaml
  newTag: v0.19.1
patches:
  - path: patches/decode.yaml
    target: {kind: Deployment}
  - patch: |-
      - op: add
configMapGenerator:
- name: env
  envs: [a.env]
  files:
  - "serve.sh=scripts/serve.sh"
`;
    expect(paths('kustomization.yaml', text, [])).toEqual([
      '2 ../base',
      '3 decode.yaml',
      '9 patches/decode.yaml',
      '17 scripts/serve.sh',
    ]);
    expect(paths('other.yaml', text, [])).toEqual([]);
  });
});
