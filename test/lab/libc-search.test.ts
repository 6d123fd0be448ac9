// Does this machine's own C library ask what parse/libc-search.ts computes, in that order, and come to the same end?
// glibc is here with `getent`; a program linked with musl is used where the variable names one (its only argument is the host).

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askList, type Libc, type Outcome, walk } from '../../src/parse/libc-search.ts';
import { parseResolvConf } from '../../src/parse/resolv-conf.ts';
import { RESOLV_CONF } from './layout.ts';
import { startServer } from './processes.ts';
import { labSuite } from './suite.ts';

const MUSL_PROGRAM = process.env.NET_PREFLIGHT_MUSL_GETADDRINFO ?? '';
const HOST = 'acme.goskope.com';
const ITSELF = `${HOST}.`;
const SERVER = '127.0.0.2';

interface Case {
  readonly what: string;
  readonly search: string;
  readonly ndots: number;
  readonly outcomes: Readonly<Record<string, Outcome>>;
  readonly only?: Libc;
}

const below = (suffix: string): string => `${HOST}.${suffix}.`;
const found: Readonly<Record<string, Outcome>> = { [ITSELF]: 'address' };
const CASES: readonly Case[] = [
  { what: 'the suffixes deny', search: 'a.test b.test', ndots: 5, outcomes: found },
  { what: 'a wildcard', search: 'a.test b.test', ndots: 5, outcomes: { ...found, [below('a.test')]: 'address' } },
  { what: 'SERVFAIL', search: 'a.test b.test', ndots: 5, outcomes: { ...found, [below('a.test')]: 'servfail' } },
  { what: 'REFUSED', search: 'a.test b.test', ndots: 5, outcomes: { ...found, [below('a.test')]: 'refused' } },
  { what: 'an empty answer', search: 'a.test b.test', ndots: 5, outcomes: { ...found, [below('a.test')]: 'nodata' } },
  { what: 'silence', search: 'a.test b.test', ndots: 5, outcomes: { ...found, [below('a.test')]: 'silent' } },
  { what: 'enough dots', search: 'a.test b.test', ndots: 2, outcomes: { ...found, [below('a.test')]: 'address' } },
  {
    what: 'enough dots, and only a suffix knows it',
    search: 'a.test',
    ndots: 1,
    outcomes: { [below('a.test')]: 'address' },
  },
  // musl up to 1.2.3 sends a question that no server can read for this one; later ones leave it out, as computed.
  { what: 'the root in the list', search: '. a.test', ndots: 5, outcomes: found, only: 'glibc' },
  { what: 'nobody knows it', search: 'a.test b.test', ndots: 5, outcomes: {} },
];

labSuite('the search of the C library', (lab) => {
  // Debian has no program that is linked with musl: that half is a tool for who has one, not a part of this suite.
  const libcs = existsSync(MUSL_PROGRAM) ? (['glibc', 'musl'] as const) : (['glibc'] as const);
  for (const libc of libcs) {
    it.each(CASES.filter((one) => (one.only ?? libc) === libc))(`${libc}: $what`, async (one) => {
      const { asked, result } = await really(libc, one);
      const conf = parseResolvConf(resolvConf(one), 'resolv.conf');
      const computed = walk(libc, HOST, conf, (step) =>
        askList(libc, conf, [{ outcome: one.outcomes[step.name] ?? 'nxdomain', ms: 1 }]),
      );
      expect(asked).toEqual(computed.asked.map((step) => step.name));
      expect(result).toBe(computed.result === 'found' ? 'found' : 'not found');
    });
  }

  function resolvConf(one: Case): string {
    return `search ${one.search}\nnameserver ${SERVER}\noptions ndots:${one.ndots} timeout:1 attempts:1\n`;
  }

  async function really(libc: Libc, one: Case): Promise<{ asked: string[]; result: string }> {
    const { site } = lab();
    const logPath = join(site.directory, 'recording-dns.log');
    const path = join('/etc/netns', site.namespaces.pod, 'resolv.conf');
    rmSync(logPath, { force: true });
    const server = startServer({
      name: 'recording-dns',
      namespace: site.namespaces.pod,
      command: process.execPath,
      args: [join(import.meta.dirname, 'servers/recording-dns.ts'), SERVER, '53', JSON.stringify(one.outcomes)],
      logPath,
      listens: [{ protocol: 'udp', address: SERVER, port: 53 }],
    });
    try {
      await server.ready();
      writeFileSync(path, resolvConf(one));
      const words = libc === 'glibc' ? (['getent', ['ahosts', HOST]] as const) : ([MUSL_PROGRAM, [HOST]] as const);
      const { code } = await lab().exec('pod', words[0], words[1]);
      // Both families are asked, and repeated after a failure: each name once, in order.
      const asked = [...new Set(readFileSync(logPath, 'utf8').split('\n').filter(Boolean))];
      return { asked, result: code === 0 ? 'found' : 'not found' };
    } finally {
      writeFileSync(path, RESOLV_CONF);
      await server.stop();
    }
  }
});
