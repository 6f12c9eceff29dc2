import { describe, expect, it } from 'vitest';
import { knownText } from '../../server/src/model';
import { valueAction } from '../../server/src/readers/helm/value-action';
import { shown, Tree } from '../workspace/support';
import { environmentOf, shown as shownValue } from './support';

const template = (lines: string) => `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "x.fullname" . }}-prefill
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: vllm
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
${lines}{{- end }}
`;

const values = (more = '') => `enabled: true
replicas: 2
image:
  repository: vllm/vllm-openai
  tag: v0.25.1
${more}`;

const config = `'{"kv_connector":"NixlConnector","kv_role":"{{ .Values.role }}"}'`;

async function chart(lines: string, more = '') {
  const tree = new Tree({
    'chart/Chart.yaml': 'name: x\n',
    'chart/values.yaml': values(more),
    'chart/templates/prefill.yaml': template(lines),
  });
  const analysis = await tree.analyze('chart/templates/prefill.yaml');
  return { analysis, engine: analysis.deployment.engines[0]! };
}

describe('a template of a chart', () => {
  it('has the values of the chart, and findings lie there', async () => {
    const { analysis, engine } = await chart(
      `          args: [m, --kv-transfer-config, ${config}]
          env:
            - name: UCX_TLS
              value: {{ .Values.ucx.tls | quote }}
            - name: VLLM_NIXL_SIDE_CHANNEL_PORT
              value: "{{ .Values.port }}"
`,
      'role: kv_prefill\nport: 56OO\nucx: { tls: "rcx,cuda_copy" }\n',
    );
    expect(knownText(engine.image)).toBe('vllm/vllm-openai:v0.25.1');
    expect(engine.versions.vllm?.version).toBe('0.25.1');
    expect(engine.pod!.replicas.number).toBe(2);
    expect(shown(analysis)).toEqual(
      expect.arrayContaining([
        'chart/values.yaml: unknown-role: kv_prefill',
        'chart/values.yaml: side-channel-port-value: 56OO',
        'chart/values.yaml: ucx-tls-unknown: rcx',
      ]),
    );
  });

  it('reads values in scripts, quoted there or not', async () => {
    const { engine } = await chart(
      `          command: [bash, -c]
          args:
            - |
              vllm serve {{ .Values.model | quote }} --port {{ .Values.port }} \\
                --kv-transfer-config ${config}
`,
      'model: Qwen/Qwen3\nport: 8100\nrole: kv_producer\n',
    );
    expect(engine.flags.positionals.map(shownValue)).toEqual(['Qwen/Qwen3']);
    expect(engine.flags.get('port')!.value).toMatchObject({ text: '8100' });
    expect(engine.kvTransfer!.problems).toEqual([]);
  });

  it.each([
    ['{{ .Values.a }}', 'a: ""', 'nothing yet'],
    ['{{ .Values.a }}', 'b: x', 'not there'],
    ['{{ .Values.a }}', 'a: { b: c }', 'a mapping'],
    ['{{ .Values.a }}', 'a: "x: y"', 'more than a text without quotes'],
    ['{{ .Values.a | default "x" }}', 'a: 0', 'its default'],
    ['{{ .Values.a | upper }}', 'a: x', 'made into something else'],
    ['{{ .Values.a }}', 'a: <your value>', 'for somebody to fill in'],
    ['{{ .Values.a }}', 'a: CHANGE_ME', 'for somebody to fill in'],
    ['{{ .Values.a }}', 'a: "{{ .Release.Name }}"', 'a template'],
    ['{{ include "x" .Values.a }}', 'a: x', 'an argument'],
    ['{{ printf "%s" .Values.a }}', 'a: x', 'formatted'],
    ["'{{ .Values.a }}'", `a: "it's"`, 'not what may stand in these quotes'],
  ])('leaves %s with `%s` unknown: %s', async (action, value) => {
    const { engine } = await chart(
      `          args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector"}']
          env:
            - name: A
              value: ${action}
`,
      `${value}\n`,
    );
    expect(environmentOf(engine).A).toMatch(/^‹template \{\{ .* \}\}›$/);
  });

  it.each([
    ['{{ .Values.a }}', 'a: x', 'x'],
    ['{{- $.Values.a -}}', 'a: x', 'x'],
    ['{{ quote .Values.a }}', 'a: "x: y"', 'x: y'],
    ['{{ required "say it" .Values.a | quote }}', 'a: x', 'x'],
    ['{{ default "y" .Values.a }}', 'a: x', 'x'],
    ['{{ .Values.a | int | quote }}', 'a: 7', '7'],
    ['"{{ .Values.a }}-{{ .Values.b.c }}"', 'a: x\nb: { c: y }', 'x-y'],
    ['pre-{{ .Values.a }}', 'a: x', 'pre-x'],
  ])('knows %s with `%s`', async (action, value, text) => {
    const { engine } = await chart(
      `          args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector"}']
          env:
            - name: A
              value: ${action}
`,
      `${value}\n`,
    );
    expect(environmentOf(engine).A).toBe(text);
  });

  it('keeps a part of it unknown where only a part is', async () => {
    const { engine } = await chart(
      `          args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector"}']
          env:
            - name: A
              value: "{{ .Values.a }}.{{ .Release.Namespace }}"
`,
      'a: x\n',
    );
    expect(environmentOf(engine).A).toMatch(/^x\.‹template/);
  });

  it('is one only where there is a chart, and values', async () => {
    const lines = `          args: [m, --kv-transfer-config, ${config}]\n`;
    for (const files of [
      { 'templates/a.yaml': template(lines), 'values.yaml': values('role: x\n') },
      { 'chart/a.yaml': template(lines), 'chart/Chart.yaml': '', 'values.yaml': values('role: x\n') },
    ]) {
      const tree = new Tree(files);
      expect(shown(await tree.analyze(Object.keys(files)[0]!))).toEqual([]);
    }
    const nested = new Tree({
      'charts/sub/Chart.yaml': 'name: sub\n',
      'charts/sub/values.yaml': values('role: kv_x\n'),
      'charts/sub/templates/engines/a.yaml': template(lines),
    });
    expect(shown(await nested.analyze('charts/sub/templates/engines/a.yaml'))).toContain(
      'charts/sub/values.yaml: unknown-role: kv_x',
    );
  });

  it('is looked at again when a value changes', async () => {
    const tree = new Tree({
      'Chart.yaml': 'name: x\n',
      'values.yaml': values('role: kv_x\n'),
      'templates/a.yaml': template(`          args: [m, --kv-transfer-config, ${config}]\n`),
    });
    expect(shown(await tree.analyze('templates/a.yaml'))).toContain('values.yaml: unknown-role: kv_x');
    tree.write('values.yaml', values('role: kv_producer\n'));
    expect(shown(await tree.analyze('templates/a.yaml'))).not.toContain('values.yaml: unknown-role: kv_x');
  });
});

describe('an action', () => {
  it.each([
    '{{ .Values }}',
    '{{ .Values.a.b-c }}',
    '{{ .Values.a | quote | upper }}',
    '{{ if .Values.a }}',
    '{{ .Chart.Name }}',
  ])('that is no value: %s', (action) => expect(valueAction(action)).toBeUndefined());
});
