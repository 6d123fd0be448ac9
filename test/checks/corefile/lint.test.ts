import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../../src/catalogue/index.ts';
import { lintCorefile } from '../../../src/checks/corefile/lint.ts';
import type { Intent } from '../../../src/checks/corefile/lint-finding.ts';
import { lintText } from '../../../src/commands/coredns-lint.ts';
import { parseCorefile } from '../../../src/parse/corefile.ts';
import { COREFILES, corefileText } from '../../support/corefiles.ts';

const ZONE = { zone: 'private.example.com.', forwarders: ['10.0.0.10', '10.0.0.11'] };
const INTENT: Intent = { zones: [ZONE], ownAddresses: ['10.96.0.10'] };

const MISSING = 'coredns-stub-missing';
const MISPLACED = 'coredns-stub-misplaced';
const SUFFIX = 'coredns-stub-wrong-suffix';

const said = (text: string, intent: Intent = INTENT) =>
  lintCorefile(parseCorefile(text), intent)
    .filter(({ status }) => status !== 'note')
    .map(({ line, column, status, fault }) => `${line}:${column} ${status} ${fault ?? '-'}`);

describe('Corefiles of distributions, healthy', () => {
  it.each(COREFILES.filter((name) => !name.startsWith('broken-')))('%s: nothing to object to', (name) => {
    expect(said(corefileText(name), { zones: [], ownAddresses: ['10.96.0.10'] })).toEqual([]);
  });

  it.each(['kubeadm-stub', 'openshift'])('%s forwards the private zone', (name) => {
    expect(said(corefileText(name))).toEqual([]);
  });

  it.each(['kubeadm', 'eks', 'gke', 'rke2', 'node-local'])('%s does not forward the private zone', (name) => {
    const text = corefileText(name);
    const root = text.split('\n').findIndex((line) => line.startsWith('.:53')) + 1;
    expect(said(text)).toEqual([`${root}:1 fail ${MISSING}`]);
  });

  it.each(['k3s', 'aks'])('%s may forward it in a file that is not seen', (name) => {
    expect(said(corefileText(name))).toEqual([`1:1 warn ${MISSING}`]);
  });
});

describe('Corefiles broken in one way', () => {
  it.each<[string, string[]]>([
    ['nested', [`23:5 fail ${MISPLACED}`]],
    ['nested-in-hosts', [`14:8 fail ${MISPLACED}`, `17:8 fail ${MISPLACED}`]],
    ['unclosed', ['1:6 warn -', `23:1 fail ${MISPLACED}`]],
    ['forward-name', [`27:15 fail ${SUFFIX}`]],
    ['leading-dot', [`24:1 fail ${SUFFIX}`]],
    ['asterisk', [`24:1 fail ${SUFFIX}`]],
    ['cut-suffix', [`24:1 fail ${SUFFIX}`]],
    ['child-only', [`24:1 fail ${SUFFIX}`]],
    ['typo', [`24:1 fail ${SUFFIX}`]],
    ['glued-brace', [`24:1 fail ${SUFFIX}`]],
    ['from-elsewhere', [`27:13 fail ${SUFFIX}`]],
    ['other-port', [`24:1 fail ${MISSING}`]],
    ['no-forward-in-stub', [`24:1 fail ${MISSING}`]],
    ['other-servers', ['27:15 fail -']],
    ['one-server-lost', ['27:15 warn -']],
    ['twice', [`29:1 fail ${MISPLACED}`]],
    ['mixed', ['13:25 fail coredns-mixed-upstreams']],
    ['lost-plugins', ['1:1 warn -', '1:1 warn -', '1:1 warn -', '1:1 warn -', '1:1 warn -']],
    ['over-tls', []],
    ['no-root', ['1:1 fail coredns-no-forward']],
  ])('%s', (name, expected) => expect(said(corefileText(`broken-${name}`))).toEqual(expected));

  // These have no block for the private zone, which is not asked about here.
  it.each<[string, string[]]>([
    ['loop-loopback', ['13:15 fail coredns-loop']],
    ['loop-service', ['13:15 fail coredns-loop']],
    ['no-forward', ['1:1 fail coredns-no-forward']],
    ['mixed', ['13:25 fail coredns-mixed-upstreams']],
    ['unknown-directive', [`13:5 fail ${MISPLACED}`]],
    ['old-proxy', [`13:5 fail ${MISPLACED}`]],
    ['bad-value', [`4:17 fail ${MISPLACED}`]],
  ])('%s, without a private zone', (name, expected) => {
    expect(said(corefileText(`broken-${name}`), { ...INTENT, zones: [] })).toEqual(expected);
  });

  it.each(COREFILES.filter((name) => name.startsWith('broken-')))('%s is said as in its golden file', async (name) => {
    const findings = lintCorefile(parseCorefile(corefileText(name)), INTENT);
    await expect(lintText('Corefile', findings)).toMatchFileSnapshot(`../../golden/corefile/${name}.txt`);
    for (const { fault } of findings) if (fault) expect(FAULTS.map(({ id }) => id)).toContain(fault);
  });
});

