import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import {
  behaviour,
  connectorState,
  extraKeys,
  holds,
  knownReleases,
  lookupConnector,
  lookupExtraKey,
  lookupKvField,
  newestRelease,
  type Range,
  takesAnyExtraKey,
  unknownKeyEffect,
  validateExtraConfig,
  validateKvTransferConfig,
} from '../../server/src/knowledge';
import {
  connectorSchema,
  connectorsWithSchema,
  type JsonSchema,
  kvTransferConfigSchema,
} from '../../server/src/knowledge/versioned-schema';

const root = new URL('../../', import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
const names = (path: string) =>
  readdirSync(new URL(path, root))
    .filter((name) => name.endsWith('.json'))
    .sort();

const releases = knownReleases('vllm');

/** Every warning of ajv's strict mode is an error here. */
function compile(schema: JsonSchema): ValidateFunction {
  return new Ajv2020({ strict: true, allErrors: true }).compile(schema);
}

interface Case {
  readonly title: string;
  readonly in?: Omit<Range, 'library'>;
  readonly refused?: true | readonly Omit<Range, 'library'>[];
  readonly static?: boolean;
  readonly config: unknown;
}

/** Cases by the name of the schema that they are about. */
const cases = new Map<string, readonly Case[]>(
  names('test/fixtures/kv-transfer-config/').map((file) => [
    file.replace('.json', ''),
    read(`test/fixtures/kv-transfer-config/${file}`) as Case[],
  ]),
);

const covers = (bounds: Omit<Range, 'library'>, release: string) =>
  holds({ library: 'vllm', ...bounds }, release) !== 'no';

function releasesOf(example: Case): readonly string[] {
  if (example.in) return releases.filter((release) => covers(example.in!, release));
  const name = connectorOf(example.config);
  const ranges = name === undefined ? undefined : lookupConnector(name)?.ranges;
  return ranges ? releases.filter((release) => holds(ranges, release) !== 'no') : releases;
}

function isRefused({ refused }: Case, release: string): boolean {
  if (refused === undefined) return false;
  return refused === true || refused.some((bounds) => covers(bounds, release));
}

type Config = Readonly<Record<string, unknown>>;

function asObject(value: unknown): Config | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Config) : undefined;
}

function connectorOf(config: unknown): string | undefined {
  const name = asObject(config)?.kv_connector;
  return typeof name === 'string' ? name : undefined;
}

const compiled = new Map(releases.map((release) => [release, compile(kvTransferConfigSchema(release))]));

describe.each([...cases])('%s', (name, examples) => {
  test.each(examples.map((example) => [example.title, example] as const))(
    'the schema of every release: %s',
    (_, example) => {
      const among = releasesOf(example);
      expect(among.length).toBeGreaterThan(0);
      const refusing = among.filter((release) => !compiled.get(release)!(example.config));
      expect(refusing).toEqual(among.filter((release) => isRefused(example, release)));
    },
  );

  test.each(examples.map((example) => [example.title, example] as const))('our own validators: %s', (_, example) => {
    const among = releasesOf(example);
    const refusing = among.filter((release) => refusedByUs(example.config, release));
    expect(refusing).toEqual(among.filter((release) => isRefused(example, release)));
  });

  test.each(examples.map((example) => [example.title, example] as const))('the files as they are: %s', (_, example) => {
    const extra = asObject(example.config)?.kv_connector_extra_config;
    const about = connectorOf(example.config);
    const file = about === undefined ? undefined : lookupConnector(about)?.extraConfig;
    const accepted =
      staticSchema('kv-transfer-config')(example.config) &&
      (file === undefined || extra === undefined || !asObject(extra) || staticSchema(`connectors/${file}`)(extra));
    expect(!accepted).toBe(example.static ?? example.refused === true);
  });

  test('has cases of both kinds', () => {
    expect(examples.some(({ refused }) => refused === undefined)).toBe(true);
    expect(examples.some(({ refused }) => refused !== undefined)).toBe(true);
    expect(new Set(examples.map(({ title }) => title)).size).toBe(examples.length);
    if (name !== 'kv-transfer-config') {
      const used = new Set(examples.map(({ config }) => lookupConnector(connectorOf(config)!)?.extraConfig));
      expect(used.has(name)).toBe(true);
    }
  });
});

