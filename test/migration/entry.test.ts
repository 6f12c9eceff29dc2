import { describe, expect, it } from 'vitest';
import { besides, entryOf, removal } from '../../server/src/migration/text/entry';
import { flagBefore } from '../../server/src/migration/text/flag';

/** A text with the name between « and », and the end of the value at ‸. */
function written(marked: string) {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  const valueEnd = marked.indexOf('‸') - 2;
  return { text: marked.replace(/[«»‸]/g, ''), written: { start, end, valueEnd } };
}

function removed(marked: string, item: boolean): string | undefined {
  const { text, written: place } = written(marked);
  const entry = entryOf(text, place, item);
  if (!entry) return undefined;
  const { start, end } = removal(text, entry);
  return text.slice(0, start) + text.slice(end);
}

function added(marked: string, item: boolean): string | undefined {
  const { text, written: place } = written(marked);
  const entry = entryOf(text, place, item);
  const put = entry && besides(text, place, entry, 'NEW', '7');
  return put && text.slice(0, put.start) + put.newText + text.slice(put.start);
}

describe('the entry of a variable', () => {
  it.each([
    ['a line of a dotenv file', 'A=1\n«B»=2‸\nC=3\n', false, 'A=1\nC=3\n', 'A=1\nNEW=7\nB=2\nC=3\n'],
    ['the last line without a break', 'A=1\n«B»=2‸', false, 'A=1\n', 'A=1\nNEW=7\nB=2'],
    ['with a comment behind it', '«B»="2"‸ # why\nC=3\n', false, 'C=3\n', 'NEW=7\nB="2" # why\nC=3\n'],
    ['an export', 'export «B»=2‸\nrun\n', false, 'run\n', 'export NEW=7\nexport B=2\nrun\n'],
    ['an export of several', 'export «B»=2‸ C=3\n', false, 'export C=3\n', 'export NEW=7 B=2 C=3\n'],
    ['the last of several', 'export C=3 «B»=2‸\n', false, 'export C=3\n', 'export C=3 NEW=7 B=2\n'],
    ['an export before a command', 'export «B»=2‸; run\n', false, undefined, undefined],
    ['before a command', '«B»=2‸ run x\n', false, 'run x\n', 'NEW=7 B=2 run x\n'],
    [
      'on a line of its own before a command',
      '«B»=2‸ \\\n  run x\n',
      false,
      '  run x\n',
      'NEW=7 \\\nB=2 \\\n  run x\n',
    ],
    [
      'an option of docker',
      'docker run -e «B»=2‸ --rm x\n',
      false,
      'docker run --rm x\n',
      'docker run -e NEW=7 -e B=2 --rm x\n',
    ],
    [
      'an option on its own line',
      'docker run \\\n  --env «B»=2‸ \\\n  x\n',
      false,
      'docker run \\\n  x\n',
      'docker run \\\n  --env NEW=7 \\\n  --env B=2 \\\n  x\n',
    ],
    ['an instruction', 'ENV «B»=2‸\nRUN x\n', false, 'RUN x\n', 'ENV NEW=7\nENV B=2\nRUN x\n'],
    ['the first of an instruction', 'ENV «B»=2‸ \\\n    C=3\n', false, 'ENV C=3\n', undefined],
    [
      'a unit file',
      '[Service]\nEnvironment="«B»=2‸"\n',
      false,
      '[Service]\n',
      '[Service]\nEnvironment="NEW=7"\nEnvironment="B=2"\n',
    ],
    [
      'an item of a list of assignments',
      'environment:\n  - A=1\n  - "«B»=2‸"\n',
      false,
      'environment:\n  - A=1\n',
      'environment:\n  - A=1\n  - "NEW=7"\n  - "B=2"\n',
    ],
    [
      'the only item',
      'x: 1\nenvironment:\n  - «B»=2‸\ny: 2\n',
      false,
      'x: 1\ny: 2\n',
      'x: 1\nenvironment:\n  - NEW=7\n  - B=2\ny: 2\n',
    ],
    [
      'a key of a mapping',
      'environment:\n  A: "1"\n  «B»: "2"‸\n',
      false,
      'environment:\n  A: "1"\n',
      'environment:\n  A: "1"\n  NEW: "7"\n  B: "2"\n',
    ],
    [
      'the only key',
      'x: 1\nenvironment:\n  «B»: 2‸\ny: 2\n',
      false,
      'x: 1\ny: 2\n',
      'x: 1\nenvironment:\n  NEW: "7"\n  B: 2\ny: 2\n',
    ],
    ['a key of a mapping in braces', 'environment: {A: 1, «B»: 2‸}\n', false, undefined, undefined],
    [
      'an item of name and value',
      'env:\n  - name: «B»\n    value: "2"‸\n  - name: C\n    value: "3"\n',
      true,
      'env:\n  - name: C\n    value: "3"\n',
      'env:\n  - name: NEW\n    value: "7"\n  - name: B\n    value: "2"\n  - name: C\n    value: "3"\n',
    ],
    [
      'as deep as its key',
      'env:\n- name: A\n  value: "1"\n- name: «B»\n  value: "2"‸\nargs: []\n',
      true,
      'env:\n- name: A\n  value: "1"\nargs: []\n',
      'env:\n- name: A\n  value: "1"\n- name: NEW\n  value: "7"\n- name: B\n  value: "2"\nargs: []\n',
    ],
    [
      'the only one of these',
      'x: 1\nenv:\n- name: «B»\n  value: "2"‸\nargs: []\n',
      true,
      'x: 1\nargs: []\n',
      'x: 1\nenv:\n- name: NEW\n  value: "7"\n- name: B\n  value: "2"\nargs: []\n',
    ],
    [
      'with a value from elsewhere',
      'env:\n  - name: «B»‸\n    valueFrom:\n      fieldRef:\n        fieldPath: status.podIP\n  - name: C\n    value: "3"\n',
      true,
      'env:\n  - name: C\n    value: "3"\n',
      'env:\n  - name: NEW\n    value: "7"\n  - name: B\n    valueFrom:\n      fieldRef:\n        fieldPath: status.podIP\n  - name: C\n    value: "3"\n',
    ],
    [
      'in braces on a line',
      'env:\n  - { name: «B», value: "2"‸ }\n  - { name: C, value: "3" }\n',
      true,
      'env:\n  - { name: C, value: "3" }\n',
      'env:\n  - name: NEW\n    value: "7"\n  - { name: B, value: "2" }\n  - { name: C, value: "3" }\n',
    ],
    [
      'the value first',
      'env:\n  - value: "2"\n    name: «B»‸\n  - name: C\n    value: "3"\n',
      true,
      'env:\n  - name: C\n    value: "3"\n',
      'env:\n  - name: NEW\n    value: "7"\n  - value: "2"\n    name: B\n  - name: C\n    value: "3"\n',
    ],
    ['all in one line', 'containers:\n  - name: x\n    env: [{name: «B», value: "2"‸}]\n', true, undefined, undefined],
  ])('%s', (_, marked, item, without, withNew) => {
    expect(removed(marked, item)).toBe(without);
    if (withNew !== undefined) expect(added(marked, item)).toBe(withNew);
  });
});

