import type { Analysis } from '../../analysis';
import { lookupEnv, readUcxList } from '../../knowledge';
import { targetAt } from '../target';
import { versionsOf } from '../versions';
import type { Offer } from './in-config';
import { type Name, transportLabels, variableValues } from './names';

/** Values of a variable that an engine gets; of `UCX_TLS`, the transport that the cursor is on. */
export function offerInVariable(analysis: Analysis, offset: number): Offer | undefined {
  const target = targetAt(analysis, offset);
  if (target?.kind !== 'variable-value' || target.variable.value.kind === 'unknown') return undefined;
  const { source } = target.variable.value;
  const versions = versionsOf(target.engine);
  if (target.variable.name === 'UCX_TLS') {
    const { entries, negated } = readUcxList(source.text);
    const entry = entries.find(({ start, end }) => start <= target.at && target.at <= end);
    const used = new Set(entries.filter((other) => other !== entry).map(({ name }) => name));
    const names = transportLabels(versions).filter(({ label }) => !used.has(label));
    const first = negated ? 1 : 0;
    return {
      slot: { source, span: { start: Math.max(entry?.start ?? target.at, first), end: entry?.end ?? target.at } },
      proposals: names.map(asWritten),
    };
  }
  const fact = lookupEnv(target.variable.name);
  return fact && { slot: { source, span: source.all }, proposals: variableValues(fact, versions).map(asWritten) };
}

export function asWritten(name: Name) {
  return { ...name, newText: name.label };
}