const ROOT = 'errors\n cache 30\n loop\n reload\n kubernetes cluster.local';
const root = (lines: string) => `. {\n ${lines}\n ${ROOT}\n}\n`;

describe('forwards', () => {
  it.each<[string, string, string[]]>([
    ['to the loopback', 'forward . 127.0.0.1', ['2:12 fail coredns-loop']],
    ['to the loopback by its other name', 'forward . ::1', ['2:12 fail coredns-loop']],
    ['to no address in particular', 'forward . 0.0.0.0', ['2:12 fail coredns-loop']],
    ['to another server on this machine', 'forward . 127.0.0.1:5353', []],
    ['to the service, at its port', 'forward . 10.96.0.10:53', ['2:12 fail coredns-loop']],
    ['to the service, at another port', 'forward . 10.96.0.10:9053', []],
    ['to two private servers', 'forward . 10.0.0.10 192.168.0.10', []],
    ['to two public servers', 'forward . 9.9.9.9 1.1.1.1', []],
    ['to a private and a public one', 'forward . 9.9.9.9 10.0.0.10', ['2:12 fail coredns-mixed-upstreams']],
    ["to Azure's own and a private one", 'forward . 168.63.129.16 10.0.0.10', []],
    ["to the node's and a public one", 'forward . /etc/resolv.conf 8.8.8.8', ['2:29 warn coredns-mixed-upstreams']],
    ['of one zone only', 'forward corp.test 10.0.0.10', ['2:10 fail coredns-no-forward']],
    ['of one zone, and of everything', 'forward corp.test 10.0.0.10\n forward . 9.9.9.9', []],
    ['with harmless properties', 'forward . 9.9.9.9 {\n max_fails 0\n max_concurrent 1000\n policy sequential\n}', []],
  ])('%s', (_, line, expected) => expect(said(root(line), { ...INTENT, zones: [] })).toEqual(expected));

  it('a block that binds an address and forwards to it asks itself', () => {
    const text = `a.test {\n bind 10.1.1.1\n forward . 10.1.1.1\n}\n${root('forward . 9.9.9.9\n bind 10.1.1.2')}`;
    expect(said(text, { ...INTENT, zones: [] })).toEqual(['3:12 fail coredns-loop']);
  });

  it('mixed servers are a warning where the private zone does not come that way', () => {
    const stub = 'private.example.com {\n forward . 10.0.0.10 10.0.0.11\n}\n';
    expect(said(root('forward . 10.0.0.10 8.8.8.8') + stub)).toEqual(['2:22 warn coredns-mixed-upstreams']);
  });

  it.each(['tls://9.9.9.9', 'https://9.9.9.9'])('to %s is noted', (target) => {
    const [note] = lintCorefile(parseCorefile(root(`forward . ${target}`)), { ...INTENT, zones: [] });
    expect(note).toMatchObject({ status: 'note', line: 2, column: 12 });
  });
});

describe('the private zone is forwarded', () => {
  it.each([
    ['by a block of its parent', `${root('forward . 9.9.9.9')}example.com {\n forward . 10.0.0.10 10.0.0.11\n}\n`],
    [
      'by a conditional forward in the root block',
      root('forward private.example.com 10.0.0.10 10.0.0.11\n forward . 9.9.9.9'),
    ],
    ['by the root, which asks its servers for everything', root('forward . 10.0.0.10 10.0.0.11')],
    [
      'by a block with several zones',
      `${root('forward . 9.9.9.9')}a.test PRIVATE.example.com:53 {\n forward . 10.0.0.10 10.0.0.11:53\n}\n`,
    ],
    ['not at all: it is served here', `${root('forward . 9.9.9.9')}private.example.com {\n file db.private\n}\n`],
  ])('%s', (_, text) => expect(said(text)).toEqual([]));

  it('not by a conditional forward that stands after the one for everything', () => {
    expect(said(root('forward . 9.9.9.9\n forward private.example.com 10.0.0.10 10.0.0.11'))).toEqual([
      `1:1 fail ${MISSING}`,
    ]);
  });

  it('not where it is excepted', () => {
    const text = `${root('forward . 9.9.9.9')}example.com {\n forward . 10.0.0.10 {\n except private.example.com\n }\n}\n`;
    expect(said(text)).toEqual([`1:1 fail ${MISSING}`]);
  });

  it('perhaps, by a file', () => {
    const text = `${root('forward . 9.9.9.9')}private.example.com {\n forward . /etc/private.conf\n}\n`;
    expect(said(text)).toEqual(['10:12 warn -']);
  });

  it('not by being a second key of the root block', () => {
    const text = root('forward . /etc/resolv.conf').replace('. {', '. private.example.com {');
    expect(said(text)).toEqual([`1:1 fail ${MISSING}`]);
  });

  it('two zones side by side are no slip of each other', () => {
    const text = `${root('forward . 9.9.9.9')}public.example.com {\n forward . 10.9.9.9\n}\n`;
    expect(said(text)).toEqual([`1:1 fail ${MISSING}`]);
  });
});

it('an empty file serves nothing', () =>
  expect(said('', { zones: [], ownAddresses: [] })).toEqual(['1:1 fail coredns-no-forward']));
