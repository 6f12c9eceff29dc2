import { describe, expect, it } from 'vitest';
import { type CodeAction, CodeActionKind } from 'vscode-languageserver-types';
import { analyze, combine, contributionOf, type FileEdit, type Problem } from '../../server/src/analysis';
import { codeActions } from '../../server/src/features/code-actions';
import { FIX_ALL } from '../../server/src/features/offers';
import { applyEdits } from '../support/cursor';

interface Offered {
  readonly title: string;
  readonly preferred: boolean | undefined;
  readonly after: string;
}

/** The actions for all findings of a rule, with the text after each. */
function offered(file: string, text: string, rule: string, only?: string[]): Offered[] {
  const analysis = analyze({ name: file, text });
  const all = combine([contributionOf(analysis)]).problems;
  const edits = new Map<unknown, readonly FileEdit[]>();
  const actions: CodeAction[] = codeActions(analysis, {
    problems: all.filter((problem) => problem.rule === rule),
    all,
    only,
    reanalyze: (other) => analyze({ name: file, text: other }),
    diagnostic: ({ range, message, rule: code }: Problem) => ({ range, message, code }),
    edit: (list) => {
      const edit = { changes: {} };
      edits.set(edit, list);
      return edit;
    },
    page: ({ docs }) => docs,
    openPage: 'open',
  });
  return actions
    .filter(({ edit }) => edit)
    .map(({ title, isPreferred, edit }) => ({
      title,
      preferred: isPreferred,
      after: applyEdits(text, edits.get(edit) ?? []),
    }));
}

function silenced(file: string, text: string, rule = 'unknown-role'): string | undefined {
  return offered(file, text, rule).find(({ title }) => title.startsWith('Ignore'))?.after;
}

const config = `{"kv_connector":"NixlConnector","kv_role":"kv_consumr"}`;

describe('fixes', () => {
  it('are written in the notation of every layer', () => {
    const text = `vllm serve m --kv-transfer-config "${config.replaceAll('"', '\\"')}"\n`;
    const [fix] = offered('serve.sh', text, 'unknown-role');
    expect(fix).toMatchObject({ title: 'Write `kv_consumer`', after: text.replace('kv_consumr', 'kv_consumer') });
  });

  it('can be asked for all at once', () => {
    const text = `vllm serve m --kv-transfer-config '{"kv_conector":"NixlConnector","kv_role":"kv_consumr"}'\n`;
    const all = offered('serve.sh', text, 'unknown-role', [CodeActionKind.SourceFixAll]);
    expect(all).toHaveLength(1);
    const safe = combine([contributionOf(analyze({ name: 'serve.sh', text }))]).problems.flatMap(
      ({ fixes }) => fixes.find((fix) => fix.safe)?.edits ?? [],
    );
    expect(all[0]!.after).toBe(applyEdits(text, safe));
    expect(offered('serve.sh', text, 'unknown-role', [FIX_ALL])).toEqual(all);
    expect(offered('serve.sh', text, 'unknown-role').some(({ title }) => title.startsWith('Fix all'))).toBe(false);
  });
});

describe('the comment that silences a finding', () => {
  const mark = '# nixl: ignore[unknown-role]';

  it('goes above the line', () => {
    const text = `set -e\n  vllm serve m --kv-transfer-config '${config}'\n`;
    expect(silenced('serve.sh', text)).toBe(text.replace('  vllm', `  ${mark}\n  vllm`));
  });

  it('goes above a continued command, never into it', () => {
    const text = `set -e\nvllm serve m \\\n  --kv-transfer-config '${config}' \\\n  --port 1\n`;
    expect(silenced('serve.sh', text)).toBe(text.replace('vllm', `${mark}\nvllm`));
  });

  it('goes into the script of a block scalar, where that is one', () => {
    const text = `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: [sh, -c]
      args:
        - |
          vllm serve m \\
            --kv-transfer-config '${config}'
`;
    expect(silenced('pod.yaml', text)).toBe(
      text.replace('          vllm serve', `          ${mark}\n          vllm serve`),
    );
  });

  it('goes on the header of a folded scalar, where a line more would be a part of the command', () => {
    const text = `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: [sh, -c]
      args:
        - >-
          vllm serve m
          --kv-transfer-config '${config}'
`;
    expect(silenced('pod.yaml', text)).toBe(text.replace('>-', `>- ${mark}`));
  });

  it('goes above a quoted scalar over several lines', () => {
    const text = `services:
  a:
    image: vllm/vllm-openai:v0.25.1
    command: "--model m
      --kv-transfer-config
      '${config.replaceAll('"', '\\"')}'"
`;
    expect(silenced('compose.yaml', text)).toBe(text.replace('    command', `    ${mark}\n    command`));
  });

  it('goes above the command or assignment that a quoted word over several lines is in', () => {
    const lines = config.replace('{', '{\n  ').replace(',', ',\n  ');
    const assigned = `set -e\nKV='${lines}'\nvllm serve m --kv-transfer-config "$KV"\n`;
    expect(silenced('serve.sh', assigned)).toBe(assigned.replace('KV=', `${mark}\nKV=`));
    const direct = `set -e\nvllm serve m \\\n  --kv-transfer-config '${lines}'\n`;
    expect(silenced('serve.sh', direct)).toBe(direct.replace('vllm', `${mark}\nvllm`));
  });

  it('joins a comment that is there', () => {
    const text = `# nixl: ignore[role-missing] why\nvllm serve m --kv-transfer-config '${config}'\n`;
    expect(silenced('serve.sh', text)).toBe(text.replace('role-missing', 'role-missing,unknown-role'));
  });

  it('keeps the line ends of the file', () => {
    const text = `set -e\r\nvllm serve m --kv-transfer-config '${config}'\r\n`;
    expect(silenced('serve.sh', text)).toBe(text.replace('vllm', `${mark}\r\nvllm`));
  });

  it('is not offered in JSON, which has no comments', () => {
    expect(offered('kv-transfer-config.json', config, 'unknown-role').map(({ title }) => title)).toEqual([
      'Write `kv_consumer`',
    ]);
  });
});
