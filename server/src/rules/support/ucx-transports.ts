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
export function transportList(engine: Engine): TransportList | undefined {
  if (!usesUcx(engine)) return undefined;
  const found = known(engine, UCX_TLS);
  if (!found || isQuoted(found.text)) return undefined;
  return { ...readUcxList(found.text), ...found, ucx: versionOf(engine, 'ucx') };
}

/** The characters of one entry. */
export function entryPlace(list: TransportList, entry: UcxListEntry): Place {
  return partOf(list.variable, entry.start, entry.end);
}

/** The entries that UCX looks up: without empty ones. */
export function namedEntries(list: UcxList): readonly UcxListEntry[] {
  return list.entries.filter(({ text }) => text !== '');
}

/** True when no release has a transport or alias of this name. A strict name (`\name`) is never an alias. */
export function isUnknown(entry: UcxListEntry): boolean {
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
  const named = namedEntries(list).filter(({ text }) => text !== 'all');
  return !list.negated && named.length > 0 && named.every((entry) => isUnknown(entry) || isNotYet(entry, list.ucx));
}

/** The list's keyword: UCX takes it as such only in front, and then refuses anything beside it. */
export function allState(list: UcxList): 'alone' | 'refused' | 'ignored' | 'absent' {
  const named = namedEntries(list);
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
export function possibleTransports(list: TransportList): readonly TransportFact[] {
  const everything = allTransports(list.ucx);
  const all = allState(list);
  if (all === 'alone' || all === 'refused') return everything;
  if (!list.negated) {
    return [...new Set(namedEntries(list).flatMap((entry) => expandTransport(entry.text, list.ucx) ?? []))];
  }
  const denied = new Set(namedEntries(list).flatMap((entry) => certainlyDenied(entry, list.ucx)));
  return everything.filter((transport) => !denied.has(transport));
}

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
    if (lookupTransport(name) || lookupTransportAlias(name)) return name;
    return nearestTransports(name, ucx, 1)[0];
  });
  return meant.length > 0 && meant.every((name) => name !== undefined) ? meant.join(',') : undefined;
}

/** The transports that the unknown entries of an allow list probably mean: what is misspelt is not also missing. */
export function meantTransports(list: TransportList): readonly TransportFact[] {
  if (list.negated) return [];
  return namedEntries(list)
    .filter(isUnknown)
    .flatMap((entry) => meantEntry(entry, list.ucx)?.split(',') ?? [])
    .flatMap((name) => expandTransport(name, list.ucx) ?? []);
}

/**
 * True for a setting of a transport that the list shuts out: its interfaces are never opened, and nobody reads it.
 */
export function isNeverOpened(fact: EnvFact, engine: Engine): boolean {
  if (fact.scope !== 'iface' || !fact.component) return false;
  const transport = lookupTransport(fact.component.replace(/^uct_/, ''));
  const list = transport && transportList(engine);
  if (!list || allState(list) !== 'absent') return false;
  const aux = list.entries.some(({ name, aux: auxiliary }) => auxiliary && name === transport.name);
  return !aux && !isAuxiliary(transport, list) && !possibleTransports(list).includes(transport);
}

/** True for a transport that an alias of the list brings in for setting connections up. */
function isAuxiliary(transport: TransportFact, list: TransportList): boolean {
  if (list.negated) return transport.device === 'net';
  return namedEntries(list).some((entry) =>
    lookupTransportAlias(entry.name)?.members.some(({ value }) => value.includes(`${transport.name}:aux`)),
  );
}

/** True when a variable in sight makes this shared-memory transport detect the failure of its peer. */
export function detectsPeerFailure(transport: TransportFact, engine: Engine): boolean {
  const fact = lookupEnv(`UCX_${transport.name.toUpperCase()}_ERROR_HANDLING`);
  if (!fact) return false;
  const deciding = [fact.name, ...fact.setBy].map((name) => engine.environment.get(name)).find(Boolean);
  return deciding !== undefined && !(deciding.value.kind === 'known' && /^(?:n|no|0|off)$/i.test(deciding.value.text));
}
