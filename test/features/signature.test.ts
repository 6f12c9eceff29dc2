import { describe, expect, it } from 'vitest';
import { type Assumptions, analyze } from '../../server/src/analysis';
import { signatureHelp } from '../../server/src/features/signature';
import { atMark } from '../support/cursor';
import { script, serve } from './support';

const V = { vllm: '0.25.1' };

/** The form at the mark, and the part that is being written. */
function form(file: string, marked: string, assume: Assumptions = V) {
  const { text, offset } = atMark(marked);
  const analysis = analyze({ name: file, text }, { assumptions: assume });
  const help = signatureHelp(analysis, offset, { markdown: true, labelOffsets: true });
  const signature = help?.signatures[0];
  const parameter = signature?.parameters?.[help!.activeParameter!];
  const [start, end] = (parameter?.label ?? [0, 0]) as [number, number];
  return signature && { label: signature.label, active: signature.label.slice(start, end) };
}

describe('lists and units of UCX', () => {
  it.each([
    ['UCX_TLS', 'rc,cu‸', 'NAME'],
    ['UCX_TLS', '^‸', '[^]'],
    ['UCX_TLS', 'rc,ud:‸', '[:aux]'],
    ['UCX_TLS', 'all‸', 'all'],
    ['UCX_NET_DEVICES', 'mlx5_0:‸', '[:PORT]'],
    ['UCX_NET_DEVICES', 'mlx5_[0-‸', 'DEV_[FROM-TO]'],
    ['UCX_NET_DEVICES', 'eth‸', 'DEVICE'],
    ['UCX_RNDV_THRESH', 'intra:‸', 'VALUE'],
    ['UCX_RNDV_THRESH', 'intra:1,in‸', 'KEY'],
    ['UCX_RC_TIMEOUT', '10‸', '[m|s|ms|us|ns]'],
    ['UCX_BCOPY_THRESH', 'auto‸', 'auto'],
    ['UCX_BCOPY_THRESH', '8‸', '[k|m|g|t]'],
  ])('%s=%s', (name, value, active) => {
    expect(form('serve.sh', script(name, value), { ucx: '1.22.0' })).toMatchObject({
      label: expect.stringMatching(new RegExp(`^${name}=`)),
      active,
    });
  });

  it('follow the release', () => {
    expect(form('serve.sh', script('UCX_NET_DEVICES', '‸a'), { ucx: '1.19.0' })?.label).not.toContain('FROM');
  });

  it('say nothing where a value has no parts', () => {
    expect(form('serve.sh', script('UCX_RNDV_SCHEME', 'au‸to'))).toBeUndefined();
    expect(form('serve.sh', script('VLLM_LOGGING_LEVEL', 'DE‸BUG'))).toBeUndefined();
    expect(form('serve.sh', 'ec‸ho hello\n')).toBeUndefined();
  });
});

describe('objects', () => {
  it('of an option', () => {
    expect(form('serve.sh', serve(`--kv-events-config '{"publisher": "‸"}'`))).toMatchObject({
      label: expect.stringMatching(/^--kv-events-config \{.*"publisher": enum/),
      active: expect.stringMatching(/^"publisher"/),
    });
    expect(form('serve.sh', serve(`--speculative-config '{"prompt_lookup_max": ‸}'`))?.active).toMatch(
      /^"prompt_lookup_max"/,
    );
  });

  it('of the configuration, of a child, and of what the connector reads', () => {
    const config = (inner: string) => serve(`--kv-transfer-config '${inner}'`);
    expect(form('serve.sh', config('{"kv_connector":"NixlConnector","kv_role":"‸"}'))).toMatchObject({
      label: expect.stringMatching(/^--kv-transfer-config \{/),
      active: expect.stringContaining('kv_producer | kv_consumer | kv_both'),
    });
    const extra = config('{"kv_connector":"NixlConnector","kv_connector_extra_config":{"engine_ttl":‸1}}');
    expect(form('serve.sh', extra)).toMatchObject({
      label: expect.stringMatching(/^NixlConnector kv_connector_extra_config \{/),
      active: '"engine_ttl": number',
    });
    const child = `{"kv_connector":"MultiConnector","kv_connector_extra_config":{"connectors":[{"kv_connector":"NixlConnector","kv_role":"‸"}]}}`;
    expect(form('serve.sh', config(child))?.active).toMatch(/^"kv_role"/);
  });

  it('leave out what the release does not have', () => {
    const extra = `{"kv_connector":"NixlConnector","kv_connector_extra_config":{"‸":1}}`;
    const label = form('serve.sh', serve(`--kv-transfer-config '${extra}'`), { vllm: '0.11.0' })?.label;
    expect(label).toContain('"backends"');
    expect(label).not.toContain('kv_lease_duration');
  });
});

it('names parts by their text for clients that know nothing else', () => {
  const { text, offset } = atMark(script('UCX_TLS', 'rc,‸'));
  const help = signatureHelp(analyze({ name: 'serve.sh', text }), offset, { markdown: false, labelOffsets: false });
  expect(help?.signatures[0]?.parameters?.[1]).toMatchObject({
    label: 'NAME',
    documentation: { kind: 'plaintext', value: expect.not.stringContaining('`') },
  });
});