describe('a flag before another one', () => {
  it.each([
    ['a word', 'vllm serve m ‸--port 1', 'vllm serve m --new=7 --port 1'],
    [
      'a line that goes on',
      'vllm serve m \\\n  ‸--port 1 \\\n  --x\n',
      'vllm serve m \\\n  --new=7 \\\n  --port 1 \\\n  --x\n',
    ],
    ['the last line', 'vllm serve m \\\n  ‸--port 1\n', 'vllm serve m \\\n  --new=7 --port 1\n'],
    ['an item', 'args:\n  - ‸--port=1\n', 'args:\n  - --new=7\n  - --port=1\n'],
    ['an item in quotes', 'args:\n  - "‸--port=1"\n', 'args:\n  - "--new=7"\n  - "--port=1"\n'],
    ['an item with several words', 'command:\n  - ‸--port 1 --x\n', 'command:\n  - --new=7 --port 1 --x\n'],
    ['a list in brackets', 'args: ["m", "‸--port=1"]', 'args: ["m", "--new=7", "--port=1"]'],
    ['the first of a list', 'args: ["‸--port=1"]', 'args: ["--new=7", "--port=1"]'],
    ['a list over several lines', '[\n  "m",\n  "‸--port=1"\n]', '[\n  "m",\n  "--new=7",\n  "--port=1"\n]'],
    ['a key', 'model: m\n‸port: 1\n', 'model: m\nnew: 7\nport: 1\n'],
  ])('%s', (_, marked, expected) => {
    const at = marked.indexOf('‸');
    const text = marked.replace('‸', '');
    const put = flagBefore(text, at, 'new', '7');
    expect(put && text.slice(0, put.start) + put.newText + text.slice(put.start)).toBe(expected);
  });

  it('a switch has no value', () => {
    expect(flagBefore('vllm serve m --port 1', 13, 'new', undefined)?.newText).toBe('--new ');
    expect(flagBefore('port: 1\n', 0, 'new', undefined)?.newText).toBe('new: true\n');
  });
});
