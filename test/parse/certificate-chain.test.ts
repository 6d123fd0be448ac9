import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { anchorLookup } from '../../src/net/trust.ts';
import { type AnchorStores, judgeChain } from '../../src/parse/certificate-chain.ts';
import { rawNames } from '../../src/parse/certificate-names.ts';
import { isSignedBy, readCertificate, summarise } from '../../src/parse/certificate-read.ts';
import { type Authority, authority, leaf } from '../support/dtls-certificates.ts';

const now = new Date();
const YEAR_MS = 365 * 86_400_000;
let root: Authority;
let middle: Authority;
let trusted: AnchorStores;
const nobody: AnchorStores = [];

beforeAll(async () => {
  root = await authority('Root of tests');
  middle = await authority('Middle of tests', root);
  const anchor = new X509Certificate(root.der);
  trusted = [() => [anchor]];
});

describe('a chain', () => {
  it('is good in any order, with and without its root', async () => {
    const one = await leaf(middle, { rsa: true });
    for (const chain of [
      [one.der, middle.der],
      [one.der, middle.der, root.der],
      [one.der, root.der, middle.der],
    ]) {
      expect(judgeChain(chain, 'GW.example.', trusted, now)).toMatchObject({
        nameMatches: true,
        trusted: true,
        expired: false,
        notYetValid: false,
        error: null,
      });
    }
  });

  it('without its intermediate, from an unknown root, or self-signed leads nowhere, in the words of OpenSSL', async () => {
    const one = await leaf(middle);
    const other = await authority('Somebody else');
    const table: [Buffer[], AnchorStores, string][] = [
      [[one.der], trusted, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      [[one.der, middle.der], nobody, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
      [[one.der, middle.der, root.der], nobody, 'SELF_SIGNED_CERT_IN_CHAIN'],
      [[other.der], trusted, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ];
    for (const [chain, anchors, error] of table) {
      expect(judgeChain(chain, 'gw.example', anchors, now)).toMatchObject({ trusted: false, error });
    }
  });

  it('of an authority with the right name and the wrong key is a bad signature', async () => {
    const impostor = await authority('Root of tests');
    const one = await leaf(impostor);
    expect(judgeChain([one.der], 'gw.example', trusted, now)).toMatchObject({
      trusted: false,
      error: 'CERT_SIGNATURE_FAILURE',
    });
  });

  it('signed by a leaf is not trusted: only authorities issue', async () => {
    const one = await leaf(root);
    const second = await leaf(one, { names: ['evil.example'] });
    expect(judgeChain([second.der, one.der], 'evil.example', trusted, now).trusted).toBe(false);
  });

  it('tells dates from trust', async () => {
    const past = await leaf(root, { notBefore: new Date(+now - YEAR_MS), notAfter: new Date(+now - 1000) });
    expect(judgeChain([past.der], 'gw.example', trusted, now)).toMatchObject({
      trusted: true,
      expired: true,
      notYetValid: false,
      error: 'CERT_HAS_EXPIRED',
    });
    const future = await leaf(root, { notBefore: new Date(+now + 60_000) });
    expect(judgeChain([future.der], 'gw.example', trusted, now)).toMatchObject({
      trusted: true,
      expired: false,
      notYetValid: true,
      error: 'CERT_NOT_YET_VALID',
    });
  });

  it('counts the dates of the path that it took', async () => {
    const stale = await authority('Stale of tests', root, new Date(+now - 1000));
    const one = await leaf(stale);
    expect(judgeChain([one.der, stale.der], 'gw.example', trusted, now)).toMatchObject({
      trusted: true,
      expired: true,
    });
  });

  it('matches names as browsers do', async () => {
    const one = await leaf(root, {
      names: ['*.npa.example', 'exact.example'],
      addresses: ['192.0.2.7', '2001:db8::7'],
      commonName: 'cn.example',
    });
    const matches = (host: string) => judgeChain([one.der], host, trusted, now).nameMatches;
    expect(['gw.npa.example', 'GW.NPA.EXAMPLE.', 'exact.example', '192.0.2.7', '2001:db8::7'].map(matches)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(['npa.example', 'a.b.npa.example', 'cn.example', '192.0.2.8', '', '\u0000'].map(matches)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(judgeChain([one.der], 'other.example', trusted, now).error).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('for clients only does not serve', async () => {
    const one = await leaf(root, { purpose: '1.3.6.1.5.5.7.3.2' });
    expect(judgeChain([one.der], 'gw.example', trusted, now)).toMatchObject({
      trusted: false,
      error: 'INVALID_PURPOSE',
    });
  });

  it('of nothing or of junk is judged too', () => {
    expect(judgeChain([], 'a', trusted, now)).toMatchObject({
      chain: [],
      trusted: false,
      error: 'NO_PEER_CERTIFICATE',
    });
    expect(judgeChain([Buffer.from('junk')], 'a', trusted, now)).toMatchObject({
      trusted: false,
      error: 'CERT_UNREADABLE',
    });
    expect(judgeChain([root.der, Buffer.from('junk')], 'a', trusted, now)).toMatchObject({ trusted: true });
  });
});

describe('a summary', () => {
  it('is bounded and printable, however hostile the certificate', async () => {
    const one = await leaf(root, {
      commonName: '\u001b[31mred\u202e\u0007'.padEnd(300, 'x'),
      names: [...Array.from({ length: 80 }, (_, i) => `n${i}.example`)],
    });
    const { subject, issuer, names, validFrom, fingerprint256 } = summarise(new X509Certificate(one.der));
    expect(subject).toMatch(/^[\x20-\x7e…]+$/);
    expect(issuer).toBe('CN=Root of tests');
    expect(names.length).toBe(50);
    expect(names[0]).toBe('n0.example');
    expect(new Date(validFrom).toISOString()).toBe(validFrom);
    expect(fingerprint256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it('lists addresses beside names', async () => {
    const one = await leaf(root, { names: ['a.example'], addresses: ['192.0.2.7'] });
    expect(summarise(new X509Certificate(one.der)).names).toEqual(['a.example', '192.0.2.7']);
  });
});

describe('memory', () => {
  it('reads a certificate once, forgets in time, and never mistakes one for another', async () => {
    const one = await leaf(root);
    const first = readCertificate(one.der);
    expect(readCertificate(Buffer.from(one.der))).toBe(first);
    for (let i = 0; i < 300; i++) readCertificate(Buffer.concat([one.der, Buffer.from([i & 255, i >> 8])]));
    expect(readCertificate(one.der)?.fingerprint256).toBe(first?.fingerprint256);
    expect(readCertificate(Buffer.from('junk'))).toBeNull();
  });

  it('remembers who signed whom, and who did not', () => {
    const [child, parent] = [new X509Certificate(middle.der), new X509Certificate(root.der)];
    for (let i = 0; i < 2; i++) {
      expect(isSignedBy(child, parent)).toBe(true);
      expect(isSignedBy(parent, child)).toBe(false);
    }
  });
});

describe('anchors', () => {
  it('are found by name among the expected ones, and the built-in roots stay trusted', () => {
    const stores = anchorLookup([`a heading\n${middle.pem}\n${root.pem}`]);
    const one = new X509Certificate(middle.der);
    expect(stores[0]?.(one).map((x) => x.subject)).toEqual(['CN=Root of tests', 'CN=Middle of tests']);
    expect(stores[1]?.(one)).toEqual([]);
  });

  it('that cannot be read are passed over', () => {
    const junk = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(anchorLookup([junk, 'nothing', root.pem])[0]?.(new X509Certificate(root.der)).length).toBe(1);
  });

  it('raw names are those that OpenSSL sees, and junk has none', async () => {
    expect(rawNames(root.der)?.issuer).toBe(rawNames(root.der)?.subject);
    expect(rawNames(middle.der)?.issuer).toBe(rawNames(root.der)?.subject);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(400), (junk, at) => {
        rawNames(Buffer.from(junk));
        const bent = Buffer.from(middle.der);
        bent.set(junk.subarray(0, Math.max(0, bent.length - at)), Math.min(at, bent.length));
        rawNames(bent);
      }),
      { numRuns: 2000 },
    );
  });
});
