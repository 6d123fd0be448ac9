import { describe, expect, it } from 'vitest';
import { file, loadWith, mistakesOf } from './loading.ts';

const flag = (flags: Record<string, unknown>) => ({ flags });
const spec = (text: string) => ({ files: [file('a.yaml', text)] });

describe('every mistake says where it is and what to write', () => {
  it.each([
    // tenant
    [flag({ tenant: 'https://acme.goskope.com/api' }), /^flag --tenant: .*scheme or a path; write acme,/],
    [flag({ tenant: 'acme.goskope.com/' }), /write acme,/],
    [flag({ tenant: '//acme' }), /write acme,/],
    [flag({ tenant: 'acme.eu' }), /write acme, and the region in suffix/],
    [flag({ tenant: '10.0.0.1' }), /is an address/],
    [flag({ tenant: 'ac me' }), /space/],
    [flag({ tenant: '*' }), /pattern/],
    [flag({ tenant: '' }), /^flag --tenant: needs a value/],
    [
      flag({ tenant: 'acme.goskope.com', suffix: 'eu.goskope.com' }),
      /does not end in the suffix eu\.goskope\.com \(flag --suffix\)/,
    ],
    [flag({ suffix: 'com' }), /is not a domain/],
    // stitchers
    [flag({ stitcher: ['gateway-*.gw.npa.goskope.com'] }), /cannot be resolved.*\/home\/resources\/stitcher/],
    [
      spec('stitchers: ["gateway-*.gw.npa.goskope.com"]'),
      /^file a\.yaml:4:15: spec\.stitchers\[0\] .*\/home\/resources\/stitcher/,
    ],
    [flag({ stitcher: ['a.example,A.example.:443'] }), /a\.example is listed twice/],
    [flag({ stitcher: ['https://a.example'] }), /is a URL: write the host only: a\.example/],
    [flag({ stitcher: ['a.example:99999'] }), /bad port/],
    // targets
    [flag({ target: ['tcp://a.example'] }), /has no port/],
    [flag({ target: ['tcp://a.example:1', 'tcp://A.example.:1'] }), /tcp:\/\/a\.example:1 is listed twice/],
    [
      spec('targets: [{host: a.example, port: 70000, protocol: tcp}]'),
      /targets\[0\]\.port is too big: 70000, at most 65535/,
    ],
    [spec('targets: [{host: a.example, port: 0, protocol: tcp}]'), /port "0" is too small: at least 1/],
    [spec('targets: [{host: a.example, port: 1.5, protocol: tcp}]'), /a whole number is wanted/],
    [
      spec('targets: [{host: a.example, port: 1, protocol: tpc}]'),
      /is not one of https, dtls, tcp, udp, dns; did you mean tcp\?/,
    ],
    [
      spec('targets: [{host: a.example, port: 1, protocol: tcp, path: /x}]'),
      /spec\.targets\[0\]: tcp targets have no path/,
    ],
    [spec('targets: [{host: a.example, port: 1}]'), /protocol is missing: write https, dtls, tcp, udp or dns/],
    [spec('targets: [{host: a.example, port: 1, protcol: tcp}]'), /protcol: unknown key; did you mean protocol\?/],
    // words
    [flag({ depth: 'qick' }), /^flag --depth: "qick" is not one of quick, standard, deep; did you mean quick\?/],
    [flag({ profile: 'netskope' }), /did you mean netskope-publisher\?/],
    [flag({ quick: true, deep: true }), /^flag --deep: contradicts --quick: choose one/],
    [flag({ failOn: 'warning' }), /did you mean warn\?/],
    [flag({ failurePolicy: 'fail' }), /did you mean Fail\?/],
    [flag({ addressPolicy: 'most' }), /is not one of any, all, quorum/],
    [flag({ controls: 'on' }), /is not one of off/],
    [flag({ output: ['jsn'] }), /^flag --output: "jsn" is not a format; did you mean json\?/],
    [flag({ output: ['json', 'table'] }), /two formats for standard output/],
    [flag({ output: ['json='] }), /names no file/],
    // numbers
    [flag({ timeout: '10' }), /^flag --timeout: "10" has no unit: write 10s or 10ms/],
    [flag({ timeout: '0s' }), /^flag --timeout: "0s" is too short/],
    [flag({ wait: 'soon' }), /is not a duration/],
    [spec('gate: {period: 1s30}'), /gate\.period "1s30" is not a duration/],
    [flag({ successThreshold: '0' }), /write 1 to 100/],
    // addresses
    [flag({ resolver: ['dns.example'] }), /is a name: an address is wanted/],
    [flag({ resolver: ['10.0.0.0/8'] }), /is a network \(CIDR\)/],
    [flag({ resolver: ['192.0.2.53:dns'] }), /bad port/],
    [flag({ clusterDomain: '10.0.0.1' }), /write a domain/],
    [flag({ connectTo: ['a.example:443'] }), /is not HOST:PORT=ADDRESS:PORT/],
    [spec('connectTo: {a.example: "127.0.0.1:1"}'), /has no port/],
    [spec('connectTo: {"a.example:1": "b.example:1"}'), /is a name/],
    [
      spec('controls: {https: [{host: a.example, address: a.example, port: 443}]}'),
      /controls\.https\[0\]\.address .* is a name/,
    ],
    [spec('controls: {nobody: [nobody.example]}'), /controls\.nobody\[0\].* is a name/],
    [spec('controls: {stun: yes}'), /is neither off nor a list/],
    [spec('controls: none'), /is neither off nor a map/],
    // types
    [spec('tenant: 12345'), /spec\.tenant is "12345", text is wanted: put it in quotes/],
    [spec('stitchers: a.example'), /a list is wanted/],
    [spec('gate: 5s'), /a map of keys and values is wanted/],
    [spec('dnsSidecar: "yes"'), /true or false is wanted/],
    [spec('tenant:'), /spec\.tenant is empty, text is wanted/],
    [spec('tennant: acme'), /^file a\.yaml:4:3: spec\.tennant: unknown key; did you mean tenant\?$/],
    [
      { files: [{ name: 'a.yaml', text: 'kind: PreflightConfig\nspec: {}\n' }] },
      /apiVersion is missing: write net-preflight\.dev\/v1alpha1/,
    ],
    [
      { files: [{ name: 'a.yaml', text: 'apiVersion: v1\nkind: ConfigMap\ndata: {}\n' }] },
      /kind "ConfigMap" is not PreflightConfig/,
    ],
    // keys and certificates
    [flag({ pskIdentity: 'me' }), /an identity without a key/],
    [flag({ pskKeyFile: '/keys/psk.hex' }), /a key without an identity/],
    [flag({ pskIdentity: 'me', pskKeyFile: '/none' }), /^flag --psk-key-file: "\/none" does not exist/],
    [flag({ pskIdentity: 'me', pskKeyEnv: 'ABSENT' }), /is not set in the environment/],
    [flag({ pskIdentity: 'me', pskKeyFile: '/keys/broken' }), /holds no key/],
    [spec('psk: {identity: me, keyFile: /keys/psk.hex, keyEnv: K}'), /choose one/],
    [spec('psk: {identity: me, key: "00ff"}'), /psk\.key: unknown key; did you mean keyEnv\?|psk\.key: unknown key/],
    [flag({ expectCa: ['/none'] }), /^flag --expect-ca: "\/none" does not exist/],
    [flag({ expectCa: ['/keys/broken'] }), /holds no PEM certificate/],
    [flag({ expectCa: ['/ca/key.pem'] }), /holds a private key/],
    // waivers
    [flag({ waive: ['udp443-drop'] }), /is not a waiver: write ID:until=/],
    [flag({ waive: ['udp443-drop:until=soon:planned'] }), /until "soon" is not a date/],
    [flag({ waive: ['udp443-drop:until=2027-02-30:planned'] }), /is not a day of the calendar/],
    [
      flag({ waive: ['udp-drop:until=2027-01-31:planned'] }),
      /there is no fault "udp-drop"; did you mean udp443-drop\?/,
    ],
    [
      spec('waivers: [{fault: nonsense, reason: x, until: 2027-01-31}]'),
      /spec\.waivers\[0\]: there is no fault "nonsense": see/,
    ],
    [spec('waivers: [{fault: udp443-drop, until: 2027-01-31}]'), /waivers\[0\]\.reason is missing/],
    // environment
    [{ env: { NET_PREFLIGHT_TENNANT: 'acme' } }, /did you mean NET_PREFLIGHT_TENANT\?/],
    [{ env: { NET_PREFLIGHT_STITCHER: 'a' } }, /did you mean NET_PREFLIGHT_STITCHERS\?/],
    [
      { env: { NET_PREFLIGHT_DNS_SIDECAR: 'maybe' } },
      /^env NET_PREFLIGHT_DNS_SIDECAR: "maybe" is neither true nor false/,
    ],
  ])('%j', async (input, wanted) => {
    const mistakes = await mistakesOf(input);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(wanted);
  });

  it('tells all of them at once, from every source', async () => {
    const mistakes = await mistakesOf({
      flags: { tenant: 'https://acme.goskope.com', stitcher: ['gateway-*', 'b!'], timeout: '5' },
      env: { NET_PREFLIGHT_DEPTH: 'shallow' },
      files: [file('a.yaml', 'tennant: x\ngate: {wait: x}'), file('b.yaml', 'resolvers: [a, b]')],
      mistakes: ['file c.yaml does not exist'],
    });
    expect(mistakes.map((text) => text.split(/[ :] /)[0])).toEqual([
      'file c.yaml does not exist'.split(/[ :] /)[0],
      'flag --tenant',
      'flag --stitcher',
      'flag --stitcher',
      'flag --timeout',
      'env NET_PREFLIGHT_DEPTH',
      'file a.yaml:4:3',
      'file a.yaml:5:16',
      'file b.yaml:4:15',
      'file b.yaml:4:18',
    ]);
  });

  it('a mistake that a flag would hide is told all the same', async () => {
    expect(await mistakesOf({ flags: { tenant: 'acme' }, files: [file('a.yaml', 'tenant: a/b')] })).toHaveLength(1);
  });

  it('nothing to check, when a run needs something', async () => {
    expect(await mistakesOf({ requireTargets: true })).toEqual([
      expect.stringMatching(/^nothing to check: give --tenant/),
    ]);
    expect(await mistakesOf({ requireTargets: true, flags: { profile: 'none', target: ['dns://192.0.2.1'] } })).toEqual(
      [],
    );
  });
});

