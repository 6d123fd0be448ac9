import type { RecordType } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { answer, isClusterName } from '../../src/demo/dns-answers.ts';

const ask = (name: string, type: RecordType, missing: string[] = []) =>
  answer({ name, type, class: 'IN' }, { missing });

describe('what the demo DNS knows', () => {
  it.each([
    ['acme.goskope.com', 'A', ['203.0.113.10', '203.0.113.11']],
    ['gateway-lon1.gw.npa.goskope.com', 'A', ['198.51.100.21', '198.51.100.22']],
    ['gateway-fra1.gw.npa.goskope.com', 'A', ['198.51.100.23', '198.51.100.24']],
    ['kubernetes.default.svc.cluster.local', 'A', ['10.96.0.1']],
    ['goskope.com', 'NS', ['ns1.goskope.com', 'ns2.goskope.com']],
  ] as const)('%s %s', (name, type, expected) => {
    const reply = ask(name, type);
    expect(reply.rcode).toBe(0);
    expect(reply.answers.map((record) => 'data' in record && record.data)).toEqual(expected);
    expect(reply.authorities).toEqual([]);
  });

  it('gives the root its thirteen servers', () => {
    expect(ask('.', 'NS').answers).toHaveLength(13);
    expect(ask('', 'NS').answers.every(({ name }) => name === '.')).toBe(true);
  });

  it.each([
    ['acme.goskope.com', 'AAAA', 'goskope.com'],
    ['gw.npa.goskope.com', 'A', 'goskope.com'],
    ['svc.cluster.local', 'A', 'cluster.local'],
    ['com', 'A', 'com'],
  ] as const)('has no data for %s %s, with the SOA of %s', (name, type, zone) => {
    const reply = ask(name, type);
    expect(reply).toMatchObject({ rcode: 0, answers: [], authorities: [{ type: 'SOA', name: zone }] });
  });

  it.each([
    ['acme.goskope.com.npa-publisher.svc.cluster.local', 'cluster.local', true],
    ['nobody.goskope.com', 'goskope.com', false],
    ['nobody.internal', '.', false],
  ])('does not know %s, with the SOA of %s', (name, zone, authoritative) => {
    expect(ask(name, 'A')).toMatchObject({
      rcode: 3,
      authoritative,
      answers: [],
      authorities: [{ type: 'SOA', name: zone }],
    });
  });

  it('can lack a name that it should have', () => {
    expect(ask('acme.goskope.com', 'A', ['acme.goskope.com']).rcode).toBe(3);
    expect(ask('gateway-lon1.gw.npa.goskope.com', 'A', ['acme.goskope.com']).rcode).toBe(0);
  });

  it('ignores capitals and gives them back', () => {
    expect(ask('ACME.Goskope.com', 'A').answers.map(({ name }) => name)).toEqual([
      'ACME.Goskope.com',
      'ACME.Goskope.com',
    ]);
  });

  it('tells the cluster from the rest', () => {
    expect(isClusterName('kubernetes.default.svc.CLUSTER.local.')).toBe(true);
    expect(isClusterName('mycluster.local')).toBe(false);
    expect(isClusterName('.')).toBe(false);
  });
});
