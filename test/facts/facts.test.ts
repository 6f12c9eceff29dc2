import { describe, expect, it } from 'vitest';
import {
  checkEnvValue,
  envDefault,
  holds,
  knownReleases,
  type Library,
  lookupBackend,
  lookupBackendParameter,
  lookupConnector,
  lookupEnv,
  lookupExtraKey,
  lookupFlag,
  lookupFlagKey,
  lookupKvField,
  lookupMetric,
  metricSeries,
  metricThere,
  type Range,
  type Versioned,
  valueAt,
} from '../../server/src/knowledge';
import { hovers, isOffered } from './editor';
import { defaultAt, type Expected, expected, isIn, readReleases, tableOf } from './expected';

/** A release to write into a file: the newest of those read in source that certainly have it, else the newest at all. */
function releaseWith({ in: range = 'all' }: Expected, library: Library): string {
  const having = readReleases(library).filter((release) => isIn(range, release) === 'yes');
  return having.at(-1) ?? knownReleases(library).at(-1)!;
}

function checkRange(row: Expected, ranges: Range | readonly Range[], library: Library): void {
  const wrong = readReleases(library).filter((release) => {
    const stated = isIn(row.in ?? 'all', release);
    return stated !== 'unknown' && stated !== holds(ranges, release);
  });
  expect(wrong, `releases in which the table does not say ${row.in}: ${JSON.stringify(ranges)}`).toEqual([]);
}

function checkDefaults(row: Expected, defaults: readonly Versioned<unknown>[], library: Library): void {
  for (const release of readReleases(library)) {
    const stated = defaultAt(row, release);
    if (!stated || isIn(row.in ?? 'all', release) !== 'yes') continue;
    expect(comparable(valueAt(defaults, library, release)), `default in ${release}`).toBe(comparable(stated.value));
  }
}

