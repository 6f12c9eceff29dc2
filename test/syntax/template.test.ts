import { describe, expect, test } from 'vitest';
import { at, maskTemplates, parseYaml, runShell, SourceText, type TreeNode, toPlain } from '../../server/src/syntax';

const mask = (text: string) => maskTemplates(SourceText.root(text));

/** The tree of a chart: `?` and the reason for what is unknown, a last `…` for what may hold more. */
function shown(node: TreeNode | undefined): unknown {
  if (node?.type === 'unknown') return `?${node.reason.kind}`;
  if (node?.type === 'array') return [...node.items.map(shown), ...(node.open ? ['…'] : [])];
  if (node?.type !== 'object') return node && (node.text.known ? node.value : `~${node.text.text.replace(/x+/g, '_')}`);
  const entries = node.members.map(({ key, keyText, value }) => [keyText.known ? key : '?', shown(value)]);
  return Object.fromEntries(node.open ? [...entries, ['…', true]] : entries);
}

const chart = (text: string) => {
  const { root, problems } = parseYaml(mask(text));
  expect(problems).toEqual([]);
  return shown(root);
};

describe('masking', () => {
  test.each(['a: 1\n', 'a: {b: {c: d}}\n', `x="\${a#{b}}" \${#b} \${c%{d}\n`, '{"a":{"b":{}}}', 'a: {{ unclosed\n'])(
    'leaves alone: %j',
    (text) => {
      const source = SourceText.root(text);
      expect(maskTemplates(source)).toBe(source);
    },
  );

  test.each([
    ['a: {{ .X }}', 'a: xxxxxxxx'],
    ['a: "{{ printf "%s}}" .X }}b"', `a: "${'x'.repeat(22)}b"`],
    [`a: \${{ secrets.B }}`, 'a: xxxxxxxxxxxxxxxx'],
    ['a: {{/* }} no */}} b', 'a: xxxxxxxxxxxxxxx b'],
    ['a: {% if x %}1{% endif %}', 'a: xxxxxxxxxxxxxxxxxxxxxx'],
    ['a: {# why #} 1', 'a: xxxxxxxxx 1'],
    ['a: {{ if .X }}1{{ else }}2{{ end }}-3', 'a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-3'],
  ])('%j', (text, expected) => {
    const masked = mask(text);
    expect(masked.text).toBe(expected);
    expect(masked.holes().map(({ start, end, reason }) => [text.slice(start, end), reason.kind])).toEqual([
      [masked.holes()[0]!.reason.detail, 'template'],
    ]);
  });

  test('keeps every character in its place, and what is masked from edits', () => {
    const text = '{{ if .a }}\r\na: "{{ .b }}-c"\r\n{{ end }}\r\n';
    const masked = mask(text);
    expect(masked.length).toBe(text.length);
    const at = text.indexOf('-c');
    expect(masked.edit({ start: at, end: at + 2 }, '-d')).toMatchObject({
      span: { start: at, end: at + 2 },
      newText: '-d',
    });
    expect(masked.edit({ start: at - 1, end: at + 2 }, '-d')).toBeUndefined();
  });
});

describe('charts', () => {
  test('values that a template writes are unknown, of any type without quotes', () => {
    expect(
      chart(
        'port: {{ .port }}\nimage: {{ .repo }}:{{ .tag }}\nname: "{{ .name }}"\n{{ .key }}: 1\nlist: [{{ .a }}, b]\n',
      ),
    ).toEqual({
      port: '?template',
      image: '~_:_',
      name: '~_',
      '?': 1,
      list: ['?template', 'b'],
    });
  });

  test('a chart that is conditional as a whole is known', () => {
    expect(chart('{{- if .on }}\na: 1\nb:\n  - c\n{{- end }}\n')).toEqual({ a: 1, b: ['c'] });
    expect(chart('a: 1\nb:\n{{- range .list }}\n  - c: 2\n    d: 3\n{{- end }}\n')).toEqual({
      a: 1,
      b: [{ c: 2, d: 3 }],
    });
  });

  test('a part that is conditional is unknown', () => {
    expect(
      chart(
        'a: 1\n{{- if .x }}\nb: 2\n{{- else }}\nb: 3\n{{- end }}\nc:\n  - 4\n  {{- if .y }}\n  - 5\n  {{- end }}\n',
      ),
    ).toEqual({
      a: 1,
      b: '?branch',
      c: [4, '?branch'],
    });
  });

  test('a template of its own leaves open what it may add to, and nothing else', () => {
    expect(
      chart('a:\n  b: 1\n  {{- toYaml .x | nindent 2 }}\nc:\n  d:\n    - 2\n    {{- include "e" . }}\n  f: 3\n'),
    ).toEqual({
      '…': true,
      a: { b: 1, '…': true },
      c: { '…': true, d: [2, '…'], f: 3 },
    });
    expect(chart('a:\n  {{- toYaml .x | nindent 2 }}\nb: {c: 1}\n')).toEqual({
      '…': true,
      a: '?template',
      b: { c: 1 },
    });
    expect(chart('a: 1\n{{- $x := 1 }}\n{{- /* why */}}\nb: 2\n')).toEqual({ a: 1, b: 2 });
  });

  test('a line behind a block scalar is no part of it', () => {
    expect(chart('args:\n  - |\n    one\n    two\n        {{- if .deep }}\n  - three\n        {{- end }}\n')).toEqual({
      args: ['one\ntwo\n', '?branch'],
    });
  });
});

describe('scripts in charts', () => {
  const script = (body: string) => {
    const root = parseYaml(mask(`run: |\n${body.replace(/^/gm, '  ')}\nend: 1\n`)).root!;
    const node = at(root, 'run');
    expect(toPlain(at(root, 'end')!)).toBe(1);
    return node?.type === 'string' ? node.text : SourceText.root('');
  };

  test('a command goes on over templates between its lines', () => {
    const text = script('serve a \\\n{{- if .x }}\n  --b 1 \\\n{{- end }}\n{{- $y := 1 }}\n  --c {{ .c }}');
    const { commands } = runShell(text);
    expect(commands).toHaveLength(1);
    const [command] = commands;
    const words = command!.words.map((word) => (word.known ? word.text : '?'));
    expect(words).toEqual(['serve', 'a', '?', '--c', '?']);
  });

  test('what is conditional is a word that is not known', () => {
    const text = script('{{- if .x }}\nexport A=1\n{{- else }}\nexport A=2\n{{- end }}\nserve');
    expect(runShell(text).variables).toEqual([]);
    expect(text.holes()).toHaveLength(1);
    expect(text.text).toMatch(/serve\s*$/);
  });

  test('a script of its own is masked the same way', () => {
    const masked = maskTemplates(SourceText.root('serve \\\n{% if x %}\n  --a \\\n{% endif %}\n  --b\n'), 'text');
    expect(runShell(masked).commands[0]!.words.map((word) => (word.known ? word.text : '?'))).toEqual([
      'serve',
      '?',
      '--b',
    ]);
  });

  test('folded text keeps its lines together', () => {
    const { root } = parseYaml(mask('run: >-\n  serve a\n  {{- if .x }}\n  --b\n  {{- end }}\n  --c\nend: 1\n'));
    const node = at(root, 'run');
    expect(node?.type === 'string' && node.value.replace(/x+/, '?')).toBe('serve a ? --c');
  });
});
