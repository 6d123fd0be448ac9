import { describe, expect, it } from 'vitest';
import { fault as catalogued } from '../../src/catalogue/index.ts';
import { DEMO_FAULTS, HEALTHY, planOf } from '../../src/demo/faults.ts';
import { type DeadEnds, filter, needsSynDrop, type Places } from '../../src/demo/firewall.ts';

const at = (port: number) => ({ address: '127.0.0.1', port });
const dead: DeadEnds = { silentUdp: at(1), refusedUdp: at(2), droppedTcp: at(3), refusedTcp: at(4) };
const open = at(9);
const places: Places = Object.fromEntries(
  [
    '*/tcp',
    '127.0.0.1:53/udp',
    '10.96.0.10:53/udp',
    '10.96.0.1:443/tcp',
    '203.0.113.10:443/tcp',
    '203.0.113.10:80/tcp',
    '198.51.100.21:443/udp',
    '198.51.100.23:443/udp',
    '198.51.100.23:443/tcp',
    '203.0.113.201:3478/udp',
  ].map((key) => [key, open]),
);

/** What a fault moves, and where to: the port of the dead end. */
function moved(id: string): Record<string, number> {
  const filtered = filter(places, planOf(id) ?? HEALTHY, dead);
  return Object.fromEntries(
    Object.entries(filtered)
      .filter(([, endpoint]) => endpoint !== open)
      .map(([key, endpoint]) => [key, endpoint.port]),
  );
}

describe('the demo faults', () => {
  it.each(DEMO_FAULTS.map(({ id }) => id))('%s is in the catalogue', (id) => {
    expect(catalogued(id)?.id).toBe(id);
  });

  it('are unknown by any other name', () => {
    expect(planOf(undefined)).toBe(HEALTHY);
    for (const id of ['', 'constructor', '__proto__', 'udp443']) expect(planOf(id)).toBeUndefined();
  });
});

describe('the firewall of the demo', () => {
  it('lets everything pass without a fault', () => {
    expect(filter(places, HEALTHY, dead)).toEqual(places);
  });

  it.each([
    ['tcp-egress-drop', { '203.0.113.10:443/tcp': 3, '198.51.100.23:443/tcp': 3 }],
    ['tcp-egress-reject', { '203.0.113.10:443/tcp': 4, '198.51.100.23:443/tcp': 4 }],
    ['udp443-drop', { '198.51.100.21:443/udp': 1, '198.51.100.23:443/udp': 1 }],
    ['udp443-reject', { '198.51.100.21:443/udp': 2, '198.51.100.23:443/udp': 2 }],
    ['dtls-stitcher-silent', { '198.51.100.23:443/udp': 1, '198.51.100.23:443/tcp': 4 }],
  ])('%s', (id, expected) => {
    expect(moved(id)).toEqual(expected);
  });

  it('swallows everything but the loopback under a default-deny policy', () => {
    const swallowed = moved('dns-egress-policy-deny');
    expect(Object.keys(swallowed).sort()).toEqual(
      Object.keys(places)
        .filter((key) => !key.startsWith('127.'))
        .sort(),
    );
    for (const [key, port] of Object.entries(swallowed)) expect(port).toBe(key.endsWith('/udp') ? 1 : 3);
  });

  it('needs dropped SYNs, which take a thread, for two faults only', () => {
    const needing = DEMO_FAULTS.filter(({ id }) => needsSynDrop(planOf(id) ?? HEALTHY)).map(({ id }) => id);
    expect(needing).toEqual(['dns-egress-policy-deny', 'tcp-egress-drop']);
  });
});
