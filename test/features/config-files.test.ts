import { describe, expect, it } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver-types';
import { analyze } from '../../server/src/analysis';
import { completion } from '../../server/src/features/completion';
import { hover } from '../../server/src/features/hover';
import { atMark, MARK } from '../support/cursor';

function complete(file: string, marked: string): CompletionItem[] {
  const { text, offset } = atMark(marked);
  return completion(analyze({ name: file, text }), offset, { snippets: true, markdown: true }).items;
}

const labels = (file: string, marked: string) => complete(file, marked).map(({ label }) => label);

/** The text after accepting an item, with the mark where the cursor then is. */
function accepted(file: string, marked: string, label: string): string {
  const item = complete(file, marked).find((candidate) => candidate.label === label);
  if (!item) throw new Error(`${label} is not offered: ${labels(file, marked).join(', ')}`);
  const { range, newText } = item.textEdit as TextEdit;
  const lines = atMark(marked).text.split('\n');
  const line = lines[range.start.line]!;
  const inserted = item.insertTextFormat === 2 ? newText.replace('$0', MARK) : newText + MARK;
  lines[range.start.line] = line.slice(0, range.start.character) + inserted + line.slice(range.end.character);
  return lines.join('\n');
}

function hovered(file: string, marked: string): string | undefined {
  const { text, offset } = atMark(marked);
  return hover(analyze({ name: file, text }), offset)?.markdown;
}

describe('in a ucx.conf', () => {
  it('offers names of UCX only, with their sign', () => {
    expect(accepted('ucx.conf', 'UCX_T‸\n', 'UCX_TLS')).toBe('UCX_TLS=‸\n');
    expect(accepted('ucx.conf', 'UCX_T‸ = rc\n', 'UCX_TLS')).toBe('UCX_TLS‸ = rc\n');
    const all = labels('ucx.conf', '‸\n');
    expect(all.filter((label) => label.startsWith('UCX_')).length).toBeGreaterThan(10);
    expect(all.filter((label) => !label.startsWith('UCX_'))).toEqual(['CPU vendor', 'CPU model', 'Product name']);
  });

  it('offers conditions', () => {
    expect(accepted('ucx.conf', '[Grace]\nC‸\n', 'CPU model')).toBe('[Grace]\nCPU model=‸\n');
  });

  it('offers transports and words as values', () => {
    expect(accepted('ucx.conf', 'UCX_TLS=rc,cu‸\n', 'cuda_copy')).toBe('UCX_TLS=rc,cuda_copy‸\n');
    expect(accepted('ucx.conf', 'UCX_TLS = rc,‸ ; c\n', 'tcp')).toBe('UCX_TLS = rc,tcp‸ ; c\n');
    expect(labels('ucx.conf', 'UCX_PROTO_ENABLE=‸\n')).toEqual(['y', 'n']);
    expect(labels('ucx.conf', 'UCX_NO_SUCH=‸\n')).toEqual([]);
  });

  it('explains names, transports, and what NIXL does with them', () => {
    expect(hovered('ucx.conf', 'UCX_RNDV_‸THRESH=8k\n')).toContain(
      'NIXL sets it itself unless the environment does: `inf`',
    );
    expect(hovered('ucx.conf', 'UCX_TLS=rc,t‸cp\n')).toContain('UCX transport');
    expect(hovered('ucx.conf', '[a]\nCPU model=Grace\nUCX_MAX_RMA_‸RAILS=4\n')).toContain('variable of UCX');
    expect(hovered('ucx.conf', 'UCX_CONFIG‸_DIR=/etc\n')).toContain('variable of UCX');
  });
});

describe("in NIXL's file", () => {
  it('offers keys that are not there, with what their value needs', () => {
    expect(accepted('nixl.cfg', 'NIXL_TELEMETRY_EN‸\n', 'NIXL_TELEMETRY_ENABLE')).toBe('NIXL_TELEMETRY_ENABLE = ‸\n');
    expect(accepted('nixl.cfg', '‸\n', 'NIXL_TELEMETRY_DIR')).toBe('NIXL_TELEMETRY_DIR = "‸"\n');
    const rest = labels('nixl.cfg', 'NIXL_TELEMETRY_ENABLE = true\nNIXL_‸\n');
    expect(rest).not.toContain('NIXL_TELEMETRY_ENABLE');
    expect(rest).not.toContain('NIXL_LOG_LEVEL');
  });

  it('offers values of their type', () => {
    expect(labels('nixl.cfg', 'NIXL_TELEMETRY_ENABLE = ‸\n')).toEqual(['true', 'false']);
    expect(accepted('nixl.cfg', 'NIXL_TELEMETRY_EXPORTER = ‸\n', 'prometheus')).toBe(
      'NIXL_TELEMETRY_EXPORTER = "prometheus"‸\n',
    );
    expect(accepted('nixl.cfg', 'NIXL_TELEMETRY_EXPORTER = "pro‸"\n', 'prometheus')).toBe(
      'NIXL_TELEMETRY_EXPORTER = "prometheus‸"\n',
    );
    expect(accepted('nixl.cfg', 'NIXL_TELEMETRY_EXPORTER = "‸\n', 'BUFFER')).toBe(
      'NIXL_TELEMETRY_EXPORTER = "BUFFER"‸\n',
    );
    expect(labels('nixl.cfg', 'NIXL_TELEMETRY_PROMETHEUS_PORT = ‸\n')).toEqual(['9090']);
  });

  it('explains keys, read or not', () => {
    expect(hovered('nixl.cfg', 'NIXL_TELEMETRY_EN‸ABLE = true\n')).toContain('In this file: `true` or `false`');
    expect(hovered('nixl.cfg', 'NIXL_LOG_‸LEVEL = "INFO"\n')).toContain('variable of NIXL');
  });
});

describe('parameters of a backend', () => {
  const kv = (parameters: string) =>
    `{"kv_connector": "LMCacheConnectorV1", "kv_role": "kv_both", "kv_connector_extra_config": {"lmcache.extra_config": {"nixl_backend": "POSIX", "nixl_backend_params": {${parameters}}}}}`;

  it('are explained where LMCache passes them on', () => {
    const text = hovered('kv.json', kv('"ios_‸pool_size": "4096"'));
    expect(text).toContain("parameter of NIXL's `POSIX` backend");
    expect(text).toContain('default `65536`');
    expect(hovered('kv.json', kv('"use_uring": "tr‸ue"'))).toContain('io_uring');
  });

  it('are offered there, as texts', () => {
    expect(accepted('kv.json', kv('"ios_‸'), 'ios_pool_size')).toBe(kv('"ios_pool_size": "‸"'));
    expect(labels('kv.json', kv('"‸"'))).toEqual(expect.arrayContaining(['use_uring', 'kernel_queue_size']));
    expect(labels('kv.json', kv('"‸"'))).not.toContain('num_threads');
  });

  it.each([
    ['DYN_KVBM_NIXL_BACKEND_UCX', 'NIXL backend for network transfers'],
    ['DYN_KVBM_NIXL_BACKEND_GDS_MT_THREAD_COUNT', "parameter of NIXL's `GDS_MT` backend"],
    ['DYN_KVBM_NIXL_BACKEND_OBJ__BUCKET', "parameter of NIXL's `OBJ` backend"],
  ])('are explained in a variable of Dynamo: %s', (name, words) => {
    const text = `export NIXL_LOG_LEVEL=INFO\nexport ${name.slice(0, 8)}‸${name.slice(8)}=1\n`;
    expect(hovered('prefill.env', text)).toContain(words);
  });
});
