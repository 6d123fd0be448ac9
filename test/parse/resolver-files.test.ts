// resolv.conf and hosts, as libc reads them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHosts } from '../../src/parse/hosts.ts';
import { parseResolvConf } from '../../src/parse/resolv-conf.ts';

const PATH = '/etc/resolv.conf';
const conf = (text: string) => parseResolvConf(text, PATH);

describe('resolv.conf', () => {
  it('a pod’s own', () => {
    const text =
      'search npa.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5 edns0\n';
    expect(conf(text)).toEqual({
      path: PATH,
      nameservers: ['10.96.0.10'],
      search: ['npa.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      ndots: 5,
      timeoutSeconds: 5,
      attempts: 2,
      options: ['edns0'],
    });
  });

  it('nothing at all: libc’s own defaults', () => {
    expect(conf('')).toMatchObject({ nameservers: [], search: [], ndots: 1, timeoutSeconds: 5, attempts: 2 });
  });

  it('keeps more nameservers than libc reads: whoever counts them decides', () => {
    expect(
      conf('nameserver 1.1.1.1\nnameserver 2.2.2.2\nnameserver 3.3.3.3\nnameserver 4.4.4.4').nameservers,
    ).toHaveLength(4);
  });

  it('the last search or domain wins, options add up', () => {
    const read = conf('search a b\ndomain c\noptions rotate ndots:2\noptions timeout:1 ndots:3\nsearch d\n');
    expect(read).toMatchObject({ search: ['d'], ndots: 3, timeoutSeconds: 1, options: ['rotate'] });
    expect(conf('search a b\ndomain c').search).toEqual(['c']);
  });

  it('comments, tabs, Windows line ends, what follows an address', () => {
    const read = conf(
      '# nameserver 9.9.9.9\n; nameserver 9.9.9.9\r\nnameserver\t10.96.0.10 # ours\r\n  search  a\tb \r\n',
    );
    expect(read).toMatchObject({ nameservers: ['10.96.0.10'], search: ['a', 'b'] });
  });

  it('nonsense is passed over, and numbers have libc’s limits', () => {
    const read = conf('nameserver\nfoo bar\noptions ndots:99 timeout:999 attempts:99 ndots:x ndots:-1 ndots:\n');
    expect(read).toMatchObject({ nameservers: [], ndots: 15, timeoutSeconds: 30, attempts: 5 });
  });

  it('an address with a zone', () => {
    expect(conf('nameserver fe80::1%eth0').nameservers).toEqual(['fe80::1%eth0']);
  });

  const line = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.constantFrom('nameserver', 'search', 'domain', 'options', '#', ';'), fc.string())
      .map((two) => two.join(' ')),
  );
  it('never throws, and its numbers stay in their limits', () => {
    fc.assert(
      fc.property(
        fc.array(line).map((all) => all.join('\n')),
        (text) => {
          const read = conf(text);
          expect(read.ndots).toBeGreaterThanOrEqual(0);
          expect(read.ndots).toBeLessThanOrEqual(15);
          expect(read.timeoutSeconds).toBeLessThanOrEqual(30);
          expect(read.attempts).toBeLessThanOrEqual(5);
          for (const one of [...read.nameservers, ...read.search]) expect(one).toMatch(/^\S+$/);
        },
      ),
    );
  });

  it('is bounded', () => {
    expect(conf('nameserver 10.0.0.1\n'.repeat(100_000)).nameservers.length).toBeLessThanOrEqual(1_000);
  });
});

describe('hosts', () => {
  it('addresses and names, in lower case, without comments', () => {
    const text =
      '127.0.0.1\tlocalhost\n# 1.2.3.4 no\n\n198.51.100.10  ACME.goskope.com acme # pinned\n::1 ip6-localhost\n';
    expect(parseHosts(text)).toEqual([
      { address: '127.0.0.1', names: ['localhost'] },
      { address: '198.51.100.10', names: ['acme.goskope.com', 'acme'] },
      { address: '::1', names: ['ip6-localhost'] },
    ]);
  });

  it('a line that begins with no address is passed over', () => {
    expect(parseHosts('acme.goskope.com 198.51.100.10\n10.0.0.300 a\n10.0.0.1\n')).toEqual([]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseHosts(text)));
    expect(parseHosts('10.0.0.1 a\n'.repeat(50_000)).length).toBeLessThanOrEqual(10_000);
  });
});
