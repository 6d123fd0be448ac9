// Does a check in the lab name the faults of faults/dns-client-sidecar.ts, each as the only root cause? And what else a sidecar can be.

import { expect, it } from 'vitest';
import { dnsClientSidecarFaults, POD_MODE } from './faults/dns-client-sidecar.ts';
import { CLUSTER } from './layout.ts';
import { type Server, startServer } from './processes.ts';
import { localDnsSidecar } from './servers/dnsmasq.ts';
import { expectReady, faultTests, labSuite, named } from './suite.ts';

/** Nobody: it is beyond the node, on a network without a host of that number. */
const DEAD_UPSTREAM = '192.0.2.53';

labSuite('faults: sidecar', (lab) => {
  faultTests(lab, dnsClientSidecarFaults);

  async function withSidecar(upstream: string, body: () => Promise<void>): Promise<void> {
    const server: Server = startServer(localDnsSidecar(lab().site, upstream));
    try {
      await server.ready();
      await body();
    } finally {
      await server.stop();
    }
  }

  it('a sidecar that forwards to the cluster is Ready, at any depth', () =>
    withSidecar(CLUSTER.dnsService, async () => {
      const result = await lab().run(['check'], POD_MODE);
      expectReady(result);
      expect(result.report?.findings.find((one) => one.check === 'local-dns')?.status).toBe('pass');
      expectReady(await lab().run(['check', '--deep'], POD_MODE));
    }));

  it('dns-localdns-down: dnsmasq runs, and its upstream is nobody', () =>
    withSidecar(DEAD_UPSTREAM, async () => {
      const result = await lab().run(['check'], POD_MODE);
      expect([result.exitCode, named(result)]).toEqual([3, ['dns-localdns-down']]);
      expect(JSON.stringify(result.report?.rootCauses)).toMatch(/127\.0\.0\.1:53/);
    }));

  it('trap 10: nothing on 127.0.0.1:53 in an init container, by flag or as a gate', async () => {
    for (const words of [
      ['check', '--phase', 'init'],
      ['gate', '--wait', '0s'],
      ['gate', '--standard', '--wait', '0s'],
    ]) {
      const result = await lab().run(words, POD_MODE);
      expectReady(result);
    }
  });
});
