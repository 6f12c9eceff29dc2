import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Place, runShell, type ShellRun, SourceText } from '../../server/src/syntax';
import { script } from './shell-arbitraries';

const fixture = readFileSync(join(import.meta.dirname, 'fixtures', 'disagg.sh'), 'utf8');

/** Every place of a run lies in the text that it was made of. */
function checkPlaces(run: ShellRun, root: SourceText): number {
  let count = 0;
  const check = ({ source, span }: Place) => {
    count++;
    if (!(span.start >= 0 && span.start <= span.end && span.end <= source.length)) {
      throw new Error(`a place out of its text: ${JSON.stringify(span)} of ${source.length}`);
    }
    const located = source.locate(span);
    if (located.root !== root) throw new Error('a place in another text');
    if (!(located.span.start >= 0 && located.span.start <= located.span.end && located.span.end <= root.length)) {
      throw new Error(`a place out of the file: ${JSON.stringify(located.span)} of ${root.length}`);
    }
  };
  for (const command of run.commands) {
    check(command.place);
    for (const text of [...command.words, ...command.rawWords, ...command.hereDocuments]) check(text.place());
    for (const { nameText, value } of command.environment) {
      check(nameText.place());
      check(value.place());
    }
  }
  for (const { nameText, value } of run.variables) {
    check(nameText.place());
    check(value.place());
  }
  for (const { place } of run.problems) check(place);
  return count;
}

function run(text: string): number {
  const root = SourceText.root(text);
  return checkPlaces(runShell(root), root);
}

const shellish = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'a',
        ' ',
        '\n',
        '\r\n',
        '\\',
        "'",
        '"',
        '`',
        '$',
        '{',
        '}',
        '(',
        ')',
        '[',
        ']',
        '<<',
        '<<<',
        '>',
        '&',
      ),
      fc.constantFrom(
        '|',
        ';',
        ';;',
        '=',
        '+=',
        '#',
        '!',
        '*',
        '?',
        '~',
        '$(',
        '${',
        '$((',
        '))',
        "$'",
        ':-',
        '@',
        'EOF',
        '\t',
      ),
      fc.constantFrom(
        'if ',
        'then ',
        'fi',
        'for x in ',
        'do ',
        'done',
        'case ',
        'esac',
        'while ',
        'f() ',
        'export A=',
        'eval ',
        'local ',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 25 },
  )
  .map((pieces) => pieces.join(''));

test('any text', () => {
  let places = 0;
  fc.assert(
    fc.property(fc.oneof(shellish, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
      places += run(text);
    }),
    {
      numRuns: 3000,
      seed: 5,
    },
  );
  expect(places).toBeGreaterThan(1000);
});

test('every truncation of a script', () => {
  const start = performance.now();
  let places = 0;
  for (let end = 0; end <= fixture.length; end += 3) {
    places += run(fixture.slice(0, end));
    places += run(fixture.slice(end));
  }
  expect(places).toBeGreaterThan(10_000);
  expect(performance.now() - start).toBeLessThan(60_000);
});

test('scripts with a piece cut out or doubled', () => {
  fc.assert(
    fc.property(script, fc.nat(400), fc.nat(60), fc.boolean(), (text, at, length, doubled) => {
      run(doubled ? text.slice(0, at + length) + text.slice(at) : text.slice(0, at) + text.slice(at + length));
    }),
    { numRuns: 500, seed: 6 },
  );
});

test('the fixture reads as a person would read it', () => {
  const { commands } = runShell(SourceText.root(fixture));
  const launches = commands.filter(({ words }) => words[0]?.text === 'vllm');
  expect(
    launches.map(({ words, conditional, repeated, environment }) => ({
      words: words.map((word) => (word.known ? word.text : `? ${word.text}`)),
      conditional,
      repeated,
      environment: environment.map(({ name, value }) => `${name}=${value.known ? '' : '? '}${value.text}`),
    })),
  ).toMatchInlineSnapshot(`
    [
      {
        "conditional": undefined,
        "environment": [
          "UCX_TLS=? all",
          "UCX_NET_DEVICES=? mlx5_0:1",
          "VLLM_NIXL_SIDE_CHANNEL_HOST=? $(hostname -I | awk '{print $1}')",
          "CUDA_VISIBLE_DEVICES=0",
          "VLLM_NIXL_SIDE_CHANNEL_PORT=5600",
        ],
        "repeated": false,
        "words": [
          "vllm",
          "serve",
          "? $MODEL",
          "--port",
          "? $((BASE_PORT + $2))",
          "--max-model-len",
          "8192",
          "--gpu-memory-utilization",
          "0.8",
          "? --enforce-eager",
          "--kv-transfer-config",
          "? $KV_CONFIG",
        ],
      },
      {
        "conditional": undefined,
        "environment": [
          "UCX_TLS=? all",
          "UCX_NET_DEVICES=? mlx5_0:1",
          "VLLM_NIXL_SIDE_CHANNEL_HOST=? $(hostname -I | awk '{print $1}')",
          "CUDA_VISIBLE_DEVICES=? $gpu",
          "VLLM_NIXL_SIDE_CHANNEL_PORT=? $((5600 + gpu))",
        ],
        "repeated": true,
        "words": [
          "vllm",
          "serve",
          "? $MODEL",
          "--port",
          "? $((BASE_PORT + $2))",
          "--max-model-len",
          "8192",
          "--gpu-memory-utilization",
          "0.8",
          "? --enforce-eager",
          "--tensor-parallel-size",
          "1",
          "--kv-transfer-config",
          "? $KV_CONFIG",
        ],
      },
      {
        "conditional": undefined,
        "environment": [
          "UCX_NET_DEVICES=? mlx5_0:1",
          "VLLM_NIXL_SIDE_CHANNEL_HOST=? $(hostname -I | awk '{print $1}')",
          "UCX_TLS=tcp",
        ],
        "repeated": false,
        "words": [
          "vllm",
          "serve",
          "? $MODEL",
          "--kv-transfer-config",
          "? $KV_CONFIG",
          "--port",
          "9000",
        ],
      },
    ]
  `);
});
