import { describe, expect, test } from 'vitest';
import { errorMessages } from '../../server/src/knowledge/messages';
import { idsIn, readText } from './support';

/** How a line of a program comes into a log. */
const WRAPPINGS: Readonly<Record<string, (line: string) => string>> = {
  plain: (line) => `${line}\n`,
  'with CR LF': (line) => `before\r\n${line}\r\nbehind\r\n`,
  'at the end of a file without a line break': (line) => `before\n${line}`,
  "behind vLLM's prefix": (line) => `(EngineCore_DP0 pid=141) ERROR 11-02 12:31:07 [core.py:708] ValueError: ${line}\n`,
  'in colours': (line) =>
    `\u001b[31mERROR\u001b[0m 11-02 \u001b[1;36m[core.py:708]\u001b[0m \u001b[31m${line}\u001b[0m\n`,
  'with a colour in the middle': (line) => {
    const middle = line.length >> 1;
    return `${line.slice(0, middle)}\u001b[01;31m\u001b[K${line.slice(middle)}\u001b[m\n`;
  },
  "behind NIXL's prefix": (line) => `E1102 12:31:07.512873     214 nixl_agent.cpp:396] ${line}\n`,
  "behind UCX's prefix": (line) => `[1762086667.123456] [prefill-0:214  :0]   parser.c:1558  UCX  ERROR ${line}\n`,
  'as Kubernetes stores it': (line) => `2026-08-20T09:14:01.123456789Z stderr F ${line}\n`,
  'as Docker stores it': (line) =>
    `${JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2026-08-20T09:14:01Z' })}\n`,
  'as Go writes JSON': (line) => {
    const html = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
    return `{"level":"error","message":${JSON.stringify(line).replace(/[<>&]/g, (it) => html[it as '<'])}}\n`;
  },
  'as PHP writes JSON': (line) => `{"message":${JSON.stringify(line).replaceAll('/', '\\/')}}\n`,
  'in a record of several lines': (line) => `${JSON.stringify({ message: `Traceback:\n  File x\n${line}\r\nmore` })}\n`,
  'in colours within JSON': (line) =>
    `${JSON.stringify({ log: `\u001b[31m${line.slice(0, 4)}\u001b[0m${line.slice(4)}\n` })}\n`,
  'in the journal': (line) => `Nov 02 12:31:07 node-3 vllm[1041]: ${line}\n`,
  'in a traceback': (line) =>
    `Traceback (most recent call last):\n  File "x.py", line 3, in f\n    raise E(x)\nValueError: ${line}\n`,
  'in a very long line': (line) => `${'x'.repeat(30_000)} ${line} ${'y'.repeat(30_000)}\n`,
};

/** A line that says it: something else stands where the text has a gap. */
const lineOf = (text: string) => text.replaceAll('…', 'something, 1');

const texts = errorMessages().flatMap(({ id, texts: own }) => own.map((text) => ({ id, text })));

describe.each(Object.entries(WRAPPINGS))('every text is found %s', (_, wrap) => {
  test('', () => {
    for (const { id, text } of texts) expect(idsIn(wrap(lineOf(text))), text).toContain(id);
  });
});

test('a text does not hide what else a line says, and a part of a text is not what the whole is', () => {
  const busy = "zmq.error.ZMQError: Address already in use (addr='tcp://10.0.0.7:5600')";
  expect(idsIn(busy)).toEqual(['side-channel-port-taken']);
  expect(idsIn('Address already in use')).toEqual(['port-taken']);
  expect(idsIn(`${busy}; NIXL_ERR_BACKEND`).sort()).toEqual(['err-backend', 'side-channel-port-taken']);
});

test('pieces of a text have to stand in their order, in one line, and not far apart', () => {
  const id = 'shm-full';
  expect(idsIn('/dev/shm/x: No space left on device')).toEqual([id]);
  expect(idsIn('/dev/shm/x: full\nNo space left on device')).toEqual(['disk-full']);
  expect(idsIn(`{"log":"/dev/shm/x\\nNo space left on device"}`)).toEqual(['disk-full']);
  expect(idsIn(`/dev/shm/x${' '.repeat(1900)}No space left on device`)).toEqual([id]);
  expect(idsIn(`/dev/shm/x${' '.repeat(3000)}No space left on device`)).toEqual(['disk-full']);
  expect(idsIn("in ulimit transport: is not available: transport 'rc")).toEqual([]);
});

test('what a traceback quotes of the program is not what it says', () => {
  const log = `(APIServer pid=1)     raise ValueError(
(APIServer pid=1)         f"Unsupported kv_role: {self.kv_role}. "
(APIServer pid=1)     raise RuntimeError("NIXL is not available")
(APIServer pid=1) ValueError: Unsupported kv_role: kv_prefill. Supported roles are ('kv_producer',)
`;
  const { recognitions } = readText(log);
  expect(recognitions.map(({ fact, count, firstLine, values }) => ({ id: fact.id, count, firstLine, values }))).toEqual(
    [{ id: 'role-unknown', count: 1, firstLine: 4, values: new Map([['role', ['kv_prefill']]]) }],
  );
});

test('a log that says nothing that we know has nothing in it', () => {
  for (const log of ['', '\n', 'INFO fine\n', '\u001b[', '{"log":"\\u00', '\\', 'NIXL_ERR_BACKEN'])
    expect(idsIn(log)).toEqual([]);
});
