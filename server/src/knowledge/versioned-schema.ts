/**
 * The configuration as one release of vLLM takes it, as JSON Schema that any editor and any validator can use: without
 * keywords of our own, without references to other files, and clean in ajv's strict mode.
 */

import table from '../../../schemas/kv-transfer-config.schema.json';
import { backendNames } from './backends';
import { type BehaviourId, behaviour } from './behaviours';
import { type ConnectorFact, connectorNames, connectorState, lookupConnector } from './connectors';
import { extraConfigSchema } from './extra-config';
import { boundsOf } from './fact';
import type { Annotation, ObjectSchema, PropertySchema } from './json-schema';
import { typesChecked, unknownKeyEffect } from './kv-transfer-config';
import { isUnverified, newestVerified, nixlForVllm } from './releases';
import { type Bounds, holds, valueAt } from './version';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const MODULE_PATH = 'kv_connector_module_path';
const EXTRA_CONFIG = 'kv_connector_extra_config';

/** The whole `--kv-transfer-config` object, with the settings of each connector of the release. */
export function kvTransferConfigSchema(release: string): JsonSchema {
  const $defs = definitions(release, '#');
  return {
    $schema: DRAFT,
    $id: `urn:nixl-vllm:kv-transfer-config:${release}`,
    title: `KV transfer configuration of vLLM ${release}`,
    ...comment(release),
    ...configuration(release),
    ...(Object.keys($defs).length > 0 && { $defs }),
  };
}

/** Settings of one connector in a release; undefined when it is not there or takes any key. */
export function connectorSchema(connector: string, release: string): JsonSchema | undefined {
  if (!connectorsWithSchema(release).includes(connector)) return undefined;
  const nested = connector === 'MultiConnector';
  const $defs = nested
    ? { configuration: configuration(release), ...definitions(release, '#/$defs/configuration') }
    : undefined;
  return {
    $schema: DRAFT,
    $id: `urn:nixl-vllm:connectors:${connector}:${release}`,
    title: `Settings of ${connector} in vLLM ${release}`,
    ...comment(release),
    ...settings(connector, release, '#/$defs/configuration'),
    ...($defs && { $defs }),
  };
}

/** Connectors of a release whose settings are known. */
export function connectorsWithSchema(release: string): readonly string[] {
  return connectorNames(release).filter((name) => extraConfigSchema(name));
}

/** What the schema of a release rests on, where that is not the release's source. */
function comment(release: string): JsonSchema {
  return isUnverified('vllm', release)
    ? {
        $comment: `Not verified beyond vLLM ${newestVerified('vllm')}: changes after it are known from documents only.`,
      }
    : {};
}

const schema = table as unknown as ObjectSchema;

function configuration(release: string): JsonSchema {
  const fields = Object.entries(schema.properties).filter(([, field]) => isThere(field['x-nixl'], release));
  const properties = fields.map(([name, field]) => [name, fieldOf(name, field, release)]);
  return {
    description: schema.description,
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(unknownKeyEffect(release) === 'refused' && { additionalProperties: false }),
    allOf: [roleOfConnector(), ...otherReleases(release), ...extraConfigs(release)],
  };
}

function fieldOf(name: string, field: PropertySchema, release: string): JsonSchema {
  const note = field['x-nixl'];
  const unread = note.unread !== undefined && isThere(note.unread, release);
  const names = name === 'kv_connector' ? connectorNames(release) : undefined;
  const checked = note.checkedAlways || typesChecked(release);
  return {
    ...describe(field, release, unread ? 'No connector of this release reads it.' : ''),
    ...(unread && { deprecated: true }),
    ...examples(names ?? note.suggest),
    ...(checked && constraints(field, note.nullRefused !== undefined && isThere(note.nullRefused, release))),
  };
}

