import { describe, expect, it } from 'vitest';
import { parseNameServices } from '../../src/parse/name-services.ts';
import { nodeInterfaces } from '../../src/parse/node-interfaces.ts';

describe('nsswitch.conf, the hosts line', () => {
  it.each([
    ['passwd: files\nhosts:          files dns\n', ['files', 'dns']],
    ['hosts: files mdns4_minimal [NOTFOUND=return] dns # last\n', ['files', 'mdns4_minimal', 'dns']],
    ['#hosts: dns\nhosts:\n', []],
    ['hosts: files\nhosts: dns\n', ['files']],
    ['passwd: files\n', null],
    ['', null],
    [`hosts: ${'x'.repeat(10_000)} dns\u001b[31m`, []],
  ])('%j', (text, services) => expect(parseNameServices(text)).toEqual(services));

  it('is bounded', () => expect(parseNameServices(`hosts: ${'dns '.repeat(1_000)}`)).toHaveLength(32));
});

describe('interfaces of a node', () => {
  it('are told from those of a pod', () => {
    expect(nodeInterfaces(['lo', 'eth0', 'net1', 'tun0', 'docker0', 'veth1234'])).toEqual([]);
    expect(nodeInterfaces(['ens5', 'cilium_host', 'cali12345678901', 'flannel.1', 'cni0', 'kube-ipvs0'])).toEqual([
      'cilium_host',
      'cali12345678901',
      'flannel.1',
      'cni0',
      'kube-ipvs0',
    ]);
  });
});
