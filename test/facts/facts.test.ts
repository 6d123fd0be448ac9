// What the pod says about itself, read below a made-up root.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { liveWorld } from '../../src/agent.ts';
import { readFacts } from '../../src/facts/index.ts';
import { settingsWith } from '../support/view.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'facts-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(path: string, text: string): void {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
}

const read = (env: Record<string, string | undefined> = {}) => readFacts({ root, env });

describe('an empty root', () => {
  it('everything is unknown with its reason, or known to be nothing', () => {
    const facts = read();
    expect(facts.resolvConf).toEqual({ known: false, why: '/etc/resolv.conf: ENOENT' });
    expect(facts.hosts).toEqual({ known: false, why: '/etc/hosts: ENOENT' });
    expect(facts.routes).toEqual({ known: false, why: '/proc/net/route: ENOENT' });
    expect(facts.capabilities.known).toBe(false);
    expect(facts.apiServer).toEqual({ known: false, why: 'KUBERNETES_SERVICE_HOST is not set' });
    expect(facts.networkingMode.known).toBe(false);
    // No /proc/sys/net/ipv6: a kernel without IPv6.
    expect(facts.ipv6).toMatchObject({ known: true, value: { disabled: true, defaultRoute: false } });
    expect(facts.identity).toMatchObject({ value: { pod: null, namespace: null, node: null, inPod: false } });
    expect(facts.proxy).toMatchObject({ value: { httpsProxy: null, conflicts: [] } });
  });

  it('a directory in a file’s place is a reason too', () => {
    mkdirSync(join(root, 'etc/resolv.conf'), { recursive: true });
    expect(read().resolvConf).toEqual({ known: false, why: '/etc/resolv.conf: EISDIR' });
  });
});

describe('a pod', () => {
  beforeEach(() => {
    file(
      '/etc/resolv.conf',
      'nameserver 10.96.0.10\nsearch npa.svc.cluster.local svc.cluster.local\noptions ndots:5\n',
    );
    file('/etc/hosts', '127.0.0.1 localhost\n10.244.1.10 npa-0\n');
    file('/proc/net/route', 'Iface\teth0\neth0\t00000000\t0101F40A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n');
    file('/proc/self/status', 'CapEff:\t0000000000001000\n');
    file('/var/run/secrets/kubernetes.io/serviceaccount/namespace', 'npa-publisher\n');
  });

  it('is read', () => {
    const facts = read({
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
      KUBERNETES_SERVICE_PORT: '443',
      POD_NAME: 'npa-0',
      NODE_NAME: 'node-3',
      NPA_NETWORKING_MODE: 'pod',
    });
    expect(facts.resolvConf).toMatchObject({ known: true, value: { nameservers: ['10.96.0.10'], ndots: 5 } });
    expect(facts.routes).toMatchObject({ value: [{ destination: '0.0.0.0/0', gateway: '10.244.1.1' }] });
    expect(facts.capabilities).toEqual({ known: true, value: { effective: ['CAP_NET_ADMIN'] } });
    expect(facts.apiServer).toEqual({ known: true, value: { address: '10.96.0.1', port: 443 } });
    expect(facts.identity).toEqual({
      known: true,
      value: { pod: 'npa-0', namespace: 'npa-publisher', node: 'node-3', inPod: true },
    });
    expect(facts.networkingMode).toEqual({ known: true, value: 'pod' });
  });

  it('without a service account the search list tells the namespace', () => {
    rmSync(join(root, 'var'), { recursive: true });
    expect(read().identity).toMatchObject({ value: { namespace: 'npa', inPod: true } });
    expect(read({ POD_NAMESPACE: 'other' }).identity).toMatchObject({ value: { namespace: 'other' } });
  });

  it('a port of the API server that is none is 443', () => {
    for (const port of ['', 'x', '0', '70000', '-1']) {
      const facts = read({ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: port });
      expect(facts.apiServer).toMatchObject({ value: { port: 443 } });
    }
  });

  it('IPv6: switched off, or with a default route', () => {
    file('/proc/sys/net/ipv6/conf/all/disable_ipv6', '1\n');
    expect(read().ipv6).toMatchObject({ value: { disabled: true } });
    file('/proc/sys/net/ipv6/conf/all/disable_ipv6', '0\n');
    const zeros = '0'.repeat(32);
    file(
      '/proc/net/ipv6_route',
      `${zeros} 00 ${zeros} 00 fe80${'0'.repeat(27)}1 00000400 00000002 00000000 00000003 eth0\n`,
    );
    expect(read().ipv6).toMatchObject({ value: { disabled: false, defaultRoute: true } });
  });

  it('a file of megabytes is cut, not swallowed', () => {
    file('/etc/resolv.conf', `nameserver 10.96.0.10\n${'# padding\n'.repeat(400_000)}`);
    expect(read().resolvConf).toMatchObject({ value: { nameservers: ['10.96.0.10'] } });
  });
});

describe('the proxy', () => {
  it('both cases, the lower first, an empty one is none, and credentials stay out', () => {
    const env = {
      https_proxy: 'http://me:Zq9secret@10.0.0.20:3128',
      HTTPS_PROXY: 'http://10.0.0.21:3128',
      NO_PROXY: 'goskope.com',
      all_proxy: '',
    };
    const facts = read(env);
    expect(facts.proxy).toEqual({
      known: true,
      value: {
        httpProxy: null,
        httpsProxy: 'http://***@10.0.0.20:3128',
        noProxy: 'goskope.com',
        allProxy: null,
        conflicts: ['https_proxy'],
      },
    });
    expect(JSON.stringify(facts)).not.toContain('Zq9secret');
  });

  it('what is no proxy URL is not shown either', () => {
    expect(read({ HTTPS_PROXY: 'http://me:Zq9secret@' }).proxy).toMatchObject({
      value: { httpsProxy: '(not a proxy URL)' },
    });
  });

  it('the credentials that are sent are those of the proxy that is shown', () => {
    const sent = (env: Record<string, string>) => {
      const { proxyAuthorization } = liveWorld(settingsWith(), env, root);
      return proxyAuthorization && Buffer.from(proxyAuthorization.replace('Basic ', ''), 'base64').toString();
    };
    const url = 'http://me:pass@10.0.0.20:3128';
    expect(sent({ https_proxy: url })).toBe('me:pass');
    expect(sent({ https_proxy: '', HTTPS_PROXY: url })).toBe('me:pass');
    expect(sent({ HTTPS_PROXY: '', all_proxy: url })).toBe('me:pass');
    expect(sent({ https_proxy: 'http://10.0.0.20:3128', HTTPS_PROXY: url })).toBeUndefined();
    expect(sent({})).toBeUndefined();
  });
});
