import { behaviour } from '../../knowledge/behaviours';
import { type EnvFact, lookupEnv } from '../../knowledge/environment';
import {
  expandTransport,
  lookupTransport,
  lookupTransportAlias,
  nearestTransports,
  type TransportFact,
  transportNames,
} from '../../knowledge/transports';
import { readUcxList, type UcxList, type UcxListEntry } from '../../knowledge/ucx-list';
import { type At, holds } from '../../knowledge/version';
import type { Engine, Place, Variable } from '../../model';
import { isQuoted, known, partOf } from './environment';
import { usesUcx } from './nixl-engine';
import { oncePer } from './once';
import { versionOf } from './versions';

export const UCX_TLS = 'UCX_TLS';

/** The value of `UCX_TLS` in an engine whose transfers UCX carries, read as UCX reads it. */
export interface TransportList extends UcxList {
  readonly variable: Variable;
  readonly text: string;
  /** The UCX release, as far as it is known. */
  readonly ucx: At;
}

/** The transport list of an engine, when all of it is known; quotes around it have a rule of their own. */
export const transportList = oncePer((engine: Engine): TransportList | undefined => {
  if (!usesUcx(engine)) return undefined;
  const found = known(engine, UCX_TLS);
  if (!found || isQuoted(found.text)) return undefined;
  return { ...readUcxList(found.text), ...found, ucx: versionOf(engine, 'ucx') };
});

/** The characters of one entry. */
export function entryPlace(list: TransportList, entry: UcxListEntry): Place {
  return partOf(list.variable, entry.start, entry.end);
}

/** The entries that UCX looks up: without empty ones. */
export function namedEntries(list: UcxList): readonly UcxListEntry[] {
  return list.entries.filter(({ text }) => text !== '');
}

/** True when no release has a transport or alias of this name. A strict name (`\name`) is never an alias. */
export function isUnknown(entry: Pick<UcxListEntry, 'name' | 'strict'>): boolean {
  if (lookupTransport(entry.name)) return false;
  return entry.strict || !lookupTransportAlias(entry.name);
}

/** True when the release certainly has nothing of this name, although a later one does. */
export function isNotYet(entry: UcxListEntry, ucx: At): boolean {
  const facts = [lookupTransport(entry.name), entry.strict ? undefined : lookupTransportAlias(entry.name)];
  const known = facts.filter((fact) => fact !== undefined);
  return known.length > 0 && known.every(({ range }) => holds(range, ucx) === 'no');
}

/** True for an allow list of which UCX finds no entry: it then refuses to create a context. */
export function nothingIsLeft(list: TransportList): boolean {
  if (list.negated || allState(list) === 'alone' || allState(list) === 'refused') return false;
  const named = namedEntries(list).filter(({ text }) => text !== 'all');
  return namedEntries(list).length > 0 && named.every((entry) => isUnknown(entry) || isNotYet(entry, list.ucx));
}

/** The list's keyword: UCX takes it as such only in front, and then refuses anything beside it. */
export function allState(list: TransportList): 'alone' | 'refused' | 'ignored' | 'absent' {
  // Where an empty item is a name, a comma in front makes `all` the second one.
  const counted = holds(behaviour('empty-item-named').range, list.ucx) === 'yes' && list.entries[0]?.text === '';
  const named = counted ? list.entries : namedEntries(list);
  const index = named.findIndex(({ text }) => text === 'all');
  if (index === -1) return 'absent';
  if (index > 0) return 'ignored';
  return named.length === 1 ? 'alone' : 'refused';
}

/** Every transport that the release has or may have. */
function allTransports(ucx: At): readonly TransportFact[] {
  return transportNames(ucx).flatMap((name) => lookupTransport(name) ?? []);
}

/**
 * The transports that may carry data under this list: what an allow list names, what a deny list leaves. Where the
 * release decides, all that are possible.
 */
export const possibleTransports = oncePer((list: TransportList): readonly TransportFact[] => {
  const all = allState(list);
  if (all === 'alone' || all === 'refused') return allTransports(list.ucx);
  if (!list.negated) {
    return [...new Set(namedEntries(list).flatMap((entry) => expandTransport(entry.text, list.ucx) ?? []))];
  }
  const denied = new Set(namedEntries(list).flatMap((entry) => certainlyDenied(entry, list.ucx)));
  return allTransports(list.ucx).filter((transport) => !denied.has(transport));
});

/** What one entry of a deny list takes away in every release that is possible. */
function certainlyDenied(entry: UcxListEntry, ucx: At): readonly TransportFact[] {
  const alias = entry.strict ? undefined : lookupTransportAlias(entry.name);
  if (alias && holds(alias.range, ucx) !== 'yes') return [];
  return expandTransport(entry.text, ucx) ?? [];
}

