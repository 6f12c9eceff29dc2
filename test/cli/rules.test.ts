import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../server/src/analysis';
import { examplesOf, findingsOfExample, pageOf, rulePage } from '../../server/src/analysis/pages';
import { markdownText } from '../../server/src/cli/markdown-text';
import { paint } from '../../server/src/cli/paint';
import { bundleText } from '../support/bundles';
import { runCli } from '../support/cli';

const run = (...args: string[]) => runCli(['rules', ...args], { cwd: tmpdir() });

describe('nixl-lint rules', () => {
  it('lists every rule once, with its highest level and what it finds', async () => {
    const { code, stdout, stderr } = await run();
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    for (const { id, severity, title } of catalogue) {
      const own = lines.filter((line) => line.trim().split(/\s+/)[0] === id);
      expect(own, id).toHaveLength(1);
      expect(own[0]).toMatch(new RegExp(`^  ${id} +${severity} +`));
      expect(own[0]).toContain(title);
    }
    for (const category of new Set(catalogue.map((rule) => rule.category))) expect(lines).toContain(category);
  });

  it('prints all that the page in docs/rules says', () => {
    for (const rule of catalogue) {
      const page = rulePage(rule);
      expect(words(markdownText(page, paint(false))), rule.id).toEqual(words(page));
    }
  });

  it('prints one page: code as it is, and addresses in full', async () => {
    const { code, stdout } = await run('kv-both');
    expect(code).toBe(0);
    const bad = examplesOf(catalogue.find(({ id }) => id === 'kv-both')!).find(({ kind }) => kind === 'bad')!;
    expect(stdout).toContain(bad.text.trimEnd().replace(/^(?=.)/gm, '    '));
    expect(stdout).toContain('- vllm#43874 (https://github.com/vllm-project/vllm/issues/43874)');
    expect(stdout).not.toMatch(/^```|^#|^\| ---/m);
  });

  it('prints the catalogue as JSON', async () => {
    const { code, stdout } = await run('--format', 'json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.schemaVersion).toBe(1);
    expect(report.rules).toEqual(
      catalogue.map((rule) => ({
        id: rule.id,
        title: rule.title,
        category: rule.category,
        severity: rule.severity,
        fixes: examplesOf(rule).some(({ fixed }) => fixed !== undefined),
        docs: `docs/rules/${rule.id}.md`,
      })),
    );
  });

  it('prints one rule as JSON, with its examples and what it finds in them', async () => {
    const rule = catalogue.find(({ id }) => id === 'unknown-role')!;
    const { stdout } = await run('unknown-role', '--format=json');
    const [printed, ...others] = JSON.parse(stdout).rules;
    expect(others).toEqual([]);
    expect(printed).toMatchObject({ id: rule.id, description: pageOf(rule).description.trim() });
    expect(printed.examples.map(({ text }: { text: string }) => text)).toEqual(
      examplesOf(rule).map(({ text }) => text),
    );
    expect(printed.examples.map(({ findings }: { findings: unknown }) => findings)).toEqual(
      examplesOf(rule).map((example) => findingsOfExample(rule, example)),
    );
    expect(printed.sources.length).toBe(pageOf(rule).sources.length);
  });

  it('is coloured where it is wanted', async () => {
    expect((await run('--color')).stdout).toContain('\u001b[1;31merror');
    expect((await run('--color', '--no-color')).stdout).not.toContain('\u001b');
    expect((await run('kv-both', '--color')).stdout).toContain('\u001b[1mkv-both\u001b[0m');
  });

  it.each([
    [['kv-bot'], 'There is no rule `kv-bot`. Do you mean `kv-both`?'],
    [['telemetry'], '`nixl-telemetry-off`'],
    [['zzzzzzzz'], 'There is no rule `zzzzzzzz`. See'],
    [['kv-both', 'unknown-role'], 'One rule at a time'],
    [['--format', 'pretty'], 'use text or json'],
    [['--fast'], '--fast'],
  ])('refuses %j', async (args, says) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(says);
    expect(stderr).toContain('See `nixl-lint rules --help`.');
    expect([code, stdout]).toEqual([2, '']);
  });

  it('explains itself', async () => {
    expect((await run('--help')).stdout).toContain('Usage: nixl-lint rules [ID]');
  });

  it('leaves the examples out of the server', () => {
    const { title } = examplesOf(catalogue.find(({ id }) => id === 'kv-both')!)[0]!;
    expect((['cli', 'server'] as const).map((name) => bundleText(name).includes(title))).toEqual([true, false]);
  });
});

/** What a page says, without the signs of Markdown that a terminal shows otherwise. */
function words(page: string): string[] {
  return page
    .replace(/\[([^\]]*)\]\((https?:[^)]*)\)/g, '$1 ($2)')
    .split(/\s+/)
    .filter((word) => !/^(?:#*|\|?|-+|`{3,}\w*)$/.test(word));
}
