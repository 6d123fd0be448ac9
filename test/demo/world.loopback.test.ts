import { afterEach, describe, expect, it } from 'vitest';
import { LOOPBACK } from '../../src/demo/loopback.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import { ConfigError } from '../../src/model/errors.ts';
import type { ProbeContext } from '../../src/model/probe-context.ts';
import { tcpOutcome, udpExchange } from './raw-client.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

describe('the demo world', () => {
  it('lives on the loopback, on ports that need no root', async () => {
    world = await startWorld();
    for (const { address, port } of Object.values(world.settings.connectTo)) {
      expect(address).toBe(LOOPBACK);
      expect(port).toBeGreaterThan(1023);
    }
  });

  it('has a place for everybody whom its settings and facts name', async () => {
    world = await startWorld();
    const { connectTo, controls } = world.settings;
    const named = [
      ...controls.https.map(({ address, port }) => `${address}:${port}/tcp`),
      ...[...controls.stun, ...controls.quic].map(({ address, port }) => `${address}:${port}/udp`),
      ...['203.0.113.10:443/tcp', '203.0.113.11:443/tcp'],
      ...[21, 22, 23, 24].flatMap((last) => [`198.51.100.${last}:443/udp`, `198.51.100.${last}:443/tcp`]),
      ...['10.96.0.10:53/udp', '10.96.0.10:53/tcp', '10.96.0.1:443/tcp', '127.0.0.1:53/udp', '127.0.0.1:53/tcp'],
      ...['*/udp', '*/tcp'],
    ];
    expect(named.filter((key) => connectTo[key] === undefined)).toEqual([]);
    expect(world.settings.targets.map(({ host, protocol }) => `${protocol} ${host}`)).toEqual([
      'https acme.goskope.com',
      'dtls gateway-lon1.gw.npa.goskope.com',
      'dtls gateway-fra1.gw.npa.goskope.com',
    ]);
  });

  it('asks neither the C library nor the real machine', async () => {
    world = await startWorld();
    expect(world.settings.systemLookup).toBe(false);
    const context: ProbeContext = { now: () => 5, reroute: (to) => to, expectCa: [], psk: null, rttMs: null };
    const seen = await world.probes.neighbours({ kind: 'neighbours' }, context, AbortSignal.timeout(1000));
    expect(seen.neighbours).toEqual([{ address: '10.244.1.1', interface: 'eth0', resolved: true }]);
    const unknown = Object.entries(world.facts).filter(([, fact]) => !fact.known);
    expect(unknown.map(([name]) => name)).toEqual(['networkingMode']);
  });

  it.each([undefined, 'dns-egress-policy-deny'])('leaves nothing listening when it is closed (%s)', async (fault) => {
    world = await startWorld(fault === undefined ? {} : { fault });
    const places = Object.entries(world.settings.connectTo);
    await world.close();
    for (const [key, endpoint] of places) {
      const outcome = key.endsWith('/udp')
        ? (await udpExchange(endpoint, [Buffer.from('?')])).error
        : await tcpOutcome(endpoint);
      expect(`${key} ${outcome}`).toBe(`${key} ECONNREFUSED`);
    }
    await world.close();
  });

  it('refuses a fault that it cannot have, and says which it can', async () => {
    const refusal = startWorld({ fault: 'toString' });
    await expect(refusal).rejects.toBeInstanceOf(ConfigError);
    await expect(refusal).rejects.toThrow(/cannot inject "toString".*udp443-drop/);
  });
});
