import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/analysis';
import { completion } from '../../server/src/features/completion';
import { hover } from '../../server/src/features/hover';
import {
  backendNames,
  connectorNames,
  type EnvOwner,
  envNamesStarting,
  extraKeys,
  flagKeys,
  flagNames,
  flagsWithKeys,
  holds,
  imageNames,
  kvFields,
  lookupEnv,
  newestRelease,
  newestVerified,
  transportNames,
} from '../../server/src/knowledge';
import { RICH, script, serve } from './support';

/** Names without a hover that has them for its title. */
function unexplained(names: readonly string[], document: (name: string) => { file: string; text: string }): string[] {
  return names.filter((name) => {
    const { file, text } = document(name);
    const found = hover(analyze({ name: file, text }), text.indexOf(name) + 1);
    return !found?.markdown.startsWith('**') || !found.markdown.includes(name);
  });
}

/** Names that are not offered where everything of them but the last letter is typed. */
function unoffered(names: readonly string[], document: (typed: string) => { file: string; text: string; at: number }) {
  return names.filter((name) => {
    const { file, text, at } = document(name.slice(0, -1));
    const { items } = completion(analyze({ name: file, text }), at, { ...RICH, later: ['detail', 'documentation'] });
    return !items.some(({ label }) => label === name || label === `--${name}`);
  });
}

const there = (name: string) => ({ file: 'serve.sh', text: name });

describe('every entry of the tables has a hover, and a completion where it can be typed', () => {
  it.each<EnvOwner>(['vllm', 'nixl', 'ucx', 'other'])('variables of %s', (owner) => {
    const names = envNamesStarting(owner, '').map(({ name }) => name);
    expect(names.length).toBeGreaterThan(30);
    expect(unexplained(names, (name) => there(script(name, '1')))).toEqual([]);
    if (owner === 'other') return;
    // What no release has any more is explained, not offered.
    const offered = envNamesStarting(owner, '').filter(({ ranges }) => holds(ranges, undefined) !== 'no');
    expect(
      unoffered(
        offered.map(({ name }) => name),
        (typed) => ({ file: '.env', text: `${typed}\n`, at: typed.length }),
      ),
    ).toEqual([]);
  });

  it('options', () => {
    const names = flagNames();
    expect(names.length).toBeGreaterThan(300);
    const words = names.map((name) => `--${name}`);
    expect(unexplained(words, (word) => there(serve(`${word} 1 --port 8000`)))).toEqual([]);
    const typed = (word: string) => ({ file: 'serve.sh', text: serve(word), at: 'vllm serve m '.length + word.length });
    expect(unoffered(words, typed)).toEqual([]);
  });

  it.each(flagsWithKeys())('keys of --%s', (flag) => {
    const keys = flagKeys(flag).filter(({ hidden }) => !hidden);
    const names = keys.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(unexplained(names, (name) => there(serve(`--${flag} '{"${name}": 1}'`)))).toEqual([]);
    const prefix = `vllm serve m --${flag} '{"`;
    const object = (typed: string) => ({
      file: 'serve.sh',
      text: `${prefix}${typed}"}'\n`,
      at: prefix.length + typed.length,
    });
    expect(unoffered(names, object)).toEqual([]);
  });

  const prefix = `vllm serve m --kv-transfer-config '`;
  const config = (before: string, after: string) => (typed: string) => ({
    file: 'serve.sh',
    text: `${prefix}${before}${typed}${after}'\n`,
    at: prefix.length + before.length + typed.length,
  });

  it('fields of the configuration', () => {
    const names = kvFields().map(({ name }) => name);
    expect(unexplained(names, (name) => there(serve(`--kv-transfer-config '{"${name}": 1}'`)))).toEqual([]);
    expect(unoffered(names, config('{"', '"}'))).toEqual([]);
  });

  it('connectors', () => {
    const names = connectorNames();
    expect(unexplained(names, (name) => there(serve(`--kv-transfer-config '{"kv_connector": "${name}"}'`)))).toEqual(
      [],
    );
    expect(unoffered(names, config('{"kv_connector": "', '"}'))).toEqual([]);
  });

  it.each(connectorNames().filter((name) => extraKeys(name).length > 0))('settings of %s', (connector) => {
    const names = extraKeys(connector).map(({ name }) => name);
    const head = `{"kv_connector": "${connector}", "kv_connector_extra_config": {"`;
    const text = (name: string) => there(`${prefix}${head}${name}": 1}}'\n`);
    expect(unexplained(names, text)).toEqual([]);
    expect(unoffered(names, config(head, '"}}'))).toEqual([]);
  });

  it('backends', () => {
    const head = '{"kv_connector": "NixlConnector", "kv_connector_extra_config": {"backends": ["';
    expect(unexplained(backendNames(), (name) => there(`${prefix}${head}${name}"]}}'\n`))).toEqual([]);
    expect(unoffered(backendNames(), config(head, '"]}}'))).toEqual([]);
  });

  it('transports and their aliases', () => {
    const names = transportNames();
    expect(names.length).toBeGreaterThan(40);
    const text = (name: string) => ({ file: 'serve.sh', text: script('UCX_TLS', `,${name}`).replace('=,', '=') });
    expect(unexplainedItems(names, text)).toEqual([]);
    const typed = (name: string) => ({ file: 'serve.sh', text: script('UCX_TLS', name), at: 15 + name.length });
    expect(unoffered(names, typed)).toEqual([]);
  });

  it('images', () => {
    const names = imageNames();
    expect(names.length).toBeGreaterThan(15);
    const head = 'services:\n  vllm:\n    image: ';
    expect(
      unexplained(names, (name) => ({
        file: 'compose.yaml',
        text: `${head}${name}:x\n    command: ["vllm", "serve", "m"]\n`,
      })),
    ).toEqual([]);
    const typed = (name: string) => ({ file: 'compose.yaml', text: `${head}${name}\n`, at: head.length + name.length });
    expect(unoffered(names, typed)).toEqual([]);
  });
});

/** Like `unexplained`, for names that are parts of others. */
function unexplainedItems(names: readonly string[], document: (name: string) => { file: string; text: string }) {
  return names.filter((name) => {
    const { file, text } = document(name);
    const found = hover(analyze({ name: file, text }), text.indexOf('=') + 2);
    return !found?.markdown.startsWith(`**\`${name}\`**`);
  });
}

it('a name that is gone is explained by what is known of it', () => {
  const gone = envNamesStarting('vllm', '').filter(({ ranges }) => holds(ranges, newestRelease('vllm')) === 'no');
  expect(gone.length).toBeGreaterThan(10);
  for (const { name } of gone) expect(lookupEnv(name)?.range.until).toBeDefined();
  expect(newestVerified('vllm')).toBe('0.28.0');
});
