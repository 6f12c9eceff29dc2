import { describe, expect, it } from 'vitest';
import { listenerPorts, netDeviceKind, portOffsetsAt } from '../../server/src/knowledge';
import { hostShape, serviceName } from '../../server/src/rules/support/hosts';
import { deviceRange, neverMatches, splitPort } from '../../server/src/rules/support/ucx-devices';

describe('a side-channel host', () => {
  it.each([
    ['', 'empty'],
    ['localhost', 'loopback'],
    ['LOCALHOST', 'loopback'],
    ['127.0.1.1', 'loopback'],
    ['::1', 'loopback'],
    ['[0:0:0:0:0:0:0:1]', 'loopback'],
    ['0.0.0.0', 'wildcard'],
    ['::', 'wildcard'],
    ['[::]', 'wildcard'],
    ['*', 'wildcard'],
    ['10.0.0.5', 'ipv4'],
    ['fd00::5', 'ipv6'],
    ['fe80::1%eth0', 'ipv6'],
    ['[fd00::5]', 'ipv6'],
    ['tcp://10.0.0.5:5600', 'url'],
    ['http://decode', 'url'],
    ['10.0.0.5:5600', 'port'],
    ['decode:5600', 'port'],
    ['[fd00::5]:5600', 'port'],
    ['10.0.0.5,fd00::5', 'list'],
    [' 10.0.0.5', 'blank'],
    ['my host', 'blank'],
    [`\${POD_IP}`, 'placeholder'],
    ['$(POD_IP)', 'placeholder'],
    ['eth0', 'interface'],
    ['ib0', 'interface'],
    ['lo', 'interface'],
    ['decode', 'name'],
    ['decode-0.decode.ns.svc.cluster.local', 'name'],
    ['node1', 'name'],
  ])('%j is %s', (text, shape) => {
    expect(hostShape(text)).toBe(shape);
  });

  it.each([
    ['decode', { service: 'decode', qualified: false, ofPod: false }],
    ['decode.llm', { service: 'decode', qualified: false, ofPod: false }],
    ['decode.llm.svc', { service: 'decode', qualified: true, ofPod: false }],
    ['decode.llm.svc.cluster.local', { service: 'decode', qualified: true, ofPod: false }],
    ['pod-0.decode.llm.svc.cluster.local.', { service: 'decode', qualified: true, ofPod: true }],
    ['not_a_label', undefined],
  ])('%j names %j', (text, name) => {
    expect(serviceName(text)).toEqual(name);
  });
});

describe('a network device', () => {
  it.each([
    ['mlx5_0', 'rdma'],
    ['mlx5_bond_1', 'rdma'],
    ['bnxt_re0', 'rdma'],
    ['rdmap85s0', 'rdma'],
    ['rocep24s0f1', 'rdma'],
    ['eth0', 'interface'],
    ['eth0.100', 'interface'],
    ['enp3s0f0np0', 'interface'],
    ['enP5p3s0', 'interface'],
    ['bond0', 'interface'],
    ['lo', 'interface'],
    // By the kernel's naming both an IPoIB interface and an RDMA device.
    ['ibp65s0', undefined],
    ['mlx5', undefined],
    ['my_nic', undefined],
  ])('%s is %s', (name, kind) => {
    expect(netDeviceKind(name)).toBe(kind);
  });

  it.each(['mlx5_0:1', 'mlx5_0', 'eth0', 'ETH0', 'all', 'ibp65s0:1', 'my_nic', 'mlx5_[0-3]:1'])(
    '%s may be the name of one',
    (text) => {
      expect(neverMatches(text)).toBeUndefined();
    },
  );

  it.each([
    [' eth0', 'eth0'],
    ['eth0;eth1', 'eth0,eth1'],
    ['eth0 eth1', 'eth0,eth1'],
    ['=mlx5_0:1', 'mlx5_0:1'],
    ['ALL', 'all'],
    ['eth0:1', 'eth0'],
    ['"eth0', 'eth0'],
    ['^eth0', undefined],
    ['eth*', undefined],
    ['mlx5_[3-0]', undefined],
    ['mlx5_[0-]', undefined],
    ['mlx5', undefined],
  ])('%s is none, and probably means %s', (text, meant) => {
    const never = neverMatches(text);
    expect(never).toBeDefined();
    expect(never?.meant).toBe(meant);
  });

  it('is split at its port, and at its range', () => {
    expect(splitPort('mlx5_0:1')).toEqual({ device: 'mlx5_0', port: '1' });
    expect(splitPort('eth0')).toEqual({ device: 'eth0', port: undefined });
    expect(deviceRange('mlx5_[2-11]:1')).toEqual({ prefix: 'mlx5_', first: 2, last: 11, suffix: ':1' });
    expect(deviceRange('mlx5_0:1')).toBeUndefined();
  });
});

describe('the listeners of an engine', () => {
  const ranks = { tensor: 4, data: 2, start: 2 };

  it.each([
    ['0.9.0', { first: 5600, last: 5603 }],
    ['0.9.1', { first: 5600, last: 5607 }],
    ['0.9.2', { first: 5608, last: 5615 }],
    ['0.11.0', { first: 5608, last: 5615 }],
    ['0.11.1', { first: 5602, last: 5603 }],
    ['0.30.0', { first: 5602, last: 5603 }],
  ])('of vLLM %s are counted so', (vllm, ports) => {
    expect(portOffsetsAt(vllm).map((offset) => listenerPorts(5600, offset, ranks))).toEqual([ports]);
  });

  it('of an unknown release may be counted in four ways', () => {
    expect(portOffsetsAt(undefined)).toHaveLength(4);
  });
});
