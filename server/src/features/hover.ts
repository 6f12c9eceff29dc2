import type { Analysis, Range } from '../analysis';
import {
  lookupBackend,
  lookupConnector,
  lookupEnv,
  lookupExtraKey,
  lookupFlag,
  lookupKvField,
  lookupTransport,
  lookupTransportAlias,
  readUcxList,
  type Versions,
} from '../knowledge';
import { connectorName, type Place } from '../model';
import { portsText, valueText } from './effective';
import {
  aliasText,
  backendText,
  connectorText,
  extraKeyText,
  fieldText,
  flagText,
  transportText,
  variableText,
} from './fact-text';
import { type Target, targetAt } from './target';
import { versionsOf, versionsText } from './versions';

export interface HoverText {
  readonly markdown: string;
  readonly range: Range;
}

/** What is known about the thing at an offset; `undefined` where there is nothing to say. */
export function hover(analysis: Analysis, offset: number): HoverText | undefined {
  const target = targetAt(analysis, offset);
  const found = target && textOf(target);
  const located = found && analysis.files.locate(found.place);
  return located && { markdown: found.parts.filter((part) => part !== '').join('\n\n---\n\n'), range: located.range };
}

interface Found {
  readonly parts: readonly string[];
  readonly place: Place;
}

function textOf(target: Target): Found | undefined {
  const versions = versionsOf(target.engine);
  const { place } = target;
  switch (target.kind) {
    case 'key':
      return found(place, keyText(target, versions));
    case 'value':
      return valueFound(target, versions);
    case 'variable': {
      const fact = lookupEnv(target.variable.name);
      return fact && found(place, variableText(fact, versions), effective(target), portsText(target.engine, fact.name));
    }
    case 'variable-value':
      return variableFound(target, versions);
    case 'flag': {
      const use = lookupFlag(target.flag.spelled);
      return use && found(place, flagText(use.fact, versions), effectiveFlag(target));
    }
    case 'flag-value': {
      const use = lookupFlag(target.flag.spelled);
      return use && found(place, flagText(use.fact, versions));
    }
    case 'image':
      return found(place, versionsText(target.engine));
  }
}

function found(place: Place, ...parts: readonly (string | undefined)[]): Found | undefined {
  const [first, ...others] = parts;
  return first === undefined ? undefined : { place, parts: [first, ...others.map((part) => part ?? '')] };
}

/** The fact about a key, by where it stands: in the connector object or in its extra config. */
function keyText({ connector, path }: Target & { kind: 'key' | 'value' }, versions: Versions): string | undefined {
  const [first, second] = path;
  if (first === undefined) return undefined;
  if (second === undefined) {
    const field = lookupKvField(first);
    return field && fieldText(field, versions);
  }
  const name = connectorName(connector);
  if (first !== 'kv_connector_extra_config' || path.length > 2 || name === undefined) return undefined;
  const key = lookupExtraKey(name, second);
  return key && extraKeyText(key, versions);
}

function valueFound(target: Target & { kind: 'value' }, versions: Versions): Found | undefined {
  const { node, path, place } = target;
  const known = node.type === 'string' && node.text.known ? node.value : undefined;
  if (known !== undefined && path.length === 1 && path[0] === 'kv_connector') {
    const connector = lookupConnector(known);
    if (connector) return found(place, connectorText(connector));
  }
  if (known !== undefined && path.length === 2 && path[1] === 'backends') {
    const backend = lookupBackend(known);
    if (backend) return found(place, backendText(backend));
  }
  return found(place, keyText(target, versions));
}

/** On a list of transports, the token; else the variable. */
function variableFound(target: Target & { kind: 'variable-value' }, versions: Versions): Found | undefined {
  const { variable, at, engine, place } = target;
  const fact = lookupEnv(variable.name);
  if (variable.name === 'UCX_TLS' && variable.value.kind !== 'unknown') {
    const { source } = variable.value;
    const entry = readUcxList(source.text).entries.find(({ start, end }) => start <= at && at <= end);
    const transport = entry && lookupTransport(entry.name);
    const alias = entry && lookupTransportAlias(entry.name);
    const text = transport ? transportText(transport) : alias && aliasText(alias, versions);
    if (entry && text) return found(source.place({ start: entry.start, end: entry.end }), text);
  }
  return fact && found(place, variableText(fact, versions), effective(target), portsText(engine, fact.name));
}

function effective({ engine, variable }: Target & { kind: 'variable' | 'variable-value' }): string {
  const counting = engine.environment.get(variable.name);
  if (!counting) return '';
  const says = `What the engine sees: ${valueText(counting.value)}.`;
  return counting === variable ? says : `Set again later: this value does not count. ${says}`;
}

function effectiveFlag({ engine, flag }: Target & { kind: 'flag' }): string {
  const counting = engine.flags.get(flag.name);
  if (flag.path.length > 0 || !counting || counting === flag) return '';
  return `Given again later: this one does not count. ${counting.value ? `What the engine sees: ${valueText(counting.value)}.` : ''}`;
}