test('every schema file has its cases', () => {
  const files = names('schemas/connectors/').map((name) => name.replace('.schema.json', ''));
  expect([...cases.keys()].sort()).toEqual([...files, 'kv-transfer-config'].sort());
});

const statics = new Map<string, ValidateFunction>();

/** A file of schemas/ as any validator reads it that is told about our annotations. */
function staticSchema(name: string): ValidateFunction {
  const known = statics.get(name);
  if (known) return known;
  const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
  ajv.addKeyword({ keyword: 'x-nixl', valid: true });
  const validate = ajv.compile(read(`schemas/${name}.schema.json`));
  statics.set(name, validate);
  return validate;
}

/** The verdict of what the editor and the command line check with, put together for one release. */
function refusedByUs(value: unknown, release: string): boolean {
  const config = asObject(value);
  const problems = validateKvTransferConfig(value).filter(({ keyword, range, path }) => {
    const field = typeof path[0] === 'string' ? lookupKvField(path[0]) : undefined;
    const there = field === undefined || holds(field.range, release) !== 'no';
    return keyword !== 'unknown-key' && there && (range === undefined || holds(range, release) !== 'no');
  });
  if (problems.length > 0 || config === undefined) return problems.length > 0;
  const unknown = Object.keys(config).some((key) => {
    const field = lookupKvField(key);
    return field === undefined || holds(field.range, release) === 'no';
  });
  if (unknown && unknownKeyEffect(release) === 'refused') return true;
  const name = connectorOf(config);
  if (name === undefined) return false;
  const module = typeof config.kv_connector_module_path === 'string';
  const { state } = connectorState(name, release);
  if (!module && (state === 'not-yet' || state === 'removed')) return true;
  if (module && holds(behaviour('module-path-second').range, release) !== 'yes') return false;
  return state === 'registered' || state === 'depends' ? extraRefused(name, config, release) : false;
}

function extraRefused(name: string, config: Config, release: string): boolean {
  const extra = config.kv_connector_extra_config ?? {};
  const keys = Object.keys(extra);
  const reads = (key: string) => {
    const known = lookupExtraKey(name, key);
    return known !== undefined && holds(known.range, release) !== 'no';
  };
  if (!takesAnyExtraKey(name) && !keys.every(reads)) return true;
  const wrong = validateExtraConfig(name, extra).some(
    ({ keyword, path }) => keyword === 'required' || (keyword !== 'unknown-key' && reads(String(path[0]))),
  );
  if (wrong) return true;
  const missing = extraKeys(name).some(
    ({ name: key, requiredIn }) =>
      requiredIn !== undefined &&
      reads(key) &&
      holds(requiredIn, release) === 'yes' &&
      !keys.includes(key) &&
      !(requiredIn.unless !== undefined && keys.includes(requiredIn.unless)),
  );
  if (missing) return true;
  const children = name === 'MultiConnector' ? (extra as { connectors: readonly Config[] }).connectors : [];
  const ownIdentity = holds(behaviour('child-engine-id-refused').range, release) === 'yes';
  return children.some(
    (child) =>
      typeof child.kv_connector !== 'string' ||
      (ownIdentity && Object.hasOwn(child, 'engine_id')) ||
      refusedByUs(child, release),
  );
}

/** The compiled schema of one connector, made once: MultiConnector's holds all of the others. */
const alones = new Map<string, ValidateFunction>();

function alone(connector: string, release: string): ValidateFunction {
  const key = `${connector} ${release}`;
  const known = alones.get(key) ?? compile(connectorSchema(connector, release)!);
  alones.set(key, known);
  return known;
}

