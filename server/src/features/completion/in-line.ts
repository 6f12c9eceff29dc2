import type { Analysis } from '../../analysis';
import {
  flagsWithKeys,
  lookupEnv,
  lookupExtraKey,
  lookupFlag,
  lookupFlagKey,
  lookupKvField,
  type Versions,
} from '../../knowledge';
import { connectorName, connectorsOf } from '../../model';
import { listItemAt } from '../list-item';
import { dynamoFlagLabels, dynamoFlagValues, isDynamos } from './dynamo-names';
import type { Offer } from './in-config';
import { lmcacheVariableNames, lmcacheVariableValues } from './in-lmcache';
import { asWritten } from './in-variable';
import { itemNames } from './list-values';
import {
  connectorLabels,
  extraKeyNames,
  fieldNames,
  flagKeyNames,
  flagKeyValues,
  flagLabels,
  flagValueNames,
  type Name,
  plainValues,
  variableNames,
  variableValues,
} from './names';

/** What stands around the cursor on its line. */
interface Line {
  /** Offset of the cursor in the file. */
  readonly offset: number;
  readonly before: string;
  readonly after: string;
}

/**
 * What can be told from the line alone, for text that is no engine yet because it is still being typed. All of it are
 * names and values that need no quoting in any notation, so they are written as they are.
 */
