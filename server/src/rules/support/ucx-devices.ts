import { deviceLimit, isRdmaPrefix, type NetDeviceKind, netDeviceKind } from '../../knowledge/ucx-devices';
import { readUcxList, type UcxListEntry } from '../../knowledge/ucx-list';
import type { Engine, Place, Variable } from '../../model';
import { isQuoted, known, partOf } from './environment';
import { usesUcx } from './nixl-engine';

export const UCX_NET_DEVICES = 'UCX_NET_DEVICES';
export const DEVICE_LISTS: readonly string[] = [
  UCX_NET_DEVICES,
  'UCX_SHM_DEVICES',
  'UCX_ACC_DEVICES',
  'UCX_SELF_DEVICES',
];

/** The value of a device list in an engine whose transfers UCX carries. */
export interface DeviceList {
  readonly variable: Variable;
  readonly text: string;
  /** A `^` in front; before 1.21 it is part of the first name. */
  readonly negated: boolean;
  /** The names with their places in the value, without empty items. The first one is without a `^` in front. */
  readonly names: readonly UcxListEntry[];
}

/** A device list of an engine, when all of it is known; quotes around it have a rule of their own. */
export function deviceList(engine: Engine, name: string): DeviceList | undefined {
  if (!usesUcx(engine)) return undefined;
  const found = known(engine, name);
  if (!found || isQuoted(found.text)) return undefined;
  const { negated, entries } = readUcxList(found.text);
  return { ...found, negated, names: entries.filter(({ text }) => text !== '') };
}

export function devicePlace(list: DeviceList, entry: UcxListEntry): Place {
  return partOf(list.variable, entry.start, entry.end);
}

/** `mlx5_[0-3]:1` as UCX 1.22 reads it; reversed and open ranges stay what they are. */
export function deviceRange(
  text: string,
): { readonly prefix: string; readonly first: number; readonly last: number; readonly suffix: string } | undefined {
  const match = /^([^[\]]*)\[(\d+)-(\d+)\]([^[\]]*)$/.exec(text);
  if (!match) return undefined;
  const [, prefix = '', first, last, suffix = ''] = match;
  return Number(first) <= Number(last) ? { prefix, first: Number(first), last: Number(last), suffix } : undefined;
}

/** The names that a list comes to, with its ranges written out: how many there are, and whether UCX bears them. */
export function countNames(list: DeviceList, ranges: boolean): { readonly count: number; readonly tooMany: boolean } {
  const count = list.names.reduce((sum, { text }) => {
    const range = ranges ? deviceRange(text) : undefined;
    return sum + (range ? range.last - range.first + 1 : 1);
  }, 0);
  return { count, tooMany: count > deviceLimit };
}

/** A device name with its port split off. */
export interface DeviceName {
  readonly device: string;
  readonly port: string | undefined;
}

export function splitPort(text: string): DeviceName {
  const match = /^(.*):(\d+)$/.exec(text);
  return match ? { device: match[1]!, port: match[2]! } : { device: text, port: undefined };
}

/** The kind of device that an entry names; a range is as its first member. */
export function entryKind(text: string): NetDeviceKind | undefined {
  const range = deviceRange(text);
  return netDeviceKind(splitPort(range ? `${range.prefix}${range.first}${range.suffix}` : text).device);
}

/** Why UCX finds no device of a name, in any release. */
export interface NeverMatch {
  /** A clause. */
  readonly why: string;
  /** What is probably meant. */
  readonly meant?: string;
  /** False where an administrator may have given a device this name. */
  readonly sure: boolean;
}

export function neverMatches(text: string): NeverMatch | undefined {
  const trimmed = text.trim();
  if (trimmed !== text) return { why: 'blanks are part of a name', meant: trimmed, sure: true };
  if (/[\s;|]/.test(text)) {
    return { why: 'names are separated by commas', meant: text.split(/[\s;|]+/).join(','), sure: true };
  }
  if (text.startsWith('=')) return { why: '`=` in front is NCCL notation', meant: text.slice(1), sure: true };
  if (text.startsWith('^')) return { why: '`^` counts in front of the whole list only', sure: true };
  if (text !== 'all' && /^all$/i.test(text)) return { why: 'capitals count', meant: 'all', sure: true };
  if (/[*?]/.test(text)) return { why: 'UCX knows no wildcards', sure: true };
  if (/[[\]]/.test(text) && !deviceRange(text)) {
    return { why: 'a range is written as in `mlx5_[0-3]:1`, from the lower to the higher number', sure: true };
  }
  if (/^["']|["']$/.test(text)) {
    return { why: 'quotes are part of a name', meant: text.replace(/^["']|["']$/g, ''), sure: true };
  }
  const { device, port } = splitPort(text);
  if (port !== undefined && netDeviceKind(device) === 'interface') {
    return { why: 'an interface has no port number', meant: device, sure: false };
  }
  return isRdmaPrefix(device) ? { why: 'UCX takes whole names, not beginnings of names', sure: false } : undefined;
}