/** The transport that a misspelt entry probably means, also when blanks, quotes or another separator are the mistake. */
export function meantEntry(entry: UcxListEntry, ucx: At): string | undefined {
  const plain = entry.text.replace(/^\^+/, '').replace(/^["'\s]+|["'\s]+$/g, '');
  const words = plain.split(/[;|\s]+/).filter((word) => word !== '');
  const meant = words.map((word) => {
    const name = word.replace(/^\\/, '').replace(/:aux$/, '');
    if (name.toLowerCase() === 'all') return 'all';
    if (lookupTransport(name) || lookupTransportAlias(name)) return name;
    return (
      partOfOne(name, ucx) ?? nearestTransports(name, ucx, 1).find((near) => name.length > 3 || isSameWord(name, near))
    );
  });
  return meant.length > 0 && meant.every((name) => name !== undefined) ? meant.join(',') : undefined;
}

/** The one transport that has this word in its name: `gda` is `rc_gda`, while `mlx5` is in several. */
function partOfOne(word: string, ucx: At): string | undefined {
  const whole = transportNames(ucx).filter((name) => name.split('_').includes(word));
  return whole.length === 1 ? whole[0] : undefined;
}

function isSameWord(a: string, b: string): boolean {
  return a.toLowerCase().replaceAll('-', '_') === b.toLowerCase();
}

/** The transports that the unknown entries of an allow list probably mean: what is misspelt is not also missing. */
export function meantTransports(list: TransportList): readonly TransportFact[] {
  return list.negated ? [] : namedEntries(list).flatMap((entry) => meantBy(entry, list.ucx));
}

/** The transports that one misspelt entry of an allow list probably means; none for `^name`, which means to deny. */
export function meantBy(entry: UcxListEntry, ucx: At): readonly TransportFact[] {
  if (!isUnknown(entry) || entry.text.startsWith('^')) return [];
  return (meantEntry(entry, ucx)?.split(',') ?? []).flatMap((name) => expandTransport(name, ucx) ?? []);
}

/** The transports whose interfaces read a variable: its own, or those of the variables that an umbrella name sets. */
function readersOf(fact: EnvFact): readonly TransportFact[] {
  const leaves = fact.sets.length > 0 ? fact.sets.map((name) => lookupEnv(name)) : [fact];
  return leaves.flatMap((leaf) => lookupTransport(leaf?.component?.replace(/^uct_/, '') ?? '') ?? []);
}

/** True for a setting of transports that the list shuts out: their interfaces are never opened, and nobody reads it. */
export function isNeverOpened(fact: EnvFact, engine: Engine): boolean {
  const list = fact.scope === 'iface' ? transportList(engine) : undefined;
  if (!list || allState(list) !== 'absent') return false;
  const readers = readersOf(fact);
  const possible = possibleTransports(list);
  const aux = (transport: TransportFact) =>
    isAuxiliary(transport, list) || list.entries.some(({ name, aux: only }) => only && name === transport.name);
  return readers.length > 0 && readers.every((transport) => !possible.includes(transport) && !aux(transport));
}

/** True for a setting that is read only with hardware that nobody mentions: an RDMA device, or a GPU. */
export function needsHardware(fact: EnvFact, engine: Engine): boolean {
  if (fact.scope !== 'iface') return false;
  const readers = readersOf(fact);
  const list = transportList(engine);
  const named = list && !list.negated && allState(list) === 'absent' ? possibleTransports(list) : [];
  return (
    readers.length > 0 &&
    readers.every((transport) => (transport.rdma || transport.device === 'acc') && !named.includes(transport))
  );
}

/** True when an entry of the list brings in a transport for setting connections up: an alias, or `name:aux`. */
export function bringsBootstrap(list: TransportList): boolean {
  return namedEntries(list).some(
    ({ name, aux, strict }) =>
      (aux && !isUnknown({ name, strict })) ||
      (!strict &&
        lookupTransportAlias(name)?.members.some(({ value }) => value.some((member) => member.endsWith(':aux')))),
  );
}

/** True for a transport that an alias of the list brings in for setting connections up. */
function isAuxiliary(transport: TransportFact, list: TransportList): boolean {
  if (list.negated) return transport.device === 'net';
  return namedEntries(list).some((entry) =>
    lookupTransportAlias(entry.name)?.members.some(({ value }) => value.includes(`${transport.name}:aux`)),
  );
}

/** The variable that makes a shared-memory transport detect the failure of its peer; other transports have none. */
function peerFailureSwitch(transport: TransportFact): EnvFact | undefined {
  return lookupEnv(`UCX_${transport.name.toUpperCase()}_ERROR_HANDLING`);
}

/** True for shared memory with messages, which can carry an endpoint on one host that asks for no peer error handling. */
export function isSharedMemory(transport: TransportFact): boolean {
  return peerFailureSwitch(transport) !== undefined;
}

/** True when a variable in sight makes this shared-memory transport detect the failure of its peer. */
export function detectsPeerFailure(transport: TransportFact, engine: Engine): boolean {
  const fact = peerFailureSwitch(transport);
  if (!fact) return false;
  const deciding = [fact.name, ...fact.setBy].map((name) => engine.environment.get(name)).find(Boolean);
  return deciding !== undefined && !(deciding.value.kind === 'known' && /^(?:n|no|0|off)$/i.test(deciding.value.text));
}
