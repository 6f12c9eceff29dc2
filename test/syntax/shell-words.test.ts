import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runShell, type ShellRun, SourceText } from '../../server/src/syntax';
import { script } from './shell-arbitraries';
import { documents, quoted } from './shell-notations';

/** Everything that a run says, as texts. */
function textsOf(run: ShellRun): SourceText[] {
  return [
    ...run.commands.flatMap(({ words, environment, hereDocuments, redirects }) => [
      ...words,
      ...hereDocuments,
      ...redirects.map(({ target }) => target),
      ...environment.flatMap(({ nameText, value }) => [nameText, value]),
    ]),
    ...run.variables.flatMap(({ value, elements }) => [value, ...(elements ?? [])]),
    ...run.files.values(),
  ];
}

/** How a character may be written when it does not stand for itself. */
const written = /^(?:\\[\s\S]|\n\t|'\\''$|'"'"'$|\$|\(\(|let |eval |$)/;

describe('provenance', () => {
  test('every character stands for itself or is written in a form that the shell decodes', () => {
    let verbatim = 0;
    fc.assert(
      fc.property(script, (text) => {
        const root = SourceText.root(text);
        for (const decoded of textsOf(runShell(root, { open: [], positionals: [] }))) {
          const holes = decoded.holes();
          for (let index = 0; index < decoded.length; index++) {
            if (holes.some(({ start, end }) => start <= index && index < end)) continue;
            const { span } = decoded.locate({ start: index, end: index + 1 });
            const source = text.slice(span.start, span.end);
            if (source === decoded.text[index]) verbatim++;
            else expect(source).toMatch(written);
          }
        }
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(verbatim).toBeGreaterThan(20_000);
  });

  test('raw words are the characters of the script', () => {
    fc.assert(
      fc.property(script, (text) => {
        const script = SourceText.root(text);
        for (const { rawWords, words, origins, place } of runShell(script).commands) {
          if (place.source !== script) continue;
          expect(origins.length).toBe(words.length);
          for (const origin of origins) expect(rawWords[origin]).toBeDefined();
          for (const raw of rawWords) {
            const { root, span } = raw.locate();
            expect(root.text.slice(span.start, span.end)).toBe(raw.text);
          }
        }
      }),
      { numRuns: 100, seed: 8 },
    );
  });
});

const content = fc.oneof(
  fc.constantFrom('{"kv_connector":"NixlConnector","kv_role":"kv_both"}', 'mlx5_0:1', 'http://a b', "it's", '^cuda,rc'),
  fc
    .array(
      fc.constantFrom(
        'a',
        'B',
        ' ',
        "'",
        '"',
        '\\',
        '$',
        '`',
        '{',
        '}',
        ',',
        '\n',
        '*',
        '#',
        '!',
        '~',
        '=',
        'é',
        '😀',
        '\t',
        'EOF',
      ),
      { maxLength: 8 },
    )
    .map((pieces) => pieces.join('')),
);

describe('edits', () => {
  for (const notation of [...quoted, ...documents]) {
    test(notation.name, () => {
      let edited = 0;
      let refused = 0;
      fc.assert(
        fc.property(content, content, fc.nat(), fc.nat(), (text, replacement, one, other) => {
          const source = notation.write(text);
          if (source === undefined) return;
          const root = SourceText.root(source);
          const decoded = notation.read(runShell(root, { open: [], positionals: [] }));
          expect(decoded?.text).toBe(text);
          expect(decoded!.holes()).toEqual([]);
          const [start, end] = [one % (text.length + 1), other % (text.length + 1)].sort((a, b) => a - b) as [
            number,
            number,
          ];
          const edit = decoded!.edit({ start, end }, replacement);
          if (!edit) {
            refused++;
            return;
          }
          edited++;
          const changed = source.slice(0, edit.span.start) + edit.newText + source.slice(edit.span.end);
          const again = notation.read(runShell(SourceText.root(changed), { open: [], positionals: [] }));
          const expected = text.slice(0, start) + replacement + text.slice(end);
          expect({ source, changed, text: again?.text }).toEqual({ source, changed, text: expected });
        }),
        { numRuns: 150, seed: 11 },
      );
      expect(edited).toBeGreaterThan(20);
      expect(edited).toBeGreaterThan(refused);
    });
  }
});
