import type { Analysis } from '../../analysis';
import { lookupEnv } from '../../knowledge';
import { listItemAt } from '../list-item';
import { targetAt } from '../target';
import { versionsOf } from '../versions';
import type { Offer } from './in-config';
import { itemNames } from './list-values';
import { type Name, variableValues } from './names';

/** Values of a variable that an engine gets; of a list, the item that the cursor is on. */
export function offerInVariable(analysis: Analysis, offset: number): Offer | undefined {
  const target = targetAt(analysis, offset);
  if (target?.kind !== 'variable-value' || target.variable.value.kind === 'unknown') return undefined;
  const { source } = target.variable.value;
  const versions = versionsOf(target.engine);
  const fact = lookupEnv(target.variable.name);
  if (!fact) return undefined;
  const item = listItemAt(fact, source.text, target.at);
  return item
    ? {
        slot: { source, span: item.span },
        proposals: itemNames(fact, item, versions, target.engine.platform).map(asWritten),
      }
    : { slot: { source, span: source.all }, proposals: variableValues(fact, versions).map(asWritten) };
}

export function asWritten(name: Name) {
  return { ...name, newText: name.label };
}
