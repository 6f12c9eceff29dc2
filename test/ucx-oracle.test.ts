import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { analyze, type Problem } from '../server/src/analysis';

type Expected = 'refused' | 'warned' | 'silent' | 'noted' | 'excluded';

interface Row {
  readonly env: Readonly<Record<string, string>>;
  readonly ucx: readonly string[];
  readonly observed: string;
  readonly expect: Expected;
}

const folder = new URL('./fixtures/ucx-oracle/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const rowsOf = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')).rows as readonly Row[];
const all = files.flatMap((file) => rowsOf(file).flatMap((row) => row.ucx.map((ucx) => ({ ...row, file, ucx }))));

/** What NIXL needs beyond a UCX that starts. */
const FOR_NIXL: readonly string[] = ['ucx-tls-no-gpu-copy', 'ucx-tls-no-lane'];

/** The variables of a row in the container of an engine with NixlConnector. */
function manifest(env: Row['env']): string {
  const variables = Object.entries(env).map(
    ([name, value]) => `        - { name: ${name}, value: ${JSON.stringify(value)} }`,
  );
  return `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:latest
      args: ["Qwen/Qwen3-32B", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_HOST
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
${variables.join('\n')}
`;
}

function problemsOf({ env, ucx }: { readonly env: Row['env']; readonly ucx: string }): readonly Problem[] {
  return analyze({ name: 'prefill.yaml', text: manifest(env) }, { assumptions: { ucx } }).problems;
}

const isLoud = ({ severity }: Problem) => severity === 'error' || severity === 'warning';
const words = ({ severity, rule }: Problem) => `${severity} ${rule}`;

function check(row: (typeof all)[number]): void {
  const problems = problemsOf(row);
  const own = problems.filter(({ rule }) => !FOR_NIXL.includes(rule));
  const said = problems.map(words);
  switch (row.expect) {
    case 'refused':
      expect(problems.some(isLoud), `${said}`).toBe(true);
      break;
    case 'warned':
      expect(own.some(isLoud), `${said}`).toBe(true);
      break;
    case 'noted':
      expect(own.map(({ severity }) => severity)).toEqual(['info']);
      break;
    default:
      // Where UCX accepts a transport list, its rules may still say that it means less than it seems to.
      if (row.env.UCX_TLS !== undefined && row.observed === 'accepted') {
        expect(
          own
            .filter(isLoud)
            .filter(({ rule }) => !rule.startsWith('ucx-tls-'))
            .map(words),
        ).toEqual([]);
      } else {
        expect(own.map(words)).toEqual([]);
      }
  }
}

describe.each(files)('%s', (file) => {
  const rows = all.filter((row) => row.file === file && row.expect !== 'excluded');
  it.each(rows.map((row) => [JSON.stringify(row.env), row.ucx, row.expect, row] as const))(
    '%s with UCX %s is %s',
    (_env, _ucx, _expect, row) => check(row),
  );
});

describe('rows that are not run', () => {
  const excluded = all.filter((row) => row.expect === 'excluded');

  it('are those of a release that NIXL never had, where it differs from all supported ones', () => {
    expect(new Set(excluded.map(({ ucx }) => ucx))).toEqual(new Set(['1.13.1']));
  });

  afterAll(() => {
    const reason = 'UCX 1.13.1 is older than every supported release and differs from all of them there';
    process.stdout.write(`ucx-oracle: ${all.length} rows, ${excluded.length} excluded: ${reason}\n`);
  });
});
