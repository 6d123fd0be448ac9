// BIND: the internet's authoritative DNS (root and all zones below it, two GSLB views) and the company's private DNS.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROLS, CORP, PUBLIC_DNS, SERVICE_ADDRESS, STITCHERS, TENANT } from '../layout.ts';
import { mustRun, type ServerPlan } from '../processes.ts';
import { aliasRecords } from './aliases.ts';
import type { Site } from './site.ts';

const SOA = (zone: string): string =>
  `@ 60 IN SOA ns1.${zone === '.' ? '' : zone} hostmaster.${zone === '.' ? '' : zone} 1 3600 600 86400 60`;

interface Zone {
  readonly name: string;
  readonly records: readonly string[];
}

/** Record lines with names relative to the zone. */
function publicZones(): Zone[] {
  const a = (name: string, addresses: readonly string[]): string[] =>
    addresses.map((address) => `${name} 60 IN A ${address}`);
  const at = (host: string, zone: string): string => host.slice(0, -zone.length - 1);
  return [
    // Names under .net, .com and .org that no zone below holds are denied by the root itself, which is enough here.
    {
      name: '.',
      records: [
        `ns1 60 IN A ${PUBLIC_DNS.authority}`,
        `a.root-servers.net. 60 IN A ${PUBLIC_DNS.authority}`,
        ...rootKeys(3).map((key) => `@ 60 IN ${key}`),
      ],
    },
    {
      name: 'goskope.com',
      records: [
        ...a('ns1', [PUBLIC_DNS.authority]),
        ...a(at(TENANT.host, 'goskope.com'), TENANT.addresses),
        ...a('tenant-origin', TENANT.addresses),
        ...a(`addon-${TENANT.name}`, [SERVICE_ADDRESS]),
        ...a('gateway.gslb', [SERVICE_ADDRESS]),
        ...a('gateway.npa', [SERVICE_ADDRESS]),
        ...a('stitcher.npa', STITCHERS[0].addresses),
        ...STITCHERS.flatMap((stitcher) => a(at(stitcher.host, 'goskope.com'), stitcher.addresses)),
        'lb.npa 60 IN NS ns-a.lb.npa',
        'lb.npa 60 IN NS ns-b.lb.npa',
        ...a('ns-a.lb.npa', [PUBLIC_DNS.gslbA]),
        ...a('ns-b.lb.npa', [PUBLIC_DNS.gslbB]),
      ],
    },
    {
      name: 'example.net',
      records: [...a('ns1', [PUBLIC_DNS.authority]), ...controlsUnder('example.net'), ...aliasRecords('example.net')],
    },
    {
      name: 'example.org',
      records: [...a('ns1', [PUBLIC_DNS.authority]), ...controlsUnder('example.org'), ...aliasRecords('example.org')],
    },
  ];
}

function controlsUnder(zone: string): string[] {
  return [...CONTROLS.https, ...CONTROLS.stun, ...CONTROLS.quic]
    .filter((control) => control.host.endsWith(`.${zone}`))
    .map((control) => `${control.host}. 60 IN A ${control.address}`);
}

/** A GSLB: each of its two servers hands out its own half of the addresses, for 0 s. */
function gslbZone(index: 0 | 1): Zone {
  return {
    name: 'lb.npa.goskope.com',
    records: [
      `ns-a 60 IN A ${PUBLIC_DNS.gslbA}`,
      `ns-b 60 IN A ${PUBLIC_DNS.gslbB}`,
      `lon1 0 IN A ${STITCHERS[0].addresses[index]}`,
      `fra1 0 IN A ${STITCHERS[1].addresses[index]}`,
    ],
  };
}

function writeZone(directory: string, zone: Zone): string {
  const origin = zone.name === '.' ? '.' : `${zone.name}.`;
  const path = join(directory, `${zone.name === '.' ? 'root' : zone.name}.zone`);
  const ns = zone.name.startsWith('lb.') ? '@ 60 IN NS ns-a\n@ 60 IN NS ns-b' : '@ 60 IN NS ns1';
  writeFileSync(path, `$ORIGIN ${origin}\n$TTL 60\n${SOA(origin)}\n${ns}\n${zone.records.join('\n')}\n`);
  return path;
}

