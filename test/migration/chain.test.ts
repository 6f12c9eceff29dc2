import { describe, expect, it } from 'vitest';
import { check, fixture, fixtureText, lines, migrated, plan } from './support';

/*
 * One deployment on its way from 0.10.2 to 0.33.0: the folders under test/fixtures/migration hold it as it is at each
 * stop, the text files beside them what each step says. They were made by the tool and read by people.
 */
const STEPS = [
  ['0.10.2', '0.11.1'],
  ['0.11.1', '0.22.0'],
  ['0.22.0', '0.33.0'],
] as const;

/** What is said about a release, and not about the deployment as such. */
const ABOUT_VERSIONS = /not-in-version|removed|not-yet|renamed|kv-both|flag/;

describe.each(STEPS)('from %s to %s', (from, to) => {
  const files = fixture(from);
  const migration = plan(files, { to });

  it('gives the files of the next stop', () => {
    expect(migrated(files, migration)).toEqual(fixture(to));
  });

  it('says what changes', () => {
    expect(`${lines(migration).join('\n')}\n`).toBe(fixtureText(`changes-${to}.txt`));
  });

  it('has nothing to write a second time', () => {
    expect(plan(fixture(to), { to }).files).toEqual([]);
    expect(plan(fixture(to), { to, from }).files).toEqual([]);
  });

  it('leaves no finding about versions, but for what it says is left to do', () => {
    const left = new Set(
      migration.changes.filter(({ state }) => state !== 'edit').map(({ file, rule }) => `${file} ${rule}`),
    );
    const found = check(migrated(files, migration)).filter(
      ({ rule, severity }) => ABOUT_VERSIONS.test(rule) && severity !== 'hint',
    );
    expect(found.filter(({ file, rule }) => !left.has(`${file} ${rule}`))).toEqual([]);
  });
});

describe('with everything that is proposed', () => {
  it('no finding about versions is left at the newest release', () => {
    let files = fixture('0.10.2');
    for (const [, to] of STEPS) files = migrated(files, plan(files, { to, unsafe: true }));
    // A role that no name suggests is for a person to choose.
    const found = check(files).filter(
      ({ rule, file }) => ABOUT_VERSIONS.test(rule) && !(rule === 'kv-both' && file === 'Dockerfile'),
    );
    expect(found.map(({ file, message }) => `${file}: ${message}`)).toEqual([]);
  });

  it('one step over all releases ends where the three steps do, but for what only they pass', () => {
    const files = fixture('0.10.2');
    const direct = migrated(files, plan(files, { to: '0.33.0' }));
    expect(direct['alerts.yaml']).toBe(fixture('0.33.0')['alerts.yaml']);
    expect(direct['compose.yaml']).toBe(fixture('0.33.0')['compose.yaml']);
    expect(direct['serve.sh']).toBe(fixture('0.33.0')['serve.sh']);
  });
});
