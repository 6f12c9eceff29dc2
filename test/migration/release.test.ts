import { describe, expect, it } from 'vitest';
import { type AnalysisOptions, analyze } from '../../server/src/analysis';

const CONFIG = '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}';
const script = (comment: string) => `${comment}\nvllm serve a/b --kv-transfer-config '${CONFIG}'\n`;
const compose = `services:
  p:
    image: vllm/vllm-openai:v0.11.0
    command: [a/b, --kv-transfer-config, '${CONFIG}']
`;
const dockerfile = `FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04
RUN pip install vllm==0.11.0 nixl==0.6.0
ENTRYPOINT ["vllm", "serve", "a/b", "--kv-transfer-config", ${JSON.stringify(CONFIG)}]
`;

function versions(name: string, text: string, options: AnalysisOptions): (string | undefined)[] {
  const [engine] = analyze({ name, text }, options).deployment.engines;
  return [engine?.versions.vllm?.version, engine?.versions.nixl?.version, engine?.platform];
}

describe('a release that the caller asks for', () => {
  const release = { vllm: '0.24.0' };

  it.each([
    ['a comment', 'serve.sh', script('# nixl: vllm=0.11.0'), {}],
    ['an image', 'compose.yaml', compose, {}],
    ['settings', 'serve.sh', script('#'), { assumptions: { vllm: '0.11.0', nixl: '0.6.0' } }],
  ])('wins over %s', (_, name, text, options) => {
    expect(versions(name, text, options)[0]).toBe('0.11.0');
    expect(versions(name, text, { ...options, release }).slice(0, 2)).toEqual(['0.24.0', '1.2.0']);
  });

  it('wins over what is installed, of the library that it names', () => {
    expect(versions('Dockerfile', dockerfile, { release })).toEqual(['0.24.0', '0.6.0', undefined]);
    expect(versions('Dockerfile', dockerfile, { release: { nixl: '1.2.0' } })).toEqual(['0.11.0', '1.2.0', undefined]);
    const [engine] = analyze({ name: 'Dockerfile', text: dockerfile }, { release }).deployment.engines;
    expect([engine?.pins?.vllm?.text, engine?.pins?.nixl?.text]).toEqual(['0.11.0', '0.6.0']);
  });

  it('makes what a comment says of another NIXL void, and leaves the platform', () => {
    const text = script('# nixl: vllm=0.11.0 nixl=0.6.0 platform=rocm');
    expect(versions('serve.sh', text, {})).toEqual(['0.11.0', '0.6.0', 'rocm']);
    expect(versions('serve.sh', text, { release })).toEqual(['0.24.0', '1.2.0', 'rocm']);
    expect(versions('serve.sh', text, { release: { ...release, nixl: '1.3.0' } })).toEqual(['0.24.0', '1.3.0', 'rocm']);
  });

  it('brings the NIXL that its own image has', () => {
    expect(versions('compose.yaml', compose, { release: { vllm: '0.22.0' } })).toEqual([
      '0.22.0',
      '1.1.0..1.2.0',
      'cuda',
    ]);
  });
});
