import type { Analysis, Range } from '../analysis';
import {
  type BackendParameter,
  dynamoBackendVariable,
  lookupBackend,
  lookupBackendParameter,
  lookupConnector,
  lookupDynamoFlag,
  lookupEnv,
  lookupExtraKey,
  lookupFlag,
  lookupFlagKey,
  lookupKvField,
  lookupLmcacheVariable,
  type Range as Releases,
  type Versions,
  versionsFromImage,
} from '../knowledge';
import { at, connectorName, knownText, type Place, type TreeNode } from '../model';
import { configFileText } from './config-file-text';
import { directiveHover } from './directive';
import { dynamoFlagText } from './dynamo-text';
import { portFormulaText, portsText, valueText } from './effective';
import {
  backendText,
  connectorText,
  extraKeyText,
  fieldText,
  flagKeyText,
  flagText,
  imageText,
  parameterText,
  variableText,
} from './fact-text';
import { flagKeyAt } from './flag-object';
import { lmcacheText } from './lmcache-text';
import { metricHover } from './metric';
import { type Target, targetAt } from './target';
import { formText, itemText, readingText } from './value-text';
import { assumedText, versionsOf, versionsText } from './versions';

export interface HoverText {
  readonly markdown: string;
  readonly range: Range;
}

/** What is known about the thing at an offset; `undefined` where there is nothing to say. */
export function hover(analysis: Analysis, offset: number): HoverText | undefined {
  const target = targetAt(analysis, offset);
  const found = target && textOf(target);
  const located = found && analysis.files.locate(found.place);
  if (!located) return metricHover(analysis, offset) ?? directiveHover(analysis, offset);
  const parts = [...found.parts, found.ranges ? assumedText(target.engine, found.ranges) : ''];
  return { markdown: parts.filter((part) => part !== '').join('\n\n---\n\n'), range: located.range };
}

interface Found {
  readonly parts: readonly string[];
  readonly place: Place;
  /** The releases of the fact, for saying which version it was looked up for. */
  readonly ranges?: readonly Releases[] | undefined;
}

/** A card, with the releases that its fact holds for. */
interface Told {
  readonly text: string;
  readonly ranges: readonly Releases[];
}

function textOf(target: Target): Found | undefined {
  const versions = versionsOf(target.engine);
  const { place } = target;
  switch (target.kind) {
    case 'key':
      return found(place, keyText(target, versions));
    case 'value':
      return valueFound(target, versions);
    case 'variable':
    case 'variable-value':
      return variableFound(target, versions);
    case 'lmcache-key':
      return { place, parts: [lmcacheText(target.key)] };
    case 'flag': {
      const own = dynamoFlagOf(target);
      if (own) return { place, parts: [own, effectiveFlag(target)] };
      const key = target.flag.path.length > 0 && lookupFlagKey(target.flag.name, target.flag.path);
      if (key) return found(place, { text: flagKeyText(key, versions), ranges: [key.range] });
      const use = lookupFlag(target.flag.spelled, versions.vllm);
      return (
        use && found(place, { text: flagText(use.fact, versions), ranges: [use.fact.range] }, effectiveFlag(target))
      );
    }
    case 'flag-value':
      return flagValueFound(target, versions);
    case 'image': {
      const reference = knownText(target.engine.image) ?? '';
      const image = versionsFromImage(reference);
      return { place, parts: [image ? imageText(reference, image) : '', versionsText(target.engine)] };
    }
    case 'version':
      return { place, parts: [versionsText(target.engine)] };
  }
}

function found(place: Place, told: Told | undefined, ...parts: readonly string[]): Found | undefined {
  return told && { place, parts: [told.text, ...parts], ranges: told.ranges };
}

/** The fact about a key, by where it stands: in the connector object or in its extra config, at any depth. */
function keyText({ connector, path }: Target & { kind: 'key' | 'value' }, versions: Versions): Told | undefined {
  const [first, second] = path;
  if (first === undefined) return undefined;
  if (second === undefined) {
    const field = lookupKvField(first);
    return field && { text: fieldText(field, versions), ranges: [field.range] };
  }
  const name = connectorName(connector);
  const parameter = parameterAt(connector.node, path);
  if (parameter) return { text: parameterText(parameter, versions), ranges: [parameter.range] };
  if (first !== 'kv_connector_extra_config' || name === undefined) return undefined;
  const key = lookupExtraKey(name, second);
  return key && { text: extraKeyText(key, versions), ranges: [key.range] };
}

