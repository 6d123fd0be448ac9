// The demo's certificate authorities and the certificates they issue. Keys live in memory only and die with the process.

import { KeyObject, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { compileFunction } from 'node:vm';
import { ConfigError } from '../model/errors.ts';

/** What a server shows and proves itself with. */
export interface Identity {
  /** Leaf, then its issuer. */
  readonly chainPem: string;
  readonly chainDer: readonly Buffer[];
  readonly key: KeyObject;
}

export interface Wish {
  /** DNS names and IP addresses for subjectAltName; the first is the subject too. */
  readonly names: readonly string[];
  readonly expired?: boolean;
}

export interface Authority {
  readonly pem: string;
  issue(wish: Wish): Promise<Identity>;
}

type X509 = typeof import('@peculiar/x509');

// P-256: a key takes a millisecond to make, where RSA takes a hundred.
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

export async function createAuthority(commonName: string): Promise<Authority> {
  const x509 = loadX509();
  const [root, leaf] = await Promise.all([makeKeys(), makeKeys()]);
  const { keyCertSign, cRLSign, digitalSignature } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${commonName}, O=net-preflight demo`,
      keys: root,
      signingAlgorithm: SIGNATURE,
      ...validity(-365, 365),
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
      ],
    },
    webcrypto,
  );
  const pem = certificate.toString('pem');

  async function issue(wish: Wish): Promise<Identity> {
    const issued = await x509.X509CertificateGenerator.create(
      {
        subject: `CN=${wish.names[0] ?? 'nobody'}`,
        issuer: certificate.subject,
        publicKey: leaf.publicKey,
        signingKey: root.privateKey,
        signingAlgorithm: SIGNATURE,
        ...(wish.expired === true ? validity(-93, -3) : validity(-30, 60)),
        extensions: [
          new x509.SubjectAlternativeNameExtension(
            wish.names.map((name) => ({ type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const), value: name })),
          ),
          new x509.KeyUsagesExtension(digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
        ],
      },
      webcrypto,
    );
    return {
      chainPem: `${issued.toString('pem')}\n${pem}\n`,
      chainDer: [Buffer.from(issued.rawData), Buffer.from(certificate.rawData)],
      key: KeyObject.from(leaf.privateKey),
    };
  }

  return { pem, issue };
}

/** The library's one-file build for browsers: read in 40 ms, where its entry for Node takes 120 ms over two hundred files. */
function loadX509(): X509 {
  // Its dependency injection (tsyringe) insists on these three; nothing here needs what they would remember.
  const reflect = Reflect as unknown as Record<string, unknown>;
  for (const name of ['getMetadata', 'getOwnMetadata', 'defineMetadata']) reflect[name] ??= () => undefined;
  let filename: string;
  try {
    filename = createRequire(import.meta.url).resolve('@peculiar/x509/build/x509.js');
  } catch {
    throw new ConfigError([
      'the demo is not part of the image: what makes its certificates (@peculiar/x509) does not ship. Run it in the source tree: npm ci && npm start',
    ]);
  }
  return compileFunction(`${readFileSync(filename, 'utf8')}\nreturn x509;`, [], { filename })() as X509;
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
}

function validity(fromDays: number, toDays: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now + fromDays * DAY_MS), notAfter: new Date(now + toDays * DAY_MS) };
}
