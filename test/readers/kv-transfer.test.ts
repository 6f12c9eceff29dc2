import { describe, expect, test } from 'vitest';
import type { Engine } from '../../server/src/model';
import { covered, flagLines, plainConfig, read, readOne } from './support';

const script = (words: string) => readOne('serve.sh', `#!/bin/sh\nvllm serve m ${words}\n`);

const manifest = (args: string, image = 'vllm/vllm-openai:v0.11.0') =>
  readOne(
    'pod.yaml',
    [
      'apiVersion: v1',
      'kind: Pod',
      'metadata: {name: prefill}',
      'spec:',
      '  containers:',
      '    - name: vllm',
      `      image: ${image}`,
      '      command: [vllm, serve, m]',
      `      args: ${args}`,
      '',
    ].join('\n'),
  );

function problems({ kvTransfer }: Engine) {
  return (kvTransfer?.problems ?? []).map(({ kind, layer, place, fix }) => ({
    kind,
    layer,
    covers: covered(place),
    fix: fix && applied(fix.place, fix.newText),
  }));
}

/** The line of the file that a fix makes, its edit written through all layers. */
function applied({ source, span }: NonNullable<Engine['kvTransfer']>['place'], newText: string): string | undefined {
  const edit = source.edit(span, newText);
  if (!edit) return undefined;
  const { root, span: at } = edit;
  const text = root.text.slice(0, at.start) + edit.newText + root.text.slice(at.end);
  const line = text.slice(text.lastIndexOf('\n', at.start) + 1);
  return line.slice(0, line.indexOf('\n')).trim();
}

describe('spellings', () => {
  const whole = { kv_connector: 'NixlConnector', kv_role: 'kv_both' };
  test.each([
    [`--kv-transfer-config '${JSON.stringify(whole)}'`, 'json'],
    [`--kv-transfer-config='${JSON.stringify(whole)}'`, 'json'],
    [`--kv_transfer_config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_both\\"}"`, 'json'],
    ['--kv-transfer-config.kv_connector NixlConnector --kv-transfer-config.kv_role=kv_both', 'dotted'],
  ])('%s', (words, form) => {
    const engine = script(words);
    expect(engine.kvTransfer?.form).toBe(form);
    expect(plainConfig(engine)).toEqual(whole);
    expect(engine.kvTransfer?.problems).toEqual([]);
    expect(engine.kvTransfer?.overridden).toEqual([]);
  });

  test('none at all', () => {
    expect(script('--port 1').kvTransfer).toBeUndefined();
  });
});

