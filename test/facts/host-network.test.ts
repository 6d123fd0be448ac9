import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostNetwork } from '../../src/facts/host-network.ts';
import { nameServiceSwitch } from '../../src/facts/name-service-switch.ts';
import type { Fact, Interface } from '../../src/model/fact.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'facts-'));
  mkdirSync(join(root, 'sys/class/net/eth0'), { recursive: true });
  // A card hangs on a bus.
  mkdirSync(join(root, 'sys/class/net/ens5/device'), { recursive: true });
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
});
afterAll(() => rmSync(root, { recursive: true }));

const named = (...names: string[]): Fact<Interface[]> => ({
  known: true,
  value: names.map((name) => ({ name, up: true, mtu: 1500, addresses: [] })),
});

describe('is this the node network?', () => {
  it.each([
    ['the Publisher in host mode', { NPA_NETWORKING_MODE: 'host' }, named('lo', 'eth0'), true],
    ['pod and node have one address', { POD_IP: '10.0.0.4', HOST_IP: '10.0.0.4' }, named('lo', 'eth0'), true],
    ['pod and node have two', { POD_IP: '10.244.1.10', NODE_IP: '10.0.0.4' }, named('lo', 'cni0'), false],
    ['a bridge of the network plugin', {}, named('lo', 'ens5', 'cni0'), true],
    ['one end of a pair and nothing else', {}, named('lo', 'eth0'), false],
  ])('%s: %s', (_what, env, interfaces, value) =>
    expect(hostNetwork(root, env, interfaces)).toEqual({ known: true, value }),
  );

  it.each([
    ['a card and nothing else', named('lo', 'ens5')],
    ['loopback only', named('lo')],
    ['unreadable', { known: false, why: 'EACCES' } as const],
  ])('%s: not known', (_what, interfaces) => expect(hostNetwork(root, {}, interfaces).known).toBe(false));
});

describe('nsswitch.conf', () => {
  it('is read', () => expect(nameServiceSwitch(root)).toEqual({ known: true, value: { hosts: ['files', 'dns'] } }));
  it('may be missing', () => {
    const fact = nameServiceSwitch(join(root, 'nowhere'));
    expect(fact.known ? '' : fact.why).toContain('ENOENT');
  });
});
