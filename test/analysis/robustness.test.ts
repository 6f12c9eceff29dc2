import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Analysis,
  AnalysisSession,
  analyze,
  catalogue,
  combine,
  contributionOf,
  type FilePlace,
} from '../../server/src/analysis';
import { examplesOf } from '../../server/src/analysis/pages';
import { completion } from '../../server/src/features/completion';
import { hover } from '../../server/src/features/hover';

/** Every example of every rule: small files of every kind. */
const examples = catalogue.flatMap((rule) => examplesOf(rule).map(({ file, text }) => ({ file, text })));

/** Analyses a text and looks at everything that the result says. */
function check(file: string, text: string): Analysis {
  const faults: string[] = [];
  const analysis = analyze({ name: file, text }, { log: (message) => faults.push(message) });
  expect(faults).toEqual([]);
  const { problems, unchecked } = combine([contributionOf(analysis)]);
  for (const problem of problems) {
    inside(problem, text);
    for (const related of problem.related) inside(related, text);
    for (const { edits } of problem.fixes) for (const edit of edits) inside(edit, text);
    expect(problem.message).not.toMatch(/undefined|\[object|NaN/);
  }
  for (const { place } of unchecked) if (place) inside(place, text);
  return analysis;
}

function inside({ start, end }: FilePlace, text: string): void {
  expect(start).toBeGreaterThanOrEqual(0);
  expect(end).toBeGreaterThanOrEqual(start);
  expect(end).toBeLessThanOrEqual(text.length);
}

const anyExample = fc.constantFrom(...examples);
const SEED = 20_251_124;

describe('an analysis ends without a fault and speaks of characters of its text', () => {
  it('for every example cut off anywhere', () => {
    fc.assert(
      fc.property(anyExample, fc.double({ min: 0, max: 1, noNaN: true }), ({ file, text }, part) => {
        check(file, text.slice(0, Math.round(part * text.length)));
      }),
      { seed: SEED, numRuns: 1500 },
    );
  });

  it('for every example with some characters changed', () => {
    const odd = fc.constantFrom(
      '"',
      "'",
      '\\',
      '{',
      '}',
      '[',
      ']',
      '$',
      '`',
      '\n',
      '\r\n',
      '\t',
      ':',
      '|',
      '>',
      '#',
      '&a ',
      '*a',
      '\0',
      '\ud800',
      '\ufeff',
      '😀',
      '---\n',
      '{{ x }}',
      '=',
      ',',
      '-',
    );
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(3), put: odd });
    fc.assert(
      fc.property(anyExample, fc.array(edit, { minLength: 1, maxLength: 4 }), ({ file, text }, edits) => {
        let changed = text;
        for (const { at, cut, put } of edits) {
          const start = Math.round(at * changed.length);
          changed = changed.slice(0, start) + put + changed.slice(start + cut);
        }
        check(file, changed);
      }),
      { seed: SEED, numRuns: 1500 },
    );
  });

  it('for every example read as another kind of file', () => {
    const names = [
      'a.yaml',
      'compose.yaml',
      'a.sh',
      'a.env',
      'env.list',
      'Dockerfile',
      'a.service',
      'a.json',
      'noname',
    ];
    fc.assert(
      fc.property(anyExample, fc.constantFrom(...names), ({ text }, file) => {
        check(file, text);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('and so do hover and completion at any offset', () => {
    fc.assert(
      fc.property(anyExample, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), ({ file, text }, part, cut) => {
        const offset = Math.round(part * text.length);
        const analysis = check(file, cut ? text.slice(0, offset) : text);
        hover(analysis, offset);
        for (const { textEdit } of completion(analysis, offset, { snippets: true, markdown: true }).items) {
          expect(textEdit).toBeDefined();
        }
      }),
      { seed: SEED, numRuns: 1500 },
    );
  });
});

it('a session finds what a first look finds, whatever it saw before', () => {
  const documents = fc.constantFrom(...examples.filter(({ file }) => file.endsWith('.yaml')).map(({ text }) => text));
  const texts = fc.array(fc.array(documents, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(texts, (versions) => {
      const session = new AnalysisSession();
      for (const version of versions) {
        const input = { name: 'all.yaml', text: version.join('\n---\n') };
        const analysis = session.analyze(input);
        const fresh = analyze(input);
        expect(analysis.problems).toEqual(fresh.problems);
        expect(analysis.unchecked).toEqual(fresh.unchecked);
      }
    }),
    { seed: SEED, numRuns: 150 },
  );
});

describe('many engines in one place', () => {
  const container = (index: number) => `    - name: v${index}
      image: vllm/vllm-openai:v0.25.1
      args: [m, --port=${8000 + index}, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`;
  const pod = (count: number) => `apiVersion: v1
kind: Pod
metadata:
  name: crowd
spec:
  containers:
${Array.from({ length: count }, (_, index) => container(index)).join('')}`;

  it('says of each once that its port is taken, not once per pair', () => {
    const { problems } = check('pod.yaml', pod(400));
    expect(problems.filter(({ rule }) => rule === 'side-channel-port-overlap')).toHaveLength(399);
  });
});

describe('a limit that is reached is named, and no fault', () => {
  const start = `vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector"}'\n`;
  it.each([
    ['a.sh', 'A=1\n'.repeat(30_000) + start, /^more than 30,000 steps of shell: over the limit$/],
    ['b.sh', `vllm serve m --kv-transfer-config.${'a.'.repeat(50_000)}b c\n`, /200 levels deep: over the limit$/],
    [
      'c.env',
      `A=xxxxxxxx\n${'A=$A$A\n'.repeat(40)}VLLM_NIXL_SIDE_CHANNEL_PORT=5600\n`,
      /100,000 characters or 500 pieces: over the limit$/,
    ],
  ])('%s', (file, text, says) => {
    const reasons = check(file, text).unchecked.map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringMatching(says));
  });
});
