// Is the lab itself what it claims to be: closed, healed, cleaned up, and slow by as much as was asked?

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { CLUSTER, CONTROLS, EGRESS, HOSTS, STITCHER_ADDRESSES, TENANT } from './layout.ts';
import { runCommand } from './processes.ts';
import { removeLeftovers } from './state.ts';
import { expectReady, labSuite } from './suite.ts';

labSuite('the lab', (lab) => {
  it('is healthy: a check is Ready', async () => {
    expectReady(await lab().run(['check']));
  });

  it('has no way out: an address of the real internet is nobody', async () => {
    const result = await lab().exec('pod', 'nc', ['-z', '-w1', '1.1.1.1', '443']);
    expect(result.code).not.toBe(0);
    const routes = await lab().exec('inet', 'ip', ['route', 'show', 'default']);
    expect(routes.stdout.trim()).toBe('blackhole default');
  });

  it('hides the pod behind the address of its node', async () => {
    const log = join(lab().directory, 'nginx-inet/access.log');
    await lab().exec('pod', 'curl', ['-sk', '-o', '/dev/null', `https://${TENANT.addresses[0]}/egress-marker`]);
    expect(readFileSync(log, 'utf8')).toMatch(
      new RegExp(`^${EGRESS.node.replaceAll('.', '\\.')} .*egress-marker`, 'm'),
    );
  });

  it('adds the delay it is asked for, to every kind of packet, and takes it away', async () => {
    const connectMs = async (): Promise<number> => {
      const out = await lab().exec('pod', 'curl', [
        '-sk',
        '-o',
        '/dev/null',
        '-w',
        '%{time_connect}',
        `https://${CONTROLS.https[0].address}/`,
      ]);
      return Number(out.stdout) * 1000;
    };
    await lab().wire({ oneWayMs: 20 });
    await connectMs();
    const slow = await connectMs();
    await lab().heal();
    const fast = await connectMs();
    expect(slow).toBeGreaterThanOrEqual(40);
    expect(slow).toBeLessThan(60);
    expect(fast).toBeLessThan(10);
  });

  it('heals a fault of each kind so that nothing of it is left', async () => {
    for (const id of ['dnsx-tenant-nxdomain', 'udp443-reject', 'dnsc-resolv-missing', 'tcp-no-route']) {
      await lab().inject(id);
      await lab().heal();
    }
    const answer = await lab().exec('pod', 'dig', ['+short', `@${CLUSTER.dnsService}`, `${TENANT.host}.`]);
    expect(answer.stdout.trim().split('\n').toSorted()).toEqual(TENANT.addresses);
    expectReady(await lab().run(['check']));
  });

  it('removes what a killed run left, and only that', async () => {
    const shell = spawn(process.execPath, [join(import.meta.dirname, 'shell.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const text = await new Promise<string>((resolve, reject) => {
      shell.once('exit', () => reject(new Error('the shell ended by itself')));
      let seen = '';
      shell.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        if (seen.includes('Ctrl-C')) resolve(seen);
      });
    });
    const suffix = /lab ([0-9a-f]{6})/.exec(text)?.[1] ?? '';
    shell.kill('SIGKILL');
    await new Promise((resolve) => shell.once('exit', resolve));
    const before = await runCommand('ip', ['netns', 'list']);
    expect(before.stdout).toContain(`npf-${suffix}-pod`);
    expect(await removeLeftovers()).toContain(suffix);
    const after = await runCommand('ip', ['netns', 'list']);
    for (const host of HOSTS) {
      expect(after.stdout).not.toContain(`npf-${suffix}-${host}`);
      expect(after.stdout).toContain(lab().site.namespaces[host]);
      expect(existsSync(`/etc/netns/npf-${suffix}-${host}`)).toBe(false);
    }
    expectReady(await lab().run(['check']));
  });

  it('answers DTLS at every stitcher address to several clients at once', async () => {
    const started = performance.now();
    const results = await Promise.all([lab().run(['check']), lab().run(['check']), lab().run(['check'])]);
    for (const result of results) expectReady(result);
    expect(STITCHER_ADDRESSES).toHaveLength(4);
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});
