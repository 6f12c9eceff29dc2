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
    ['{{ .Values.a | quote }}', 'a: no', 'a boolean to Helm'],
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
    ['"{{ .Values.a }}-{{ .Values.b.c }}"', 'a: x\nb: { c: z }', 'x-z'],
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

  const port = (
    action: string,
  ) => `          args: [m, --kv-transfer-config, '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_PORT
              value: ${action}
`;

  it.each([
    '{{ .Values.port | quote }}',
    '{{ .Values.port | squote }}',
    '{{ quote .Values.port }}',
    '{{ .Values.port | toString | quote }}',
    '{{ .Values.port | default 5600 | quote }}',
    '{{ .Values.port | int64 | quote }}',
    '"{{ .Values.port }}"',
    "'{{ .Values.port }}'",
  ])('makes a text of a number by %s', async (action) => {
    const { analysis } = await chart(port(action), 'port: 5600\n');
    expect(environmentOf(analysis.deployment.engines[0]!).VLLM_NIXL_SIDE_CHANNEL_PORT).toBe('5600');
    expect(shown(analysis).filter((one) => one.includes('environment-not-text'))).toEqual([]);
  });

  it.each([
    ['{{ .Values.port }}', 'port: 5600', '{{ .Values.port | quote }}'],
    ['{{- .Values.port -}}', 'port: "5600"', '{{- .Values.port | quote -}}'],
    ['{{ .Values.port | int }}', 'port: 5600', '{{ .Values.port | int | quote }}'],
  ])('is mended where it leaves a number without quotes: %s', async (action, value, fixed) => {
    const { analysis } = await chart(port(action), `${value}\n`);
    const [problem] = analysis.problems.filter(({ rule }) => rule === 'environment-not-text');
    expect(problem).toMatchObject({ file: 'chart/templates/prefill.yaml', severity: 'warning' });
    const text = analysis.files.text(problem!.file)!;
    expect(text.slice(problem!.start, problem!.end)).toBe(action);
    const [edit] = problem!.fixes[0]!.edits;
    expect(edit!.file).toBe(problem!.file);
    expect(text.slice(problem!.start, edit!.start) + edit!.newText + text.slice(edit!.end, problem!.end)).toBe(fixed);
  });

  it('gives defaults: what rests on them is no error', async () => {
    const { analysis } = await chart(
      `          args: [m, --kv-transfer-config, ${config}]
          env:
            - name: UCX_TLS
              value: {{ .Values.tls }}
`,
      'role: kv_producer\ntls: rcx\n',
    );
    expect(analysis.problems.filter(({ rule }) => rule === 'ucx-tls-unknown')).toMatchObject([
      { file: 'chart/values.yaml', severity: 'warning' },
    ]);
  });

  const nested = (parent: string, chartFile = 'name: parent\n') =>
    new Tree({
      'Chart.yaml': chartFile,
      'values.yaml': parent,
      'charts/sub/Chart.yaml': 'name: sub\n',
      'charts/sub/values.yaml': values('role: kv_own\n'),
      'charts/sub/templates/a.yaml': template(`          args: [m, --kv-transfer-config, ${config}]\n`),
    });
  const rolesIn = async (tree: Tree) =>
    shown(await tree.analyze('charts/sub/templates/a.yaml')).filter((one) => one.includes('unknown-role'));

  it.each([
    ['sub: { role: kv_parent }', 'name: parent\n', ['values.yaml: unknown-role: kv_parent']],
    ['other: { role: kv_parent }', 'name: parent\n', ['charts/sub/values.yaml: unknown-role: kv_own']],
    ['pd: { role: kv_parent }', 'dependencies: [{ name: sub, alias: pd }]\n', ['values.yaml: unknown-role: kv_parent']],
    ['a: { role: kv_parent }', 'dependencies: [{ name: sub, alias: a }, { name: sub, alias: b }]\n', []],
  ])('has the values of the chart around it before its own: %s', async (parent, chartFile, found) => {
    expect(await rolesIn(nested(`${parent}\n`, chartFile))).toEqual(found);
  });

  it.each([
    ['values-prod.yaml', 'role: kv_other\n', 0],
    ['values.prod.yaml', 'role: { a: b }\n', 0],
    ['values-prod.yaml', 'role: kv_x\n', 1],
    ['values-prod.yaml', 'port: 1\n', 1],
    ['other.yaml', 'role: kv_other\n', 1],
  ])('knows a default only where no file beside it says otherwise: %s with `%s`', async (name, text, found) => {
    const tree = new Tree({
      'Chart.yaml': 'name: x\n',
      'values.yaml': values('role: kv_x\n'),
      [name]: text,
      'templates/a.yaml': template(`          args: [m, --kv-transfer-config, ${config}]\n`),
    });
    const roles = async () =>
      shown(await tree.analyze('templates/a.yaml')).filter((one) => one.includes('unknown-role'));
    expect(await roles()).toHaveLength(found);
    tree.write('values-new.yaml', 'role: kv_new\n');
    expect(await roles()).toEqual([]);
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
