import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/analysis';
import { completion } from '../../server/src/features/completion';
import { hover } from '../../server/src/features/hover';
import { atMark } from '../support/cursor';

function complete(file: string, marked: string) {
  const { text, offset } = atMark(marked);
  return completion(analyze({ name: file, text }), offset, { snippets: true, markdown: true, deprecation: 'tag' })
    .items;
}

const labels = (file: string, marked: string) => complete(file, marked).map(({ label }) => label);

function hovered(file: string, marked: string): string {
  const { text, offset } = atMark(marked);
  return hover(analyze({ name: file, text }), offset)?.markdown ?? '';
}

describe("in LMCache's file", () => {
  const file = 'lmcache-config.yaml';

  it('offers keys that are not there yet, those for P/D first and old ones struck through', () => {
    const items = complete(file, 'local_cpu: false\n‸\n');
    const names = items.map(({ label }) => label);
    expect(names).not.toContain('local_cpu');
    expect(names.indexOf('pd_role')).toBeLessThan(names.indexOf('numa_mode'));
    expect(items.find(({ label }) => label === 'nixl_role')?.tags).toEqual([1]);
    expect(items.find(({ label }) => label === 'pd_role')).toMatchObject({
      detail: 'text',
      textEdit: { newText: 'pd_role: ', range: { start: { line: 1, character: 0 } } },
    });
    expect(names).not.toContain('nixl_backend');
  });

  it('offers a first key, and leaves a colon that is there', () => {
    expect(labels(file, 'pd_r‸')).toContain('pd_role');
    const [item] = complete(file, 'local_cpu: true\npd_role‸: sender\n').filter(({ label }) => label === 'pd_role');
    expect(item?.textEdit).toMatchObject({ newText: 'pd_role' });
  });

  it('offers keys of the extra configuration in both styles', () => {
    expect(labels(file, 'local_cpu: true\nextra_config:\n  nixl_‸\n')[0]).toBe('enable_nixl_storage');
    expect(labels(file, 'local_cpu: true\nextra_config: {enable_nixl_storage: true, n‸}\n')).toContain('nixl_backend');
    expect(labels(file, 'local_cpu: true\nother:\n  nixl_‸\n')).toEqual([]);
  });

  it('offers values', () => {
    expect(labels(file, 'local_cpu: true\npd_role: ‸\n')).toEqual(['sender', 'receiver', 'both']);
    expect(labels(file, 'local_cpu: ‸\n')).toEqual(['true', 'false']);
    expect(labels(file, 'local_cpu: true\nextra_config:\n  nixl_backend: G‸\n')).toContain('GDS_MT');
    expect(labels(file, 'local_cpu: true\npd_peer_host: ‸\n')).toEqual([]);
  });

  it('explains keys, also by their values', () => {
    expect(hovered(file, 'local_cpu: false\npd_‸role: sender\n')).toMatch(/key of LMCache's file.*LMCACHE_PD_ROLE/s);
    expect(hovered(file, 'local_cpu: false\nnixl_role: sen‸der\n')).toContain('Instead: `pd_role`');
    expect(hovered(file, 'local_cpu: false\nextra_config:\n  nixl_pool_‸size: 64\n')).toContain(
      '`extra_config` of LMCache',
    );
    expect(hovered(file, 'local_cpu: false\nmine_‸too: 1\n')).toBe('');
  });
});

describe('variables of LMCache', () => {
  it('are offered and explained', () => {
    expect(labels('prefill.env', '# vllm\nLMCACHE_PD_R‸\n')).toEqual(['LMCACHE_PD_ROLE']);
    expect(labels('prefill.env', '# vllm\nLMCACHE_PD_ROLE=‸\n')).toEqual(['sender', 'receiver', 'both']);
    expect(hovered('prefill.env', 'NIXL_LOG_LEVEL=INFO\nLMCACHE_PD_‸ROLE=sender\n')).toContain(
      'variable of LMCache for `pd_role`',
    );
    expect(hovered('prefill.env', 'NIXL_LOG_LEVEL=INFO\nLMCACHE_PD_‸ROLE=sender\n')).toContain(
      'What the engine sees: `sender`',
    );
  });
});

describe("options of Dynamo's worker", () => {
  it('are offered for it only', () => {
    expect(labels('serve.sh', 'python3 -m dynamo.vllm --model m --is-pre‸\n')).toEqual(['--is-prefill-worker']);
    expect(labels('serve.sh', 'vllm serve m --is-pre‸\n')).toEqual([]);
    expect(labels('serve.sh', 'python3 -m dynamo.vllm --model m &\nvllm serve m --is-pre‸\n')).toEqual([]);
    expect(labels('serve.sh', 'python3 -m dynamo.vllm --disaggregation-mode ‸\n')).toEqual(
      expect.arrayContaining(['prefill', 'decode']),
    );
    const pod = (command: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: vllm\n      image: vllm/vllm-openai:v0.25.1\n      args:\n        - --model\n        - m\n        - --is-pre‸\n      command: ${command}\n`;
    expect(labels('pod.yaml', pod('[python3, -m, dynamo.vllm]'))).toEqual(['--is-prefill-worker']);
    expect(labels('pod.yaml', pod('[vllm, serve]'))).toEqual([]);
  });

  it('are explained, and win over those of vLLM with the same name', () => {
    expect(hovered('serve.sh', 'python3 -m dynamo.vllm --is-pre‸fill-worker --model m\n')).toContain(
      "option of Dynamo's vLLM worker",
    );
    expect(hovered('serve.sh', 'python3 -m dynamo.vllm --endpoint dyn://a.‸b.c\n')).toContain('`--endpoint`');
    expect(hovered('serve.sh', 'python3 -m dynamo.vllm --tensor-‸parallel-size 2\n')).toContain(
      'option of `vllm serve`',
    );
    expect(hovered('serve.sh', 'vllm serve m --is-pre‸fill-worker\n')).toBe('');
  });
});
