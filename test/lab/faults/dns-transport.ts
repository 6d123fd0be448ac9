// Group B, further on: TCP, large answers, answers from elsewhere, loss, and what connection tracking does.

import { join } from 'node:path';
import type { World } from '../disturbances.ts';
import { CLUSTER, CORP, POD, TENANT } from '../layout.ts';
import { mustRun } from '../processes.ts';
import { ALIAS_HEADS } from '../servers/aliases.ts';
import { rootKeys } from '../servers/bind.ts';
import { changeTenantZone, TENANT_RECORDS } from './dns-server.ts';
import type { LabFault } from './fault.ts';

/** As in src/checks/dns-loss.ts: the source port that every run uses. */
const FIXED_PORT = 27_053;
/** A DNS pod that is gone. */
const GONE = '10.244.2.99';
const FRONT_PORT = 5353;

/** A table of its own in the node, for hooks that the lab's fault chains do not have. */
async function ownTable(world: World, chains: readonly string[]): Promise<void> {
  world.onHeal(async () => {
    await world.command('gw', 'nft', ['delete', 'table', 'ip', 'extra']);
  });
  await mustRun('ip', ['netns', 'exec', world.site.namespaces.gw, 'nft', '-f', '-'], {
    input: `table ip extra {\n${chains.join('\n')}\n}\n`,
  });
}

/** The root in the middle of a rollover: six keys make an answer of 1.7 kB, which needs two fragments. */
async function rootRollover(world: World): Promise<void> {
  const control = async (...args: string[]): Promise<void> => {
    await world.command('corp', 'unbound-control', ['-c', join(world.site.directory, 'unbound/unbound.conf'), ...args]);
  };
  world.onHeal(() => control('local_zone_remove', '.'));
  await control('local_zone', '.', 'typetransparent');
  for (const key of rootKeys(6)) await control('local_data', `. 60 ${key}`);
}

export async function dropFragments(world: World): Promise<void> {
  await rootRollover(world);
  // Before defragmentation, which connection tracking does at priority -400.
  await ownTable(world, [
    'chain raw {\ntype filter hook prerouting priority -450;\niifname "d0" ip frag-off & 0x3fff != 0 drop\n}',
  ]);
}

const dropTcp = (world: World): Promise<void> =>
  world.filter('gw', 'faults_forward', ['iifname "p0" tcp dport 53 drop']);

export const dropAbove512 = (world: World): Promise<void> =>
  world.filter('gw', 'faults_forward', ['oifname "p0" udp sport 53 udp length > 520 drop']);

/** The tenant's answer does not fit into UDP, and TCP is blocked. */
export async function truncatedWithoutTcp(world: World): Promise<void> {
  await changeTenantZone(
    world,
    [`delete ${TENANT.host}.`, `add ${TENANT.host}. 60 CNAME ${ALIAS_HEADS.long}`],
    TENANT_RECORDS,
  );
  await dropTcp(world);
}

/** The tenant's answer takes about 700 bytes, and answers above 512 are dropped. */
export async function tenantTooLarge(world: World): Promise<void> {
  const addresses = Array.from({ length: 40 }, (_, index) => `add ${TENANT.host}. 60 A 203.0.113.${100 + index}`);
  await changeTenantZone(world, addresses, TENANT_RECORDS);
  await dropAbove512(world);
}

/** Only the second of two nameservers loses packets: every other one. */
export async function oneBadNameserver(world: World): Promise<void> {
  world.resolvConf(`nameserver ${CLUSTER.dnsService}\nnameserver ${CORP.resolver}\n`);
  await world.filter('gw', 'faults_forward', [`iifname "p0" ip daddr ${CORP.resolver} numgen inc mod 2 == 1 drop`]);
}

