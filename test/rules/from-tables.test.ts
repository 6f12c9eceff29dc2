import { describe, expect, it } from 'vitest';
import { type Assumptions, analyze, type Problem, type Severity } from '../../server/src/analysis';
import {
  backendNames,
  type Confidence,
  type Consequence,
  checkEnvValue,
  connectorNames,
  type EnvFact,
  envNamesStarting,
  extraKeys,
  flagFact,
  flagNames,
  holds,
  isUnverified,
  knownReleases,
  kvFields,
  type Library,
  lookupBackend,
  lookupConnector,
  lookupEnv,
  lookupTransport,
  lookupTransportAlias,
  newestRelease,
  newestVerified,
  parseVersion,
  type Range,
  transportNames,
  unknownKeyEffect,
  validateExtraConfig,
  valueAt,
} from '../../server/src/knowledge';

/** What a rule about versions should say of a name, for every entry of every table. */
interface Entry {
  readonly name: string;
  readonly ranges: readonly Range[];
  readonly confidence: Confidence;
  /** What it is when the release is certain and the change was read in source. */
  severity(release: string, earlier: boolean): Severity;
  /** A file that uses it. */
  document(assume: Assumptions): { readonly file: string; readonly text: string };
  /** The rules that speak about its releases. */
  readonly rules: readonly string[];
  /** What else has to be known for the rule to be sure. */
  readonly assume?: Assumptions;
  /** Accepted and ignored by every release that has it: found there too. */
  readonly obsolete?: boolean;
}

const LEVELS: readonly Severity[] = ['hint', 'info', 'warning', 'error'];

function atMost(severity: Severity, limit: Severity): Severity {
  return LEVELS[Math.min(LEVELS.indexOf(severity), LEVELS.indexOf(limit))]!;
}

/** The findings of these rules about this name. */
function found({ name, document, rules, ...entry }: Entry, release: Assumptions): readonly Problem[] {
  const assume = { ...entry.assume, ...release };
  const { file, text } = document(assume);
  return analyze({ name: file, text }, { assumptions: assume }).problems.filter(
    ({ rule, start, end }) => rules.includes(rule) && text.slice(start, end) === name,
  );
}

/** Releases of the table that certainly have the name, and those that certainly do not: the nearest on each side. */
function releasesOf(ranges: readonly Range[]) {
  const library = ranges[0]!.library;
  const releases = knownReleases(library).filter((release) => parseVersion(release));
  const inside = releases.filter((release) => holds(ranges, release) === 'yes');
  const outside = releases.filter((release) => holds(ranges, release) === 'no');
  const nearest = new Set<string>();
  for (const { since, until } of ranges) {
    if (since) nearest.add(outside.findLast((release) => holds({ library, since }, release) === 'no') ?? '');
    if (until) nearest.add(outside.find((release) => holds({ library, until }, release) === 'no') ?? '');
  }
  return {
    library,
    inside: [...new Set([inside[0], inside.at(-1)])],
    outside: [...nearest].filter((text) => text !== ''),
  };
}

/** The severity by how well the change is known that the release is on the other side of. */
function expected({ ranges, confidence, severity }: Entry, library: Library, release: string): Severity {
  const next = ranges.find(({ since }) => since && holds({ library, since }, release) === 'no');
  const base = severity(release, next !== undefined);
  if (confidence === 'inferred') return atMost(base, 'hint');
  const last = ranges.at(-1)!.until;
  const beyond = next
    ? isUnverified(library, next.since)
    : last !== undefined && holds({ library, until: last }, newestVerified(library)) === 'yes';
  return confidence === 'thread' || beyond ? atMost(base, 'info') : base;
}

