import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseKeyExchange, provesKey } from '../../src/parse/dtls-key-exchange.ts';
import { VERSION } from '../../src/parse/dtls-record.ts';
import { keyExchangeBody } from '../support/dtls-server-bytes.ts';

const clientRandom = Buffer.alloc(32, 1);
const serverRandom = Buffer.alloc(32, 2);
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

function proves(body: Buffer, key: KeyObject, random = clientRandom): boolean {
  const exchange = parseKeyExchange(body, 'ecdhe', VERSION.dtls12);
  return exchange !== null && provesKey(exchange, random, serverRandom, { publicKey: key });
}

describe('a ServerKeyExchange', () => {
  it.each([
    ['ECDSA P-256', ec],
    ['ECDSA P-384 with SHA-256, legal in 1.2', p384],
    ['RSA-PSS', rsa],
  ])('of %s proves its key', (_name, pair) => {
    expect(proves(keyExchangeBody(pair.privateKey, clientRandom, serverRandom), pair.publicKey)).toBe(true);
  });

  it('does not prove another key, nor another key type, nor an old conversation', () => {
    const body = keyExchangeBody(ec.privateKey, clientRandom, serverRandom);
    expect(proves(body, generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)).toBe(false);
    expect(proves(body, rsa.publicKey)).toBe(false);
    expect(proves(body, ec.publicKey, Buffer.alloc(32, 9))).toBe(false);
  });

  it('does not survive a flipped bit, in the parameters or in the signature', () => {
    for (const at of [10, 80, 100]) {
      const body = keyExchangeBody(ec.privateKey, clientRandom, serverRandom);
      body.writeUInt8(body.readUInt8(at) ^ 1, at);
      expect(proves(body, ec.publicKey)).toBe(false);
    }
  });

  it.each([
    ['RSA PKCS#1', rsa, 0x0401, 'sha256'],
    ['RSA PKCS#1 with SHA-512', rsa, 0x0601, 'sha512'],
    ['ECDSA with SHA-512', ec, 0x0603, 'sha512'],
  ])('takes %s', (_name, pair, algorithm, hash) => {
    const parameters = Buffer.from([3, 0, 0x17, 2, 4, 4]);
    const signature = sign(hash, Buffer.concat([clientRandom, serverRandom, parameters]), pair.privateKey);
    expect(
      provesKey({ parameters, algorithm, signature }, clientRandom, serverRandom, { publicKey: pair.publicKey }),
    ).toBe(true);
  });

  it('of DTLS 1.0 is signed with MD5 and SHA-1 side by side, and names no algorithm', () => {
    const parameters = Buffer.from([3, 0, 0x17, 2, 4, 4]);
    const signature = sign('md5-sha1', Buffer.concat([clientRandom, serverRandom, parameters]), rsa.privateKey);
    const body = Buffer.concat([parameters, Buffer.from([signature.length >> 8, signature.length & 0xff]), signature]);
    const exchange = parseKeyExchange(body, 'ecdhe', VERSION.dtls10);
    expect(exchange?.algorithm).toBeNull();
    expect(exchange && provesKey(exchange, clientRandom, serverRandom, { publicKey: rsa.publicKey })).toBe(true);
  });

  it('of DHE ends after p, g and Ys', () => {
    const parameters = Buffer.from('0002aaaa0001020003bbbbbb', 'hex');
    const body = Buffer.concat([parameters, Buffer.from('040100021234', 'hex')]);
    expect(parseKeyExchange(body, 'dhe', VERSION.dtls12)).toEqual({
      parameters,
      algorithm: 0x0401,
      signature: Buffer.from('1234', 'hex'),
    });
  });

  it('that contradicts itself is none', () => {
    const body = keyExchangeBody(ec.privateKey, clientRandom, serverRandom);
    for (const end of [0, 1, 4, 50, body.length - 1])
      expect(parseKeyExchange(body.subarray(0, end), 'ecdhe', VERSION.dtls12)).toBeNull();
    expect(parseKeyExchange(Buffer.concat([body, Buffer.from([0])]), 'ecdhe', VERSION.dtls12)).toBeNull();
    expect(parseKeyExchange(body, 'rsa', VERSION.dtls12)).toBeNull();
  });

  it('with nonsense for a signature is false, never an exception', () => {
    const exchange = { parameters: Buffer.alloc(0), algorithm: 0x0804, signature: Buffer.alloc(3) };
    expect(provesKey(exchange, clientRandom, serverRandom, { publicKey: rsa.publicKey })).toBe(false);
    expect(
      provesKey({ ...exchange, algorithm: 0x9999 }, clientRandom, serverRandom, { publicKey: rsa.publicKey }),
    ).toBe(false);
  });
});
