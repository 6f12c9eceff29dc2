import { type LmcacheKey, lmcacheExtraKey, lmcacheKey, lookupLmcacheVariable } from '../../knowledge';
import {
  type Engine,
  isScalar,
  knownText,
  type Member,
  member,
  type ObjectNode,
  type Place,
  renameKey,
  type TreeNode,
  type Variable,
} from '../../model';
import type { Edit } from '../rule';
import { rename, valuePlace } from './environment';
import { contentPlace, countingMembers, isPlaceholder, keyPlace, knownPlain } from './tree';

/** A setting of LMCache as it is written: a key of its file, or a variable. */
export interface LmcacheSetting {
  readonly key: LmcacheKey;
  /** As it is written, for messages. */
  readonly name: string;
  readonly namePlace: Place;
  readonly valuePlace: Place;
  /** As a plain value; `undefined` where it is not known. */
  readonly value: unknown;
  readonly source: 'file' | 'variable';
  readonly rename: (key: string) => Edit | undefined;
}

/** Keys at the top of LMCache's file that count. */
export function topMembers({ lmcache }: Engine): readonly Member[] {
  return lmcache ? countingMembers(lmcache.root) : [];
}

/** The object of `extra_config`. */
export function extraObject({ lmcache }: Engine): ObjectNode | undefined {
  const extra = member(lmcache?.root, 'extra_config')?.value;
  return extra?.type === 'object' ? extra : undefined;
}

/** All settings of LMCache that the table knows: those of its file, and those of the engine's variables. */
export function* lmcacheSettings(engine: Engine): Iterable<LmcacheSetting> {
  const extra = extraObject(engine);
  for (const one of topMembers(engine)) {
    const key = lmcacheKey(one.key);
    if (key) yield fromFile(key, one);
  }
  for (const one of extra ? countingMembers(extra) : []) {
    const key = lmcacheExtraKey(one.key);
    if (key) yield fromFile(key, one);
  }
  for (const variable of engine.environment.effective()) {
    const key = variable.nameText.known ? lookupLmcacheVariable(variable.name) : undefined;
    if (key) yield fromVariable(key, variable);
  }
}

function fromFile(key: LmcacheKey, one: Member): LmcacheSetting {
  return {
    key,
    name: one.key,
    namePlace: keyPlace(one),
    valuePlace: contentPlace(one.value),
    value: asPython(one.value),
    source: 'file',
    rename: (name) => renameKey(one, name),
  };
}

function fromVariable(key: LmcacheKey, variable: Variable): LmcacheSetting {
  const text = knownText(variable.value);
  return {
    key,
    name: variable.name,
    namePlace: variable.nameText.place(),
    valuePlace: valuePlace(variable),
    value: text === undefined || isPlaceholder(text) ? undefined : unquoted(text.trim()),
    source: 'variable',
    rename: (name) => rename(variable, `LMCACHE_${name.toUpperCase()}`),
  };
}

/** LMCache takes one pair of quotes off what a variable holds. */
function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

/** Python's YAML reads a number with an exponent and without a point as text: `1e9`. */
function asPython(node: TreeNode): unknown {
  const raw = isScalar(node) && node.type === 'number' && node.text.known ? node.text.text : '';
  return /^[+-]?\d+e/i.test(raw) ? raw : knownPlain(node);
}
