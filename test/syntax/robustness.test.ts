import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LineIndex,
  maskTemplates,
  nestingDepth,
  type Place,
  parseDockerfile,
  parseDotenv,
  parseJson,
  parseUnitFile,
  parseYaml,
  readDirectives,
  SourceText,
  splitYamlDocuments,
  type TreeNode,
  unitAssignments,
  unitCommands,
} from '../../server/src/syntax';
import { fuzz, patience } from './fuzz';

const fixtures = [
  'kubernetes.yaml',
  'helm.yaml',
  'compose.yaml',
  'kv.json',
  'Dockerfile',
  'prefill.env',
  'vllm.service',
].map((name) => ({
  name,
  text: readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8'),
}));

function check(holds: boolean, what: object): void {
  if (!holds) throw new Error(JSON.stringify(what));
}

function checkSpan({ start, end }: { start: number; end: number }, length: number): void {
  check(start >= 0 && start <= end && end <= length, { start, end, length });
}

function checkPlace({ source, span }: Place): void {
  checkSpan(span, source.length);
  const { root, span: at } = source.locate(span);
  checkSpan(at, root.length);
}

/** Every text, every character of it, and what an edit of it would touch. */
function checkText(text: SourceText): void {
  checkPlace(text.place());
  const site = text.locateSite();
  checkSpan(site.span, site.root.length);
  for (let at = 0; at <= text.length; at += Math.max(1, text.length >> 4)) {
    checkPlace(text.place({ start: at, end: Math.min(text.length, at + 1) }));
    checkPlace(text.place({ start: at, end: at }));
    const edit = text.edit({ start: at, end: Math.min(text.length, at + 2) }, 'x');
    if (edit) checkSpan(edit.span, edit.root.length);
  }
  for (const hole of text.holes()) checkSpan(hole, text.length);
}

function checkTree(root: TreeNode | undefined): void {
  const stack = root ? [root] : [];
  let visited = 0;
  for (let node = stack.pop(); node && visited < 300; node = stack.pop(), visited++) {
    checkPlace(node.place);
    if (node.via) checkPlace(node.via);
    if (node.type === 'object') {
      for (const { keyText, keyPlace, value } of node.members) {
        checkText(keyText);
        checkPlace(keyPlace);
        stack.push(value);
      }
    } else if (node.type === 'array') stack.push(...node.items);
    else if (node.type !== 'unknown') checkText(node.text);
  }
}

function checkAll(text: string): void {
  const source = SourceText.root(text);
  const masked = maskTemplates(source);
  expect(masked.length).toBe(text.length);
  for (const one of new Set([source, masked])) {
    const yaml = parseYaml(one);
    checkTree(yaml.root);
    for (const { span } of yaml.problems) checkPlace(one.place(span));
    const json = parseJson(one);
    checkTree(json.root);
    for (const { place, fix } of json.problems) {
      checkPlace(place);
      if (fix) checkPlace(fix.place);
    }
    for (const dialect of ['dotenv', 'docker', 'systemd'] as const) {
      const { entries, problems } = parseDotenv(one, dialect);
      for (const { nameText, value, place } of entries) {
        checkText(nameText);
        checkPlace(place);
        if (value) checkText(value);
      }
      for (const { place } of problems) checkPlace(place);
    }
    for (const { text: argument, exec, pairs, hereDocuments, place, flags } of parseDockerfile(one)) {
      checkPlace(place);
      const values = (pairs ?? []).flatMap(({ nameText, value, expand }) => [nameText, value, expand(() => argument)]);
      for (const each of [
        argument,
        ...(exec ?? []),
        ...flags,
        ...hereDocuments.map(({ text: body }) => body),
        ...values,
      ]) {
        if (each) checkText(each);
      }
    }
    for (const { keyText, value, place } of parseUnitFile(one)) {
      checkPlace(place);
      const parts = [
        keyText,
        value,
        ...unitAssignments(value).map((pair) => pair.value),
        ...unitCommands(value).flat(),
      ];
      for (const each of parts) checkText(each);
    }
  }
  const spans = splitYamlDocuments(text);
  expect(spans.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
  for (const { span } of readDirectives(text)) checkPlace(source.place(span));
  expect(nestingDepth(text)).toBeGreaterThanOrEqual(0);
  const lines = new LineIndex(text);
  for (const offset of [0, text.length >> 1, text.length])
    expect(lines.offset(lines.position(offset))).toBeLessThanOrEqual(text.length);
}

const odd = fc.constantFrom(
  '\ud800',
  '\udc00',
  '\0',
  '\uFEFF',
  '\u2028',
  '\x85',
  '{{',
  '}}',
  '{{ if',
  '{% if',
  '---\n',
  '...\n',
  '\\',
  '"',
  "'",
  '|\n',
  '>-\n',
  '&a ',
  '*a',
  '<<: ',
  '- ',
  '? ',
  ': ',
  '[',
  ']',
  '{',
  '}',
  ',',
  '#',
  '$',
  '${',
  '$(',
  '<<EOF\n',
  '\r',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '  ',
  'a',
  '=',
  'ENV ',
  'RUN ',
  '[Service]\n',
  '# nixl: ignore[',
  '%',
);

describe('any text', () => {
  test(
    'of odd pieces',
    () => {
      fc.assert(
        fc.property(
          fc.array(odd, { maxLength: 25 }).map((pieces) => pieces.join('')),
          checkAll,
        ),
        fuzz(1, 3000),
      );
    },
    patience,
  );

  test(
    'of any characters',
    () => {
      fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), checkAll), fuzz(2, 1500));
    },
    patience,
  );

  test.each(fixtures)(
    'truncated and mutated: $name',
    ({ text }) => {
      fc.assert(
        fc.property(fc.nat(text.length), fc.nat(text.length), odd, (end, at, piece) => {
          const cut = text.slice(0, end);
          checkAll(cut);
          checkAll(text.slice(0, at) + piece + text.slice(at));
        }),
        fuzz(3, 60),
      );
    },
    120_000,
  );
});