describe('what is not a mistake', () => {
  it.each([
    ['acme', 'acme.goskope.com'],
    ['ACME.goskope.com.', 'acme.goskope.com'],
    ['acme.eu.goskope.com', 'acme.eu.goskope.com'],
    ['bücher', 'xn--bcher-kva.goskope.com'],
  ])('tenant %s', async (tenant, host) => {
    expect((await loadWith(flag({ tenant }))).settings.targets[0]?.host).toBe(host);
  });

  it('an expired waiver is kept and noted', async () => {
    const { settings, notes } = await loadWith(
      flag({ waive: ['udp443-drop@GW.example.:until=2026-11-21:change: CHG-1'] }),
    );
    expect(settings.waivers).toEqual([
      { fault: 'udp443-drop', target: 'gw.example', reason: 'change: CHG-1', until: '2026-11-21' },
    ]);
    expect(notes.join()).toMatch(/flag --waive: the waiver of udp443-drop is void since 2026-11-21/);
  });

  it("variables that a Service called net-preflight brings, and others' own", async () => {
    const env = {
      NET_PREFLIGHT_SERVICE_HOST: '10.0.0.1',
      NET_PREFLIGHT_SERVICE_PORT: '80',
      NET_PREFLIGHT_SERVICE_PORT_METRICS: '80',
      NET_PREFLIGHT_PORT: 'tcp://10.0.0.1:80',
      NET_PREFLIGHT_PORT_80_TCP: 'tcp://10.0.0.1:80',
      NET_PREFLIGHT_PORT_80_TCP_ADDR: '10.0.0.1',
    };
    expect((await loadWith({ env })).notes).toEqual([]);
    expect((await loadWith({ env: { NET_PREFLIGHT_QQQ: '1' } })).notes).toEqual([
      'env NET_PREFLIGHT_QQQ is not read by anything',
    ]);
  });

  it('certificates as text and as a file', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----';
    const { settings } = await loadWith({ flags: { expectCa: ['/ca/one.pem', pem] } });
    expect(settings.expectCa).toEqual(['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', pem]);
  });
});

