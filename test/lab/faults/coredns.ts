// Group D: the cluster's own DNS server with a configuration that is wrong. A second real CoreDNS takes the place of the healthy one.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../disturbances.ts';
import { CLUSTER, CORP, PUBLIC_DNS } from '../layout.ts';
import { untilTrue } from '../processes.ts';
import { corednsBinary } from '../requirements.ts';
import { recursiveBind } from '../servers/recursive-bind.ts';
import type { LabFault } from './fault.ts';

/** Another pod of the same Deployment. */
const POD = '10.244.2.11';
/** A second server of the private zone, with an access list. */
const STRICT = '10.0.0.11';
export const PRIVATE_ZONE = 'private.example.com';
const PROBE = `app.${PRIVATE_ZONE}`;
/** A public resolver over TLS. Nobody needs to listen: the way there is closed. */
const OVER_TLS = PUBLIC_DNS.gslbB;

const stub = (to: string, key = `${PRIVATE_ZONE}:53`, indent = ''): string =>
  [`${key} {`, '    errors', `    bind ${POD}`, `    forward . ${to}`, '}'].map((line) => indent + line).join('\n');

/** The shape of kubeadm's; a zone file stands for the API server. `DIR` stands for its directory. */
function rootBlock(forward: readonly string[], inside: readonly string[] = []): string {
  const lines = [
    `bind ${POD}`,
    'errors',
    'file DIR/cluster.local.zone cluster.local',
    ...forward,
    'cache 30',
    'loadbalance',
    ...inside,
  ];
  return ['.:53 {', ...lines.map((line) => `    ${line}`), '}'].join('\n');
}

const FORWARD = `forward . ${CORP.resolver}`;

export interface Setup {
  readonly corefile: string;
  /** What the file holds after an edit that CoreDNS does not take. */
  readonly edited?: string;
  /** Declare the private zone; its servers. */
  readonly zone?: readonly string[];
  /** Hand the Corefile to the run. */
  readonly seen?: boolean;
  /** Name the pod as an endpoint. */
  readonly endpoints?: boolean;
}

/** Leads the pod's questions to a CoreDNS with this configuration, and tells the run what is known of it. */
export async function otherCoredns(world: World, setup: Setup): Promise<void> {
  const { site } = world;
  const directory = join(site.directory, 'coredns-other');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'Corefile');
  const write = (text: string): void =>
    writeFileSync(path, `${text.replaceAll('DIR', join(site.directory, 'coredns'))}\n`);
  write(setup.corefile);
  world.onHeal(async () => {
    await world.command('dns', 'ip', ['addr', 'del', `${POD}/24`, 'dev', 'eth0']);
  });
  await world.command('dns', 'ip', ['addr', 'add', `${POD}/24`, 'dev', 'eth0']);
  const logPath = join(directory, 'coredns.log');
  await world.start({
    name: 'coredns-other',
    namespace: site.namespaces.dns,
    command: corednsBinary(),
    args: ['-conf', path],
    logPath,
    listens: [
      { protocol: 'udp', address: POD, port: 53 },
      { protocol: 'tcp', address: POD, port: 53 },
    ],
  });
  if (setup.edited !== undefined) {
    write(setup.edited);
    await untilTrue('the refused reload', async () => /reload failed/i.test(readFileSync(logPath, 'utf8')));
  }
  await world.filter(
    'gw',
    'faults_prerouting',
    ['udp', 'tcp'].map((protocol) => `iifname "p0" ip daddr ${CLUSTER.dnsService} ${protocol} dport 53 dnat to ${POD}`),
  );
  world.runWith({
    args: [
      ...(setup.zone ? ['--private-zone', `${PRIVATE_ZONE}/${PROBE}=${setup.zone.join(',')}`] : []),
      ...(setup.seen ? ['--corefile', path] : []),
      ...(setup.endpoints ? ['--dns-endpoint', POD] : []),
    ],
  });
}

/** BIND with the private zone, which answers the pod and refuses the CoreDNS pods. */
async function strictHolder(world: World): Promise<void> {
  world.onHeal(async () => {
    await world.command('corp', 'ip', ['addr', 'del', `${STRICT}/24`, 'dev', 'eth0']);
  });
  await world.command('corp', 'ip', ['addr', 'add', `${STRICT}/24`, 'dev', 'eth0']);
  await world.start(
    recursiveBind(world.site, 'named-strict-zone', {
      address: STRICT,
      port: 53,
      options: ['allow-query { 10.244.1.0/24; };', 'recursion no;'],
      clauses: [`zone "${PRIVATE_ZONE}" { type primary; file "DIR/${PRIVATE_ZONE}"; };`],
      zones: { [PRIVATE_ZONE]: ['app 60 IN A 10.0.0.50'] },
    }),
  );
}

const HOLDER = [CORP.privateDns];

/** Sound: the stub stands beside the root block. */
export const soundStub = (world: World): Promise<void> =>
  otherCoredns(world, {
    corefile: `${rootBlock([FORWARD])}\n${stub(CORP.privateDns)}`,
    zone: HOLDER,
    seen: true,
    endpoints: true,
  });

