import { type LmcacheKey, type LmcacheType, lmcacheRelease, lmcacheVariable } from '../knowledge';
import { allowed, card, code } from './card';

const TYPES: Readonly<Record<LmcacheType, string>> = {
  boolean: 'boolean',
  integer: 'integer',
  number: 'number',
  text: 'text',
  integers: 'integer or list of integers',
  numbers: 'number or list of numbers',
  texts: 'text or list of texts',
  object: 'mapping',
};

/** The type of a setting in words. */
export function lmcacheTypeWords({ type }: LmcacheKey): string {
  return TYPES[type];
}

/** A setting of LMCache, by its key or by the variable that sets it. */
export function lmcacheText(key: LmcacheKey, variable?: string): string {
  const other = variable === undefined ? `As a variable: ${code(lmcacheVariable(key.name))}.` : '';
  const kind = variable === undefined ? "key of LMCache's file" : `variable of LMCache for ${code(key.name)}`;
  return card({
    name: variable ?? key.name,
    kind: key.inExtra ? 'key of `extra_config` of LMCache' : kind,
    facts: [TYPES[key.type], key.default === undefined ? '' : `default ${code(key.default)}`, allowed(key.values)],
    text: [key.description, key.inExtra ? '' : other, lifeText(key)],
    ranges: [],
    sources: key.sources,
    confidence: key.confidence,
  });
}

/** Since when it is there, and what is there instead. */
function lifeText({ from, gone, taken, replacedBy, insteadUse }: LmcacheKey): string {
  if (gone === undefined) return from === undefined ? '' : `LMCache from ${lmcacheRelease(from)} on.`;
  const present = replacedBy === undefined ? insteadUse : code(replacedBy);
  const until = taken ? 'taken with a warning' : 'not read any more';
  return `An older setting: ${until} by LMCache from ${lmcacheRelease(gone)} on.${present ? ` Instead: ${present}.` : ''}`;
}
