import { describe, expect, it } from 'vitest';
import { type Assumptions, analyze } from '../../server/src/analysis';
import { statedVersion, stateVersionEdit, versionChoices } from '../../server/src/features/state-version';
import { statusOf } from '../../server/src/features/status';
import { applyEdits } from '../support/cursor';
import { serve } from './support';

/** The text after stating a version, and what the file is then checked against. */
function stated(file: string, text: string, version: string, assume: Assumptions = {}) {
  const edit = stateVersionEdit(analyze({ name: file, text }, { assumptions: assume }), version);
  if (!edit) return undefined;
  const after = applyEdits(text, [edit]);
  const analysis = analyze({ name: file, text: after }, { assumptions: assume });
  return { after, version: statedVersion(analysis) };
}

const engine = serve(`--kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'`);

describe('stating the version of a file', () => {
  it.each([
    ['serve.sh', engine, `# nixl: vllm=0.19.1\n${engine}`],
    ['serve.sh', `#!/bin/bash\n${engine}`, `#!/bin/bash\n# nixl: vllm=0.19.1\n${engine}`],
    ['serve.sh', `#!/bin/bash\r\nvllm serve m\r\n`, `#!/bin/bash\r\n# nixl: vllm=0.19.1\r\nvllm serve m\r\n`],
    ['prefill.env', 'VLLM_NIXL_SIDE_CHANNEL_PORT=1\n', '# nixl: vllm=0.19.1\nVLLM_NIXL_SIDE_CHANNEL_PORT=1\n'],
    [
      'Dockerfile',
      `# syntax=docker/dockerfile:1\n# escape=\\\nFROM a\nCMD ["vllm", "serve", "m"]\n`,
      `# syntax=docker/dockerfile:1\n# escape=\\\n# nixl: vllm=0.19.1\nFROM a\nCMD ["vllm", "serve", "m"]\n`,
    ],
    [
      'compose.yaml',
      'services:\n  a:\n    image: vllm/vllm-openai:latest\n    command: ["m"]\n',
      '# nixl: vllm=0.19.1\nservices:\n  a:\n    image: vllm/vllm-openai:latest\n    command: ["m"]\n',
    ],
  ])('in %s', (file, before, after) => {
    expect(stated(file, before, '0.19.1')).toEqual({ after, version: '0.19.1' });
  });

  it('changes the comment that is there', () => {
    expect(stated('serve.sh', `# nixl: vllm=0.11.0 platform=rocm\n${engine}`, '0.19.1')?.after).toBe(
      `# nixl: vllm=0.19.1 platform=rocm\n${engine}`,
    );
    expect(stated('serve.sh', `# nixl: platform=rocm\n${engine}`, '0.19.1')).toEqual({
      after: `# nixl: vllm=0.19.1 platform=rocm\n${engine}`,
      version: '0.19.1',
    });
    const twice = `# nixl: vllm=0.11.0\n${engine}# nixl: vllm=0.12.0\n`;
    expect(stated('serve.sh', twice, '0.19.1')?.version).toBe('0.19.1');
  });

  it('wins over the settings and the image', () => {
    const text = 'services:\n  a:\n    image: vllm/vllm-openai:v0.25.1\n    command: ["m"]\n';
    expect(stated('compose.yaml', text, '0.19.1', { vllm: '0.9.0' })?.version).toBe('0.19.1');
  });

  it('stands in a comment of the template where a file begins with one', () => {
    const text = `{{- if .Values.on }}\napiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n    - name: v\n      image: vllm/vllm-openai:latest\n{{- end }}\n`;
    const found = stated('pod.yaml', text, '0.19.1');
    expect(found?.after).toBe(`{{- /* nixl: vllm=0.19.1 */ -}}\n${text}`);
    expect(found?.version).toBe('0.19.1');
  });

  it('is refused for JSON, which has no comments, and for what is no release', () => {
    expect(stated('kv.json', '{"kv_connector":"NixlConnector","kv_role":"kv_both"}', '0.19.1')).toBeUndefined();
    expect(stated('serve.sh', engine, 'latest')).toBeUndefined();
    expect(stated('serve.sh', engine, '0.19.1\nrm -r /')).toBeUndefined();
  });

  it('offers the releases, the newest first, with how far they are known', () => {
    const choices = versionChoices();
    expect(choices.at(-1)?.version).toBe('0.9.0');
    expect(choices[0]?.note).toContain('not verified beyond 0.28.0');
    expect(choices.find(({ version }) => version === '0.25.1')?.note).toBe('2026-07-12');
  });
});

describe('the status', () => {
  const status = (text: string, assume: Assumptions = {}) =>
    statusOf(analyze({ name: 'serve.sh', text }, { assumptions: assume }));

  it('tells the versions and where they come from', () => {
    expect(status(`# nixl: vllm=0.25.1\n${engine}`)).toEqual({
      text: 'vLLM 0.25.1 · NIXL 1.3.0 · UCX 1.21',
      detail: 'vLLM from a comment; NIXL implied; UCX implied',
      severity: 'info',
    });
    expect(status(engine, { vllm: '0.25.1' }).detail).toMatch(/^vLLM from the settings/);
  });

  it('says what is not verified, and warns of what the tables do not know', () => {
    const newer = status(`# nixl: vllm=0.31.0\n${engine}`);
    expect(newer.detail).toContain('vLLM from a comment (not verified beyond 0.28.0)');
    expect(newer.severity).toBe('info');
    const unknown = status(`# nixl: vllm=0.99.0\n${engine}`);
    expect(unknown.detail).toMatch(/\(treated as [\d.]+, not verified beyond 0\.28\.0\)/);
    expect(unknown.severity).toBe('warning');
  });

  it('says how to state a version', () => {
    expect(status(engine)).toMatchObject({
      text: 'vLLM any version',
      detail: expect.stringContaining('`# nixl: vllm='),
    });
  });

  it('has words for a version that lies between two', () => {
    expect(status(engine, { vllm: '0.11.0' }).text).toMatch(/NIXL [\d.]+ to [\d.]+/);
  });
});
