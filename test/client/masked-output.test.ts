import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { MaskedOutput } from '../../client/src/masked-output';
import { Secrets } from '../../client/src/secrets';
import { serverSettings } from '../../client/src/server-settings';

/** A channel that keeps what is written to it. */
function kept() {
  const lines: unknown[][] = [];
  const events = new EventEmitter();
  const write = (...line: unknown[]) => void lines.push(line);
  const output = {
    name: 'kept',
    logLevel: 1,
    onDidChangeLogLevel: (heard: (level: number) => void) => {
      events.on('level', heard);
      return { dispose: () => events.off('level', heard) };
    },
    ...{ trace: write, debug: write, info: write, warn: write, error: write },
    ...{ append: write, appendLine: write, replace: write },
    ...{ clear: () => undefined, show: () => undefined, hide: () => undefined, dispose: () => undefined },
  } as LogOutputChannel;
  return { lines, output, events };
}

test('no way of writing lets a secret through', () => {
  const { lines, output } = kept();
  const secrets = new Secrets();
  secrets.add('sesame-42');
  const masked = new MaskedOutput(output, secrets);
  const text = 'a sesame-42 b sesame-42';
  for (const write of ['trace', 'debug', 'info', 'warn', 'error'] as const) masked[write](text, text, { text });
  for (const write of ['append', 'appendLine', 'replace'] as const) masked[write](text);
  masked.error(new Error(text), new Error(text));
  expect(lines).toHaveLength(9);
  for (const line of lines) {
    for (const part of line) {
      const words = part instanceof Error ? `${part.message} ${part.stack}` : String(part);
      expect(words).not.toContain('sesame');
      expect(words).toContain('a … b …');
    }
  }
});

test('what is no secret is written as it is, and the level is that of the channel', () => {
  const { lines, output, events } = kept();
  const masked = new MaskedOutput(output, new Secrets());
  masked.info('ready', 3);
  expect(lines).toEqual([['ready', 3]]);
  expect(masked.logLevel).toBe(1);
  const levels: number[] = [];
  masked.onDidChangeLogLevel((level) => levels.push(level));
  events.emit('level', 2);
  expect(levels).toEqual([2]);
});

test('a secret is found in JSON, where it is written in another way', () => {
  const secrets = new Secrets();
  const value = 'pass"word\\with\ttab';
  secrets.add(value);
  for (const indent of [undefined, 4]) {
    expect(secrets.mask(JSON.stringify({ token: value }, null, indent))).toBe(
      JSON.stringify({ token: '…' }, null, indent),
    );
  }
  expect(secrets.mask(JSON.stringify({ inner: JSON.stringify({ token: value }) }))).not.toContain('word');
});

test('a secret that holds another one goes as a whole; a short value stays', () => {
  const secrets = new Secrets();
  secrets.add('abcd', 'abcd-efgh', 'on', '');
  expect(secrets.mask('abcd-efgh on abcd')).toBe('… on …');
});

test('of headers the value and the credentials in it, of addresses the password', () => {
  const secrets = new Secrets();
  secrets.addHeaders({ Authorization: 'Bearer opensesame', 'X-Key': 'key-12345' });
  secrets.addFromAddress('http://somebody:pa55word@proxy.example:3128');
  secrets.addFromAddress('http://proxy.example:3128');
  expect(secrets.mask('Bearer opensesame, opensesame, key-12345')).toBe('…, …, …');
  expect(secrets.mask('http://somebody:pa55word@proxy.example:3128 pa55word')).toBe('http://…@proxy.example:3128 …');
});

test('the server is told nothing of the settings of live metrics', () => {
  const nixl = { vllmVersion: '0.23.0', metrics: { endpoints: [{ headers: { 'X-Key': 'secret' } }] } };
  expect(serverSettings(nixl, 'nixl')).toEqual({ vllmVersion: '0.23.0' });
  expect(serverSettings({ editor: 1, nixl }, undefined)).toEqual({ editor: 1, nixl: { vllmVersion: '0.23.0' } });
  expect(serverSettings(nixl.metrics, 'nixl.metrics')).toBeNull();
  expect(serverSettings(nixl.metrics.endpoints, 'nixl.metrics.endpoints')).toBeNull();
  expect(serverSettings('0.23.0', 'nixl.vllmVersion')).toBe('0.23.0');
  expect(serverSettings(null, 'nixl')).toBeNull();
});
