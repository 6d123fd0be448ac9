import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { anchorLookup } from '../../src/net/trust.ts';
import { judgeChain } from '../../src/parse/certificate-chain.ts';
import { authority } from '../support/dtls-certificates.ts';

describe('the stores of a run', () => {
  it('hold every built-in root, each found by its own name', () => {
    const [, builtIn] = anchorLookup([]);
    const lost = rootCertificates.filter((pem) => {
      const root = new X509Certificate(pem);
      return !builtIn?.(root).some((anchor) => anchor.raw.equals(root.raw));
    });
    expect(rootCertificates.length).toBeGreaterThan(100);
    expect(lost).toEqual([]);
  });

  it('trust the expected authority beside the built-in ones, and only in that run', async () => {
    const ours = await authority('Ours');
    const judge = (expectCa: readonly string[]) =>
      judgeChain([ours.der], 'any.example', anchorLookup(expectCa), new Date());
    expect(judge([ours.pem]).trusted).toBe(true);
    expect(judge([])).toMatchObject({ trusted: false, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    const [root] = rootCertificates;
    const der = new X509Certificate(root ?? '').raw;
    expect(judgeChain([der], 'any.example', anchorLookup([ours.pem]), new Date()).trusted).toBe(true);
  });

  it('are not opened before they are needed', async () => {
    const ours = await authority('Ours');
    const [expected, builtIn, system] = anchorLookup([ours.pem]);
    const asked: string[] = [];
    const stores = [
      (x: X509Certificate) => expected?.(x) ?? [],
      (x: X509Certificate) => {
        asked.push('built-in');
        return builtIn?.(x) ?? [];
      },
      (x: X509Certificate) => {
        asked.push('system');
        return system?.(x) ?? [];
      },
    ];
    judgeChain([ours.der], 'any.example', stores, new Date());
    expect(asked).toEqual([]);
  });
});