export const dnsTransportFaults: readonly LabFault[] = [
  {
    id: 'dns-tcp-blocked',
    how: 'the node drops TCP 53 from the pod',
    exitCode: 0,
    mentions: /TCP 53 to the nameserver 10\.96\.0\.10/,
    inject: dropTcp,
  },
  {
    id: 'dns-large-udp-dropped',
    how: 'a firewall lets DNS answers of at most 512 bytes pass over UDP',
    exitCode: 0,
    mentions: /10\.96\.0\.10.*512/,
    inject: dropAbove512,
  },
  {
    id: 'dns-reply-wrong-source',
    how: "the way to the DNS pod is translated without connection tracking, so its answers keep the pod's own address",
    exitCode: 3,
    mentions: /10\.244\.2\.10:53/,
    inject: (world) => {
      const rewrite = `notrack ip daddr set ${CLUSTER.dnsPod}`;
      return ownTable(world, [
        `chain raw {\ntype filter hook prerouting priority -300;\nip daddr ${CLUSTER.dnsService} udp dport 53 ${rewrite}\nip daddr ${CLUSTER.dnsService} tcp dport 53 ${rewrite}\n}`,
      ]);
    },
  },
  {
    id: 'dns-intercepted',
    how: "port 53 to any address outside the cluster is led to the company's resolver",
    exitCode: 0,
    mentions: /192\.0\.2\.53/,
    inject: (world) => {
      const elsewhere = `iifname "p0" ip daddr != ${CLUSTER.dnsService}`;
      return world.filter('gw', 'faults_prerouting', [
        `${elsewhere} udp dport 53 dnat to ${CORP.resolver}`,
        `${elsewhere} tcp dport 53 dnat to ${CORP.resolver}`,
      ]);
    },
  },
  {
    id: 'dns-packet-loss',
    how: 'every fourth packet from the pod to the DNS pod is lost, UDP and TCP alike',
    exitCode: 0,
    mentions: /\d+ % of the packets.*10\.96\.0\.10/,
    inject: (world) =>
      world.filter('gw', 'faults_forward', ['iifname "p0" oifname "d0" numgen inc mod 4 == 3 counter drop']),
  },
  {
    id: 'dns-conntrack-race-5s',
    how: 'a front before the DNS pod loses the second datagram of a pair from one port, as the race in the node does',
    exitCode: 0,
    mentions: /one socket.*10\.96\.0\.10|10\.96\.0\.10.*one socket/,
    inject: async (world) => {
      await world.start({
        name: 'pair-dropper',
        namespace: world.site.namespaces.dns,
        command: process.execPath,
        args: [join(import.meta.dirname, '../servers/pair-dropper.ts'), CLUSTER.dnsPod, String(FRONT_PORT), '53'],
        logPath: join(world.site.directory, 'pair-dropper.log'),
        listens: [{ protocol: 'udp', address: CLUSTER.dnsPod, port: FRONT_PORT }],
      });
      await world.filter('gw', 'faults_prerouting', [
        `iifname "p0" ip daddr ${CLUSTER.dnsService} udp dport 53 dnat to ${CLUSTER.dnsPod}:${FRONT_PORT}`,
      ]);
    },
  },
  {
    id: 'dns-conntrack-stale',
    how: 'the Service leads to another DNS pod now; the entry of a flow from before is left in the node',
    exitCode: 0,
    mentions: /27053.*10\.96\.0\.10|10\.96\.0\.10.*27053/,
    inject: async () => {},
    afterwards: async (world) => {
      await world.filter('gw', 'faults_prerouting', [`ip daddr ${CLUSTER.dnsService} udp dport 53 dnat to ${GONE}`]);
      const first = `dig -b ${POD.address}#${FIXED_PORT} @${CLUSTER.dnsService} . NS +tries=1 +time=1 || true`;
      await world.command('pod', 'sh', ['-c', first]);
      await world.command('gw', 'nft', ['flush', 'chain', 'ip', 'lab', 'faults_prerouting']);
    },
  },
];

/** Named alone in about half of the runs: with other questions on the way, the bucket is emptied in a way that looks like loss. */
export const rateLimited: LabFault = {
  id: 'dns-rate-limited',
  how: 'the node drops what exceeds ten DNS questions a second; a deep run sees it',
  exitCode: 0,
  mentions: /10\.96\.0\.10.*at once/,
  inject: async (world) => {
    world.runWith({ args: ['--deep'] });
    await world.filter('gw', 'faults_forward', [
      'iifname "p0" udp dport 53 limit rate over 10/second burst 10 packets drop',
    ]);
  },
};
