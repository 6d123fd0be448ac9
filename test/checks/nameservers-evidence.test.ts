import { describe, expect, it } from 'vitest';
import { clusterDns, isNodeCache, isServiceAddress } from '../../src/checks/nameservers-evidence.ts';
import { viewOf } from '../support/view.ts';

describe('where the DNS Service is', () => {
  const api = (address: string) => viewOf({ facts: { apiServer: { known: true, value: { address, port: 443 } } } });
  it.each([
    ['10.96.0.1', '10.96.0.10'],
    ['172.20.0.1', '172.20.0.10'],
    ['fd00:10:96::1', 'fd00:10:96::a'],
    ['10.96.0.7', null],
    ['203.0.113.9', null],
  ])('the API server at %s: %s', (address, guess) =>
    expect(clusterDns(api(address))?.server.address ?? null).toBe(guess),
  );

  it('declared is declared', () =>
    expect(clusterDns(viewOf({ settings: { clusterDns: '10.0.0.10' } }))).toEqual({
      server: { address: '10.0.0.10', port: 53 },
      declared: true,
    }));

  it('the Service range', () => {
    expect(isServiceAddress(viewOf(), '10.96.200.3')).toBe(true);
    expect(isServiceAddress(viewOf(), '10.97.0.3')).toBe(false);
    expect(isServiceAddress(viewOf({ settings: { serviceCidrs: ['10.97.0.0/16'] } }), '10.97.0.3')).toBe(true);
  });

  it('caches of nodes', () => {
    expect(['169.254.20.10', '169.254.25.10', '169.254.10.11', 'fe80::53%eth0'].every(isNodeCache)).toBe(true);
    expect(['169.254.169.253', '10.96.0.10', '127.0.0.1'].some(isNodeCache)).toBe(false);
  });
});
