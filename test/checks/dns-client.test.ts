import { describe, expect, it } from 'vitest';
import { failed } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged } from '../support/small-world.ts';
import { dnsFails } from '../support/troubles.ts';
import { resolvConfWith } from '../support/view.ts';

const REFUSED = failed('connection_refused', 'receive', 'recvmsg ECONNREFUSED');

describe('dns-client', () => {
  rows('dns-client', [
    {
      title: 'an empty resolv.conf',
      world: { facts: { resolvConf: resolvConfWith([], []) } },
      fault: 'dnsc-resolv-missing',
      status: 'fail',
      severity: 'critical',
      words: ['/etc/resolv.conf', 'dnsPolicy'],
    },
    {
      title: 'no resolv.conf at all',
      world: { facts: { resolvConf: { known: false, why: '/etc/resolv.conf: ENOENT' } } },
      fault: 'dnsc-resolv-missing',
      status: 'fail',
      words: ['ENOENT'],
    },
    {
      title: 'nameserver lines that libc cannot read either',
      world: { facts: { resolvConf: resolvConfWith(['dns.corp.example', '10.0.0.300']) } },
      fault: 'dnsc-resolv-missing',
      status: 'fail',
      words: ['dns.corp.example'],
    },
    {
      title: 'only 127.0.0.53, which refuses',
      world: { facts: { resolvConf: resolvConfWith(['127.0.0.53']) }, troubles: [dnsFails('both', REFUSED)] },
      fault: 'dnsc-loopback-only',
      status: 'fail',
      severity: 'critical',
      words: ['127.0.0.53', 'connection_refused', 'resolvConf'],
    },
    {
      title: 'only ::1, which refuses',
      world: { facts: { resolvConf: resolvConfWith(['::1']) }, troubles: [dnsFails('both', REFUSED)] },
      fault: 'dnsc-loopback-only',
      status: 'fail',
      words: ['::1'],
    },
    {
      title: 'only 127.0.0.53, silent instead of refusing',
      world: { facts: { resolvConf: resolvConfWith(['127.0.0.53']) }, troubles: [dnsFails('both')] },
      fault: 'dnsc-loopback-only',
      status: 'fail',
    },
    {
      title: 'a loopback resolver that answers',
      world: { facts: { resolvConf: resolvConfWith(['127.0.0.1']) } },
      fault: null,
      status: 'pass',
      not: 'dnsc-loopback-only',
    },
    {
      title: 'a loopback resolver beside a real one',
      world: {
        facts: { resolvConf: resolvConfWith(['127.0.0.1', '10.96.0.10']) },
        troubles: [dnsFails('both', REFUSED, '127.0.0.1')],
      },
      fault: null,
      status: 'pass',
      not: 'dnsc-loopback-only',
    },
    {
      title: '127.0.0.1 refused where the DNS sidecar is declared',
      world: {
        facts: { resolvConf: resolvConfWith(['127.0.0.1']) },
        settings: { dnsSidecar: true },
        troubles: [dnsFails('both', REFUSED)],
      },
      fault: null,
      status: 'error',
      not: 'dnsc-loopback-only',
    },
    {
      title: '127.0.0.1 refused in the Publisher pod mode',
      world: {
        facts: { resolvConf: resolvConfWith(['127.0.0.1']), networkingMode: { known: true, value: 'pod' } },
        troubles: [dnsFails('both', REFUSED)],
      },
      fault: null,
      status: 'error',
      not: 'dnsc-loopback-only',
    },
    {
      title: '127.0.0.53 is never a sidecar',
      world: {
        facts: { resolvConf: resolvConfWith(['127.0.0.53']) },
        settings: { dnsSidecar: true },
        troubles: [dnsFails('both', REFUSED)],
      },
      fault: 'dnsc-loopback-only',
      status: 'fail',
    },
    {
      title: '127.0.0.1 in host or lwip mode is the fault',
      world: {
        facts: { resolvConf: resolvConfWith(['127.0.0.1']), networkingMode: { known: true, value: 'lwip' } },
        troubles: [dnsFails('both', REFUSED)],
      },
      fault: 'dnsc-loopback-only',
      status: 'fail',
    },
    {
      title: 'resolvers given by configuration need no resolv.conf',
      world: {
        facts: { resolvConf: { known: false, why: 'ENOENT' } },
        settings: { resolvers: [{ address: '10.96.0.10', port: 53 }] },
      },
      fault: null,
      status: 'pass',
      not: 'dnsc-resolv-missing',
    },
  ]);

  it('says where the nameservers come from', () => {
    expect(diagnose('dns-client')[0]?.summary).toBe('10.96.0.10 from /etc/resolv.conf');
  });

  it('a declared sidecar makes the run inconclusive, and is nobody’s failure', () => {
    const { verdict, rootCauses } = judged({
      facts: { resolvConf: resolvConfWith(['127.0.0.1']) },
      settings: { dnsSidecar: true },
      troubles: [dnsFails('both', REFUSED)],
    });
    expect(verdict).toBe('Inconclusive');
    expect(rootCauses).toEqual([]);
  });

  it('a declared sidecar beside a real nameserver is no warning', () => {
    const { verdict } = judged({
      facts: { resolvConf: resolvConfWith(['127.0.0.1', '10.96.0.10']) },
      settings: { dnsSidecar: true },
      troubles: [dnsFails('both', REFUSED, '127.0.0.1')],
    });
    expect(verdict).toBe('Ready');
  });
});