function zoneClause(directory: string, zone: Zone, updatesFrom: string | null): string {
  const update = updatesFrom === null ? '' : `allow-update { ${updatesFrom}; };`;
  return `zone "${zone.name}" { type primary; file "${writeZone(directory, zone)}"; ${update} };`;
}

function options(directory: string, addresses: readonly string[]): string {
  return `options {
  directory "${directory}";
  pid-file "${directory}/named.pid";
  session-keyfile "${directory}/session.key";
  lock-file none;
  listen-on port 53 { ${addresses.map((address) => `${address};`).join(' ')} };
  listen-on-v6 { none; };
  recursion no;
  dnssec-validation no;
  empty-zones-enable no;
  notify no;
  minimal-responses no-auth;
};
controls { };
`;
}

function plan(site: Site, host: 'inet' | 'corp', directory: string, addresses: readonly string[]): ServerPlan {
  return {
    name: `named-${host}`,
    namespace: site.namespaces[host],
    command: 'named',
    args: ['-g', '-n', '1', '-c', join(directory, 'named.conf')],
    logPath: join(directory, 'named.log'),
    listens: addresses.flatMap((address) => [
      { protocol: 'udp' as const, address, port: 53 },
      { protocol: 'tcp' as const, address, port: 53 },
    ]),
  };
}

export function publicDns(site: Site): ServerPlan {
  const directory = join(site.directory, 'named-inet');
  const addresses = Object.values(PUBLIC_DNS);
  const views = [
    { name: 'a', address: PUBLIC_DNS.gslbA, zones: [gslbZone(0)] },
    { name: 'b', address: PUBLIC_DNS.gslbB, zones: [gslbZone(1)] },
    { name: 'main', address: PUBLIC_DNS.authority, zones: publicZones() },
  ];
  mkdirSync(directory, { recursive: true });
  const clauses = views.map((view) => {
    const viewDirectory = join(directory, view.name);
    mkdirSync(viewDirectory, { recursive: true });
    const zones = view.zones.map((zone) =>
      zoneClause(viewDirectory, zone, view.name === 'main' ? PUBLIC_DNS.authority : null),
    );
    return `view "${view.name}" { match-destinations { ${view.address}; };\n${zones.join('\n')}\n};`;
  });
  writeFileSync(join(directory, 'named.conf'), `${options(directory, addresses)}${clauses.join('\n')}\n`);
  return plan(site, 'inet', directory, addresses);
}

/** Knows one private zone and nothing else. */
export function privateDns(site: Site): ServerPlan {
  const directory = join(site.directory, 'named-corp');
  mkdirSync(directory, { recursive: true });
  const zone: Zone = {
    name: 'private.example.com',
    records: [`ns1 60 IN A ${CORP.privateDns}`, 'app 60 IN A 10.0.0.50', 'mirror 60 IN A 10.0.0.51'],
  };
  writeFileSync(
    join(directory, 'named.conf'),
    `${options(directory, [CORP.privateDns])}${zoneClause(directory, zone, null)}\n`,
  );
  return plan(site, 'corp', directory, [CORP.privateDns]);
}

/**
 * Keys of the size that the root's have (RSA, 2048 bits); nobody here signs with them or checks them. Three of them, as in most
 * years, make an answer that is large and yet fits into one packet.
 */
export function rootKeys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    // RFC 3110: length and value of the exponent 65537, then the modulus.
    const key = Buffer.concat([Buffer.from('03010001', 'hex'), Buffer.alloc(256, 0x81 + index)]);
    return `DNSKEY ${index === 0 ? 256 : 257} 3 8 ${key.toString('base64')}`;
  });
}

/** Changes records of goskope.com at the authority, at once (RFC 2136). Lines as nsupdate takes them. */
export async function updateRecords(site: Site, lines: readonly string[]): Promise<void> {
  const script = [
    `server ${PUBLIC_DNS.authority}`,
    `local ${PUBLIC_DNS.authority}`,
    'zone goskope.com',
    ...lines.map((line) => `update ${line}`),
    'send',
  ];
  await mustRun('ip', ['netns', 'exec', site.namespaces.inet, 'nsupdate', '-t', '5'], {
    input: `${script.join('\n')}\n`,
  });
}
