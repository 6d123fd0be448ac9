import { describe, expect, it } from 'vitest';
import { addressClass, addressList, hostPort, isAddress, isLoopback } from '../../src/parse/ip.ts';

describe('the class of an address', () => {
  it.each([
    ['203.0.113.10', 'public'],
    ['2001:db8::1', 'public'],
    ['0.0.0.0', 'this-host'],
    ['::', 'this-host'],
    ['127.0.0.53', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.96.0.10', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'public'],
    ['fd00::1', 'private'],
    ['100.64.0.1', 'shared'],
    ['169.254.20.10', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['fec0::1', 'public'],
    ['198.19.255.255', 'benchmark'],
    ['224.0.0.251', 'multicast'],
    ['ff02::fb', 'multicast'],
    ['255.255.255.255', 'reserved'],
  ])('%s is %s', (text, name) => {
    expect(addressClass(text)).toBe(name);
    expect(addressClass(text), 'asked again').toBe(name);
  });

  it.each(['', 'acme.goskope.com', '1.2.3.4.5', '256.1.1.1', '1.2.3.4/8', '[::1]', 'a:b', '::1/128', ' 10.0.0.1'])(
    '"%s" is no address',
    (text) => {
      expect(addressClass(text)).toBeNull();
    },
  );

  it('is still right after more addresses than are remembered', () => {
    for (let i = 0; i < 3000; i += 1) addressClass(`203.0.${i >> 8}.${i & 255}`);
    expect(isLoopback('127.0.0.1')).toBe(true);
    expect(isLoopback('203.0.0.1')).toBe(false);
  });
});

describe('an address as text', () => {
  it('is told from a name by its looks', () => {
    expect(['10.0.0.1', '::1', 'acme.goskope.com', '10.example'].map(isAddress)).toEqual([true, true, false, false]);
  });

  it('has brackets beside a port when it is IPv6', () => {
    expect(hostPort('198.51.100.10', 443)).toBe('198.51.100.10:443');
    expect(hostPort('2001:db8::1', 443)).toBe('[2001:db8::1]:443');
  });

  it('is listed once, and the rest is counted', () => {
    expect(addressList(['a', 'b', 'a'])).toBe('a, b');
    expect(addressList(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  });
});
