import { describe, expect, it } from 'vitest';
import {
  alertName,
  keyExchangeOf,
  parseCertificates,
  parseHelloVerify,
  parseServerHello,
  suiteName,
  versionName,
} from '../../src/parse/dtls-messages.ts';
import { certificateBody, serverHelloBody } from '../support/dtls-server-bytes.ts';

const random = Buffer.alloc(32, 3);

describe('HelloVerifyRequest', () => {
  it('gives its cookie whatever version it claims', () => {
    expect(parseHelloVerify(Buffer.from('feff03616263', 'hex'))?.toString()).toBe('abc');
    expect(parseHelloVerify(Buffer.from('fefd03616263', 'hex'))?.toString()).toBe('abc');
  });
  it.each(['', 'feff', 'feff00', 'feff046162'])('refuses %j', (hex) => {
    expect(parseHelloVerify(Buffer.from(hex, 'hex'))).toBeNull();
  });
});

describe('ServerHello', () => {
  it('with and without extensions', () => {
    expect(parseServerHello(serverHelloBody(random, 0xc02f))).toEqual({
      version: 0xfefd,
      random,
      suite: 0xc02f,
      dtls13: false,
    });
    const extensions = Buffer.from('ff01000100', 'hex');
    expect(parseServerHello(serverHelloBody(random, 0xc02f, extensions))).toMatchObject({ dtls13: false });
  });
  it('knows 1.3 by its selected version and by the magic random of a HelloRetryRequest', () => {
    const selected = Buffer.from('002b0002fefc', 'hex');
    expect(parseServerHello(serverHelloBody(random, 0x1301, selected))?.dtls13).toBe(true);
    const magic = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');
    expect(parseServerHello(serverHelloBody(magic, 0x1301))?.dtls13).toBe(true);
  });
  it('that ends early, or claims a session id of 33 bytes, is refused', () => {
    const body = serverHelloBody(random, 0xc02f);
    expect(parseServerHello(body.subarray(0, 36))).toBeNull();
    body.writeUInt8(33, 34);
    expect(parseServerHello(body)).toBeNull();
  });
});

it('certificates: those before the first that runs over the end', () => {
  const body = certificateBody([Buffer.from('leaf'), Buffer.from('issuer')]);
  expect(parseCertificates(body).map(String)).toEqual(['leaf', 'issuer']);
  expect(parseCertificates(body.subarray(0, 14)).map(String)).toEqual(['leaf']);
  expect(parseCertificates(Buffer.alloc(0))).toEqual([]);
  expect(parseCertificates(certificateBody(Array.from({ length: 99 }, () => Buffer.from('x')))).length).toBe(16);
});

it('names', () => {
  expect(suiteName(0xc02f)).toBe('ECDHE-RSA-AES128-GCM-SHA256');
  expect(suiteName(0xfafa)).toBe('0xfafa');
  expect([0xc02f, 0x9e, 0x2f, 0x1301].map(keyExchangeOf)).toEqual(['ecdhe', 'dhe', 'rsa', 'unknown']);
  expect([0xfeff, 0xfefd, 0xfefc, 0xfe00].map(versionName)).toEqual(['DTLS 1.0', 'DTLS 1.2', 'DTLS 1.3', '0xfe00']);
  expect([40, 70, 250].map(alertName)).toEqual(['handshake_failure', 'protocol_version', 'alert 250']);
});