export const missingStub = (world: World, seen: boolean): Promise<void> =>
  otherCoredns(world, { corefile: rootBlock([FORWARD]), zone: HOLDER, seen });

export async function silentHolder(world: World): Promise<void> {
  await otherCoredns(world, { corefile: `${rootBlock([FORWARD])}\n${stub(CORP.privateDns)}`, zone: HOLDER });
  await world.filter('gw', 'faults_forward', [`iifname "d0" ip daddr ${CORP.privateDns} drop`]);
}

/** The root block serves the cluster's zone only, and nothing says so but the behaviour. */
export const noRootBlock = (world: World): Promise<void> =>
  otherCoredns(world, { corefile: rootBlock([]).replace('.:53', 'cluster.local:53'), seen: false });

/** In turn instead of at random, so that some of the few names here are always refused. */
export const mixedUnseen = (world: World): Promise<void> =>
  otherCoredns(world, {
    corefile: rootBlock([`forward . ${CORP.privateDns} ${CORP.resolver} {`, '    policy round_robin', '}']),
  });

export const hostNameTarget = (world: World): Promise<void> =>
  otherCoredns(world, {
    corefile: rootBlock([FORWARD]),
    zone: HOLDER,
    seen: true,
  }).then(() => {
    // Written after the start: the running server keeps what it has.
    const path = join(world.site.directory, 'coredns-other', 'Corefile');
    writeFileSync(path, `${readFileSync(path, 'utf8')}${stub('dns1.corp.example')}\n`);
  });

export const corednsFaults: readonly LabFault[] = [
  {
    id: 'coredns-stub-missing',
    how: 'CoreDNS has no block for the declared zone; BIND on 10.0.0.10 holds it; the Corefile is not shown',
    exitCode: 3,
    mentions: /private\.example\.com:53 \{.*forward \. 10\.0\.0\.10/s,
    inject: (world) => missingStub(world, false),
  },
  {
    id: 'coredns-stub-misplaced',
    how: 'the stub is pasted into .:53; the reload is refused and the old configuration goes on',
    exitCode: 3,
    mentions: /Corefile:\d+:\d+.*private\.example\.com/s,
    inject: (world) =>
      otherCoredns(world, {
        corefile: rootBlock([FORWARD], ['reload 2s']),
        edited: rootBlock([FORWARD], ['reload 2s', ...stub(CORP.privateDns).split('\n')]),
        zone: HOLDER,
        seen: true,
      }),
  },
  {
    id: 'coredns-stub-wrong-suffix',
    how: 'the block is called *.private.example.com, which matches nothing',
    exitCode: 3,
    mentions: /\*\.private\.example\.com/,
    inject: (world) =>
      otherCoredns(world, {
        corefile: `${rootBlock([FORWARD])}\n${stub(CORP.privateDns, `*.${PRIVATE_ZONE}:53`)}`,
        zone: HOLDER,
        seen: true,
      }),
  },
  {
    id: 'coredns-private-upstream-refuses',
    how: 'the stub is right; the BIND of the zone refuses the CoreDNS pods and answers the pod',
    exitCode: 3,
    mentions: /10\.0\.0\.11/,
    inject: async (world) => {
      await strictHolder(world);
      await otherCoredns(world, {
        corefile: `${rootBlock([FORWARD])}\n${stub(STRICT)}`,
        zone: [STRICT],
      });
    },
  },
  {
    id: 'coredns-mixed-upstreams',
    how: 'the root block forwards to the private and to the public resolver',
    exitCode: 3,
    mentions: /private\.example\.com/,
    inject: (world) =>
      otherCoredns(world, {
        corefile: rootBlock([`forward . ${CORP.privateDns} ${CORP.resolver}`]),
        zone: HOLDER,
      }),
  },
  {
    id: 'coredns-no-forward',
    how: 'the root block has no forward; the Corefile is not shown',
    exitCode: 3,
    mentions: /10\.96\.0\.10/,
    inject: (world) => otherCoredns(world, { corefile: rootBlock([]) }),
  },
  {
    id: 'coredns-loop',
    how: 'CoreDNS forwards to 127.0.0.1, where it listens itself, without the loop plugin',
    exitCode: 3,
    mentions: /Corefile:\d+:\d+.*127\.0\.0\.1/s,
    inject: (world) =>
      otherCoredns(world, {
        corefile: rootBlock(['forward . 127.0.0.1 {', '    max_concurrent 1000', '}']).replace(
          `bind ${POD}`,
          `bind ${POD} 127.0.0.1`,
        ),
        seen: true,
      }),
  },
  {
    id: 'coredns-dot-upstream-blocked',
    how: 'CoreDNS forwards over TLS, and the node drops TCP 853',
    exitCode: 3,
    mentions: /198\.51\.100\.55:853/,
    inject: async (world) => {
      await otherCoredns(world, { corefile: rootBlock([`forward . tls://${OVER_TLS}`]), seen: true });
      await world.filter('gw', 'faults_forward', ['tcp dport 853 drop']);
    },
  },
];
