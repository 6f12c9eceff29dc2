import { behaviour } from '../knowledge/behaviours';
import type { UcxListEntry } from '../knowledge/ucx-list';
import type { Engine } from '../model';
import { type Finding, rule } from './rule';
import { finding, fix } from './support/findings';
import {
  allState,
  entryPlace,
  isUnknown,
  meantEntry,
  namedEntries,
  nothingIsLeft,
  type TransportList,
  transportList,
} from './support/ucx-transports';
import { releases, severityIn } from './support/versions';
import { allOf, code } from './support/words';

export const ucxTlsUnknown = rule({
  id: 'ucx-tls-unknown',
  title: 'Name in UCX_TLS that no UCX has',
  category: 'ucx',
  severity: 'error',
  description: `
UCX splits \`UCX_TLS\` at commas, trims nothing, and compares names exactly: \`TCP\`, \` tcp\` and \`'tcp\` are unknown, and so is
\`tcp;self\`. An allow list goes on with the other entries after a warning, and stops when none is left. In a deny list an
unknown name denies nothing, without a word.

Names that the table knows are never reported here, whether or not this machine has the hardware.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0', 'ucx:src/ucp/core/ucp_context.c@v1.22.0'],
  *check(engine) {
    const list = transportList(engine);
    if (!list || allState(list) === 'alone' || allState(list) === 'refused') return;
    const nothingLeft = nothingIsLeft(list);
    for (const entry of namedEntries(list)) {
      // A misplaced `^` has a rule of its own.
      if (entry.text === 'all' || !isUnknown(entry) || (entry.text.startsWith('^') && !nothingLeft)) continue;
      yield report(entry, list, nothingLeft);
    }
    yield* emptyItems(list, engine);
  },
  examples: [],
});

function report(entry: UcxListEntry, list: TransportList, nothingLeft: boolean): Finding {
  const place = entryPlace(list, entry);
  const meant = meantEntry(entry, list.ucx);
  const reason = whyUnknown(entry);
  const outcome = list.negated
    ? 'UCX denies nothing for it and does not say so'
    : nothingLeft
      ? 'no transport is left, UCX refuses to start and NIXL cannot create its backend'
      : 'UCX warns and goes on without it';
  return finding(
    place,
    nothingLeft ? 'error' : 'warning',
    `${code(entry.text)} in ${code('UCX_TLS')} is no transport of UCX${reason}: ${outcome}.${meant === undefined ? '' : ` Write ${allOf(meant.split(','))}.`}`,
    [meant === undefined ? undefined : fix(`Write ${code(meant)}`, false, { place, newText: meant })],
  );
}

function whyUnknown({ text, strict }: UcxListEntry): string {
  if (/[;|]/.test(text)) return ', entries are separated by commas';
  if (/^\s|\s$/.test(text)) return ', blanks are part of a name';
  if (/\s/.test(text)) return ', entries are separated by commas';
  if (/^["']|["']$/.test(text)) return ', quotes are part of a name';
  if (strict) return ', `\\` takes the exact name of a transport and no alias';
  return /[A-Z]/.test(text) ? ', capitals count' : '';
}

/** From 1.22 on an empty item is a name; one comma at the end is not. */
function* emptyItems(list: TransportList, engine: Engine): Iterable<Finding> {
  const { range } = behaviour('empty-item-named');
  const severity = list.negated ? undefined : severityIn(range, engine, 'warning');
  const empty = list.entries.slice(0, -1).find(({ text }) => text === '');
  if (!severity || !empty || namedEntries(list).length === 0) return;
  const at = { ...empty, end: empty.end + 1 };
  const place = entryPlace(list, at);
  yield finding(
    place,
    severity,
    `Nothing stands before this comma of ${code('UCX_TLS')}: ${releases(range)} warns about a transport without a name. Remove the comma.`,
    [fix('Remove the comma', true, { place, newText: '' })],
  );
}
