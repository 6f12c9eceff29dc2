import { describe, expect, it } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver-types';
import { analyze } from '../../server/src/analysis';
import { completion } from '../../server/src/features/completion';
import { atMark, MARK } from '../support/cursor';

/** The items at the mark. */
function complete(file: string, marked: string): CompletionItem[] {
  const { text, offset } = atMark(marked);
  return completion(analyze({ name: file, text }), offset, { snippets: true, markdown: true }).items;
}

function labels(file: string, marked: string): string[] {
  return complete(file, marked).map(({ label }) => label);
}

/** The text after accepting an item, with the mark where the cursor then is. */
function accepted(file: string, marked: string, label: string): string {
  const { text } = atMark(marked);
  const item = complete(file, marked).find((candidate) => candidate.label === label);
  if (!item) throw new Error(`${label} is not offered: ${labels(file, marked).join(', ')}`);
  const { range, newText } = item.textEdit as TextEdit;
  const lines = text.split('\n');
  const line = lines[range.start.line]!;
  const snippet = item.insertTextFormat === 2;
  const inserted = snippet ? newText.replace('$0', MARK).replace(/\\([\\$}])/g, '$1') : newText + MARK;
  lines[range.start.line] = line.slice(0, range.start.character) + inserted + line.slice(range.end.character);
  return lines.join('\n');
}

const pod = (line: string) => `apiVersion: v1
kind: Pod
metadata: { name: prefill }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: ["/bin/sh", "-c"]
      args:
        - |
          vllm serve m \\
            ${line}
`;

describe('in JSON, in a shell word, in a YAML block', () => {
  it('completes a key between its quotes', () => {
    expect(accepted('pod.yaml', pod(`--kv-transfer-config '{"kv_con‸"}'`), 'kv_connector')).toBe(
      pod(`--kv-transfer-config '{"kv_connector": "‸"}'`),
    );
  });

  it('completes a key whose quote is not closed', () => {
    expect(accepted('pod.yaml', pod(`--kv-transfer-config '{"kv_con‸`), 'kv_connector')).toBe(
      pod(`--kv-transfer-config '{"kv_connector": "‸"`),
    );
  });

  it('completes a key that has its value already', () => {
    expect(accepted('pod.yaml', pod(`--kv-transfer-config '{"kv_r‸": "kv_producer"}'`), 'kv_role')).toBe(
      pod(`--kv-transfer-config '{"kv_role‸": "kv_producer"}'`),
    );
  });

  it('offers keys in an empty object, with quotes', () => {
    expect(accepted('pod.yaml', pod(`--kv-transfer-config '{‸}'`), 'kv_role')).toBe(
      pod(`--kv-transfer-config '{"kv_role": "‸"}'`),
    );
  });

  it('does not offer keys that are there', () => {
    const offered = labels('pod.yaml', pod(`--kv-transfer-config '{"kv_role": "kv_producer", "‸"}'`));
    expect(offered).toContain('kv_connector');
    expect(offered).not.toContain('kv_role');
  });

  it('offers roles', () => {
    const text = pod(`--kv-transfer-config '{"kv_role": "‸"}'`);
    expect(labels('pod.yaml', text)).toEqual(['kv_producer', 'kv_consumer', 'kv_both']);
    expect(accepted('pod.yaml', text, 'kv_consumer')).toBe(pod(`--kv-transfer-config '{"kv_role": "kv_consumer‸"}'`));
  });

  it('offers roles in a string that is not closed', () => {
    expect(accepted('pod.yaml', pod(`--kv-transfer-config '{"kv_role": "‸`), 'kv_producer')).toBe(
      pod(`--kv-transfer-config '{"kv_role": "kv_producer"‸`),
    );
  });

  it('offers a value with quotes where there are none', () => {
    expect(accepted('pod.yaml', pod(`--kv-transfer-config '{"kv_role": ‸}'`), 'kv_producer')).toBe(
      pod(`--kv-transfer-config '{"kv_role": "kv_producer"‸}'`),
    );
  });

  it('offers connectors, the NIXL family first', () => {
    const offered = labels('pod.yaml', pod(`--kv-transfer-config '{"kv_connector": "‸"}'`));
    expect(offered[0]).toMatch(/^Nixl/);
    expect(offered).toContain('MultiConnector');
  });

  it("offers that connector's extra keys", () => {
    const extra = (connector: string) =>
      labels(
        'pod.yaml',
        pod(`--kv-transfer-config '{"kv_connector": "${connector}", "kv_connector_extra_config": {"‸"}}'`),
      );
    expect(extra('NixlConnector')).toContain('backends');
    expect(extra('LMCacheConnectorV1')).not.toContain('backends');
  });

  it('offers the extra keys of a child of a MultiConnector', () => {
    const child = `{"kv_connector": "NixlConnector", "kv_connector_extra_config": {"‸"}}`;
    const config = `{"kv_connector": "MultiConnector", "kv_connector_extra_config": {"connectors": [${child}]}}`;
    expect(labels('pod.yaml', pod(`--kv-transfer-config '${config}'`))).toContain('backends');
  });

  it('offers backends in their list', () => {
    const config = `{"kv_connector": "NixlConnector", "kv_connector_extra_config": {"backends": ["‸"]}}`;
    expect(accepted('pod.yaml', pod(`--kv-transfer-config '${config}'`), 'UCX')).toBe(
      pod(`--kv-transfer-config '${config.replace(MARK, `UCX${MARK}`)}'`),
    );
  });
});