/** The parameter of a NIXL backend that a key in LMCache's `nixl_backend_params` gives. */
function parameterAt(node: TreeNode, path: readonly string[]): BackendParameter | undefined {
  if (path.at(-2) !== 'nixl_backend_params') return undefined;
  const backend = at(node, ...path.slice(0, -2), 'nixl_backend');
  return backend?.type === 'string' ? lookupBackendParameter(backend.value, path.at(-1)!) : undefined;
}

function valueFound(target: Target & { kind: 'value' }, versions: Versions): Found | undefined {
  const { node, path, place } = target;
  const known = node.type === 'string' && node.text.known ? node.value : undefined;
  if (known !== undefined && path.length === 1 && path[0] === 'kv_connector') {
    const connector = lookupConnector(known);
    if (connector) return found(place, { text: connectorText(connector), ranges: connector.ranges });
  }
  if (known !== undefined && path.length === 2 && path[1] === 'backends') {
    const backend = lookupBackend(known);
    if (backend) return found(place, { text: backendText(backend), ranges: [backend.range] });
  }
  return found(place, keyText(target, versions));
}

/** On an item of a list, the item; else the variable, and how its value is written and read. */
function variableFound(
  target: Target & { kind: 'variable' | 'variable-value' },
  versions: Versions,
): Found | undefined {
  const { variable, engine, place } = target;
  const fact = lookupEnv(variable.name);
  const setting = fact ? undefined : lookupLmcacheVariable(variable.name);
  if (setting) return { place, parts: [lmcacheText(setting, variable.name), effective(target)] };
  if (!fact) return found(place, dynamoText(variable.name, versions), effective(target));
  const { value } = variable;
  if (target.kind === 'variable-value' && value.kind !== 'unknown') {
    const about = itemText(fact, value.source.text, target.at, versions);
    if (about) {
      const { item, markdown } = about;
      return { place: value.source.place(item.span), parts: [markdown, formText(fact, versions)], ranges: item.ranges };
    }
  }
  const text = knownText(value);
  return found(
    place,
    // Of other programs' variables the range says nothing.
    { text: variableText(fact, versions), ranges: fact.owner === 'other' ? [] : [fact.range] },
    formText(fact, versions),
    configFileText(variable, versions),
    [effective(target), text === undefined ? '' : readingText(fact, text)].filter((part) => part !== '').join(' '),
    [portFormulaText(engine, fact.name), portsText(engine, fact.name)].filter((part) => part !== '').join('\n\n'),
  );
}

/** A variable of Dynamo that switches a NIXL backend on, or sets one of its parameters. */
function dynamoText(name: string, versions: Versions): Told | undefined {
  const about = dynamoBackendVariable(name);
  if (!about) return undefined;
  const { backend, parameter } = about;
  const whose = `**\`${name}\`** · variable of Dynamo's block manager`;
  const text = parameter ? parameterText(parameter, versions) : backendText(backend);
  return { text: `${whose}\n\n${text}`, ranges: [parameter?.range ?? backend.range] };
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

/** An option that Dynamo's worker takes for itself. */
function dynamoFlagOf({ engine, flag }: Target & { kind: 'flag' | 'flag-value' }): string | undefined {
  const own = engine.entry === 'dynamo.vllm' ? lookupDynamoFlag(flag.spelled) : undefined;
  return own && dynamoFlagText(own.flag);
}

/** In the JSON of an option, the key; else the option. */
function flagValueFound(target: Target & { kind: 'flag-value' }, versions: Versions): Found | undefined {
  const { flag, value, place } = target;
  const own = dynamoFlagOf(target);
  if (own) return { place, parts: [own] };
  if (flag.path.length > 0) {
    const key = lookupFlagKey(flag.name, flag.path);
    if (key) return found(place, { text: flagKeyText(key, versions), ranges: [key.range] });
  }
  if (value.kind !== 'unknown' && flag.path.length === 0) {
    const inside = flagKeyAt(flag.name, value.source.text, target.at);
    if (inside) {
      const { key, span } = inside;
      return found(value.source.place(span), { text: flagKeyText(key, versions), ranges: [key.range] });
    }
  }
  const use = lookupFlag(flag.spelled, versions.vllm);
  return use && found(place, { text: flagText(use.fact, versions), ranges: [use.fact.range] });
}