/** A connector wants a role: the class says so itself. */
function roleOfConnector(): JsonSchema {
  return {
    if: { properties: { kv_connector: { type: 'string' } }, required: ['kv_connector'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
    then: {
      properties: { kv_role: { enum: ['kv_producer', 'kv_consumer', 'kv_both'] } },
      required: ['kv_role'],
    },
  };
}

/** Names that only other releases register. A name that nobody knows may be registered by a plugin. */
function otherReleases(release: string): JsonSchema[] {
  const known = connectorNames().filter((name) => {
    const { state } = connectorState(name, release);
    return state === 'not-yet' || state === 'removed';
  });
  if (known.length === 0) return [];
  return [
    {
      if: { properties: { [MODULE_PATH]: { type: 'null' } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
      then: { properties: { kv_connector: { not: { enum: known } } } },
    },
  ];
}

function extraConfigs(release: string): JsonSchema[] {
  // From 0.20.0 a module path wins over a registered name, and the class is another one then.
  const moduleWins = !happens('module-path-second', release);
  return connectorsWithSchema(release).map((name) => {
    const needed = Object.values(extraConfigSchema(name)!.properties).some((key) => needs(key['x-nixl'], release));
    return {
      if: {
        properties: { kv_connector: { const: name }, ...(moduleWins && { [MODULE_PATH]: { type: 'null' } }) },
        required: ['kv_connector'],
      },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
      then: {
        properties: { [EXTRA_CONFIG]: { $ref: `#/$defs/${name}` } },
        ...(needed && { required: [EXTRA_CONFIG] }),
      },
    };
  });
}

function definitions(release: string, whole: string): Record<string, JsonSchema> {
  return Object.fromEntries(connectorsWithSchema(release).map((name) => [name, settings(name, release, whole)]));
}

/** @param whole where the schema of a whole configuration stands, for the children of a MultiConnector */
function settings(connector: string, release: string, whole: string): JsonSchema {
  const known = extraConfigSchema(connector)!;
  const keys = Object.entries(known.properties).filter(([, { 'x-nixl': note }]) => isRead(note, connector, release));
  const required = keys.filter(([, { 'x-nixl': note }]) => needs(note, release));
  const always = required.filter(([, { 'x-nixl': note }]) => unless(note) === undefined).map(([name]) => name);
  const conditions = required.flatMap(([name, { 'x-nixl': note }]) => {
    const other = unless(note);
    if (other === undefined) return [];
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
    return [{ if: { properties: { [other]: false } }, then: { properties: { [name]: true }, required: [name] } }];
  });
  return {
    description: `${lookupConnector(connector)!.description} ${known.description}`,
    type: 'object',
    properties: Object.fromEntries(keys.map(([name, key]) => [name, keyOf(connector, name, key, release, whole)])),
    ...(always.length > 0 && { required: always }),
    ...(known.additionalProperties === false && { additionalProperties: false }),
    ...(conditions.length > 0 && { allOf: conditions }),
  };
}

function keyOf(connector: string, name: string, key: PropertySchema, release: string, whole: string): JsonSchema {
  const rules: Record<string, unknown> = { ...constraints(key, false) };
  if (connector === 'MultiConnector' && name === 'connectors') rules.items = childOf(release, whole);
  if (lookupConnector(connector)!.nixl && name === 'backends') {
    rules.items = { type: 'string', ...examples(backendNames(nixlForVllm(release))) };
  }
  return { ...describe(key, release), ...examples(key['x-nixl'].suggest), ...rules };
}

/** A whole configuration, with a connector; the parent hands it its own identity. */
function childOf(release: string, whole: string): JsonSchema {
  return {
    $ref: whole,
    type: 'object',
    properties: {
      kv_connector: { type: 'string' },
      ...(happens('child-engine-id-refused', release) && { engine_id: false }),
    },
    required: ['kv_connector'],
  };
}

/** Words, and the default where it is a value and not words. */
function describe({ description, 'x-nixl': note }: PropertySchema, release: string, more = ''): JsonSchema {
  const value = valueAt(note.defaults ?? [], 'vllm', release);
  const inWords = typeof value === 'string' && value.startsWith('the ');
  const words = [description, inWords ? `Default: ${value}.` : '', more].filter((text) => text !== '').join(' ');
  return { description: words, ...(value !== undefined && !inWords && { default: value }) };
}

function examples(values: readonly string[] | undefined): JsonSchema {
  return values && values.length > 0 ? { examples: values } : {};
}

/** Which type a keyword is for, so that each stands with its own type only. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  string: ['pattern'],
  integer: ['minimum', 'maximum'],
  number: ['minimum', 'maximum'],
  array: ['items', 'minItems'],
};

/** What a value must be. Several types stand as alternatives: ajv's strict mode warns about lists of types. */
function constraints(property: PropertySchema, nullRefused: boolean): JsonSchema {
  const { description: _words, 'x-nixl': _note, type, ...keywords } = property;
  if (type === undefined) return keywords;
  const types = [type].flat().filter((name) => !(name === 'null' && nullRefused));
  const distinct = types.filter((name) => !(name === 'integer' && types.includes('number')));
  // A type or null is no list of types to ajv.
  if (distinct.length === 2 && distinct.includes('null')) return { type: distinct, ...keywords };
  const alternatives = distinct.map((name) => ({ type: name, ...ofType(name, keywords) }));
  return alternatives.length === 1 ? alternatives[0]! : { anyOf: alternatives };
}

function ofType(type: string, keywords: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(keywords).filter(([keyword]) => KEYWORDS[type]?.includes(keyword)));
}

/** In the release, or perhaps in it. */
function isThere(bounds: Bounds, release: string): boolean {
  return holds({ library: 'vllm', ...boundsOf(bounds) }, release) !== 'no';
}

function isRead(note: Annotation, connector: ConnectorFact['name'], release: string): boolean {
  return isThere(note, release) && (note.onlyFor?.includes(connector) ?? true);
}

/** Certainly refused without it. */
function needs(note: Annotation, release: string): boolean {
  if (note.required === undefined) return false;
  const bounds = note.required === true ? {} : boundsOf(note.required);
  return isThere(note, release) && holds({ library: 'vllm', ...bounds }, release) === 'yes';
}

function unless({ required }: Annotation): string | undefined {
  return typeof required === 'object' ? required.unless : undefined;
}

function happens(id: BehaviourId, release: string): boolean {
  return holds(behaviour(id).range, release) === 'yes';
}
