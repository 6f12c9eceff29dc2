import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runShell, type ShellRun, SourceText } from '../../server/src/syntax';
import { anyText, baseLayers, checkEdit, type Layer } from './nesting';
import { documents, type Notation, quoted } from './shell-notations';

function shellLayer({ name, write, read }: Notation): Layer {
  const run = (parent: SourceText): ShellRun => runShell(parent, { open: [], positionals: [] });
  return {
    name: `shell: ${name}`,
    write: (text) => {
      const file = write(text);
      return file !== undefined && read(run(SourceText.root(file)))?.text === text ? file : undefined;
    },
    read: (parent) => read(run(parent)),
    rest: (parent) => {
      const { commands, problems, open } = run(parent);
      return [
        problems.length,
        open,
        commands.map(({ words, environment, conditional, hereDocuments }) => [
          words[0]?.text,
          words.length,
          environment.map((variable) => variable.name),
          conditional,
          hereDocuments.length,
        ]),
      ];
    },
  };
}

const all = [...quoted, ...documents].map(shellLayer);
/** One of each kind, for the nestings that multiply. */
const some = [
  'single, argument',
  'double, flag=value',
  'bare, variable',
  'ansi, array',
  'continued, argument',
  'mixed, prefix',
  'single, eval of a variable',
  'double, bash -c',
  "<<'EOF', $(cat)",
  '<<-EOF, here-document',
  '<<EOF, read',
].map((name) => all.find((layer) => layer.name === `shell: ${name}`)!);

const replacements = fc.oneof(anyText, fc.constantFrom('', 'x', 'kv_producer', 'a b', "it's", '$x', '5600'));
const offset = fc.nat(12);

function tryEdits(layers: readonly Layer[], runs: number, seed: number): number {
  let edited = 0;
  fc.assert(
    fc.property(anyText, offset, offset, replacements, (text, from, to, replacement) => {
      if (checkEdit(layers, text, from, to, replacement).edited) edited++;
    }),
    { seed, numRuns: runs },
  );
  return edited;
}

describe('edits in shell words inside another notation', () => {
  test.each(all.map((layer) => [layer.name, layer] as const))('%s', (_, layer) => {
    let edited = 0;
    for (const outer of baseLayers) if (outer.name.startsWith('yaml')) edited += tryEdits([outer, layer], 6, 3);
    expect(edited).toBeGreaterThan(0);
  });
});

describe('edits in other notations inside shell words', () => {
  test.each(some.map((layer) => [layer.name, layer] as const))('%s', (_, layer) => {
    let edited = 0;
    for (const inner of [...baseLayers, ...some]) edited += tryEdits([layer, inner], 8, 5);
    expect(edited).toBeGreaterThan(0);
  });
});

describe('edits through three layers', () => {
  test.each(some.map((layer) => [layer.name, layer] as const))('%s in the middle', (_, middle) => {
    let edited = 0;
    for (const outer of baseLayers) {
      for (const inner of baseLayers) edited += tryEdits([outer, middle, inner], 1, 7);
    }
    expect(edited).toBeGreaterThan(20);
  });
});

test('a word for a word in JSON in a shell word in YAML can always be written', () => {
  const json = baseLayers.find(({ name }) => name === 'json string')!;
  for (const outer of baseLayers.filter(({ name }) => name.startsWith('yaml'))) {
    // Half a word in one kind of quotes and half in another is refused.
    for (const layer of all.filter(({ name }) => !name.includes('mixed'))) {
      const { written, edited } = checkEdit([outer, layer, json], 'kv_both', 0, 7, 'kv_producer');
      expect([outer.name, layer.name, edited]).toEqual([outer.name, layer.name, written]);
    }
  }
});