describe('texts that are too much', () => {
  const deep = (open: string, count: number) => open.repeat(count);
  const quickly = (run: () => void) => {
    const start = performance.now();
    run();
    expect(performance.now() - start).toBeLessThan(5000);
  };

  test.each([
    ['flow lists', deep('[', 100_000)],
    ['flow maps', deep('{a: ', 100_000)],
    ['brackets in quotes between', deep('["]",', 100_000)],
    ['compact lists', deep('- ', 100_000)],
    ['compact keys', deep('? ', 100_000)],
    ['JSON', deep('{"a":[', 50_000)],
  ])('%s, 100,000 deep', (_, text) => {
    quickly(() => {
      expect(nestingDepth(text)).toBeGreaterThan(200);
      const { root, problems } = parseYaml(SourceText.root(text));
      expect(root).toBeUndefined();
      expect(problems[0]!.message).toContain('200 levels');
      expect(parseJson(SourceText.root(text)).problems).not.toEqual([]);
    });
  });

  test('lines that indent ever deeper', () => {
    const text = Array.from({ length: 1500 }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
    expect(nestingDepth(text)).toBeGreaterThan(200);
    expect(parseYaml(SourceText.root(text)).root).toBeUndefined();
  });

  test('depth is not what many brackets, long lines or scripts make', () => {
    expect(nestingDepth(`${'a: [1, {b: 2}]\n'.repeat(5000)}`)).toBeLessThan(10);
    expect(nestingDepth(`a: |\n${'  echo "\\e[1m [ ( {" \n'.repeat(5000)}`)).toBeLessThan(10);
    expect(nestingDepth(`${' '.repeat(5000)}a: 1\n`)).toBeLessThan(10);
    expect(nestingDepth(`a: "${'['.repeat(5000)}"\n`)).toBeLessThan(10);
    expect(nestingDepth('a:\n  - b:\n      c: [[1]]\n')).toBeGreaterThanOrEqual(5);
  });

  test('an alias bomb', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 40; level++)
      lines.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    lines.push('b: {<<: [*m, *m]}', 'm: &m {n: *a39}');
    quickly(() => {
      const { root } = parseYaml(SourceText.root(lines.join('\n')));
      let count = 0;
      let unknown = 0;
      const walk = (node: TreeNode) => {
        count++;
        if (node.type === 'unknown') unknown++;
        if (node.type === 'object') for (const { value } of node.members) walk(value);
        if (node.type === 'array') node.items.forEach(walk);
      };
      walk(root!);
      expect(count).toBeLessThan(300_000);
      expect(unknown).toBeGreaterThan(0);
    });
  });

  test('merge keys that multiply', () => {
    const lines = ['m0: &m0 {a: 1, b: 2, c: 3}'];
    for (let level = 1; level < 30; level++)
      lines.push(
        `m${level}: &m${level} {<<: [${Array(8)
          .fill(`*m${level - 1}`)
          .join(', ')}]}`,
      );
    quickly(() => {
      const { root } = parseYaml(SourceText.root(lines.join('\n')));
      expect(
        root?.type === 'object' &&
          root.members.every(({ value }) => value.type !== 'object' || value.members.length <= 300_000),
      ).toBe(true);
    });
  });

  test('a long text of holes, escapes and lines', () => {
    quickly(() => {
      const holes = maskTemplates(SourceText.root('{"a": [{{ x }}'.padEnd(400_000, ', {{ x }}')));
      expect(parseJson(holes).root?.type).toBe('object');
      const escapes = parseYaml(SourceText.root(`a: "${'\\n'.repeat(100_000)}"\n`)).root;
      expect(escapes?.type).toBe('object');
      const script = `a: |\n${'  export A=1\n'.repeat(50_000)}`;
      const node = parseYaml(SourceText.root(script)).root;
      expect(node?.type === 'object' && node.members[0]!.value.type === 'string').toBe(true);
      expect(parseDockerfile(SourceText.root(`RUN a${' \\\n a'.repeat(50_000)}`))).toHaveLength(1);
      expect(parseDotenv(SourceText.root('A="$B$C"\n'.repeat(30_000)), 'dotenv').entries).toHaveLength(30_000);
      expect(splitYamlDocuments('---\n'.repeat(100_000))).toHaveLength(100_000);
      expect(readDirectives('# nixl: vllm=1\n'.repeat(50_000))).toHaveLength(50_000);
    });
  });
});