/** One entry is one test: a table of thousands would drown the report, so that all wrong ones are listed at once. */
function check(entries: readonly Entry[]): void {
  const wrong: unknown[] = [];
  let outsideCount = 0;
  for (const entry of entries) {
    const { library, inside, outside } = releasesOf(entry.ranges);
    for (const release of outside) {
      outsideCount += 1;
      const problems = found(entry, { [library]: release }).map(({ rule, severity }) => `${severity} ${rule}`);
      const severity = expected(entry, library, release);
      if (problems.length !== 1 || !problems[0]!.startsWith(`${severity} `)) {
        wrong.push({ name: entry.name, [library]: release, expected: severity, problems });
      }
    }
    for (const release of inside) {
      if (release === undefined || entry.obsolete) continue;
      const problems = found(entry, { [library]: release });
      if (problems.length > 0) wrong.push({ name: entry.name, [library]: release, problems: problems.map(shown) });
    }
    // Nobody states a release: at most information, and that only of what newer releases have lost; what no supported
    // release has is sure.
    if (entry.obsolete || holds(entry.ranges, undefined) === 'no') continue;
    const unsure = found({ ...entry, assume: {} }, {});
    const gone = holds(entry.ranges, newestRelease(library)) === 'no';
    const loud = unsure.some(({ severity }) => LEVELS.indexOf(severity) > LEVELS.indexOf('info'));
    if (loud || (!gone && unsure.length > 0)) wrong.push({ name: entry.name, problems: unsure.map(shown) });
  }
  expect(wrong).toEqual([]);
  expect(outsideCount).toBeGreaterThan(0);
}

function shown({ severity, rule, message }: Problem): string {
  return `${severity} ${rule}: ${message}`;
}

const json = (config: object) => `${JSON.stringify(config, undefined, 2)}\n`;

describe('every entry with a range is found outside of it, and only there', () => {
  it.each(['vllm', 'nixl', 'ucx'] as const)('variables of %s', (owner) => {
    const facts = envNamesStarting(owner, '')
      .filter(({ ranges: [{ since, until }] }) => since !== undefined || until !== undefined)
      .flatMap(({ name }) => lookupEnv(name) ?? [])
      .filter((fact) => fact.owner === owner);
    check(facts.map(variable));
  });

  it('fields of the configuration', () => {
    const fields = kvFields().filter(({ range }) => isBounded(range));
    check(
      fields.map((field) => ({
        name: field.name,
        ranges: [field.range],
        confidence: field.confidence,
        severity: (release) => (unknownKeyEffect(release) === 'refused' ? 'error' : 'warning'),
        document: () => ({
          file: 'kv.json',
          text: json({
            kv_connector: 'NixlConnector',
            kv_role: 'kv_both',
            [field.name]: field.defaults[0]?.value ?? 1,
          }),
        }),
        rules: ['key-not-in-version', 'unknown-key'],
      })),
    );
  });

  it.each(connectorNames().filter((name) => extraKeys(name).some(({ range }) => isBounded(range))))(
    'settings of %s',
    (connector) => {
      const keys = extraKeys(connector).filter(({ range }) => isBounded(range));
      check(
        keys.map((key) => ({
          name: key.name,
          ranges: [key.range],
          confidence: key.confidence,
          severity: () => 'warning',
          document: () => ({
            file: 'kv.json',
            text: json({
              kv_connector: connector,
              kv_role: 'kv_both',
              kv_connector_extra_config: { [key.name]: key.defaults[0]?.value ?? 1 },
            }),
          }),
          rules: ['key-not-in-version', 'unknown-extra-key'],
        })),
      );
    },
  );

  it('connectors', () => {
    const facts = connectorNames()
      .flatMap((name) => lookupConnector(name) ?? [])
      .filter(({ ranges }) => ranges.every(isBounded));
    check(
      facts.map((fact) => ({
        name: fact.name,
        ranges: fact.ranges,
        confidence: fact.confidence,
        severity: () => 'error',
        document: () => ({ file: 'kv.json', text: json({ kv_connector: fact.name, kv_role: 'kv_both' }) }),
        rules: ['connector-not-in-version', 'unknown-connector'],
      })),
    );
  });

  it('transports and their aliases', () => {
    const facts = transportNames()
      .flatMap((name) => lookupTransportAlias(name) ?? lookupTransport(name) ?? [])
      .filter(({ range }) => isBounded(range));
    check(
      facts.map((fact) => ({
        name: fact.name,
        ranges: [fact.range],
        confidence: fact.confidence,
        severity: () => 'warning',
        document: () => ({
          file: 'serve.sh',
          text: `export UCX_TLS=${fact.name},tcp,cuda_copy\n${serve}`,
        }),
        rules: ['ucx-tls-not-yet', 'ucx-tls-unknown'],
      })),
    );
  });

  it('NIXL backends', () => {
    const facts = backendNames()
      .flatMap((name) => lookupBackend(name) ?? [])
      .filter(({ range }) => isBounded(range));
    check(
      facts.map((fact) => ({
        name: fact.name,
        ranges: [fact.range],
        confidence: fact.confidence,
        // A build may bring plugins of its own.
        severity: () => 'warning',
        document: () => ({
          file: 'kv.json',
          text: json({
            kv_connector: 'NixlConnector',
            kv_role: 'kv_both',
            kv_connector_extra_config: { backends: fact.name === 'UCX' ? ['UCX'] : ['UCX', fact.name] },
          }),
        }),
        rules: ['backends'],
        assume: { vllm: '0.25.1' },
      })),
    );
  });
});

