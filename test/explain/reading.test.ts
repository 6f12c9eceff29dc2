import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAutomaton } from '../../server/src/explain/automaton';
import { ByteWindow } from '../../server/src/explain/byte-window';
import { maskSecrets } from '../../server/src/explain/secrets';
import { plain, readPieces, readText } from './support';

/** Bits of logs that make trouble at the seams. */
const BITS = [
  "zmq.error.ZMQError: Address already in use (addr='tcp://10.0.0.7:5600')",
  'Remote NIXL agent engine ID mismatch. Expected a-1,received b-2.',
  '/dev/shm/psm_1: No space left on device',
  "transport 'rc_foo' is not available, please use one or more of: tcp",
  'NIXL_ERR_REMOTE_DISCONNECT',
  'vLLM API server version 0.13.0',
  '\u001b[31m',
  '\u001b[0;0m',
  '\u001b]0;title\u0007',
  '\\u001b[31m',
  '\\n',
  '\\"',
  '\\\\',
  '\\u0',
  '{"log":"',
  '\n',
  '\r\n',
  '\r',
  'ü€😀',
  'x'.repeat(500),
  '    raise ValueError("',
];

describe('a log in pieces', () => {
  const log = fc.array(fc.constantFrom(...BITS), { maxLength: 30 }).map((bits) => bits.join(''));

  test('says the same however it is cut', () => {
    fc.assert(
      fc.property(
        log,
        fc.constantFrom('utf8', 'utf16le'),
        fc.array(fc.nat(4000), { maxLength: 12 }),
        (text, encoding, cuts) => {
          const bytes = Buffer.from(encoding === 'utf8' ? text : `\ufeff${text}`, encoding as BufferEncoding);
          const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
          const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
          expect(plain(readPieces(pieces))).toEqual(plain(readPieces([bytes])));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('says the same byte by byte, in memory that is used again', () => {
    fc.assert(
      fc.property(log, (text) => {
        const bytes = Buffer.from(text);
        const memory = Buffer.alloc(1);
        const reused = (function* () {
          for (const byte of bytes) {
            memory[0] = byte;
            yield memory;
          }
        })();
        expect(plain(readPieces(reused))).toEqual(plain(readPieces([bytes])));
      }),
      { numRuns: 100 },
    );
  });

  test('says the same in UTF-8 and UTF-16, with and without a byte order mark', () => {
    const text = `vLLM API server version 0.13.0\r\nNIXL_ERR_BACKEND ü€😀\r\n`;
    const expected = plain(readText(text));
    const swapped = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    for (const bytes of [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le'), swapped]) {
      expect(plain(readPieces([bytes]))).toEqual(expected);
    }
  });

  test('is not read when it is compressed', () => {
    for (const bytes of [
      [0x1f, 0x8b, 8, 0, 0],
      [0x28, 0xb5, 0x2f, 0xfd, 0],
    ]) {
      expect(readPieces([Uint8Array.from(bytes)]).unreadable).toBe('compressed');
    }
  });
});

describe('what is counted', () => {
  test('are lines, from the first to the last', () => {
    const { lines, recognitions } = readText(
      'a\nNIXL_ERR_BACKEND NIXL_ERR_BACKEND\nb\n\nnixlBackendError: NIXL_ERR_BACKEND\nc',
    );
    expect(lines).toBe(6);
    expect(recognitions).toMatchObject([{ count: 2, firstLine: 2, lastLine: 5 }]);
    expect(readText('').lines).toBe(0);
    expect(readText('a').lines).toBe(1);
    expect(readText('a\n').lines).toBe(1);
  });

  test('are lines of the file, however many a record holds', () => {
    const record = (text: string) => `${JSON.stringify({ log: text })}\n`;
    const { lines, recognitions } = readText(record('fine\nfine') + record('fine\nNIXL_ERR_BACKEND\nNIXL_ERR_BACKEND'));
    expect(lines).toBe(2);
    expect(recognitions).toMatchObject([{ count: 2, firstLine: 2, lastLine: 2, text: 'NIXL_ERR_BACKEND' }]);
  });

  test('come in the order of the log', () => {
    const { recognitions } = readText('NIXL_ERR_NOT_FOUND\nNIXL_ERR_BACKEND\nNIXL_ERR_NOT_FOUND\n');
    expect(recognitions.map(({ fact }) => fact.id)).toEqual(['err-not-found', 'err-backend']);
  });
});

describe('the line that is shown', () => {
  const shown = (line: string) => readText(line).recognitions[0]?.text;

  test('is what a reader sees', () => {
    expect(shown('\u001b[31mERROR\u001b[0m  NIXL_ERR_BACKEND \u001b]0;x\u0007ü\u202e\t.')).toBe(
      'ERROR  NIXL_ERR_BACKEND ü  .',
    );
    expect(shown(JSON.stringify({ log: 'a "b" NIXL_ERR_BACKEND\n', stream: 'stderr' }))).toBe('a "b" NIXL_ERR_BACKEND');
    expect(shown(JSON.stringify({ ts: 1, level: 'error', msg: 'NIXL_ERR_BACKEND' }))).toMatch(/^NIXL_ERR_BACKEND/);
  });

  test('is the part around the text when it is long', () => {
    const text = shown(`${'a'.repeat(5000)} NIXL_ERR_BACKEND ${'b'.repeat(5000)}`)!;
    expect(text).toMatch(/^a{1,200} NIXL_ERR_BACKEND b{1,1100}$/);
  });

  test('holds no secrets', () => {
    const secrets = [
      'HF_TOKEN=hf_abcdefghijklmnopqrstuvwx',
      "api_key=['abcd1234efgh']",
      '"password": "correct horse"',
      '--api-key s3cr3t-value',
      'Authorization: Bearer abc.def-ghi',
      'AWS_SECRET_ACCESS_KEY: wJalrXUtnFEMI/K7MDENG',
      'https://user:hunter22@example.org/x',
      'sk-proj-abcdefgh12345678',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    ];
    for (const secret of secrets) {
      const text = shown(`NIXL_ERR_BACKEND ${secret}`)!;
      expect(text, secret).toContain('***');
      expect(text).not.toMatch(/abcdefgh|abcd1234|correct|s3cr3t|abc\.def|wJalr|hunter22|12345678|eyJ/);
    }
  });

  test('keeps what is no secret', () => {
    for (const line of [
      'failure_policy=fail, 512 tokens affected',
      'max_num_batched_tokens=8192',
      "addr='tcp://10.0.0.7:5600'",
      "{'remote_engine_id': '5f0c9e4a', 'remote_host': 'localhost'}",
      'api_key=None',
      'Expected 5f0c9e4a-11f2,received 0a6d6a3e.',
    ]) {
      expect(maskSecrets(line)).toBe(line);
    }
  });
});

describe('values', () => {
  const values = (line: string) => Object.fromEntries(readText(line).recognitions.flatMap((one) => [...one.values]));

  test.each<[string, Record<string, string[]>]>([
    ["ZMQError: Address already in use (addr='tcp://10.0.0.7:5600')", { address: ['10.0.0.7:5600'], port: ['5600'] }],
    ['engine ID mismatch. Expected a-1,received b-2.', { expected: ['a-1'], received: ['b-2'] }],
    [
      "network devices 'mxl5_0:1','mlx5_9:1' are not available, please use one or more of: 'eth0'(tcp)",
      { name: ['mxl5_0:1', 'mlx5_9:1'] },
    ],
    ['unused environment variables: UCX_TSL (maybe: UCX_TLS?, UCX_X?); UCX_FOO', { name: ['UCX_TSL', 'UCX_FOO'] }],
    ['unused env variable: UCX_TSL (set UCX_WARN_UNUSED_ENV_VARS=n to suppress this warning)', { name: ['UCX_TSL'] }],
    ["Invalid value for TLS: 'all,x'. Expected: a list", { name: ['TLS'], value: ['all,x'] }],
    [
      "Invalid value 'hnd' for VLLM_KV_CACHE_LAYOUT. Valid options: ['NHD', 'HND'].",
      { name: ['VLLM_KV_CACHE_LAYOUT'], value: ['hnd'] },
    ],
    ['argument --kv-transfer-config/-x: invalid loads value', { flag: ['kv-transfer-config'] }],
    ['Class X not found in my.module', {}],
    ['AttributeError: Class X not found in my.module', { name: ['X'], module: ['my.module'] }],
    ['RuntimeError: xpu with cuda kv_buffer is not supported.', { platform: ['xpu'], device: ['cuda'] }],
    ['Insufficient space in /dev/shm: 240 MiB required, 64 MiB free.', { required: ['240 MiB'], free: ['64 MiB'] }],
  ])('%s', (line, expected) => {
    expect(values(line)).toEqual(expected);
  });

  test('of many lines are kept as far as they differ, and no more than a few', () => {
    const lines = Array.from(
      { length: 100 },
      (_, index) => `Unknown vLLM environment variable detected: VLLM_X${index % 20}\n`,
    );
    const [one] = readText(lines.join('')).recognitions;
    expect(one).toMatchObject({
      count: 100,
      values: new Map([['name', lines.slice(0, 8).map((line) => line.trim().split(': ')[1])]]),
    });
  });

  test('name the releases', () => {
    expect(
      readText('(APIServer pid=1) INFO [x.py:1] vLLM API server version 0.13.0rc1\nNIXL version: 1.4.1 (git: 5)\n')
        .versions,
    ).toEqual({
      vllm: '0.13.0rc1',
      nixl: '1.4.1',
    });
    expect(readText('Initializing a V1 LLM engine (v0.11.0) with config: x').versions).toEqual({ vllm: '0.11.0' });
  });
});

describe('memory', () => {
  test('does not grow with the log, nor with its lines', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const live = () => {
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return (heapUsed + arrayBuffers) / 2 ** 20;
    };
    const text = `${'x'.repeat(4000)} NIXL_ERR_BACKEND Unexpected UCX error: Endpoint timeout ${'y'.repeat(4000)}`;
    for (const end of ['\n', ' ']) {
      const piece = Buffer.from(text + end);
      let started = 0;
      let grown = Number.POSITIVE_INFINITY;
      const pieces = (function* () {
        for (let count = 0; count < 4000; count += 1) {
          if (count === 100) started = live();
          if (count === 3999) grown = live() - started;
          yield piece;
        }
      })();
      expect(readPieces(pieces).recognitions.length).toBe(3);
      expect(grown).toBeLessThan(1);
    }
  });

  test('holds the last bytes only', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 40 }), fc.nat(30), (pieces, length) => {
        const size = 32;
        const window = new ByteWindow(size);
        const all: number[] = [];
        for (const piece of pieces) {
          const start = all.length;
          all.push(...piece);
          window.move(piece);
          expect(window.end).toBe(all.length);
          for (const from of [start, start - length, start - size]) {
            if (from >= 0) expect([...window.slice(from, all.length)]).toEqual(all.slice(from));
            if (from >= 0) expect([...window.slice(from, from + 3)]).toEqual(all.slice(from, from + 3));
          }
          window.keep();
        }
      }),
    );
  });
});

test('the automaton finds what a search for each text finds', () => {
  const letters = fc.constantFrom('a', 'b', 'c');
  const word = fc.string({ unit: letters, minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { minLength: 1, maxLength: 8 }),
      fc.string({ unit: letters, maxLength: 40 }),
      (words, text) => {
        const { table, classes, special, stop, found } = buildAutomaton(words);
        const seen: string[] = [];
        let state = 0;
        for (let at = 0; at < text.length; at += 1) {
          state = table[(state << 7) | classes[text.charCodeAt(at)]!]!;
          expect(state).not.toBe(stop);
          if (state >= special) for (const index of found(state)) seen.push(`${words[index]} ${at}`);
        }
        const expected = words.flatMap((one) =>
          [...text.matchAll(new RegExp(`(?=(${one}))`, 'g'))].map(({ index }) => `${one} ${index + one.length - 1}`),
        );
        expect(seen.sort()).toEqual(expected.sort());
      },
    ),
  );
});
