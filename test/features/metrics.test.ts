import { describe, expect, it } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver-types';
import { analyze } from '../../server/src/analysis';
import { completion } from '../../server/src/features/completion';
import { hover } from '../../server/src/features/hover';
import { atMark } from '../support/cursor';

function hoverAt(file: string, marked: string): { markdown: string; covers: string } | undefined {
  const { text, offset } = atMark(marked);
  const analysis = analyze({ name: file, text });
  const found = hover(analysis, offset);
  const lines = analysis.files.lines(file)!;
  const covers = found && text.slice(lines.offset(found.range.start), lines.offset(found.range.end));
  return found && { markdown: found.markdown, covers: covers! };
}

function complete(file: string, marked: string): CompletionItem[] {
  const { text, offset } = atMark(marked);
  const style = { snippets: true, markdown: true, deprecation: 'tag' } as const;
  return completion(analyze({ name: file, text }), offset, style).items;
}

/** The text after accepting an item. */
function accepted(file: string, marked: string, label: string): string {
  const { text } = atMark(marked);
  const item = complete(file, marked).find((candidate) => candidate.label === label);
  if (!item) throw new Error(`${label} is not offered`);
  const { range, newText } = item.textEdit as TextEdit;
  const lines = text.split('\n');
  const line = lines[range.start.line]!;
  lines[range.start.line] = line.slice(0, range.start.character) + newText + line.slice(range.end.character);
  return lines.join('\n');
}

const rule = (expr: string, comment = '') => `${comment}groups:
  - name: pd
    rules:
      - alert: A
        expr: ${expr}
`;

const panel = (expr: string) => `{ "panels": [{ "targets": [{ "expr": ${JSON.stringify(expr)} }] }] }\n`;

describe('hover', () => {
  it('tells what a series of a NIXL metric is, and who counts it', () => {
    const found = hoverAt('a.yaml', rule('rate(vllm:nixl_xfer_time_sec‸onds_sum{pod=~"decode.*"}[5m])'));
    expect(found?.covers).toBe('vllm:nixl_xfer_time_seconds_sum');
    for (const part of [
      '**`vllm:nixl_xfer_time_seconds`** · histogram of vLLM · in seconds · by `model_name`, `engine`',
      'Counted by decode with `NixlConnector`, prefill with `NixlPushConnector`.',
      '`_sum` adds up all values.',
      'vLLM from 0.11.1',
      'vllm#26811',
      'The vLLM version is not known here.',
    ])
      expect(found?.markdown).toContain(part);
  });

  it('tells of a removed one what to ask for instead, and that this release does not have it', () => {
    const found = hoverAt('a.yaml', rule('vllm:gpu_cache‸_usage_perc > 0.9', '# nixl: vllm=0.25.1\n'));
    expect(found?.markdown).toContain('Instead: `vllm:kv_cache_usage_perc`.');
    expect(found?.markdown).toContain('**vLLM 0.25.1 does not have it.**');
  });

  it('works in a dashboard, by label, in an autoscaler, and in the spelling of Ray', () => {
    expect(hoverAt('d.json', panel('sum(vllm:num_requests‸_running)'))?.covers).toBe('vllm:num_requests_running');
    expect(hoverAt('d.json', panel('{__name__="vllm:num_reque‸sts_running"}'))?.covers).toBe(
      'vllm:num_requests_running',
    );
    const hpa = `kind: HorizontalPodAutoscaler
apiVersion: autoscaling/v2
spec:
  metrics:
    - type: External
      external: { metric: { name: prometheus.googleapis.com|vllm:num_requests_wai‸ting|gauge } }
`;
    expect(hoverAt('hpa.yaml', hpa)?.covers).toBe('vllm:num_requests_waiting');
    const ray = hoverAt('d.json', panel('rate(ray_vllm_prompt_tok‸ens_total[1m])'));
    expect(ray?.covers).toBe('ray_vllm_prompt_tokens_total');
    expect(ray?.markdown).toContain('Written as Ray does.');
  });

  it('has nothing to say about a name that nobody knows, or that a template makes', () => {
    expect(hoverAt('a.yaml', rule('vllm:my_own‸_thing > 1'))).toBeUndefined();
    expect(hoverAt('d.json', panel('vllm:num_requests_run‸ning_$suffix'))).toBeUndefined();
  });

  it("tells whose a router's metric is", () => {
    expect(hoverAt('a.yaml', rule('vllm:current‸_qps'))?.markdown).toContain('the router of production-stack');
  });
});

describe('completion', () => {
  it('offers series, those of transfers among the first, in YAML and in JSON', () => {
    for (const [file, text] of [
      ['a.yaml', rule('rate(vllm:‸[5m])')],
      ['d.json', panel('rate(vllm:‸[5m])')],
    ] as const) {
      const labels = complete(file, text).map(({ label }) => label);
      expect(labels.slice(0, 40)).toContain('vllm:nixl_num_failed_transfers_total');
      expect(labels).toContain('vllm:kv_cache_usage_perc');
      expect(labels).not.toContain('vllm:nixl_num_failed_transfers');
      expect(labels).not.toContain('vllm:current_qps');
    }
  });

  it('replaces the whole name', () => {
    expect(accepted('a.yaml', rule('rate(vllm:nixl_num‸_x[5m]) > 0'), 'vllm:nixl_num_kv_expired_reqs_total')).toBe(
      rule('rate(vllm:nixl_num_kv_expired_reqs_total[5m]) > 0'),
    );
    expect(accepted('d.json', panel('sum(vllm:nixl_by‸)'), 'vllm:nixl_bytes_transferred_sum')).toBe(
      panel('sum(vllm:nixl_bytes_transferred_sum)'),
    );
  });

  it('works where the colon makes a plain scalar something else, and in a block', () => {
    expect(accepted('a.yaml', rule('vllm:‸', '# vllm\n'), 'vllm:num_requests_running')).toBe(
      rule('vllm:num_requests_running', '# vllm\n'),
    );
    expect(accepted('a.yaml', rule('|\n          vllm:‸', '# vllm\n'), 'vllm:num_requests_running')).toBe(
      rule('|\n          vllm:num_requests_running', '# vllm\n'),
    );
  });

  it('strikes through what is leaving, and leaves out what the release does not have', () => {
    const item = (comment: string, label: string) =>
      complete('a.yaml', rule('vllm:gpu_cache‸', comment)).find((candidate) => candidate.label === label);
    expect(item('', 'vllm:gpu_cache_usage_perc')?.tags).toEqual([1]);
    expect(item('# nixl: vllm=0.9.1\n', 'vllm:gpu_cache_usage_perc')?.tags).toBeUndefined();
    expect(item('# nixl: vllm=0.11.0\n', 'vllm:gpu_cache_usage_perc')?.tags).toEqual([1]);
    expect(item('# nixl: vllm=0.25.1\n', 'vllm:gpu_cache_usage_perc')).toBeUndefined();
  });

  it('spells as Ray does where that is typed', () => {
    const labels = complete('d.json', panel('sum(ray_vllm_nixl_‸)')).map(({ label }) => label);
    expect(labels).toContain('ray_vllm_nixl_xfer_time_seconds_bucket');
  });
});
