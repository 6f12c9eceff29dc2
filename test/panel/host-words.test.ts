import { describe, expect, test } from 'vitest';
import { isInClear, originOf, readAddress } from '../../client/src/panel/address';
import { panelHtml } from '../../client/src/panel/panel-html';
import {
  contactsHosts,
  countedOnce,
  sourceWords,
  withOwnLabels,
  withoutHeaders,
} from '../../client/src/panel/source-words';
import { summaryWords } from '../../client/src/panel/summary-words';
import type { MetricsSource } from '../../protocol/metrics';

const endpoint = (label: string): MetricsSource => ({ kind: 'endpoint', label, url: `http://${label}:8000/metrics` });

describe('addresses', () => {
  test.each([
    ['localhost:8000', 'http://localhost:8000/metrics', 'localhost:8000'],
    ['http://10.0.0.1:8000', 'http://10.0.0.1:8000/metrics', '10.0.0.1:8000'],
    ['https://[::1]:9000/metrics', 'https://[::1]:9000/metrics', '[::1]:9000'],
    [' decode.example/path ', 'http://decode.example/path', 'decode.example'],
    ['http://h:1/metrics#part', 'http://h:1/metrics', 'h:1'],
  ])('%s', (text, url, label) => expect(readAddress(text)).toEqual({ url, label }));

  test.each(['', 'http://', 'ftp://host/metrics', 'javascript://alert(1)', 'file:///etc/passwd', 'a b'])(
    'no address: %j',
    (text) => expect(readAddress(text)).toHaveProperty('problem'),
  );

  test('secrets do not belong into addresses', () => {
    expect(readAddress('http://user:secret@host:8000')).toHaveProperty('problem');
    expect(originOf('http://user:secret@host:8000')).toBeUndefined();
  });

  test('a token in the clear is one that leaves this machine unencrypted', () => {
    expect(isInClear('http://10.0.0.1:8000')).toBe(true);
    expect(isInClear('http://localhost.example:8000')).toBe(true);
    for (const here of ['http://localhost:8000', 'http://127.0.0.1:8000', 'http://[::1]:8000', 'https://10.0.0.1']) {
      expect(isInClear(here), here).toBe(false);
    }
  });
});

describe('sources', () => {
  test('are named as long as they are few', () => {
    expect(sourceWords([endpoint('prefill'), endpoint('decode')])).toBe('prefill, decode');
    expect(sourceWords([1, 2, 3, 4].map((number) => endpoint(`engine-${number}`)))).toBe('4 endpoints');
    expect(sourceWords([{ kind: 'demo', label: 'Failing transfers', scenario: 'failing' }])).toBe(
      'Demonstration: Failing transfers',
    );
    expect(sourceWords([])).toBe('');
  });

  test('two of one name are told apart', () => {
    const labels = withOwnLabels([endpoint('a'), endpoint('a'), endpoint('a')]).map(({ label }) => label);
    expect(labels).toEqual(['a', 'a (2)', 'a (3)']);
  });

  test('Prometheus and the endpoints that it asks are not meant together', () => {
    const prometheus: MetricsSource = { kind: 'prometheus', label: 'Prometheus', url: 'http://p:9090/' };
    expect(countedOnce([endpoint('a'), prometheus, endpoint('b')])).toEqual([endpoint('a'), endpoint('b')]);
    expect(countedOnce([prometheus])).toEqual([prometheus]);
  });

  test('headers are not kept', () => {
    const kept = withoutHeaders({
      kind: 'endpoint',
      label: 'a',
      url: 'http://a/metrics',
      headers: { 'X-Key': 'secret' },
    });
    expect(JSON.stringify(kept)).not.toContain('secret');
  });

  test('a demonstration and a recording contact nobody', () => {
    expect(contactsHosts({ kind: 'demo', label: 'd', scenario: 's' })).toBe(false);
    expect(contactsHosts({ kind: 'recording', label: 'r', path: '/r' })).toBe(false);
    expect(contactsHosts(endpoint('a'))).toBe(true);
    expect(contactsHosts({ kind: 'prometheus', label: 'p', url: 'http://p:9090/' })).toBe(true);
  });
});

describe('the status bar', () => {
  const summary = { at: 0, running: true, linkLoadMBps: 812.4, worst: null, verdicts: 0, ok: 2, endpoints: 2 };

  test('says what the link carries', () => {
    expect(summaryWords(summary).text).toBe('$(pulse) KV 812 MB/s');
    expect(summaryWords({ ...summary, linkLoadMBps: 2048 }).text).toBe('$(pulse) KV 2.0 GB/s');
  });

  test('shows the worst verdict, and endpoints that are out of sight', () => {
    expect(summaryWords({ ...summary, worst: 'critical', verdicts: 2 })).toEqual({
      text: '$(error) KV 812 MB/s',
      tooltip:
        'NIXL: KV moves at 812 MB/s (MB is 2^20 bytes), 2 verdicts, the worst is critical, 2 of 2 endpoints in sight.',
    });
    expect(summaryWords({ ...summary, ok: 1 }).text).toBe('$(warning) KV 812 MB/s');
  });

  test('unknown is not zero', () => {
    expect(summaryWords({ ...summary, linkLoadMBps: null }).text).toBe('$(pulse) KV –');
  });
});

test('the page allows its own script and style sheet and nothing else', () => {
  const html = panelHtml({ script: 'vscode:/panel.js', style: 'vscode:/panel.css', source: 'vscode:', nonce: 'n0' });
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
  expect(policy).toBe(
    "default-src 'none'; script-src 'nonce-n0'; style-src vscode:; base-uri 'none'; form-action 'none'",
  );
  expect(html).not.toMatch(/<script(?![^>]*\bnonce="n0" src=)/);
  expect(html).not.toMatch(/ on\w+=|<style|https?:/);
});
