// What the demo's cluster DNS knows: the cluster's own names, the tenant's, the control hosts', and a scrap of the root.

import type { Answer, Question, SoaData } from 'dns-packet';
import { CONTROLS, GATEWAYS, TENANT } from './addresses.ts';

export interface Knowledge {
  /** Names that do not exist in this world although they should. */
  readonly missing: readonly string[];
}

export interface Reply {
  readonly rcode: 0 | 2 | 3;
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
}

const CLUSTER = 'cluster.local';
const TTL_SECONDS = { cluster: 30, external: 60 };

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  [`kubernetes.default.svc.${CLUSTER}`]: ['10.96.0.1'],
  [`kube-dns.kube-system.svc.${CLUSTER}`]: ['10.96.0.10'],
  [TENANT.host]: TENANT.addresses,
  ...Object.fromEntries([...GATEWAYS, ...CONTROLS].map(({ host, addresses }) => [host, addresses])),
  'goskope.com': ['203.0.113.80'],
  'www.goskope.com': ['203.0.113.80'],
  'example.com': ['203.0.113.81'],
  'www.example.com': ['203.0.113.81'],
};

/** Zones, longest first, with the primary server and the mailbox of their SOA. `` is the root. */
const ZONES: readonly { zone: string; primary: string; mailbox: string; servers: readonly string[] }[] = [
  { zone: CLUSTER, primary: `ns.dns.${CLUSTER}`, mailbox: `hostmaster.${CLUSTER}`, servers: [`ns.dns.${CLUSTER}`] },
  {
    zone: 'goskope.com',
    primary: 'ns1.goskope.com',
    mailbox: 'hostmaster.goskope.com',
    servers: ['ns1.goskope.com', 'ns2.goskope.com'],
  },
  { zone: 'example', primary: 'ns.example', mailbox: 'hostmaster.example', servers: ['ns.example'] },
  {
    zone: 'com',
    primary: 'a.gtld-servers.net',
    mailbox: 'nstld.verisign-grs.com',
    servers: ['a.gtld-servers.net', 'b.gtld-servers.net'],
  },
  {
    zone: '',
    primary: 'a.root-servers.net',
    mailbox: 'nstld.verisign-grs.com',
    servers: [...'abcdefghijklm'].map((letter) => `${letter}.root-servers.net`),
  },
];

/** Whether CoreDNS would answer by itself (the kubernetes plugin's zone), without asking its upstream. */
export function isClusterName(name: string): boolean {
  return within(plain(name), CLUSTER);
}

export function answer(question: Question, knowledge: Knowledge): Reply {
  const name = plain(question.name);
  const zone = ZONES.find((entry) => within(name, entry.zone)) as (typeof ZONES)[number];
  const soa: SoaData = {
    mname: zone.primary,
    rname: zone.mailbox,
    serial: 2026010101,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: TTL_SECONDS.cluster,
  };
  const authoritative = zone.zone === CLUSTER;
  const ttl = authoritative ? TTL_SECONDS.cluster : TTL_SECONDS.external;
  const negative: Answer = { type: 'SOA', name: zone.zone || '.', ttl, data: soa };
  if (knowledge.missing.includes(name) || !exists(name)) {
    return { rcode: 3, authoritative, answers: [], authorities: [negative] };
  }
  const answers = records(question, name, zone, soa, ttl);
  return { rcode: 0, authoritative, answers, authorities: answers.length === 0 ? [negative] : [] };
}

function records(question: Question, name: string, zone: (typeof ZONES)[number], soa: SoaData, ttl: number): Answer[] {
  // The owner's name is given back as it was asked, capitals included.
  const owner = question.name || '.';
  if (question.type === 'A') return (ADDRESSES[name] ?? []).map((data) => ({ type: 'A', name: owner, ttl, data }));
  if (name !== zone.zone) return [];
  if (question.type === 'NS') return zone.servers.map((data) => ({ type: 'NS', name: owner, ttl, data }));
  if (question.type === 'SOA') return [{ type: 'SOA', name: owner, ttl, data: soa }];
  return [];
}

/** A zone's apex, a name with records, or a name above one (RFC 8020: those exist too, without records). */
function exists(name: string): boolean {
  return ZONES.some(({ zone }) => zone === name) || Object.keys(ADDRESSES).some((known) => within(known, name));
}

function within(name: string, zone: string): boolean {
  return zone === '' || name === zone || name.endsWith(`.${zone}`);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
