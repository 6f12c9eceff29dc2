// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are scripts and manifests.
import { describe, expect, test } from 'vitest';
import { knownText } from '../../server/src/model';
import { covered, flagLines, openOf, readOne } from './support';

const serve = (words: string) => readOne('serve.sh', `#!/bin/sh\nvllm serve ${words}\n`);
const lines = (words: string) => flagLines(serve(words));

describe('flags and their values', () => {
  test.each([
    ['m --port 8000', ['port 8000']],
    ['m --port=8000 --host 0.0.0.0', ['port 8000', 'host 0.0.0.0']],
    ['m --tensor_parallel_size 4', ['tensor-parallel-size 4']],
    ['m -tp 4 -dp=2 -pp 1', ['tensor-parallel-size 4', 'data-parallel-size 2', 'pipeline-parallel-size 1']],
    ['m --enforce-eager --no-enable-prefix-caching', ['enforce-eager', 'no-enable-prefix-caching']],
    ['m --served-model-name a b --port 1', ['served-model-name a b', 'port 1']],
    ['m --port 8000 --port 8001', ['port 8000', 'port 8001']],
    ['m --seed -1 --port 1', ['seed -1', 'port 1']],
    ['m --port --host h', ['port', 'host h']],
    ['m --some-flag-of-a-plugin x --other', ['some-flag-of-a-plugin x', 'other']],
    ['m --kv-transfer-config \'{"a.b": 1}\'', ['kv-transfer-config {"a.b": 1}']],
    ['m --kv-transfer-config=\'{"a.b": 1}\'', ['kv-transfer-config {"a.b": 1}']],
    [
      'm --kv-transfer-config.kv_connector_extra_config.backends+ UCX,GDS',
      ['kv-transfer-config.kv_connector_extra_config.backends+ UCX,GDS'],
    ],
    ['m --kv_transfer_config.kv_role=kv_both', ['kv-transfer-config.kv_role kv_both']],
  ])('%s', (words, expected) => {
    expect(lines(words)).toEqual(expected);
    expect(openOf(serve(words)).flags).toEqual([]);
  });

  test('every flag and value knows its characters', () => {
    const { flags } = serve('m --kv_transfer_config.kv_role="kv_both" --port \'8000\' -tp 4');
    expect(flags.list.map((flag) => covered(flag.text.place()))).toEqual([
      '--kv_transfer_config.kv_role',
      '--port',
      '-tp',
    ]);
    const values = flags.list.map(({ value }) => (value?.kind === 'known' ? covered(value.source.place()) : undefined));
    expect(values).toEqual(['kv_both', '8000', '4']);
  });

  test('what stands behind -- is no flag', () => {
    const { flags } = serve('m --port 1 -- --host x');
    expect(flags.list.map(({ name }) => name)).toEqual(['port']);
    expect(flags.positionals.map(knownText)).toEqual(['m', '--host', 'x']);
  });

  test('a word with a blank in its name is a positional, as argparse has it', () => {
    const { flags } = serve('m "--port 8000"');
    expect(flags.list).toEqual([]);
    expect(flags.positionals.map(knownText)).toEqual(['m', '--port 8000']);
  });
});

describe('what is not known', () => {
  test.each([
    ['$MODEL --port $PORT', ['port ‹variable $PORT›'], []],
    ['"$1" --port "$2"', ['port ‹positional $2›'], []],
    ['m --port=$PORT', ['port ‹variable $PORT›'], []],
    ['m --port 80$X', ['port 80‹variable $X›'], []],
    ['m $EXTRA --port 1', ['port 1'], ['variable $EXTRA']],
    ['$ARGS', [], ['variable $ARGS']],
    ['m "$@"', [], ['positional $@']],
    ['m --enforce-eager $EXTRA', ['enforce-eager'], ['variable $EXTRA']],
    ['m --port $PORT $EXTRA', ['port ‹variable $PORT›'], ['variable $EXTRA']],
    ['m "--$NAME" 3', [], ['variable $NAME']],
    ['m --port $(free-port) --host h', ['port ‹command $(free-port)›', 'host h'], []],
  ])('%s', (words, flags, open) => {
    const engine = serve(words);
    expect(flagLines(engine)).toEqual(flags);
    expect(openOf(engine).flags).toEqual(open);
  });

  test('known variables and arrays unfold into words with their own characters', () => {
    const text = [
      '#!/bin/bash',
      'PORT=8100',
      'ARGS=(--port "$PORT" --enforce-eager)',
      'ARGS+=(--host h)',
      'vllm serve m "${ARGS[@]}" $MORE_ARGS_THAT_ARE_SET',
    ].join('\n');
    const engine = readOne('serve.sh', text.replace('$MORE_ARGS_THAT_ARE_SET', ''));
    expect(flagLines(engine)).toEqual(['port 8100', 'enforce-eager', 'host h']);
    expect(openOf(engine).flags).toEqual([]);
    const [port] = engine.flags.list;
    expect(port?.value?.kind === 'known' && covered(port.value.source.place())).toBe('8100');
  });
});
