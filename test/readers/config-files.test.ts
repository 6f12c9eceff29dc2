import { describe, expect, it } from 'vitest';
import { analyze, type Problem } from '../../server/src/analysis';
import { covered, environmentOf, openOf, read, reason } from './support';

const unread = (name: string, text: string) =>
  read(name, text).engines.flatMap(({ configFile }) => (configFile?.unread ?? []).map((variable) => variable.name));

const said = (name: string, text: string, assume: { readonly [library: string]: string } = {}) =>
  analyze({ name, text }, { assumptions: assume }).problems.map(({ rule, severity, start, end }: Problem) => [
    rule,
    severity,
    text.slice(start, end),
  ]);

describe('ucx.conf', () => {
  it('is an engine with its settings, and one more for each kind of machine', () => {
    const { engines } = read(
      'ucx.conf',
      'UCX_TLS=rc\n[Grace]\nCPU model=Grace\nUCX_MAX_RMA_RAILS=4\n[all]\nUCX_IB_SL = 3 ; c\nUCX_TLS=tcp\n',
    );
    expect(engines.map((engine) => [engine.name, environmentOf(engine), engine.conditional?.detail])).toEqual([
      [undefined, { UCX_TLS: 'tcp', UCX_IB_SL: '3' }, undefined],
      ['[Grace]', { UCX_MAX_RMA_RAILS: '4' }, 'CPU model=Grace'],
    ]);
    expect(engines.every(({ entry }) => entry === 'ucx config file')).toBe(true);
    expect(engines[0]?.environment.absent('UCX_NET_DEVICES')).toBe(false);
  });

  it('knows what UCX does not read from it', () => {
    expect(unread('ucx.conf', 'UCX_TLS=rc\nUCX_CONFIG_DIR=/x\nexport UCX_SL=1\nTLS=rc\nUCX_NO_SUCH=1\n')).toEqual([
      'UCX_CONFIG_DIR',
      'export UCX_SL',
      'TLS',
    ]);
  });

  it('is nothing without a line', () => {
    expect(read('ucx.conf', '# nothing\n\n[x]\n').engines).toEqual([]);
  });

  it('leaves open what a template writes', () => {
    const [engine] = read('ucx.conf.j2', 'UCX_TLS={{ tls }},tcp\n{{ name }}=1\n').engines;
    expect(environmentOf(engine!).UCX_TLS).toBe('‹template {{ tls }}›,tcp');
    expect(openOf(engine!).environment).toContain('template {{ name }}');
  });

  it('is judged as UCX reads it, and for NIXL only where it names NIXL or vLLM', () => {
    const text = 'UCX_TLS=sm,self\nUCX_RNDV_THRESH=8k\nUCX_MEMTYPE_CACHE=false\nUCX_TSL=rc\n';
    const own = [
      ['ucx-value', 'warning', 'false'],
      ['ucx-variable-unknown', 'warning', 'UCX_TSL'],
    ];
    expect(said('ucx.conf', text)).toEqual(own);
    expect(said('ucx.conf', `# for vLLM with NIXL\n${text}`, { nixl: '1.4.1', platform: 'cuda' })).toEqual([
      ['ucx-tls-no-gpu-copy', 'warning', 'sm,self'],
      ['ucx-tls-no-lane', 'error', 'sm,self'],
      ['ucx-config-preset', 'warning', 'UCX_RNDV_THRESH'],
      ...own,
    ]);
  });

  it('does not become one for NIXL by a comment that silences a finding', () => {
    expect(said('ucx.conf', '# nixl: ignore[ucx-value] on purpose\nUCX_MEMTYPE_CACHE=false\nUCX_TLS=sm\n')).toEqual([]);
  });

  it('says of an indented line what it does, and no more', () => {
    const text = 'UCX_TLS=sm\n  UCX_NET_DEVICES=eth0\n';
    expect(said('ucx.conf', text)).toEqual([['config-file-line', 'warning', 'UCX_NET_DEVICES=eth0']]);
    expect(environmentOf(read('ucx.conf', text).engines[0]!)).toEqual({ UCX_TLS: '‹syntax UCX_NET_DEVICES=eth0›' });
  });

  it('is judged within a section, too', () => {
    expect(said('ucx.conf', '[AMD]\nCPU vendor=AMD\nUCX_RC_TIMEOUT=soon\n')).toEqual([
      ['ucx-value', 'warning', 'soon'],
    ]);
  });

  it('takes the version from a comment', () => {
    const text = (version: string) => `# nixl: ucx=${version}\nUCX_MAX_HCA_PER_GPU=auto\n`;
    expect(said('ucx.conf', text('1.20'))).toEqual([['ucx-variable-not-yet', 'warning', 'UCX_MAX_HCA_PER_GPU']]);
    expect(said('ucx.conf', text('1.21'))).toEqual([]);
  });

  it('is read up to a number of machines', () => {
    const text = Array.from({ length: 120 }, (_, index) => `[${index}]\nCPU model=x\nUCX_SL=1\n`).join('');
    const { engines, unchecked } = read('ucx.conf', text);
    expect(engines).toHaveLength(101);
    expect(unchecked.map(({ reason: why }) => why)).toEqual([
      'more than 100 sections for some machines only: over the limit',
    ]);
  });

  it('is read in a ConfigMap', () => {
    const text = `apiVersion: v1
kind: ConfigMap
metadata: { name: vllm-ucx }
data:
  ucx.conf: |
    UCX_TLS=RC,tcp
    UCX_MEMTYPE_CACHE=no way
`;
    expect(said('config.yaml', text)).toEqual([
      ['ucx-tls-unknown', 'warning', 'RC'],
      ['ucx-tls-no-gpu-copy', 'info', 'RC,tcp'],
      ['ucx-value', 'warning', 'no way'],
    ]);
  });
});

