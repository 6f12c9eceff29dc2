import { netDeviceKind } from '../../knowledge/ucx-devices';
import { knownText, type Pod } from '../../model';

/** What a side-channel host is, as far as its text tells. */
export type HostShape =
  | 'empty'
  | 'loopback'
  | 'wildcard'
  | 'ipv4'
  | 'ipv6'
  | 'url' // scheme://…, or a path behind it
  | 'port' // host:port
  | 'list' // several addresses
  | 'blank' // blanks in or around it
  | 'placeholder' // ${NAME} or $(NAME) that nothing replaced
  | 'interface'
  | 'name';

const OCTETS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Reads a host as libzmq would: an address, an interface, or a name to resolve. */
export function hostShape(text: string): HostShape {
  if (text === '') return 'empty';
  if (/\$[({\w]/.test(text)) return 'placeholder';
  if (text.includes(',')) return 'list';
  if (text !== text.trim()) return 'blank';
  if (text.includes('://') || text.includes('/')) return 'url';
  const bare = /^\[.*\]$/.test(text) ? text.slice(1, -1) : text;
  if (bare === '*' || bare === '0.0.0.0' || isWildcard6(bare)) return 'wildcard';
  if (/^localhost(\.localdomain)?$/i.test(bare) || isLoopback6(bare)) return 'loopback';
  const octets = OCTETS.exec(bare);
  if (octets) return octets[1] === '127' ? 'loopback' : 'ipv4';
  if (isIpv6(bare)) return 'ipv6';
  if (/^(?:\[.*\]|[^:]+):\d+$/.test(text)) return 'port';
  if (/\s/.test(text)) return 'blank';
  return netDeviceKind(text) === 'interface' ? 'interface' : 'name';
}

function isIpv6(text: string): boolean {
  const address = text.split('%')[0]!;
  return /^[\da-f:.]+$/i.test(address) && (address.match(/:/g)?.length ?? 0) >= 2;
}

function isWildcard6(text: string): boolean {
  return isIpv6(text) && /^[0:]+$/.test(text);
}

function isLoopback6(text: string): boolean {
  return isIpv6(text) && /^[0:]+:0*1$/.test(text);
}

/** A host that names a Kubernetes Service: `decode`, `decode.ns`, `decode.ns.svc.cluster.local`. */
export interface ServiceName {
  readonly service: string;
  /** Written with `.svc`, so that it can be nothing but a name in the cluster. */
  readonly qualified: boolean;
  /** Has a pod's name in front (`pod-0.decode.ns.svc`): the address of one pod. */
  readonly ofPod: boolean;
}

/**
 * True for the name under which a pod finds itself in its own /etc/hosts, before it asks anybody: its `hostname`, else that
 * of a pod that is written as such.
 */
export function isOwnName(text: string, pod: Pod | undefined): boolean {
  const own = knownText(pod?.hostname) ?? (pod?.object?.kind === 'Pod' ? knownText(pod.object.name) : undefined);
  return own === text;
}

export function serviceName(text: string): ServiceName | undefined {
  const labels = text.replace(/\.$/, '').split('.');
  if (!labels.every((label) => /^[a-z\d]([-a-z\d]*[a-z\d])?$/i.test(label))) return undefined;
  const svc = labels.indexOf('svc');
  if (svc >= 2) return { service: labels[svc - 2]!, qualified: true, ofPod: svc > 2 };
  return { service: labels[0]!, qualified: false, ofPod: false };
}
