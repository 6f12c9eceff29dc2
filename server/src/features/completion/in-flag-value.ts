import type { Analysis } from '../../analysis';
import { flagKeys, lookupFlagKey, type Versions } from '../../knowledge';
import { targetAt } from '../target';
import { versionsOf } from '../versions';
import { keyText, type Offer, valueText } from './in-config';
import { type JsonSlot, jsonSlotAt } from './json-slot';
import { flagKeyNames, flagKeyValues, type Name } from './names';
import type { Proposal } from './proposal';

/** Keys and values in the JSON object of an option such as `--kv-events-config`, complete or not. */
export function offerInFlagValue(analysis: Analysis, offset: number): Offer | undefined {
  const target = targetAt(analysis, offset);
  if (target?.kind !== 'flag-value' || target.value.kind === 'unknown' || target.flag.path.length > 0) return undefined;
  const { name } = target.flag;
  if (flagKeys(name).length === 0) return undefined;
  const { source } = target.value;
  const slot = jsonSlotAt(source.text, target.at);
  return slot && { slot: { source, span: slot.span }, proposals: proposalsFor(name, slot, versionsOf(target.engine)) };
}

function proposalsFor(flag: string, slot: JsonSlot, versions: Versions): Proposal[] {
  const { kind, path, keys } = slot;
  if (kind === 'key') {
    const names: Name[] = path.length === 0 ? flagKeyNames(flag, versions) : [];
    return names
      .filter(({ label }) => !keys.includes(label))
      .map((name) => ({ ...name, newText: keyText(name, slot) }));
  }
  const key = path.length === 1 && typeof path[0] === 'string' ? lookupFlagKey(flag, [path[0]]) : undefined;
  return flagKeyValues(key, versions).map((name) => ({ ...name, newText: valueText(name, slot) }));
}