describe('dotted flags', () => {
  test('make one object, nested and appended', () => {
    const engine = script(
      [
        '--kv-transfer-config.kv_connector NixlConnector',
        '--kv-transfer-config.kv_port 14579',
        '--kv-transfer-config.enable_permute_local_kv True',
        '--kv-transfer-config.kv_connector_extra_config.backends+ UCX,GDS',
        '--kv-transfer-config.kv_connector_extra_config.backends+ LIBFABRIC',
        `--kv-transfer-config.kv_connector_extra_config '{"num_threads": 8}'`,
        '--kv-transfer-config.kv_rank null',
      ].join(' '),
    );
    expect(plainConfig(engine)).toEqual({
      kv_connector: 'NixlConnector',
      kv_port: 14579,
      enable_permute_local_kv: 'True',
      kv_connector_extra_config: { backends: ['UCX', 'GDS', 'LIBFABRIC'], num_threads: 8 },
      kv_rank: null,
    });
  });

  test('keys and items know their characters', () => {
    const engine = script('--kv-transfer-config.kv_role kv_both --kv-transfer-config.a.b+=X,Y');
    const root = engine.kvTransfer?.root;
    if (root?.type !== 'object') throw new Error('no object');
    expect(root.members.map((member) => covered(member.keyText.place()))).toEqual(['kv_role', 'a']);
    const inner = root.members[1]!.value;
    if (inner.type !== 'object' || inner.members[0]!.value.type !== 'array') throw new Error('no list');
    expect(covered(inner.members[0]!.keyText.place())).toBe('b');
    expect(inner.members[0]!.value.items.map(({ place }) => covered(place))).toEqual(['X', 'Y']);
  });

  test('plain JSON beside them is dropped, wherever it stands', () => {
    const engine = script(`--kv-transfer-config.kv_role kv_both --kv-transfer-config '{"kv_connector":"X"}'`);
    expect(plainConfig(engine)).toEqual({ kv_role: 'kv_both' });
    expect(engine.kvTransfer?.overridden.map(({ spelled, path }) => [spelled, path])).toEqual([
      ['--kv-transfer-config', []],
    ]);
  });

  test('of one key given twice the last counts', () => {
    const engine = script('--kv-transfer-config.kv_role kv_producer --kv-transfer-config.kv_role kv_both');
    expect(plainConfig(engine)).toEqual({ kv_role: 'kv_both' });
    expect(engine.kvTransfer?.overridden.map((flag) => flag.value?.kind === 'known' && flag.value.text)).toEqual([
      'kv_producer',
    ]);
  });

  test.each([
    ['vllm=0.9.1', 'string'],
    ['vllm=0.9.2', 'number'],
  ])('values are decoded as JSON since 0.9.2: %s', (versions, type) => {
    const text = `# nixl: ${versions}\nvllm serve m --kv-transfer-config.kv_port 14579\n`;
    const root = readOne('serve.sh', text).kvTransfer?.root;
    expect(root?.type === 'object' && root.members[0]!.value.type).toBe(type);
  });

  test.each([
    ['vllm=0.19.1', 'string'],
    ['vllm=0.20.0', 'number'],
    ['platform=cuda', 'unknown'],
  ])('80g is a number since 0.20.0: %s', (versions, type) => {
    const text = `# nixl: ${versions}\nvllm serve m --kv-transfer-config.kv_buffer_size 80g\n`;
    const root = readOne('serve.sh', text).kvTransfer?.root;
    expect(root?.type === 'object' && root.members[0]!.value.type).toBe(type);
  });

  test('unknown values stay unknown', () => {
    const engine = script('--kv-transfer-config.kv_role $ROLE --kv-transfer-config.kv_connector Nixl$X');
    expect(plainConfig(engine)).toEqual({ kv_role: undefined, kv_connector: 'Nixl$X' });
    const root = engine.kvTransfer?.root;
    expect(root?.type === 'object' && root.members.map(({ value }) => value.type)).toEqual(['unknown', 'string']);
  });
});

test('of plain flags the last counts', () => {
  const engine = script(`--kv-transfer-config '{"a":1}' --kv_transfer_config '{"b":2}'`);
  expect(plainConfig(engine)).toEqual({ b: 2 });
  expect(engine.kvTransfer?.overridden.map(({ spelled }) => spelled)).toEqual(['--kv-transfer-config']);
});