describe('the file of NIXL', () => {
  it('is an engine with the settings that NIXL looks up there', () => {
    const [engine] = read(
      'nixl.cfg',
      'NIXL_TELEMETRY_ENABLE = true\n"NIXL_TELEMETRY_DIR" = "/tmp/\\u0061"\nNIXL_TELEMETRY_BUFFER_SIZE = 0x10\nNIXL_LOG_LEVEL = "INFO"\n[t]\na = 1\n',
    ).engines;
    expect(engine?.entry).toBe('nixl config file');
    expect(environmentOf(engine!)).toEqual({
      NIXL_TELEMETRY_ENABLE: 'true',
      NIXL_TELEMETRY_DIR: '/tmp/a',
      NIXL_TELEMETRY_BUFFER_SIZE: '0x10',
    });
    expect(engine?.configFile?.unread.map(({ name }) => name)).toEqual(['NIXL_LOG_LEVEL', 't']);
    expect(engine?.environment.variables.map(({ nameText }) => covered(nameText.place()))).toEqual([
      'NIXL_TELEMETRY_ENABLE',
      'NIXL_TELEMETRY_DIR',
      'NIXL_TELEMETRY_BUFFER_SIZE',
    ]);
  });

  it('does not know what a template writes', () => {
    const [engine] = read('nixl.cfg', 'NIXL_TELEMETRY_ENABLE = {{ on }}\nNIXL_PLUGIN_DIR = "{{ dir }}/x"\n').engines;
    const values = engine!.environment.variables.map(({ value }) => value.kind === 'unknown' && reason(value.reason));
    expect(values).toEqual(['template {{ on }}', 'template {{ dir }}']);
    expect(said('nixl.cfg', 'NIXL_TELEMETRY_ENABLE = {{ on }}\n')).toEqual([]);
  });

  it('goes on after a mistake', () => {
    const [engine] = read('nixl.cfg', 'NIXL_PLUGIN_DIR = \nNIXL_TELEMETRY_ENABLE = true\n').engines;
    expect(environmentOf(engine!)).toEqual({ NIXL_TELEMETRY_ENABLE: 'true' });
    expect(engine?.configFile?.problems.map(({ kind, place }) => [kind, place.span.start])).toEqual([['toml', 17]]);
  });

  it('has no variables of UCX or vLLM that their rules could speak about', () => {
    const text = 'UCX_TLS = "RC"\nVLLM_NIXL_SIDE_CHANNEL_HOST = "localhost"\n';
    expect(said('nixl.cfg', text).map(([rule]) => rule)).toEqual(['config-file-key', 'config-file-key']);
  });

  it('tells of telemetry that is switched off', () => {
    const text = '# nixl: vllm=0.30.0 nixl=1.4.1\nNIXL_TELEMETRY_ENABLE = false\n';
    expect(said('nixl.cfg', text).map(([rule, , covers]) => [rule, covers])).toEqual([['nixl-telemetry-off', 'false']]);
  });
});
