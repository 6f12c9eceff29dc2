import { describe, expect, it } from 'vitest';
import { knownText, toPlain } from '../../server/src/model';
import { read } from './support';

const engineOf = (text: string, name = 'serve.sh') => read(name, text).engines[0]!;

describe('objects that flags take', () => {
  const objects = (text: string, name?: string) =>
    engineOf(text, name).objects?.map(({ flag, form, root, problems }) => [
      flag.name,
      form,
      root && toPlain(root),
      problems.map(({ kind }) => kind),
    ]);

  it('are read in every spelling', () => {
    expect(
      objects(
        `vllm serve m --kv-events-config '{"publisher": "zmq"}' --eplb-config.window_size 100 --eplb-config.communicator nixl\n`,
      ),
    ).toEqual([
      ['kv-events-config', 'json', { publisher: 'zmq' }, []],
      ['eplb-config', 'dotted', { window_size: 100, communicator: 'nixl' }, []],
    ]);
    expect(objects('model: m\nkv-transfer-config: "{}"\nspeculative-config:\n  method: ngram\n', 'vllm.yaml')).toEqual([
      ['speculative-config', 'mapping', { method: 'ngram' }, []],
    ]);
  });

  it('tell mistakes of notation, and what is not known', () => {
    expect(objects(`vllm serve m --kv-events-config '{"a": True}' --eplb-config "$EPLB"\n`)).toEqual([
      ['kv-events-config', 'json', expect.anything(), [expect.any(String)]],
      ['eplb-config', 'json', undefined, []],
    ]);
  });

  it('are no others than those of flags that take an object', () => {
    expect(objects('vllm serve m --port 8000 --max-model-len 4k\n')).toEqual([]);
  });
});

describe("Dynamo's options", () => {
  const flags = (text: string) =>
    engineOf(text).flags.list.map(({ name, values, negated }) => [
      name,
      negated,
      values.map((value) => (value.kind === 'known' ? value.text : value.kind)),
    ]);

  it('have their own number of values', () => {
    expect(
      flags(
        'python3 -m dynamo.vllm --is-prefill-worker --model m --endpoint dyn://a.b.c --connector nixl lmcache --no-enable-prefix-caching\n',
      ),
    ).toEqual([
      ['is-prefill-worker', false, []],
      ['model', false, ['m']],
      ['endpoint', false, ['dyn://a.b.c']],
      ['connector', false, ['nixl', 'lmcache']],
      ['enable-prefix-caching', true, []],
    ]);
    expect(engineOf('python3 -m dynamo.vllm --is-decode-worker m\n').flags.positionals.map(knownText)).toEqual(['m']);
  });

  it("are not those of vLLM's own program", () => {
    expect(flags('vllm serve m --is-prefill-worker x\n')).toEqual([['is-prefill-worker', false, ['x']]]);
  });
});

it('takes the digit behind -O for its value', () => {
  const [flag] = engineOf('vllm serve m -O3 --port 1\n').flags.list;
  expect(flag).toMatchObject({ name: 'optimization-level', spelled: '-O', values: [{ kind: 'known', text: '3' }] });
  expect(flag?.text.text).toBe('-O');
});