/** Tables write values as their readers do: as text for variables and flags. No value, null and empty text are one. */
function comparable(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

it('counts what the file holds', () => {
  const { about: _, counts, corrected, ...tables } = expected;
  const nested = ['extraKeys', 'parameters'];
  const counted = Object.entries(tables as Readonly<Record<string, object>>).map(([name, table]) => {
    const entries = nested.includes(name) ? Object.values(table).flatMap(Object.keys) : Object.keys(table);
    return [name, entries.length];
  });
  expect(Object.fromEntries(counted)).toEqual(counts);
  for (const { table, why } of corrected) {
    expect(Object.keys(tables)).toContain(table);
    expect(why).toMatch(/\S/);
  }
  for (const table of Object.values(tables)) expect(Object.keys(table)).toEqual([...Object.keys(table)].sort());
});

describe('fields of --kv-transfer-config', () => {
  const rows = tableOf(expected.fields);
  const explained = hovers(
    'kv.json',
    rows.map(([name]) => name),
    (names) => JSON.stringify(Object.fromEntries(names.map((name) => [name, null])), undefined, 1),
  );

  it.each(rows)('%s', (name, row) => {
    const field = lookupKvField(name);
    expect(field).toBeDefined();
    checkRange(row, field!.range, 'vllm');
    checkDefaults(row, field!.defaults, 'vllm');
    if (row.values) expect([...(field!.values ?? [])].sort()).toEqual([...row.values].sort());
    expect(explained.get(name)).toContain(`**\`${name}\`**`);
    const assume = { vllm: releaseWith(row, 'vllm') };
    const other = name === 'kv_connector' ? '"kv_role": "kv_both"' : '"kv_connector": "NixlConnector"';
    expect(isOffered('kv.json', name, (typed) => `{${other}, "${typed}‸"}`, assume)).toBe(true);
  });
});

describe('connectors', () => {
  const rows = tableOf(expected.connectors);
  const explained = hovers(
    'serve.sh',
    rows.map(([name]) => name),
    (names) => names.map((name) => `vllm serve m --kv-transfer-config '{"kv_connector": "${name}"}'\n`).join(''),
  );

  it.each(rows)('%s', (name, row) => {
    const connector = lookupConnector(name);
    expect(connector).toBeDefined();
    checkRange(row, connector!.ranges, 'vllm');
    if (row.hma !== undefined) {
      expect(valueAt(connector!.hma, 'vllm', readReleases('vllm').at(-1)) ?? false).toBe(row.hma);
    }
    expect(explained.get(name)).toContain(`**\`${name}\`**`);
    const assume = { vllm: releaseWith(row, 'vllm') };
    expect(isOffered('kv.json', name, (typed) => `{"kv_connector": "${typed}‸"}`, assume)).toBe(true);
  });
});

describe.each(Object.entries(expected.extraKeys))('settings of %s', (connector, keys) => {
  const rows = tableOf(keys);
  const family =
    connector === 'NixlConnector' ? ['NixlConnector', 'NixlPullConnector', 'NixlPushConnector'] : [connector];
  const explained = hovers(
    'kv.json',
    rows.map(([name]) => name),
    (names) => {
      const extra = Object.fromEntries(names.map((name) => [name, null]));
      return JSON.stringify({ kv_connector: connector, kv_connector_extra_config: extra }, undefined, 1);
    },
  );

  it.each(rows)('%s', (name, row) => {
    for (const member of family) {
      const key = lookupExtraKey(member, name);
      expect(key, member).toBeDefined();
      const { ranges } = lookupConnector(member)!;
      // A key is read as long as its connector is there.
      const releases = readReleases('vllm').filter((release) => holds(ranges, release) === 'yes');
      const stated = releases.filter((release) => isIn(row.in ?? 'all', release) !== 'unknown');
      expect(stated.filter((release) => holds(key!.range, release) !== isIn(row.in ?? 'all', release))).toEqual([]);
      checkDefaults(row, key!.defaults, 'vllm');
      if (row.required) expect(key!.required).toBe(true);
    }
    expect(explained.get(name)).toContain(`**\`${name}\`**`);
    const there = { in: releaseOfBoth(connector, row) };
    const assume = { vllm: releaseWith(there, 'vllm') };
    const write = (typed: string) =>
      `{"kv_connector": "${connector}", "kv_connector_extra_config": {"other": 1, "${typed}‸"}}`;
    expect(isOffered('kv.json', name, write, assume)).toBe(true);
  });
});

/** A release that has a key and its connector, as a range. */
function releaseOfBoth(connector: string, { in: range = 'all' }: Expected): string {
  const having = knownReleases('vllm').filter(
    (release) => holds(lookupConnector(connector)!.ranges, release) !== 'no' && isIn(range, release) !== 'no',
  );
  const read = having.filter((release) => readReleases('vllm').includes(release));
  return `${(read.at(-1) ?? having.at(-1))!}..${(read.at(-1) ?? having.at(-1))!}`;
}

const script = (lines: string) => `${lines}vllm serve m --kv-transfer-config '{"kv_connector": "NixlConnector"}'\n`;

describe.each([
  ['vLLM', 'vllm', expected.vllmEnvironment],
  ['NIXL', 'nixl', expected.nixlEnvironment],
] as const)('variables of %s', (_, library, table) => {
  const rows = tableOf(table);
  const explained = hovers(
    'serve.sh',
    rows.map(([name]) => name),
    (names) => script(names.map((name) => `export ${name}=1\n`).join('')),
  );

  it.each(rows)('%s', (name, row) => {
    const fact = lookupEnv(name);
    expect(fact).toBeDefined();
    expect(fact!.owner).toBe(library);
    checkRange(row, fact!.range, library);
    checkDefaults(row, fact!.defaults, library);
    if (row.values) {
      const versions = { [library]: readReleases(library).at(-1) };
      const refused = [...row.values, 'nothing'].filter((value) => !checkEnvValue(fact!, value, versions).ok);
      expect(refused).toEqual(['nothing']);
    }
    expect(explained.get(name)).toContain(`**\`${name}\`**`);
    const assume = { [library]: releaseWith(row, library) };
    expect(isOffered('serve.sh', name, (typed) => `${script('')}export ${typed}‸\n`, assume)).toBe(true);
  });
});

describe('variables of other programs', () => {
  const rows = tableOf(expected.otherEnvironment);
  const explained = hovers(
    'serve.sh',
    rows.map(([name]) => name),
    (names) => script(names.map((name) => `export ${name}=1\n`).join('')),
  );

  it.each(rows)('%s', (name) => {
    expect(lookupEnv(name)).toBeDefined();
    expect(explained.get(name)).toContain(`**\`${name}\`**`);
  });
});

describe('variables of UCX', () => {
  const rows = Object.entries(expected.ucxEnvironment).map(([name, line]) => {
    const [range = '', stated = '', scope = ''] = line.split(' | ');
    return [name, range, stated, scope] as const;
  });
  const explained = hovers(
    'serve.sh',
    rows.map(([name]) => name),
    (names) => script(names.map((name) => `export ${name}=1\n`).join('')),
  );

  it.each(rows)('%s', (name, range, stated, scope) => {
    const fact = lookupEnv(name);
    expect(fact).toBeDefined();
    checkRange({ in: range }, fact!.range, 'ucx');
    expect(fact!.scope).toBe(scope);
    const shown = fact!.defaults.length === 0 ? '-' : envDefault(fact!, releaseWith({ in: range }, 'ucx'));
    // `~`: the transports under the name differ.
    if (stated !== '~') expect(shown === '' ? '""' : shown).toBe(stated);
    expect(explained.get(name)).toContain(`**\`${name}\`**`);
    if (!readReleases('ucx').some((release) => isIn(range, release) === 'yes')) return;
    const assume = { ucx: releaseWith({ in: range }, 'ucx') };
    expect(isOffered('serve.sh', name, (typed) => `${script('')}export ${typed}‸\n`, assume)).toBe(true);
  });
});

describe('options of vllm serve', () => {
  const rows = tableOf(expected.flags);
  const explained = hovers(
    'serve.sh',
    rows.map(([name]) => `--${name}`),
    (names) => `vllm serve m ${names.map((name) => `\\\n  ${name}=1`).join(' ')}\n`,
  );

  it.each(rows)('--%s', (name, row) => {
    const use = lookupFlag(`--${name}`);
    expect(use?.fact.name).toBe(name);
    checkRange(row, use!.fact.range, 'vllm');
    checkDefaults(row, use!.fact.defaults, 'vllm');
    for (const [alias, range] of Object.entries(row.aliases ?? {})) {
      const known = use!.fact.aliases.find((candidate) => candidate.name === alias);
      expect(known, alias).toBeDefined();
      const both = readReleases('vllm').filter((release) => isIn(row.in ?? 'all', release) === 'yes');
      const { name: _, ...bounds } = known!;
      expect(both.filter((release) => isIn(range, release) !== holds({ library: 'vllm', ...bounds }, release))).toEqual(
        [],
      );
    }
    expect(explained.get(`--${name}`)).toContain(`**\`--${name}\`**`);
    const assume = { vllm: releaseWith(row, 'vllm') };
    expect(isOffered('serve.sh', `--${name}`, (typed) => `vllm serve m ${typed}‸\n`, assume)).toBe(true);
  });
});

describe('keys of --kv-events-config', () => {
  const rows = tableOf(expected.eventKeys);
  const explained = hovers(
    'serve.sh',
    rows.map(([name]) => name),
    (names) => `vllm serve m --kv-events-config '{${names.map((name) => `"${name}": 1`).join(', ')}}'\n`,
  );

  it.each(rows)('%s', (name, row) => {
    const key = lookupFlagKey('kv-events-config', name);
    expect(key).toBeDefined();
    checkRange(row, key!.range, 'vllm');
    checkDefaults(row, key!.defaults, 'vllm');
    expect(explained.get(name)).toContain(`**\`${name}\`**`);
    const write = (typed: string) => `vllm serve m --kv-events-config '{"${typed}‸"}'\n`;
    expect(isOffered('serve.sh', name, write)).toBe(true);
  });
});

describe('values of --kv-cache-dtype', () => {
  it.each(Object.entries(expected.kvCacheDtypes))('%s', (name, range) => {
    const having = readReleases('vllm').filter((release) => isIn(range, release) === 'yes');
    const lacking = readReleases('vllm').filter((release) => isIn(range, release) === 'no');
    const offers = (release: string) =>
      isOffered('serve.sh', name, (typed) => `vllm serve m --kv-cache-dtype ${typed}‸\n`, { vllm: release });
    expect(offers(having.at(-1)!)).toBe(true);
    expect(offers(having[0]!)).toBe(true);
    if (lacking.length > 0) expect(offers(lacking.at(-1)!)).toBe(false);
  });
});

describe('backends of NIXL', () => {
  const rows = tableOf(expected.backends);
  const explained = hovers(
    'kv.json',
    rows.map(([name]) => name),
    (names) =>
      JSON.stringify({ kv_connector: 'NixlConnector', kv_connector_extra_config: { backends: names } }, undefined, 1),
  );

  it.each(rows)('%s', (name, row) => {
    const fact = lookupBackend(name);
    expect(fact).toBeDefined();
    checkRange(row, fact!.range, 'nixl');
    const { kind, memory, remote, inWheel } = row;
    expect(fact).toMatchObject({ kind, memory, remote, inWheel });
    expect(explained.get(name)).toContain(`**\`${name}\`**`);
    const write = (typed: string) =>
      `{"kv_connector": "NixlConnector", "kv_connector_extra_config": {"backends": ["${typed}‸"]}}`;
    expect(isOffered('kv.json', name, write, { nixl: releaseWith(row, 'nixl') })).toBe(true);
  });
});

describe.each(Object.entries(expected.parameters))('parameters of the backend %s', (backend, parameters) => {
  const rows = tableOf(parameters);
  // LMCache hands these on; vLLM's own connectors do not.
  const storage = (keys: string) =>
    `{"kv_connector": "LMCacheConnectorV1", "kv_connector_extra_config": {"nixl_backend": "${backend}", "nixl_backend_params": {${keys}}}}`;
  const explained = hovers(
    'kv.json',
    rows.map(([name]) => name),
    (names) => storage(names.map((name) => `"${name}": "1"`).join(', ')),
  );

  it.each(rows)('%s', (name, row) => {
    const fact = lookupBackendParameter(backend, name);
    expect(fact).toBeDefined();
    const { range } = lookupBackend(backend)!;
    const there = readReleases('nixl').filter((release) => holds(range, release) === 'yes');
    expect(there.filter((release) => holds(fact!.range, release) !== isIn(row.in ?? 'all', release))).toEqual([]);
    checkDefaults(row, fact!.defaults, 'nixl');
    expect(explained.get(name)).toContain(`**\`${name}\`**`);
    const write = (typed: string) => storage(`"other": "1", "${typed}‸"`);
    expect(isOffered('kv.json', name, write, { nixl: releaseWith(row, 'nixl') })).toBe(true);
  });
});

describe('metrics', () => {
  const rows = tableOf(expected.metrics);
  // The name of the note, or the first of its series: `_bucket` of a histogram, `_total` of a counter.
  const series = (name: string): string => {
    const fact = lookupMetric(name);
    const names = fact ? metricSeries(fact) : [name];
    return names.includes(name) ? name : names[0]!;
  };
  const explained = hovers(
    'alerts.yaml',
    rows.map(([name]) => series(name)),
    alerts,
  );

  it.each(rows)('%s', (name, row) => {
    const fact = lookupMetric(series(name));
    expect(fact).toBeDefined();
    expect(fact!.type).toBe(row.type);
    if (fact!.versioned) checkRange(row, fact!.range, fact!.range.library);
    if (row.unit) expect(fact!.unit).toBe(row.unit);
    expect(fact!.labels).toEqual(expect.arrayContaining([...(row.labels ?? [])]));
    if (row.edges !== undefined) expect(fact!.buckets).toHaveLength(row.edges);
    if (row.replacedBy) expect(fact!.replacedBy).toBe(row.replacedBy);
    expect(explained.get(series(name))).toContain(`\`${fact!.name}`);
    // What nobody exports in a release that is known is explained where it stands, and not proposed.
    if (fact!.exposedBy === 'proposed' || fact!.exposedBy === 'third-party') return;
    const { library } = fact!.range;
    const release = knownReleases(library).findLast(
      (candidate) => metricThere(fact!, { [library]: candidate }) !== 'no',
    );
    if (release === undefined) return;
    expect(isOffered('alerts.yaml', series(name), (typed) => alerts([`${typed}‸`]), { [library]: release })).toBe(true);
  });
});

function alerts(metrics: readonly string[]): string {
  const rules = ['vllm:num_requests_running', ...metrics].map(
    (metric) => `      - alert: A\n        expr: rate(${metric}[5m]) > 0\n`,
  );
  return `groups:\n  - name: a\n    rules:\n${rules.join('')}`;
}
