// /proc as text: routes, neighbours, capabilities.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveCapabilities } from '../../src/parse/capabilities.ts';
import { ipv4Routes, ipv6Routes, neighbours } from '../../src/parse/proc-net.ts';

const ROUTE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101F40A\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0001F40A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t000000C0\t00000000\t0200\t0\t0\t0\t000000FF\t0\t0\t0
eth0\t0000000A\t00000000\t0201\t0\t0\t0\t000000FF\t0\t0\t0
`;

const ROUTE6 = `fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`;

const ARP = `IP address       HW type     Flags       HW address            Mask     Device
10.244.1.1       0x1         0x2         aa:bb:cc:dd:ee:ff     *        eth0
10.244.1.9       0x1         0x0         00:00:00:00:00:00     *        eth0
`;

describe('/proc/net', () => {
  it('IPv4 routes: little-endian words; what is down or rejects carries nothing', () => {
    expect(ipv4Routes(ROUTE)).toEqual([
      { destination: '0.0.0.0/0', gateway: '10.244.1.1', interface: 'eth0', family: 4 },
      { destination: '10.244.1.0/24', gateway: null, interface: 'eth0', family: 4 },
    ]);
  });

  it('IPv6 routes, without the loopback’s', () => {
    expect(ipv6Routes(ROUTE6)).toEqual([
      { destination: 'fd00:0:0:0:0:0:0:0/64', gateway: null, interface: 'eth0', family: 6 },
      { destination: '0:0:0:0:0:0:0:0/0', gateway: 'fe80:0:0:0:0:0:0:1', interface: 'eth0', family: 6 },
    ]);
  });

  it('neighbours: resolved or not', () => {
    expect(neighbours(ARP)).toEqual([
      { address: '10.244.1.1', interface: 'eth0', resolved: true },
      { address: '10.244.1.9', interface: 'eth0', resolved: false },
    ]);
  });

  it('never throws, and is bounded', () => {
    const row = fc.array(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF') })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(row.map((cells) => cells.join(' '))), (rows) => {
        const text = rows.join('\n');
        for (const read of [ipv4Routes, ipv6Routes, neighbours]) expect(read(text).length).toBeLessThanOrEqual(2_000);
      }),
    );
    expect(neighbours(ARP.repeat(5_000)).length).toBeLessThanOrEqual(1_000);
  });
});

describe('capabilities', () => {
  it('names what matters, numbers the rest', () => {
    expect(effectiveCapabilities('Name:\tnode\nCapEff:\t0000000000003000\n')).toEqual(['CAP_NET_ADMIN', 'CAP_NET_RAW']);
    expect(effectiveCapabilities('CapEff:\t0000000000000000')).toEqual([]);
    expect(effectiveCapabilities('CapEff:\t8000000000000000')).toEqual(['cap_63']);
    expect(effectiveCapabilities('CapPrm:\t0000000000003000')).toBeNull();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void effectiveCapabilities(`CapEff:\t${text}`)));
  });
});
