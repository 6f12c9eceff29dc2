import { describe, expect, it } from 'vitest';
import { type AnalysisOptions, analyze } from '../../server/src/analysis';

const engine = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_both"}']
`;

function found(text: string, options: AnalysisOptions = {}): string[] {
  return analyze({ name: 'p.yaml', text }, options)
    .problems.filter(({ rule }) => rule === 'unknown-directive')
    .map(({ start, end, severity }) => `${severity} ${text.slice(start, end)}`);
}

describe('a comment that is not understood', () => {
  it('is found wherever it stands in a file with an engine', () => {
    const before = '# nixl: vlm=0.11.0\napiVersion: v1\nkind: Namespace\nmetadata: { name: n }\n---\n';
    expect(found(before + engine)).toEqual(['info vlm']);
    expect(found(`${engine}---\nkind: Namespace # nixl: ucs=1.18\n`)).toEqual(['info ucs']);
    // The same text twice.
    expect(found(`${before}${engine}---\n${before}`)).toEqual(['info vlm', 'info vlm']);
    expect(found(before)).toEqual([]);
  });

  it('can be silenced, and switched off', () => {
    const ignored = `# nixl: vlm=0.11.0\n# nixl: ignore[unknown-directive] ours\n${engine}`;
    expect(found(ignored.split('\n').slice(0, 1).concat(engine).join('\n'))).toEqual(['info vlm']);
    expect(found(`# nixl: ignore[unknown-directive] ours\n# nixl: vlm=0.11.0\n${engine}`)).toEqual([]);
    expect(found(`# nixl: vlm=0.11.0\n${engine}`, { rules: { 'unknown-directive': 'off' } })).toEqual([]);
    expect(found(`# nixl: vlm=0.11.0\n${engine}`, { rules: { 'unknown-directive': 'warning' } })).toEqual([
      'warning vlm',
    ]);
  });

  it.each([
    '# nixl: vllm=0.11.0 nixl=0.7 ucx=1.19 platform=cuda',
    '# nixl: ignore[unknown-role] vlm=0.11.0 is what we call it',
    '# nixl: needs UCX 1.18, see https://example.com/a=b',
    '# nixl: backend=UCX, model=m',
    '# nixl: the platforms: all',
    '# see http://nixl:80/vlm=1',
    '# nixl:',
  ])('is none: %s', (comment) => {
    expect(found(`${comment}\n${engine}`)).toEqual([]);
  });

  it('is mended by its fix', () => {
    const text = `# nixl: VLM=0.11.0, platfrom: rocm\n${engine}`;
    const { problems } = analyze({ name: 'p.yaml', text });
    const edits = problems
      .filter(({ rule }) => rule === 'unknown-directive')
      .flatMap(({ fixes }) => fixes.flatMap((fix) => fix.edits))
      .sort((a, b) => b.start - a.start);
    const mended = edits.reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text);
    expect(mended.split('\n')[0]).toBe('# nixl: vllm=0.11.0, platform: rocm');
    expect(found(mended)).toEqual([]);
  });
});
