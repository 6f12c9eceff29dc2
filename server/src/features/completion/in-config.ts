import type { Analysis } from '../../analysis';
import { lookupExtraKey, lookupKvField, type Versions } from '../../knowledge';
import type { Engine, SourceText } from '../../model';
import { decodedOffset } from '../covers';
import { versionsOf } from '../versions';
import { type JsonSlot, jsonSlotAt } from './json-slot';
import {
  backendLabels,
  connectorLabels,
  extraKeyNames,
  fieldNames,
  type Name,
  parameterNames,
  plainValues,
} from './names';
import { CURSOR, type Proposal, type Slot } from './proposal';

export interface Offer {
  readonly slot: Slot;
  readonly proposals: readonly Proposal[];
}

const EXTRA = 'kv_connector_extra_config';

/** Whole configurations, for where nothing is written yet. */
const WHOLE: readonly Proposal[] = ['kv_producer', 'kv_consumer'].map((role) => {
  const text = `{"kv_connector":"NixlConnector","kv_role":"${role}"}`;
  return { label: text, kind: 'value', detail: role === 'kv_producer' ? 'prefill' : 'decode', newText: text };
});

/** Keys and values in a kv-transfer-config that is written as JSON, complete or not. */
export function offerInConfig(analysis: Analysis, offset: number): Offer | undefined {
  for (const engine of analysis.deployment.engines) {
    const source = jsonText(engine);
    const at = source && decodedOffset(analysis, source, offset);
    if (source && source.text.trim() === '' && at !== undefined)
      return { slot: { source, span: source.all }, proposals: WHOLE };
    const slot = at === undefined ? undefined : jsonSlotAt(source!.text, at);
    if (source && slot) return { slot: { source, span: slot.span }, proposals: proposalsFor(slot, versionsOf(engine)) };
  }
  return undefined;
}

/** The text that should be JSON. */
function jsonText({ kvTransfer }: Engine): SourceText | undefined {
  if (kvTransfer?.form !== 'json' && kvTransfer?.form !== 'file') return undefined;
  const { source, span } = kvTransfer.place;
  return source.slice(span.start, span.end);
}

function proposalsFor(slot: JsonSlot, versions: Versions): Proposal[] {
  if (slot.kind === 'key') return keyNames(slot, versions).map((name) => ({ ...name, newText: keyText(name, slot) }));
  return valueNames(slot, versions).map((name) => ({ ...name, newText: valueText(name, slot) }));
}

function keyNames({ path, connector, backend, keys }: JsonSlot, versions: Versions): Name[] {
  const names = backend === undefined ? namesOf(path, connector, versions) : parameterNames(backend, versions);
  return names.filter(({ label }) => !keys.includes(label));
}

function namesOf(path: JsonSlot['path'], connector: string | undefined, versions: Versions): Name[] {
  if (path.length === 0) return fieldNames(versions, connector);
  return path.length === 1 && path[0] === EXTRA && connector ? extraKeyNames(connector, versions) : [];
}

function valueNames({ path, connector }: JsonSlot, versions: Versions): Name[] {
  const [key, extra] = path;
  if (path.length === 1 && key === 'kv_connector') return connectorLabels(versions);
  if (path.length === 1 && typeof key === 'string') {
    return plainValues(lookupKvField(key), versions);
  }
  if (key !== EXTRA || typeof extra !== 'string' || !connector) return [];
  if (extra === 'backends' && path.length === 3) return backendLabels(versions);
  const fact = path.length === 2 ? lookupExtraKey(connector, extra) : undefined;
  return plainValues(fact, versions);
}

/** A key with its quotes, colon and an empty value, as far as they are not there. */
export function keyText({ label, type }: Name, { quoted, closed, colon, comma }: JsonSlot): string {
  const open = quoted ? '' : '"';
  if (colon) return `${open}${label}${closed ? '' : '"'}`;
  return `${open}${label}": ${emptyValue(type)}${comma ? ', ' : ''}`;
}

function emptyValue(type = ''): string {
  if (/^string|or string/.test(type)) return `"${CURSOR}"`;
  if (/object|dict|map/.test(type)) return `{${CURSOR}}`;
  if (/list|array/.test(type)) return `[${CURSOR}]`;
  return CURSOR;
}

/** A value as it is written at a slot. */
export function valueText({ label }: Name, { quoted, closed }: JsonSlot): string {
  if (quoted) return closed ? label : `${label}"`;
  return label === 'true' || label === 'false' ? label : `"${label}"`;
}
