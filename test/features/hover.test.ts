import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/analysis';
import { hover } from '../../server/src/features/hover';
import { plainText } from '../../server/src/features/plain-text';
import { atMark } from '../support/cursor';

/** The hover at the mark, and the characters that it is about. */
function hoverAt(file: string, marked: string): { markdown: string; covers: string } | undefined {
  const { text, offset } = atMark(marked);
  const analysis = analyze({ name: file, text });
  const found = hover(analysis, offset);
  const lines = analysis.files.lines(file)!;
  return (
    found && {
      markdown: found.markdown,
      covers: text.slice(lines.offset(found.range.start), lines.offset(found.range.end)),
    }
  );
}

const pod = (config: string, env = '') => `apiVersion: v1
kind: Pod
metadata: { name: prefill }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: ["/bin/sh", "-c"]
      args:
        - |
          vllm serve m --data-parallel-size 4 --kv-transfer-config '${config}'
      env:
        - { name: UCX_TLS, value: "rc,cuda_copy" }
${env}`;

describe('in a kv-transfer-config', () => {
  it('explains a key', () => {
    const found = hoverAt('pod.yaml', pod('{"kv_‸role": "kv_producer"}'));
    expect(found?.covers).toBe('kv_role');
    expect(found?.markdown).toContain('key of `--kv-transfer-config`');
    expect(found?.markdown).toMatch(/Source: \[/);
  });

  it('explains a role by its key', () => {
    const found = hoverAt('pod.yaml', pod('{"kv_role": "kv_pro‸ducer"}'));
    expect(found?.covers).toBe('kv_producer');
    expect(found?.markdown).toContain('`kv_consumer`');
  });

  it('explains a connector', () => {
    const found = hoverAt('pod.yaml', pod('{"kv_connector": "Nixl‸Connector"}'));
    expect(found?.covers).toBe('NixlConnector');
    expect(found?.markdown).toContain('connector of vLLM');
  });

  it("explains a connector's extra key and a backend", () => {
    const config = (inner: string) => pod(`{"kv_connector": "NixlConnector", "kv_connector_extra_config": {${inner}}}`);
    expect(hoverAt('pod.yaml', config('"back‸ends": ["UCX"]'))?.markdown).toContain('of NixlConnector');
    const backend = hoverAt('pod.yaml', config('"backends": ["UC‸X"]'));
    expect(backend?.covers).toBe('UCX');
    expect(backend?.markdown).toContain('NIXL backend');
  });

  it('explains the flag', () => {
    const text = pod('{}').replace('--kv-transfer-config', '--kv-tran‸sfer-config');
    expect(hoverAt('pod.yaml', text)).toMatchObject({
      covers: '--kv-transfer-config',
      markdown: expect.stringContaining('option of `vllm serve`'),
    });
  });
});

describe('in the environment', () => {
  it('explains each transport of UCX_TLS', () => {
    const first = hoverAt('pod.yaml', pod('{}').replace('"rc,', '"r‸c,'));
    expect(first?.covers).toBe('rc');
    expect(first?.markdown).toContain('UCX transports');
    const second = hoverAt('pod.yaml', pod('{}').replace('cuda_copy', 'cuda_‸copy'));
    expect(second?.covers).toBe('cuda_copy');
    expect(second?.markdown).toContain('handles cuda memory');
  });

  it('explains a variable and what the engine sees', () => {
    const port = (name: string, value: string) => `        - { name: ${name}, value: "${value}" }\n`;
    const name = hoverAt('pod.yaml', pod('{}', port('VLLM_NIXL_‸SIDE_CHANNEL_PORT', '5600')));
    expect(name?.covers).toBe('VLLM_NIXL_SIDE_CHANNEL_PORT');
    expect(name?.markdown).toContain('What the engine sees: `5600`.');
    expect(name?.markdown).toContain('Listens on 5600–5603');
    const value = hoverAt('pod.yaml', pod('{}', port('VLLM_NIXL_SIDE_CHANNEL_PORT', '56‸00')));
    expect(value?.covers).toBe('5600');
  });

  it('says when a value does not count', () => {
    const script = 'export VLLM_NIXL_SIDE_CHANNEL_PORT=56‸00\nVLLM_NIXL_SIDE_CHANNEL_PORT=5700 vllm serve m\n';
    expect(hoverAt('serve.sh', script)?.markdown ?? '').not.toContain('What the engine sees: `5600`');
  });

  it('never shows what it does not know', () => {
    const env =
      '        - name: UCX_NET_‸DEVICES\n          valueFrom: { secretKeyRef: { name: net, key: devices } }\n';
    expect(hoverAt('pod.yaml', pod('{}', env))?.markdown).toContain('not known: it comes from the Secret');
  });
});

it('says on the image which versions are assumed', () => {
  const found = hoverAt('pod.yaml', pod('{}').replace('vllm-openai:v', 'vllm-‸openai:v'));
  expect(found?.markdown).toContain('vLLM 0.25.1, from the image');
});

it('has nothing to say elsewhere', () => {
  expect(hoverAt('pod.yaml', pod('{}').replace('kind', 'ki‸nd'))).toBeUndefined();
  expect(hoverAt('notes.yaml', 'a: b‸\n')).toBeUndefined();
});

it('answers at every offset', () => {
  const text = pod('{"kv_connector": "NixlConnector", "kv_role": "kv_producer"}');
  const analysis = analyze({ name: 'pod.yaml', text });
  let found = 0;
  for (let offset = 0; offset <= text.length; offset += 1) if (hover(analysis, offset)) found += 1;
  expect(found).toBeGreaterThan(100);
});

it('can be plain text', () => {
  const markdown = hoverAt('pod.yaml', pod('{"kv_‸role": "kv_producer"}'))!.markdown;
  expect(plainText(markdown)).not.toMatch(/[`*]|\]\(/);
});