describe('in other nestings of the same JSON', () => {
  it('escapes quotes for a double-quoted shell word', () => {
    expect(accepted('serve.sh', `vllm serve m --kv-transfer-config "{‸}"\n`, 'kv_role')).toBe(
      `vllm serve m --kv-transfer-config "{\\"kv_role\\": \\"‸\\"}"\n`,
    );
  });

  it('escapes quotes for a double-quoted YAML scalar', () => {
    const text = (json: string) => `services:
  a:
    image: vllm/vllm-openai:v0.25.1
    command: ["--model", "m", "--kv-transfer-config", "${json}"]
`;
    expect(accepted('compose.yaml', text('{‸}'), 'kv_role')).toBe(text('{\\"kv_role\\": \\"‸\\"}'));
  });

  it('follows a variable to where it was assigned', () => {
    const text = (json: string) => `KV='${json}'\nvllm serve m --kv-transfer-config "$KV"\n`;
    expect(accepted('serve.sh', text('{"kv_role": "‸"}'), 'kv_producer')).toBe(text('{"kv_role": "kv_producer‸"}'));
  });

  it('knows a JSON file of its own', () => {
    expect(labels('kv-transfer-config.json', '{"kv_connector": "NixlConnector", "kv_role": "‸"}')).toContain(
      'kv_producer',
    );
  });

  it('offers a whole configuration where nothing is written yet', () => {
    const whole = '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}';
    expect(accepted('serve.sh', "vllm serve m --kv-transfer-config '‸'\n", whole)).toBe(
      `vllm serve m --kv-transfer-config '${whole}‸'\n`,
    );
  });

  it('reads a YAML scalar that is not closed', () => {
    const text = (json: string) =>
      `services:\n  a:\n    image: vllm/vllm-openai:v0.25.1\n    command: ["--kv-transfer-config={${json}`;
    expect(accepted('compose.yaml', text('\\"kv_ro‸'), 'kv_role')).toBe(text('\\"kv_role\\": \\"‸\\"'));
  });

  it('knows exec-form words of a Dockerfile', () => {
    const text = (json: string) => `FROM vllm/vllm-openai:v0.25.1\nCMD ["--kv-transfer-config", "{${json}}"]\n`;
    expect(accepted('Dockerfile', text('\\"kv_ro‸\\"'), 'kv_role')).toBe(text('\\"kv_role\\": \\"‸\\"'));
  });

  it('knows the values of dotted flags', () => {
    expect(labels('serve.sh', 'vllm serve m --kv-transfer-config.kv_role ‸\n')).toContain('kv_consumer');
    expect(labels('serve.sh', 'vllm serve m --kv-transfer-config.kv_role=kv_‸\n')).toContain('kv_consumer');
  });

  it('knows dotted flags', () => {
    expect(accepted('serve.sh', 'vllm serve m --kv-transfer-config.kv_r‸\n', 'kv_role')).toBe(
      'vllm serve m --kv-transfer-config.kv_role‸\n',
    );
  });

  it('knows the mapping in a --config file', () => {
    const text = 'model: m\nkv-transfer-config:\n  kv_connector: NixlConnector\n  kv_r‸\n';
    expect(accepted('vllm.yaml', text, 'kv_role')).toBe(text.replace('kv_r‸', 'kv_role: ‸'));
    expect(labels('vllm.yaml', 'model: m\nkv-transfer-config:\n  kv_role: ‸\n')).toEqual([
      'kv_producer',
      'kv_consumer',
      'kv_both',
    ]);
  });
});

describe('flags', () => {
  it('are offered from the first dash on', () => {
    expect(accepted('serve.sh', 'vllm serve m --kv-tr‸\n', '--kv-transfer-config')).toBe(
      'vllm serve m --kv-transfer-config‸\n',
    );
  });

  it('have their values offered', () => {
    expect(accepted('serve.sh', 'vllm serve m --kv-cache-dtype f‸\n', 'fp8')).toBe(
      'vllm serve m --kv-cache-dtype fp8‸\n',
    );
  });

  it('are not offered in a file that has nothing to do with vLLM', () => {
    expect(labels('build.sh', 'make --‸\n')).toEqual([]);
  });
});