const serve = `vllm serve m --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'\n`;

function variable(fact: EnvFact): Entry {
  return {
    name: fact.name,
    ranges: [fact.range],
    confidence: fact.confidence,
    severity: () => 'warning',
    document: () => ({ file: 'serve.sh', text: `export ${fact.name}=${fact.defaults[0]?.value || 1}\n${serve}` }),
    rules: ['removed', 'not-yet', 'unknown'].map((end) => `${fact.owner}-variable-${end}`),
    obsolete: fact.deprecated,
  };
}

function isBounded({ since, until }: Range): boolean {
  return since !== undefined || until !== undefined;
}

/** What a refused value comes to. */
const CONSEQUENCES: Readonly<Record<Consequence, Severity>> = {
  'start-refused': 'error',
  'worker-fails': 'error',
  'transport-vanishes': 'warning',
  ignored: 'warning',
  'ignored-silently': 'warning',
  misread: 'warning',
};

describe('a value of the wrong kind is found for every entry whose kind is checked', () => {
  const WRONG = '@@';

  it.each(['vllm', 'nixl', 'ucx'] as const)('variables of %s', (owner) => {
    const release = newestVerified(owner);
    const wrong: unknown[] = [];
    let count = 0;
    for (const { name } of envNamesStarting(owner, '')) {
      const fact = lookupEnv(name)!;
      if (fact.owner !== owner || holds(fact.range, release) !== 'yes') continue;
      const verdict = checkEnvValue(fact, WRONG, { [owner]: release });
      if (verdict.ok) continue;
      count += 1;
      const text = `export ${name}='${WRONG}'\n${serve}`;
      const problems = analyze({ name: 'serve.sh', text }, { assumptions: { [owner]: release } }).problems.filter(
        ({ start, end }) => text.slice(start, end) === WRONG,
      );
      const most = CONSEQUENCES[verdict.consequence];
      if (problems.length !== 1 || LEVELS.indexOf(problems[0]!.severity) > LEVELS.indexOf(most))
        wrong.push({ name, expected: most, problems: problems.map(shown) });
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(owner === 'ucx' ? 500 : 10);
  });

  /** A value that a type, in the words of the tables, does not take; `undefined` where it takes about anything. */
  function wrongFor(type: string): unknown {
    if (/^(?:integer|number)(?: or null)?$/.test(type)) return WRONG;
    if (/^boolean(?: or null)?$/.test(type)) return WRONG;
    if (/^string(?: or null)?$/.test(type)) return 7;
    return type === 'object' || /^list/.test(type) ? 7 : undefined;
  }

  function config(extra: object, connector = 'NixlConnector'): string {
    return json({ kv_connector: connector, kv_role: 'kv_both', ...extra });
  }

  it('fields of the configuration', () => {
    const wrong: unknown[] = [];
    for (const field of kvFields()) {
      const release = newestVerified('vllm');
      const value = wrongFor(field.type);
      if (value === undefined || holds(field.range, release) !== 'yes') continue;
      const text = config({ [field.name]: value });
      const { problems } = analyze({ name: 'kv.json', text }, { assumptions: { vllm: release } });
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (errors.length !== 1) wrong.push({ name: field.name, problems: problems.map(shown) });
    }
    expect(wrong).toEqual([]);
  });

  it('settings of connectors, as far as their schemas refuse anything', () => {
    const wrong: unknown[] = [];
    let count = 0;
    const release = newestVerified('vllm');
    for (const connector of connectorNames(release)) {
      for (const key of extraKeys(connector)) {
        const value = wrongFor(key.type);
        if (value === undefined || holds(key.range, release) !== 'yes') continue;
        const refused = validateExtraConfig(connector, { [key.name]: value }).some(({ path }) => path[0] === key.name);
        if (!refused) continue;
        count += 1;
        const text = config({ kv_connector_extra_config: { [key.name]: value } }, connector);
        const { problems } = analyze({ name: 'kv.json', text }, { assumptions: { vllm: release } });
        const about = problems.filter(({ message }) => message.includes(`\`${key.name}\``));
        if (about.length === 0) wrong.push({ connector, name: key.name, problems: problems.map(shown) });
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(30);
  });
});

describe('a default that is written out is found when somebody asks for it', () => {
  const release = newestVerified('vllm');
  const versions = { vllm: release, nixl: newestVerified('nixl') };

  function hints(file: string, text: string): string[] {
    const { problems } = analyze(
      { name: file, text },
      { assumptions: versions, rules: { 'default-written-out': 'hint' } },
    );
    return problems
      .filter(({ rule }) => rule === 'default-written-out')
      .map(({ start, end }) => text.slice(start, end));
  }

  it('not otherwise', () => {
    const text = `export VLLM_NIXL_SIDE_CHANNEL_PORT=5600\n${serve}`;
    const { problems } = analyze({ name: 'serve.sh', text }, { assumptions: versions });
    expect(problems.map(({ rule }) => rule)).not.toContain('default-written-out');
    expect(hints('serve.sh', text)).toEqual(['VLLM_NIXL_SIDE_CHANNEL_PORT']);
  });

  it.each(['vllm', 'nixl'] as const)('variables of %s', (owner) => {
    let count = 0;
    for (const { name } of envNamesStarting(owner, '')) {
      const fact = lookupEnv(name)!;
      const standard = valueAt(fact.defaults, owner, versions[owner]);
      if (holds(fact.range, versions[owner]) !== 'yes' || standard === undefined || !/^[\w./:-]*$/.test(standard))
        continue;
      count += 1;
      expect(hints('serve.sh', `export ${name}=${standard}\n${serve}`)).toEqual([name]);
      expect(hints('serve.sh', `export ${name}=${standard}0\n${serve}`)).toEqual([]);
    }
    expect(count).toBeGreaterThan(5);
  });

  it('options', () => {
    let count = 0;
    for (const name of flagNames(release)) {
      const fact = flagFact(name)!;
      const standard = valueAt(fact.defaults, 'vllm', release);
      if (holds(fact.range, release) !== 'yes' || fact.value !== 'one' || standard === undefined) continue;
      if (!/^[\w./:-]+$/.test(standard)) continue;
      count += 1;
      expect(hints('serve.sh', `vllm serve m --${name} ${standard}\n`)).toEqual([`--${name}`]);
      expect(hints('serve.sh', `vllm serve m --${name} ${standard}0\n`)).toEqual([]);
    }
    expect(count).toBeGreaterThan(10);
  });

  it('keys and settings', () => {
    let count = 0;
    for (const connector of connectorNames(release)) {
      for (const key of extraKeys(connector)) {
        const standard = valueAt(key.defaults, 'vllm', release);
        if (holds(key.range, release) !== 'yes' || standard === undefined) continue;
        count += 1;
        const text = json({
          kv_connector: connector,
          kv_role: 'kv_both',
          kv_connector_extra_config: { [key.name]: standard },
        });
        expect(hints('kv.json', text)).toEqual([key.name]);
      }
    }
    expect(count).toBeGreaterThan(20);
  });
});

it('a variable that another one replaced has a fix that writes the other', () => {
  const facts = (['vllm', 'nixl'] as const)
    .flatMap((owner) => envNamesStarting(owner, ''))
    .flatMap(({ name }) => lookupEnv(name) ?? [])
    .filter(({ replacedBy }) => replacedBy?.kind === 'variable' && replacedBy.sameValue);
  let count = 0;
  for (const fact of facts) {
    const other = lookupEnv(fact.replacedBy!.name);
    expect(other, fact.name).toBeDefined();
    const entry = variable(fact);
    const { library, outside } = releasesOf([fact.range]);
    const after = outside.filter((release) => holds(other!.range, release) === 'yes');
    for (const release of after) {
      count += 1;
      const fixes = found(entry, { [library]: release }).flatMap((problem) => problem.fixes);
      expect(fixes.map(({ title, edits }) => [title, edits.map(({ newText }) => newText)])).toEqual([
        [`Write \`${other!.name}\``, [other!.name]],
      ]);
    }
  }
  expect(count).toBeGreaterThan(0);
});
