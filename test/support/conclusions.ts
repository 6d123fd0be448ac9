// Conclusions as checks hand them over, from a few words.

import type { Conclusion } from '../../src/model/check.ts';
import type { Status } from '../../src/model/verdict.ts';
import { LONDON, TENANT } from './view.ts';

const SEVERITY = { pass: 'info', warn: 'medium', fail: 'critical', error: 'medium', skip: 'info' } as const;

/** About the tenant's HTTP answer, unless the parts say otherwise. */
export function concluded(status: Status, parts: Partial<Conclusion> = {}): Conclusion {
  return {
    check: 'http',
    layer: 'http',
    target: { host: TENANT, port: 443, protocol: 'https', role: 'tenant' },
    status,
    severity: SEVERITY[status],
    summary: `${parts.check ?? 'http'} ${status}`,
    evidence: [],
    ...parts,
  };
}

/** About the stitchers. */
export function aboutDtls(status: Status, parts: Partial<Conclusion> = {}): Conclusion {
  return concluded(status, {
    check: 'dtls',
    layer: 'udp',
    target: { host: LONDON, port: 443, protocol: 'dtls', role: 'stitcher' },
    ...parts,
  });
}