describe('environment variables', () => {
  it.each([
    [
      'serve.sh',
      'export VLLM_NIXL_SIDE_CHANNEL_H‸\nvllm serve m\n',
      'export VLLM_NIXL_SIDE_CHANNEL_HOST‸\nvllm serve m\n',
    ],
    ['prefill.env', 'VLLM_NIXL_SIDE_CHANNEL_H‸\n', 'VLLM_NIXL_SIDE_CHANNEL_HOST=‸\n'],
    [
      'Dockerfile',
      'FROM vllm/vllm-openai:v0.25.1\nENV VLLM_NIXL_SIDE_CHANNEL_H‸=a\n',
      'FROM vllm/vllm-openai:v0.25.1\nENV VLLM_NIXL_SIDE_CHANNEL_HOST‸=a\n',
    ],
  ])('are completed in %s', (file, before, after) => {
    expect(accepted(file, before, 'VLLM_NIXL_SIDE_CHANNEL_HOST')).toBe(after);
  });

  it('are completed in a container', () => {
    const text = (name: string) => `${pod('--port 1')}      env:\n        - name: ${name}\n`;
    expect(accepted('pod.yaml', text('UCX_NET_D‸'), 'UCX_NET_DEVICES')).toBe(text('UCX_NET_DEVICES‸'));
  });

  it('are offered before anything of the name is typed', () => {
    const text = `${pod('--port 1')}      env:\n        - name: ‸\n`;
    expect(labels('pod.yaml', text)).toContain('VLLM_NIXL_SIDE_CHANNEL_HOST');
    expect(labels('pod.yaml', `${pod('--port 1')}      ports:\n        - name: ‸\n`)).toEqual([]);
  });

  it('have transports offered where no value is yet', () => {
    const text = `${pod('--port 1')}      env:\n        - name: UCX_TLS\n          value: ‸\n`;
    expect(accepted('pod.yaml', text, 'cuda_ipc')).toBe(text.replace('‸', 'cuda_ipc‸'));
  });

  it('are completed in a new file, once the name is surely one of ours', () => {
    expect(labels('.env', 'UCX‸\n')).toContain('UCX_TLS');
    expect(labels('.env', 'U‸\n')).toEqual([]);
  });

  it('are not offered in a comment or as a part of another word', () => {
    expect(labels('serve.sh', '# UCX_T‸\nvllm serve m\n')).toEqual([]);
    expect(labels('serve.sh', 'vllm serve m $UCX_T‸\n')).toEqual([]);
  });

  it('have their values offered', () => {
    const text = (value: string) =>
      `${pod('--port 1')}      env:\n        - name: VLLM_KV_CACHE_LAYOUT\n          value: ${value}\n`;
    expect(labels('pod.yaml', text('N‸'))).toContain('HND');
    expect(accepted('pod.yaml', text('N‸'), 'NHD')).toBe(text('NHD‸'));
    expect(labels('pod.yaml', text('"‸"'))).toContain('HND');
  });

  it.each([
    ['pod.yaml', `${pod('--port 1')}      env:\n        - name: UCX_TLS\n          value: "rc,cuda_c‸,sm"\n`],
    [
      'serve.sh',
      `export UCX_TLS=rc,cuda_c‸,sm\nvllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector"}'\n`,
    ],
    ['prefill.env', 'VLLM_NIXL_SIDE_CHANNEL_PORT=5600\nUCX_TLS=rc,cuda_c‸,sm\n'],
  ])('have one transport completed in %s', (file, text) => {
    expect(accepted(file, text, 'cuda_copy')).toBe(text.replace('cuda_c‸', 'cuda_copy‸'));
    expect(labels(file, text)).not.toContain('sm');
  });
});

it('shows what an item is', () => {
  const [item] = complete('pod.yaml', pod(`--kv-transfer-config '{"kv_role‸"}'`)).filter(
    ({ label }) => label === 'kv_role',
  );
  expect(item?.documentation).toMatchObject({ kind: 'markdown', value: expect.stringContaining('kv_producer') });
});

it('leaves snippets away from clients that do not know them', () => {
  const { text, offset } = atMark(`vllm serve m --kv-transfer-config '{‸}'\n`);
  const { items } = completion(analyze({ name: 'serve.sh', text }), offset, { snippets: false, markdown: false });
  const role = items.find(({ label }) => label === 'kv_role');
  expect(role).toMatchObject({ textEdit: { newText: '"kv_role": ""' } });
  expect(role).not.toHaveProperty('insertTextFormat');
});

it('answers at every offset of an unfinished text', () => {
  const text = pod(`--kv-transfer-config '{"kv_connector": "NixlConnector", "kv_con`);
  const analysis = analyze({ name: 'pod.yaml', text });
  for (let offset = 0; offset <= text.length; offset += 1) {
    for (const { textEdit } of completion(analysis, offset, { snippets: true, markdown: true }).items) {
      const { range } = textEdit as TextEdit;
      expect(range.start.line).toBe(range.end.line);
    }
  }
});
