import { describe, expect, it } from 'vitest';
import { type Analysis, analyze, combine, contributionOf, type Problem } from '../../server/src/analysis';
import { applyEdits } from '../support/cursor';

function all(file: string, text: string, options: Parameters<typeof analyze>[1] = {}): readonly Problem[] {
  return combine([contributionOf(analyze({ name: file, text }, options))]).problems;
}

function rules(file: string, text: string): string[] {
  return all(file, text).map(({ rule, severity }) => (rule === 'unused-ignore' ? `${rule} ${severity}` : rule));
}

const config = `'{"kv_connector":"NixlConnector","kv_role":"kv_prefill"}'`;

describe('a comment silences a finding', () => {
  it.each([
    ['on its line', `vllm serve m --kv-transfer-config ${config} # nixl: ignore[unknown-role] patched`],
    ['on the line before', `# nixl: ignore[unknown-role] patched\nvllm serve m --kv-transfer-config ${config}`],
    ['at the end of the line before', `echo # nixl: ignore[unknown-role]\nvllm serve m --kv-transfer-config ${config}`],
    [
      'above a continued command',
      `# nixl: ignore[unknown-role]\nvllm serve m \\\n  --kv-transfer-config ${config} \\\n  --port 1`,
    ],
    [
      'at the end of a continued command',
      `vllm serve m \\\n  --kv-transfer-config ${config} \\\n  --port 1 # nixl: ignore[unknown-role]`,
    ],
    [
      'among other ids',
      `# nixl: ignore[unknown-role, role-missing]\nvllm serve m --kv-transfer-config ${config} # nixl: ignore[role-missing]`,
    ],
  ])('%s', (_, text) => {
    expect(rules('serve.sh', `${text}\n`).filter((rule) => rule === 'unknown-role')).toEqual([]);
  });

  it('only in its reach', () => {
    const text = `# nixl: ignore[unknown-role]\n\nvllm serve m --kv-transfer-config ${config}\n`;
    expect(rules('serve.sh', text)).toEqual(['unused-ignore hint', 'unknown-role']);
    const after = `vllm serve m --kv-transfer-config ${config}\n# nixl: ignore[unknown-role]\n`;
    expect(rules('serve.sh', after)).toEqual(['unknown-role', 'unused-ignore hint']);
  });

  it('only of the rules that it names', () => {
    const text = `# nixl: ignore[role-missing]\nvllm serve m --kv-transfer-config ${config}\n`;
    expect(rules('serve.sh', text)).toEqual(['unused-ignore hint', 'unknown-role']);
  });

  it('once: the comment at the end of a line is first about that line', () => {
    const line = `vllm serve m --kv-transfer-config ${config}`;
    const text = `${line} & # nixl: ignore[unknown-role]\n${line} &\n`;
    expect(
      all('serve.sh', text)
        .filter(({ rule }) => rule === 'unknown-role')
        .map(({ range }) => range.start.line),
    ).toEqual([1]);
  });

  const block = (header: string, before = '') => `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: [sh, -c]
      args:
${before}        - ${header}
          set -e

          vllm serve m \\
            --kv-transfer-config ${config}
`;

  it.each([
    ['on the header of the block scalar around it', block('| # nixl: ignore[unknown-role]')],
    ['above that header', block('|', '        # nixl: ignore[unknown-role]\n')],
    ['in the script', block('|').replace('          vllm', '          # nixl: ignore[unknown-role]\n          vllm')],
  ])('%s', (_, text) => {
    expect(rules('pod.yaml', text)).toEqual([]);
  });
});

describe('a comment that silences nothing', () => {
  it('is not reported when its rule is off', () => {
    const text = `# nixl: ignore[unknown-role]\nvllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'\n`;
    expect(all('serve.sh', text, { rules: { 'unknown-role': 'off' } })).toEqual([]);
    expect(all('serve.sh', text, { rules: { 'unused-ignore': 'off' } })).toEqual([]);
    expect(all('serve.sh', text, { rules: { 'unused-ignore': 'error' } })).toMatchObject([{ severity: 'error' }]);
  });

  it('is reported by the id that is not used, and the fix takes that away', () => {
    const text = `# nixl: ignore[role-missing, unknown-role] why\nvllm serve m --kv-transfer-config ${config}\n`;
    const [problem] = all('serve.sh', text) as [Problem];
    expect(text.slice(problem.start, problem.end)).toBe('role-missing');
    expect(applyEdits(text, problem.fixes[0]!.edits)).toBe(text.replace('role-missing, ', ''));
    const swapped = text.replace('role-missing, unknown-role', 'unknown-role, role-missing');
    const [other] = all('serve.sh', swapped) as [Problem];
    expect(applyEdits(swapped, other.fixes[0]!.edits)).toBe(text.replace('role-missing, ', ''));
  });

  it('is a warning when it names no rule', () => {
    const text = `vllm serve m # nixl: ignore\n`;
    expect(rules('serve.sh', text)).toEqual(['unused-ignore warning']);
  });

  it('in an env file waits for the engine that uses the file', () => {
    expect(rules('ucx.env', '# nixl: ignore[ucx-value]\nUCX_TLS=rc\n')).toEqual([]);
  });
});

describe('files that use each other', () => {
  const compose = `services:
  a:
    image: vllm/vllm-openai:v0.25.1
    env_file: [a.env]
    command: ["--model=m", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`;
  const both = (env: string): Analysis[] => {
    const file = { name: 'a.env', text: env };
    return [analyze({ name: 'compose.yaml', text: compose }, { file: () => file }), analyze(file)];
  };

  it('are judged together: the comment is used through the other file', () => {
    const env = 'NIXL_LOG_LEVEL=LOUD # nixl: ignore[nixl-value]\n';
    const { problems } = combine(both(env.replace(' #', '\n#')).map(contributionOf));
    expect(problems.map(({ file, rule }) => [file, rule])).toEqual([
      ['a.env', 'nixl-value'],
      ['a.env', 'unused-ignore'],
    ]);
    const above = '# nixl: ignore[nixl-value]\nNIXL_LOG_LEVEL=LOUD\n';
    expect(combine(both(above).map(contributionOf)).problems).toEqual([]);
  });

  it('are not judged on their own as well', () => {
    const env = 'VLLM_NIXL_ABORT_REQUEST_TIMEOUT=480\n';
    const [inContext, alone] = both(env) as [Analysis, Analysis];
    const severities = (analyses: Analysis[]) =>
      combine(analyses.map(contributionOf))
        .problems.filter(({ rule }) => rule === 'vllm-variable-removed')
        .map(({ severity }) => severity);
    expect(severities([alone])).toEqual(['info']);
    expect(severities([inContext, alone])).toEqual(['warning']);
  });
});
