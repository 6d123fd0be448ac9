// Certificates for DTLS and chain tests, made by @peculiar/x509: nothing on disk, a new authority for each call.

import { createPrivateKey, type KeyObject, webcrypto } from 'node:crypto';
import type { X509Certificate } from '@peculiar/x509';

// The library's dependency injection refuses to load without a reflection polyfill, of which it uses nothing here.
for (const name of ['getMetadata', 'getOwnMetadata', 'defineMetadata']) {
  (Reflect as unknown as Record<string, unknown>)[name] ??= () => undefined;
}
const x509 = await import('@peculiar/x509');
x509.cryptoProvider.set(webcrypto as never);

const DAY_MS = 86_400_000;
const EC = { name: 'ECDSA', namedCurve: 'P-256' };
const RSA = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
const SHA256 = { hash: 'SHA-256' };

export interface Issued {
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
  readonly key: KeyObject;
}

/** What can sign. A leaf too: a test makes one that it should not. */
export interface Authority extends Issued {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface LeafOptions {
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  readonly commonName?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly rsa?: boolean;
  readonly purpose?: string;
}

export async function authority(commonName: string, parent?: Authority, notAfter?: Date): Promise<Authority> {
  const keys = await newKeys(false);
  const common = {
    serialNumber: serial(),
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: notAfter ?? new Date(Date.now() + 30 * DAY_MS),
    signingAlgorithm: { ...EC, ...SHA256 },
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  };
  const certificate = await x509.X509CertificateGenerator.create({
    ...common,
    subject: `CN=${commonName}`,
    issuer: parent ? parent.certificate.subject : `CN=${commonName}`,
    signingKey: parent ? parent.keys.privateKey : keys.privateKey,
  });
  return issued(certificate, keys);
}

export async function leaf(issuer: Authority, options: LeafOptions = {}): Promise<Authority> {
  const keys = await newKeys(options.rsa ?? false);
  const names = [
    ...(options.names ?? ['gw.example']).map((value) => ({ type: 'dns' as const, value })),
    ...(options.addresses ?? []).map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${options.commonName ?? 'leaf'}`,
    issuer: issuer.certificate.subject,
    notBefore: options.notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: options.notAfter ?? new Date(Date.now() + 10 * DAY_MS),
    signingAlgorithm: { ...EC, ...SHA256 },
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    extensions: [
      new x509.SubjectAlternativeNameExtension(names),
      new x509.ExtendedKeyUsageExtension([options.purpose ?? x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  return issued(certificate, keys);
}

async function issued(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<Authority> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const keyPem = key.export({ format: 'pem', type: 'pkcs8' }).toString();
  return {
    der: Buffer.from(certificate.rawData),
    pem: `${certificate.toString('pem')}\n`,
    keyPem,
    key,
    certificate,
    keys,
  };
}

async function newKeys(rsa: boolean): Promise<webcrypto.CryptoKeyPair> {
  const algorithm = rsa ? { ...RSA, ...SHA256 } : EC;
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
}

let serials = 1;
function serial(): string {
  serials += 1;
  return serials.toString(16).padStart(4, '0');
}
