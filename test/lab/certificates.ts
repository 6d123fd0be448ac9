// The lab's certificate authorities and every certificate its servers show. Made anew for each run, never stored elsewhere.

import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { X509Certificate } from '@peculiar/x509';
import { CONTROLS, TENANT } from './layout.ts';

type KeyPair = webcrypto.CryptoKeyPair;

// The library's dependency injection asks for a reflection polyfill that nothing here needs: three silent functions satisfy it.
for (const name of ['getMetadata', 'getOwnMetadata', 'defineMetadata']) {
  (Reflect as unknown as Record<string, unknown>)[name] ??= () => undefined;
}
const x509 = await import('@peculiar/x509');
x509.cryptoProvider.set(webcrypto);

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const DAY_MS = 86_400_000;

interface Authority {
  readonly name: string;
  readonly certificate: X509Certificate;
  readonly keys: KeyPair;
}

/** Paths of PEM files. `chain` is the leaf followed by its intermediate. */
export interface CertificateFiles {
  readonly chain: string;
  readonly key: string;
}

export interface Certificates {
  /** What the config declares with expectCa. */
  readonly root: string;
  /** Tenant and service names, and both stitchers. RSA under RSA: a Certificate message of about 1.6 kB, as large as a real one. */
  readonly service: CertificateFiles;
  readonly serviceExpired: CertificateFiles;
  readonly serviceWrongName: CertificateFiles;
  readonly control: CertificateFiles;
  readonly clusterApi: CertificateFiles;
  /** A company's inspection authority that no pod trusts: certificate and key in one file, as squid wants it. */
  readonly inspectionCa: string;
  readonly inspectionIssuer: string;
}

const SERVICE_NAMES = [
  '*.goskope.com',
  '*.gw.npa.goskope.com',
  '*.npa.goskope.com',
  '*.gslb.goskope.com',
  '*.us-sv5.npa.goskope.com',
];
export const INSPECTION_ISSUER = 'Example Corp TLS Inspection CA';
export const WRONG_NAME = 'ingress.local';

export async function makeCertificates(directory: string): Promise<Certificates> {
  const [rootKeys, issuingKeys, leafKeys, controlKeys, inspectionKeys] = await Promise.all([
    generate(ECDSA),
    generate(RSA),
    generate(RSA),
    generate(ECDSA),
    generate(ECDSA),
  ]);
  const root = await authority('Lab Root CA', rootKeys, null);
  const issuing = await authority('Lab Issuing CA R1', issuingKeys, root);
  const inspection = await authority(INSPECTION_ISSUER, inspectionKeys, null);
  const cluster = await authority('kubernetes', controlKeys, null);
  const issue = (label: string, issuer: Authority, keys: KeyPair, names: readonly string[], daysLeft = 63) =>
    leaf(directory, label, issuer, keys, names, daysLeft);
  const [service, serviceExpired, serviceWrongName, control, clusterApi] = await Promise.all([
    issue('service', issuing, leafKeys, [TENANT.host, ...SERVICE_NAMES]),
    issue('service-expired', issuing, leafKeys, [TENANT.host, ...SERVICE_NAMES], -10),
    issue('service-wrong-name', issuing, leafKeys, [WRONG_NAME]),
    issue(
      'control',
      root,
      controlKeys,
      [...CONTROLS.https, ...CONTROLS.quic].map((one) => one.host),
    ),
    issue('cluster-api', cluster, controlKeys, ['kubernetes.default.svc.cluster.local', 'kubernetes']),
  ]);
  const rootPath = join(directory, 'root.pem');
  writeFileSync(rootPath, root.certificate.toString('pem'));
  const inspectionCa = join(directory, 'inspection.pem');
  writeFileSync(inspectionCa, `${inspection.certificate.toString('pem')}\n${await keyPem(inspection.keys)}\n`, {
    mode: 0o644,
  });
  return {
    root: rootPath,
    service,
    serviceExpired,
    serviceWrongName,
    control,
    clusterApi,
    inspectionCa,
    inspectionIssuer: INSPECTION_ISSUER,
  };
}

async function generate(algorithm: typeof ECDSA | typeof RSA): Promise<KeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as KeyPair;
}

function signingAlgorithm(keys: KeyPair): typeof ECDSA | typeof RSA {
  return keys.privateKey.algorithm.name === 'ECDSA' ? ECDSA : RSA;
}

async function authority(name: string, keys: KeyPair, issuer: Authority | null): Promise<Authority> {
  const now = Date.now();
  const signer = issuer?.keys ?? keys;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${name}, O=Preflight Lab`,
    issuer: issuer?.certificate.subject ?? `CN=${name}, O=Preflight Lab`,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + 365 * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    signingAlgorithm: signingAlgorithm(signer),
    extensions: [
      new x509.BasicConstraintsExtension(true, issuer === null ? 1 : 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
    ],
  });
  return { name, certificate, keys };
}

async function leaf(
  directory: string,
  label: string,
  issuer: Authority,
  keys: KeyPair,
  names: readonly string[],
  daysLeft: number,
): Promise<CertificateFiles> {
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${names[0]}, O=Preflight Lab`,
    issuer: issuer.certificate.subject,
    notBefore: new Date(now - 90 * DAY_MS),
    notAfter: new Date(now + daysLeft * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: signingAlgorithm(issuer.keys),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  });
  const selfIssued = issuer.certificate.subject === issuer.certificate.issuer;
  const chain = [certificate, ...(selfIssued ? [] : [issuer.certificate])].map((one) => one.toString('pem')).join('\n');
  const files = { chain: join(directory, `${label}.pem`), key: join(directory, `${label}.key`) };
  writeFileSync(files.chain, `${chain}\n`);
  // Readable for servers that give up root; the directory goes with the run.
  writeFileSync(files.key, `${await keyPem(keys)}\n`, { mode: 0o644 });
  return files;
}

async function keyPem(keys: KeyPair): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return x509.PemConverter.encode(der, 'PRIVATE KEY');
}

function serial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(12)))
    .toString('hex')
    .replace(/^./, '4');
}
