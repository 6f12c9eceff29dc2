import { type EnvFact, type Versions, valuesAt } from '../../knowledge';
import type { Platform } from '../../model';
import { variableText } from '../fact-text';
import type { ListItem } from '../list-item';
import type { Name } from './names';
import { transportLabels } from './transports';

/** What may stand at an item of a list, without what stands in it already. */
export function itemNames(fact: EnvFact, item: ListItem, versions: Versions, platform: Platform | undefined): Name[] {
  if (item.inPairValue) return [];
  const used = new Set(item.others);
  return namesOf(fact, item, versions, platform).filter(({ label }) => !used.has(label.replace(/:$/, '')));
}

function namesOf(fact: EnvFact, item: ListItem, versions: Versions, platform: Platform | undefined): Name[] {
  const documentation = () => variableText(fact, versions);
  switch (item.kind) {
    case 'transport':
      return [...transportLabels(versions, platform), ...all(item, documentation)];
    case 'device':
      return [...deviceLabels(documentation), ...all(item, documentation)];
    case 'pair':
      return item.words.map((word) => ({ label: `${word}:`, kind: 'value', detail: fact.typeWords, documentation }));
    case 'word': {
      const standard = fact.owner === 'other' ? [] : valuesAt(fact.defaults, fact.owner, versions[fact.owner]);
      const inDefault = new Set(standard.flatMap((value) => value.split(',')));
      return item.words.map((label) => ({
        label,
        kind: 'value',
        ...(inDefault.has(label) && { detail: 'in the default' }),
        documentation,
      }));
    }
  }
}

/** `all` means all only where it stands alone. */
function all({ others, negated }: ListItem, documentation: () => string): Name[] {
  return others.length > 0 || negated ? [] : [{ label: 'all', kind: 'value', detail: 'default', documentation }];
}

/** How devices are usually called: which ones a host has, nobody knows here. */
const USUAL: readonly (readonly [string, string])[] = [
  ['mlx5_0:1', 'port 1 of the first RDMA device, as usually named'],
  ['eth0', 'a network interface, as usually named'],
];

function deviceLabels(documentation: () => string): Name[] {
  return USUAL.map(([label, detail]) => ({ label, kind: 'value', detail, documentation }));
}
