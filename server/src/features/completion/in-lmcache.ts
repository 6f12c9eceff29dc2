import type { Analysis } from '../../analysis';
import {
  type LmcacheKey,
  lmcacheExtraKey,
  lmcacheKey,
  lmcacheKeyNames,
  lmcacheVariable,
  lookupLmcacheVariable,
} from '../../knowledge';
import { lmcacheText, lmcacheTypeWords } from '../lmcache-text';
import type { Offer } from './in-config';
import type { Name } from './names';

/** Keys and values in LMCache's own file, on a line that may still be unfinished. */
export function offerInLmcache({ host, text }: Analysis, offset: number): Offer | undefined {
  if (host !== 'lmcache-config') return undefined;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(start, offset);
  const after = text.slice(offset).split('\n', 1)[0]!;
  const slot = (typed: string, following: RegExp) => ({
    fileSpan: { start: offset - typed.length, end: offset + (following.exec(after)?.[0].length ?? 0) },
  });
  const flow = /^extra_config:\s*\{(?:.*,)?\s*(\w*)$/.exec(before);
  const block = /^(\s*)(\w*)(?::\s+(\w*))?$/.exec(before);
  const inExtra = flow !== null || (block?.[1] !== '' && parentKey(text.slice(0, start)) === 'extra_config');
  if (flow ? false : !block || (block[1] !== '' && !inExtra)) return undefined;
  const value = block?.[3];
  if (value !== undefined) {
    const key = inExtra ? lmcacheExtraKey(block![2]!) : lmcacheKey(block![2]!);
    const values = key ? lmcacheValues(key) : [];
    return values.length === 0 ? undefined : { slot: slot(value, /^\w*/), proposals: values.map(asWritten) };
  }
  const typed = flow?.[1] ?? block?.[2] ?? '';
  const written = new Set([...text.matchAll(/^[^\S\n]*(\w+):/gm)].map((match) => match[1]));
  const names = lmcacheKeyNames(inExtra).filter((name) => name === typed || !written.has(name));
  const suffix = /^\w*\s*:/.test(after) ? '' : ': ';
  return {
    slot: slot(typed, /^\w*/),
    proposals: names.map((name) => {
      const key = (inExtra ? lmcacheExtraKey(name) : lmcacheKey(name))!;
      return { ...proposal(key), label: name, kind: 'key' as const, newText: name + suffix };
    }),
  };
}

/** The key at the margin that the lines before belong to. */
function parentKey(before: string): string | undefined {
  return [...before.matchAll(/^(\w+):/gm)].at(-1)?.[1];
}

function proposal(key: LmcacheKey, variable?: string) {
  return {
    detail: lmcacheTypeWords(key),
    documentation: () => lmcacheText(key, variable),
    deprecated: key.gone !== undefined,
  };
}

function asWritten(name: Name) {
  return { ...name, newText: name.label };
}

/** Values worth proposing for a setting of LMCache. */
function lmcacheValues(key: LmcacheKey): Name[] {
  const values =
    key.type === 'boolean'
      ? ['true', 'false']
      : [...new Set([...key.suggest, ...(key.default === undefined ? [] : [key.default])])];
  return values.map((label) => ({ label, kind: 'value', ...(label === key.default && { detail: 'default' }) }));
}

/** Variables of LMCache that begin so. */
export function lmcacheVariableNames(typed: string): Name[] {
  if (!typed.startsWith('LM')) return [];
  return lmcacheKeyNames(false).flatMap((name) => {
    const variable = lmcacheVariable(name);
    if (!variable.startsWith(typed)) return [];
    return [{ ...proposal(lmcacheKey(name)!, variable), label: variable, kind: 'variable' as const }];
  });
}

/** Values of a variable of LMCache. */
export function lmcacheVariableValues(variable: string): Name[] {
  const key = lookupLmcacheVariable(variable);
  return key ? lmcacheValues(key) : [];
}
