import table from '../../../schemas/ucx-devices.json';

/** What a name in `UCX_NET_DEVICES` is by the kernel's naming; anything else is nobody's usual name. */
export type NetDeviceKind = 'rdma' | 'interface';

/** How many names a device list may hold; with more UCX aborts the process. */
export const deviceLimit = table.limit;

/**
 * The kind of a device by its name without port: `mlx5_0` is an RDMA device, `eth0` a network interface. Names that may
 * be either (`ibp65s0`) or that an administrator chose are undefined.
 */
export function netDeviceKind(name: string): NetDeviceKind | undefined {
  const numbered = withoutNumber(name);
  const { rdma, interfaces } = table;
  if (numbered !== undefined && rdma.numbered.includes(numbered)) return 'rdma';
  if (rdma.prefixed.some((prefix) => name.startsWith(prefix) && /^\d/.test(name.slice(prefix.length)))) return 'rdma';
  if (interfaces.exact.includes(name)) return 'interface';
  const plain = /^(.*?)(?:\.\d+)?$/.exec(name)?.[1] ?? name;
  const trunk = withoutNumber(plain);
  if (trunk !== undefined && interfaces.numbered.includes(trunk)) return 'interface';
  const long = interfaces.prefixed.some(
    (prefix) => name.startsWith(prefix) && /^[\da-f]/.test(name.slice(prefix.length)),
  );
  return long ? 'interface' : undefined;
}

/** A name without the digits that it ends in, if it does. One step per digit; a pattern would try every start of them. */
function withoutNumber(name: string): string | undefined {
  let end = name.length;
  while (end > 0 && /\d/.test(name[end - 1]!)) end--;
  return end < name.length ? name.slice(0, end) : undefined;
}

/** True for the common beginning of RDMA device names (`mlx5`, `mlx5_`), which UCX does not take for all of them. */
export function isRdmaPrefix(name: string): boolean {
  return table.rdma.numbered.some((prefix) => prefix === name || prefix === `${name}_`);
}