export function offerInLine(analysis: Analysis, offset: number, versions: Versions): Offer | undefined {
  const line = lineAt(analysis.text, offset);
  if (/^\s*(?:#|\/\/)/.test(line.before)) return undefined;
  return (
    dotted(analysis, line, versions) ??
    flags(analysis, line, versions) ??
    mappingKeys(analysis, line, versions) ??
    assignedValues(analysis, line, versions) ??
    variables(analysis, line, versions)
  );
}

function lineAt(text: string, offset: number): Line {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return { offset, before: text.slice(start, offset), after: text.slice(offset, end < 0 ? text.length : end) };
}

function offer(line: Line, typed: string, following: RegExp, names: readonly Name[], suffix = ''): Offer | undefined {
  if (names.length === 0) return undefined;
  const after = following.exec(line.after)?.[0] ?? '';
  return {
    slot: { fileSpan: { start: line.offset - typed.length, end: line.offset + after.length } },
    proposals: names.map((name) => ({ ...asWritten(name), newText: name.label + suffix })),
  };
}

/** `--kv-transfer-config.kv_r‸` and `--kv-transfer-config.kv_role ‸` */
function dotted(analysis: Analysis, line: Line, versions: Versions): Offer | undefined {
  const typed = /--([a-z][\w-]*)((?:\.\w+)*)\.(\w*)(?:[\s=]+["']?([\w.-]*))?$/.exec(line.before);
  if (!typed) return undefined;
  const [, flag = '', path = '', word = '', value] = typed;
  const object = {
    flag: flag.replaceAll('_', '-'),
    path: path.split('.').slice(1),
    connector: usualConnector(analysis),
  };
  if (value === undefined) return offer(line, word, /^\w*/, keysBelow(object, versions));
  return offer(line, value, /^[\w.-]*/, valuesOf(object, word, versions));
}

/** `--kv-tr‸` and `--kv-cache-dtype ‸`, in a file that has to do with vLLM. */
function flags(analysis: Analysis, line: Line, versions: Versions): Offer | undefined {
  if (!analysis.host) return undefined;
  const dynamo = isDynamos(analysis, line.offset);
  const typed = /(?:^|[\s"'[,])(--[a-z][\w-]*|--)$/.exec(line.before)?.[1];
  if (typed) {
    const part = typed.slice(2).replaceAll('_', '-');
    return offer(
      line,
      typed,
      /^[\w-]*/,
      [...(dynamo ? dynamoFlagLabels() : []), ...flagLabels(versions)].filter(({ label }) => label.includes(part)),
    );
  }
  const [, flag, value = ''] = /(?:^|[\s"'[,])(--[a-z][\w-]*)(?:\s+|=)["']?([\w.-]*)$/.exec(line.before) ?? [];
  const own = flag && dynamo ? dynamoFlagValues(flag) : undefined;
  if (own) return offer(line, value, /^[\w.-]*/, own);
  const fact = flag ? lookupFlag(flag)?.fact : undefined;
  return fact && offer(line, value, /^[\w.-]*/, flagValueNames(fact, versions));
}

/** Keys and values below `kv-transfer-config:`, or another option that takes an object, in block style. */
function mappingKeys(analysis: Analysis, line: Line, versions: Versions): Offer | undefined {
  const typed = /^(\s*)([\w-]*)(?::\s+["']?([\w.-]*))?$/.exec(line.before);
  if (!typed) return undefined;
  const [, indent = '', key = '', value] = typed;
  const parents = parentKeys(analysis.text, line.offset - line.before.length, indent.length);
  const names = parents.map((parent) => parent.replaceAll('_', '-'));
  const top = names.findIndex((name) => OBJECTS.includes(name));
  if (top < 0) return undefined;
  const path = parents.slice(0, top).reverse();
  const object = { flag: names[top]!, path, connector: usualConnector(analysis) };
  if (value === undefined) {
    return offer(line, key, /^[\w-]*/, keysBelow(object, versions), line.after.startsWith(':') ? '' : ': ');
  }
  return offer(line, value, /^[\w.-]*/, valuesOf(object, key, versions));
}

const KV_TRANSFER = 'kv-transfer-config';

/** The options whose keys are known. */
const OBJECTS = [KV_TRANSFER, ...flagsWithKeys()];

/** An object of an option: the option itself, or what the keys of a path lead to. */
interface OptionObject {
  readonly flag: string;
  readonly path: readonly string[];
  readonly connector: string;
}

/** The connector that all engines of the file have; that of NIXL where they do not agree. */
function usualConnector({ deployment }: Analysis): string {
  const names = new Set(
    deployment.engines.map(({ kvTransfer }) => {
      const [outermost] = connectorsOf(kvTransfer);
      return outermost && connectorName(outermost);
    }),
  );
  const [only] = names;
  return names.size === 1 && only !== undefined ? only : 'NixlConnector';
}

function keysBelow({ flag, path, connector }: OptionObject, versions: Versions): Name[] {
  if (flag !== KV_TRANSFER) return path.length === 0 ? flagKeyNames(flag, versions) : [];
  if (path.length === 0) return fieldNames(versions, connector);
  return path.length === 1 && path[0] === 'kv_connector_extra_config' ? extraKeyNames(connector, versions) : [];
}

function valuesOf({ flag, path, connector }: OptionObject, key: string, versions: Versions): Name[] {
  if (path.length === 1 && path[0] === 'kv_connector_extra_config') {
    return plainValues(lookupExtraKey(connector, key), versions);
  }
  if (path.length > 0) return [];
  if (flag !== KV_TRANSFER) return flagKeyValues(lookupFlagKey(flag, [key]), versions);
  return key === 'kv_connector' ? connectorLabels(versions) : plainValues(lookupKvField(key), versions);
}

/** Keys of the mappings around a line in block style, innermost first. */
function parentKeys(text: string, lineStart: number, indent: number): string[] {
  const keys: string[] = [];
  let margin = indent;
  const lines = text.slice(0, lineStart).split('\n');
  for (const line of lines.reverse()) {
    if (margin === 0) break;
    const key = /^(\s*)["']?([\w-]+)["']?\s*:/.exec(line);
    const found = line.search(/\S/);
    if (found < 0 || found >= margin) continue;
    margin = found;
    if (key) keys.push(key[2]!);
  }
  return keys;
}

/** `UCX_TLS=rc,‸`, `export VLLM_…=‸`, and `value: ‸` under `name: UCX_TLS`. */
function assignedValues({ text, deployment }: Analysis, line: Line, versions: Versions): Offer | undefined {
  const assigned = /(?:^|[\s"'])((?:VLLM|NIXL|UCX|LMCACHE)_[A-Z0-9_]+)(?:=|:\s+)["']?([\w,^:.-]*)$/.exec(line.before);
  const value = /^\s*(?:-\s+)?value:\s+["']?([\w,^:.-]*)$/.exec(line.before);
  const name = assigned?.[1] ?? (value && siblingName(text, line.offset - line.before.length));
  const typed = assigned?.[2] ?? value?.[1] ?? '';
  const fact = name ? lookupEnv(name) : undefined;
  if (name && !fact) return offer(line, typed, /^[\w.-]*/, lmcacheVariableValues(name));
  if (!fact) return undefined;
  const item = listItemAt(fact, typed, typed.length);
  if (!item) return offer(line, typed, /^[\w.-]*/, variableValues(fact, versions));
  const platform = deployment.engines[0]?.platform;
  return offer(line, typed.slice(item.span.start), /^[\w:]*/, itemNames(fact, item, versions, platform));
}

/** The name of the environment entry whose value stands on the next line. */
function siblingName(text: string, lineStart: number): string | undefined {
  const before = text.slice(0, Math.max(0, lineStart - 1));
  return /(?:^|\n)\s*-\s+name:\s+["']?(\w+)["']?\s*$/.exec(before.slice(-200))?.[1];
}

/** `UCX_T‸`, wherever names of variables stand, and `- name: ‸` in a container's `env`. */
function variables({ host, text }: Analysis, line: Line, versions: Versions): Offer | undefined {
  const typed = /(?<![\w$.{-])((?:V|N|U|LM)[A-Z0-9_]*)$/.exec(line.before)?.[1];
  // Without any word of ours in the file, only what is surely going to be one.
  if (typed !== undefined && (host !== undefined || typed.length >= 3)) {
    const assigns = (host === 'dotenv' || host === 'env-file-docker') && !line.after.includes('=');
    const names = [...variableNames(typed, versions), ...lmcacheVariableNames(typed)];
    return offer(line, typed, /^[A-Z0-9_]*/, names, assigns ? '=' : '');
  }
  const entry = host && /^(\s*-\s+)name:\s+["']?$/.exec(line.before);
  if (!entry || parentKeys(text, line.offset - line.before.length, entry[1]!.length)[0] !== 'env') return undefined;
  return offer(line, '', /^\w*/, variableNames('', versions));
}