describe('the schema of one connector', () => {
  test('is clean in strict mode and stands alone, for every release', () => {
    for (const release of releases) {
      for (const name of connectorsWithSchema(release)) {
        const schema = connectorSchema(name, release)!;
        expect(() => alone(name, release), `${name} ${release}`).not.toThrow();
        expect(schema.$id).toBe(`urn:nixl-vllm:connectors:${name}:${release}`);
      }
    }
  });

  test('says of settings what the whole schema says of them', () => {
    for (const [name, examples] of cases) {
      if (name === 'kv-transfer-config') continue;
      for (const example of examples) {
        const config = asObject(example.config)!;
        const extra = config.kv_connector_extra_config ?? {};
        const connector = connectorOf(config)!;
        for (const release of releasesOf(example)) {
          const refused = !alone(connector, release)(extra);
          expect(refused, `${example.title} ${release}`).toBe(isRefused(example, release));
        }
      }
    }
  });

  test('is not there for what a release does not have, and for what takes any key', () => {
    expect(connectorSchema('NixlPushConnector', '0.23.0')).toBeUndefined();
    expect(connectorSchema('FlexKVConnectorV1', '0.25.1')).toBeUndefined();
    expect(connectorSchema('Nope', '0.25.1')).toBeUndefined();
  });
});

/** The parts of a schema that these tests look into. */
interface Whole extends JsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly $defs: Readonly<Record<string, JsonSchema>>;
}

describe('the schema of a release', () => {
  const whole = (release: string) => kvTransferConfigSchema(release) as unknown as Whole;

  test('names itself by the release and refers to nothing outside', () => {
    const schema = whole('0.22.0');
    expect([schema.$schema, schema.$id]).toEqual([
      'https://json-schema.org/draft/2020-12/schema',
      'urn:nixl-vllm:kv-transfer-config:0.22.0',
    ]);
    const references = JSON.stringify(schema).match(/"\$(?:dynamicR|r)ef":"[^"]*"/g) ?? [];
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) expect(reference).toMatch(/^"\$ref":"#(?:\/\$defs\/\w+)?"$/);
    expect(JSON.stringify(schema)).not.toContain('x-nixl');
  });

  test('has the fields, the defaults and the connectors of the release', () => {
    const field = (release: string, name: string) => whole(release).properties[name];
    expect(field('0.12.0', 'kv_load_failure_policy')).toBeUndefined();
    expect(field('0.16.0', 'kv_load_failure_policy')?.default).toBe('recompute');
    expect(field('0.17.0', 'kv_load_failure_policy')?.default).toBe('fail');
    expect(field('0.17.0', 'kv_buffer_device')).toMatchObject({ default: 'cuda', type: 'string' });
    expect(field('0.18.0', 'kv_buffer_device')).not.toHaveProperty('default');
    expect(field('0.18.0', 'kv_buffer_device')?.description).toContain("Default: the platform's device type.");
    expect(field('0.23.0', 'kv_connector')?.examples).toContain('P2pNcclConnector');
    expect(field('0.24.0', 'kv_connector')?.examples).not.toContain('P2pNcclConnector');
    expect(Object.keys(whole('0.21.0').$defs)).not.toContain('NixlPushConnector');
    expect(Object.keys(whole('0.24.0').$defs)).toContain('NixlPushConnector');
  });

  test('calls deprecated what nothing reads any more', () => {
    const deprecated = (release: string) =>
      Object.entries(whole(release).properties)
        .filter(([, { deprecated }]) => deprecated === true)
        .map(([name]) => name);
    expect(deprecated('0.10.0')).toEqual([]);
    expect(deprecated('0.23.0')).toEqual(['kv_ip', 'kv_parallel_size', 'kv_rank']);
    expect(deprecated('0.24.0')).toEqual(['kv_buffer_size', 'kv_ip', 'kv_parallel_size', 'kv_port', 'kv_rank']);
  });

  test('takes unknown keys where the release does', () => {
    const closed = ['0.9.0', '0.9.1', '0.15.1', '0.16.0', newestRelease('vllm')].map(
      (release) => whole(release).additionalProperties === false,
    );
    expect(closed).toEqual([true, false, false, true, true]);
  });

  test('says where it is not read in source', () => {
    expect(whole('0.25.1')).not.toHaveProperty('$comment');
    expect(whole(newestRelease('vllm')).$comment).toContain('0.28.0');
  });

  test('describes everything', () => {
    for (const release of [releases[0]!, '0.16.0', newestRelease('vllm')]) {
      const schema = whole(release);
      const objects: JsonSchema[] = [schema, ...Object.values(schema.$defs)];
      for (const { properties } of objects) {
        for (const [name, property] of Object.entries(properties as Record<string, JsonSchema>)) {
          expect(property.description, name).toMatch(/\.$/);
        }
      }
    }
  });
});
