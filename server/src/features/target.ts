import type { Analysis } from '../analysis';
import { type LmcacheKey, lmcacheExtraKey, lmcacheKey } from '../knowledge';
import {
  type ConnectorConfig,
  connectorsOf,
  type Engine,
  type Flag,
  isScalar,
  type Member,
  type Place,
  placeOf,
  type ScalarNode,
  type TreeNode,
  type Value,
  type Variable,
} from '../model';
import { covers, decodedOffset } from './covers';

/** A key or value of a connector object, with the keys that lead to it from that object. */
interface ConfigPart {
  readonly connector: ConnectorConfig;
  readonly path: readonly string[];
}

/** The thing that an editor's cursor is on. */
export type Target = { readonly engine: Engine; readonly place: Place } & (
  | ({ readonly kind: 'key'; readonly member: Member } & ConfigPart)
  | ({ readonly kind: 'value'; readonly node: ScalarNode; readonly at: number } & ConfigPart)
  | { readonly kind: 'variable'; readonly variable: Variable }
  | { readonly kind: 'variable-value'; readonly variable: Variable; readonly at: number }
  | { readonly kind: 'flag'; readonly flag: Flag }
  | { readonly kind: 'flag-value'; readonly flag: Flag; readonly value: Value; readonly at: number }
  | { readonly kind: 'lmcache-key'; readonly key: LmcacheKey }
  | { readonly kind: 'image' | 'version' }
);

/** What stands at an offset of the analysed file; of nested things the innermost. */
export function targetAt(analysis: Analysis, offset: number): Target | undefined {
  for (const engine of analysis.deployment.engines) {
    const found = inConfig(analysis, engine, offset) ?? inVariables(analysis, engine, offset);
    const target =
      found ??
      inLmcache(analysis, engine, offset) ??
      inFlags(analysis, engine, offset) ??
      onImage(analysis, engine, offset) ??
      onVersion(analysis, engine, offset);
    if (target) return target;
  }
  return undefined;
}

function inConfig(analysis: Analysis, engine: Engine, offset: number): Target | undefined {
  // The innermost connector first: a child of a MultiConnector lies within its parent.
  for (const connector of connectorsOf(engine.kvTransfer).toReversed()) {
    const found = inObject(analysis, engine, { connector, path: [] }, connector.node, offset);
    if (found) return found;
  }
  return undefined;
}

function inObject(
  analysis: Analysis,
  engine: Engine,
  part: ConfigPart,
  node: TreeNode,
  offset: number,
): Target | undefined {
  if (node.type === 'object') {
    for (const member of node.members) {
      const inner = { ...part, path: [...part.path, member.key] };
      const place = member.keyText.place();
      if (covers(analysis, place, offset)) return { kind: 'key', engine, member, place, ...inner };
      const found = inObject(analysis, engine, inner, member.value, offset);
      if (found) return found;
    }
    return undefined;
  }
  if (node.type === 'array') {
    for (const item of node.items) {
      const found = inObject(analysis, engine, part, item, offset);
      if (found) return found;
    }
    return undefined;
  }
  if (!isScalar(node) || !covers(analysis, node.text.place(), offset)) return undefined;
  const at = decodedOffset(analysis, node.text, offset);
  return at === undefined ? undefined : { kind: 'value', engine, node, at, place: node.text.place(), ...part };
}

function inVariables(analysis: Analysis, engine: Engine, offset: number): Target | undefined {
  for (const variable of [...engine.environment.variables, ...(engine.configFile?.unread ?? [])]) {
    const name = variable.nameText.place();
    if (covers(analysis, name, offset)) return { kind: 'variable', engine, variable, place: name };
    const place = placeOf(variable.value);
    if (!covers(analysis, place, offset)) continue;
    const at = variable.value.kind === 'unknown' ? undefined : decodedOffset(analysis, variable.value.source, offset);
    return { kind: 'variable-value', engine, variable, at: at ?? 0, place };
  }
  return undefined;
}

/** A key or value of LMCache's file: in both cases the setting. */
function inLmcache(analysis: Analysis, engine: Engine, offset: number): Target | undefined {
  for (const member of engine.lmcache?.root.members ?? []) {
    const nested = member.key === 'extra_config' && member.value.type === 'object' ? member.value.members : [];
    for (const [{ key, keyText, value }, inExtra] of [
      ...nested.map((one) => [one, true] as const),
      [member, false] as const,
    ]) {
      const on = [keyText.place(), value.place].find((place) => covers(analysis, place, offset));
      const fact = on && (inExtra ? lmcacheExtraKey(key) : lmcacheKey(key));
      if (on && fact) return { kind: 'lmcache-key', engine, key: fact, place: on };
    }
  }
  return undefined;
}

function inFlags(analysis: Analysis, engine: Engine, offset: number): Target | undefined {
  for (const flag of engine.flags.list) {
    const place = flag.text.place();
    if (covers(analysis, place, offset)) return { kind: 'flag', engine, flag, place };
    for (const value of flag.values) {
      const inside = placeOf(value);
      if (!covers(analysis, inside, offset)) continue;
      const at = value.kind === 'unknown' ? undefined : decodedOffset(analysis, value.source, offset);
      return { kind: 'flag-value', engine, flag, value, at: at ?? 0, place: inside };
    }
  }
  return undefined;
}

/** A requirement (`vllm==0.11.0`) that tells a version. */
function onVersion(analysis: Analysis, engine: Engine, offset: number): Target | undefined {
  const { vllm, nixl, ucx } = engine.versions;
  for (const assumed of [vllm, nixl, ucx]) {
    const place = assumed?.from === 'requirement' ? assumed.place : undefined;
    if (place && covers(analysis, place, offset)) return { kind: 'version', engine, place };
  }
  return undefined;
}

function onImage(analysis: Analysis, engine: Engine, offset: number): Target | undefined {
  if (!engine.image || !covers(analysis, placeOf(engine.image), offset)) return undefined;
  return { kind: 'image', engine, place: placeOf(engine.image) };
}