describe('mistakes of notation', () => {
  test.each([
    ["--kv-transfer-config ''", [{ kind: 'empty', covers: '' }]],
    ['--kv-transfer-config None', [{ kind: 'empty', covers: 'None' }]],
    ['--kv-transfer-config', [{ kind: 'missing', covers: '--kv-transfer-config' }]],
    [`--kv-transfer-config '{"kv_role": "kv_both",}'`, [{ kind: 'trailing-comma', covers: ',' }]],
  ])('%s', (words, expected) => {
    expect(problems(script(words))).toMatchObject(expected);
  });

  test('nothing is missing where a word is not seen', () => {
    expect(problems(script('--kv-transfer-config "$@"'))).toEqual([]);
  });

  test.each([
    ['vllm=0.19.1', ['number-suffix']],
    ['vllm=0.20.0', []],
    ['platform=cuda', []],
  ])('80m without quotes is accepted since 0.20.0: %s', (versions, kinds) => {
    const text = `# nixl: ${versions}\nvllm serve m --kv-transfer-config '{"kv_buffer_size": 80m}'\n`;
    expect(problems(readOne('serve.sh', text)).map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('lost quotes', () => {
  const json = '{"kv_connector":"NixlConnector","kv_role":"kv_both"}';
  const spaced = '{"kv_connector": "NixlConnector", "kv_role": "kv_both"}';

  test.each([
    ['without quotes', `--kv-transfer-config ${json}`, json, `vllm serve m --kv-transfer-config '${json}'`],
    ['joined by =', `--kv-transfer-config=${json}`, json, `vllm serve m --kv-transfer-config='${json}'`],
    [
      'with blanks',
      `--kv-transfer-config ${spaced} --port 1`,
      spaced,
      `vllm serve m --kv-transfer-config '${spaced}' --port 1`,
    ],
    ['in double quotes', `--kv-transfer-config "${json}"`, `"${json}"`, `vllm serve m --kv-transfer-config '${json}'`],
    [
      'one key',
      '--kv-transfer-config {"kv_role":"kv_both"}',
      '{"kv_role":"kv_both"}',
      `vllm serve m --kv-transfer-config '{"kv_role":"kv_both"}'`,
    ],
  ])('eaten by the shell, %s', (_, words, covers, fix) => {
    expect(problems(script(words))).toEqual([{ kind: 'quotes-lost', layer: 'shell', covers, fix }]);
  });

  test('eaten by the shell around another shell', () => {
    const engine = readOne('serve.sh', `bash -c "vllm serve m --kv-transfer-config '${json}'"\n`);
    expect(problems(engine)).toEqual([{ kind: 'quotes-lost', layer: 'shell', covers: json, fix: undefined }]);
  });

  test('a fix is written through the block scalar and the double-quoted scalar around the script', () => {
    const block = readOne(
      'pod.yaml',
      `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: x\n    command: [sh, -c]\n    args:\n    - |\n      vllm serve m \\\n        --kv-transfer-config ${json}\n`,
    );
    expect(problems(block)[0]?.fix).toBe(`--kv-transfer-config '${json}'`);
  });

  test('an argument that YAML reads as a mapping', () => {
    const engine = manifest(`\n        - --kv-transfer-config\n        - ${spaced}`);
    expect(problems(engine)).toEqual([{ kind: 'quotes-lost', layer: 'yaml', covers: spaced, fix: `- '${spaced}'` }]);
    expect(plainConfig(engine)).toBeUndefined();
  });

  test('in a flow list', () => {
    const engine = manifest(`[--kv-transfer-config, ${spaced}]`);
    expect(problems(engine)).toMatchObject([{ kind: 'quotes-lost', layer: 'yaml', covers: spaced }]);
  });

  test('quotes that nobody removes: no shell', () => {
    const engine = manifest(`["--kv-transfer-config='${json.replaceAll('"', '\\"')}'"]`);
    expect(problems(engine)).toMatchObject([{ kind: 'outer-quotes', layer: 'yaml' }]);
    expect(plainConfig(engine)).toEqual(JSON.parse(json));
  });

  test('quotes that nobody removes: out of a variable', () => {
    const text = `ARGS="--kv-transfer-config '{\\"kv_role\\":\\"kv_both\\"}'"\nvllm serve m $ARGS\n`;
    expect(problems(readOne('serve.sh', text))).toMatchObject([{ kind: 'outer-quotes', layer: 'shell' }]);
  });

  test('a variable with quotes and blanks falls apart', () => {
    const text = `ARGS="--kv-transfer-config '{\\"kv_role\\": \\"kv_both\\"}'"\nvllm serve m $ARGS\n`;
    const engine = readOne('serve.sh', text);
    expect(problems(engine)).toMatchObject([{ kind: 'outer-quotes', layer: 'shell' }]);
  });

  test('what is not known is not blamed', () => {
    for (const words of ['"$KV"', '$KV', '{"a":"$KV"', '"{\\"kv_role\\": $ROLE}"', '`make-config`']) {
      const engine = script(`--kv-transfer-config ${words}`);
      expect([words, problems(engine).filter(({ kind }) => kind !== 'quotes-lost')]).toEqual([words, []]);
    }
  });
});

test('an unknown value is listed as not checked', () => {
  const engine = script('--kv-transfer-config "$KV"');
  expect(engine.kvTransfer?.root).toBeUndefined();
  expect(engine.kvTransfer?.problems).toEqual([]);
  expect(flagLines(engine)).toEqual(['kv-transfer-config ‹variable $KV›']);
});

test('dotted keys are read as deep as JSON', () => {
  const dotted = (levels: number) => script(`--kv-transfer-config.${'a.'.repeat(levels - 1)}b c`);
  expect(dotted(200).kvTransfer).toMatchObject({ root: { type: 'object' }, problems: [] });
  const { kvTransfer } = dotted(50_000);
  expect(kvTransfer?.root).toBeUndefined();
  expect(kvTransfer?.problems.map(({ kind }) => kind)).toEqual(['too-deep']);
});

test('a value that is known in part only, and no object so far, is listed as not checked', () => {
  const { unchecked } = read('serve.sh', '#!/bin/sh\nvllm serve m --kv-transfer-config "x$KV"\n');
  expect(unchecked.map(({ reason }) => reason)).toEqual([
    '`--kv-transfer-config` is not known: `$KV` is set elsewhere',
  ]);
});
