import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idsIn } from './support';

const folder = join(import.meta.dirname, 'healthy');

test.each(readdirSync(folder))('%s, a log of an engine that is well, says nothing', (name) => {
  const log = readFileSync(join(folder, name), 'utf8');
  expect(log.split('\n').length).toBeGreaterThan(15);
  expect(idsIn(log)).toEqual([]);
});

test.each([
  'INFO 07-23 12:00:00 [logger.py:41] Received request cmpl-1: prompt: ',
  '(APIServer pid=1) DEBUG 07-10 12:00:00 [request_logger.py:53] Request cmpl-1 details: prompt: ',
])('what a user asks is no message of the engine: %s', (head) => {
  const said = 'why NIXL_ERR_REMOTE_DISCONNECT,\\nand zmq.error.ZMQError: Address already in use?';
  expect(idsIn(`${head}'${said}', params: None\n`)).toEqual([]);
  expect(idsIn(`${head}'${'x'.repeat(5000)} ${said}', params: None\n`)).toEqual([]);
  expect(idsIn(`${head}'hello', params: None\n${said.replace('\\n', '\n')}\n`)).not.toEqual([]);
});