describe('nothing secret is echoed', () => {
  it.each([
    flag({ target: ['https://user:hunter2pass@a.example/'] }),
    flag({ tenant: 'https://user:hunter2pass@acme.goskope.com' }),
    flag({ stitcher: ['user:hunter2pass@a.example'] }),
    { flags: { pskIdentity: 'me', pskKeyEnv: 'K' }, env: { K: 'hunter2pass' } },
    { files: [file('a.yaml', 'psk: {identity: me, key: hunter2pass}')] },
    { files: [file('a.yaml', 'expectCa: ["-----BEGIN PRIVATE KEY-----hunter2pass"]')] },
  ])('%#', async (input) => {
    const mistakes = await mistakesOf(input);
    expect(mistakes.length).toBeGreaterThan(0);
    expect(mistakes.join('\n')).not.toContain('hunter2pass');
  });

  it('nor a control character', async () => {
    const mistakes = await mistakesOf({
      flags: { tenant: 'a\u001b[31mb\u0007', stitcher: [`x\r\n${'y'.repeat(5000)}!`] },
      files: [file('a.yaml', '"k\\e[2J\\u202ey": 1')],
    });
    expect(mistakes).toHaveLength(3);
    expect(mistakes.join('')).not.toMatch(/[\u0000-\u001f\u202e]/);
    for (const mistake of mistakes) expect(mistake.length).toBeLessThan(400);
  });
});
