import { describe, expect, it } from 'vitest';
import { failed } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged } from '../support/small-world.ts';
import { dtls, quic, sameTuple, smallAlert, stun, tcpFails, UDP443_DROPPED } from '../support/troubles.ts';
import { EGRESS, FRANKFURT, LONDON, NO_CONTROLS, stitcherTarget } from '../support/view.ts';

const [LON1, LON2, FRA] = ['198.51.100.21', '198.51.100.22', '198.51.100.23'] as const;
const REJECTED = [dtls('port-unreachable'), quic(failed('connection_refused'))];

describe('dtls', () => {
  rows('dtls', [
    {
      title: 'everything on UDP 443 is silent, STUN and TCP answer',
      world: { troubles: UDP443_DROPPED },
      fault: 'udp443-drop',
      status: 'fail',
      severity: 'critical',
      words: [LON1, LON2, FRA, LONDON, FRANKFURT, 'UDP 443', EGRESS, '203.0.113.210', '443/TCP'],
    },
    {
      title: 'stitchers silent, no QUIC control to ask, TCP to them open',
      world: {
        settings: {
          controls: { ...NO_CONTROLS, stun: [{ host: 'stun.example', address: '203.0.113.210', port: 3478 }] },
        },
        troubles: UDP443_DROPPED,
      },
      fault: 'udp443-drop',
      status: 'fail',
    },
    {
      title: 'stitchers silent, UDP 443 elsewhere answers',
      world: { troubles: [dtls('no-answer')] },
      fault: 'udp443-dest-specific',
      status: 'fail',
      not: 'udp443-drop',
      words: [LON1, '203.0.113.220:443 answers'],
    },
    {
      title: 'all UDP is silent, TCP gets out',
      world: { troubles: [...UDP443_DROPPED, stun()] },
      fault: 'udp-all-blocked',
      status: 'fail',
      not: 'udp443-drop',
      words: [LON1, '203.0.113.210:3478 no answer'],
    },
    {
      title: 'silence everywhere, TCP included: not a matter of UDP',
      world: { troubles: [...UDP443_DROPPED, stun(), tcpFails('generic_timeout_error')] },
      fault: null,
      status: 'fail',
      not: 'udp-all-blocked',
    },
    {
      title: 'stitchers silent and no control at all: silence proves no block',
      world: { settings: { controls: NO_CONTROLS }, troubles: [dtls('no-answer')] },
      fault: null,
      status: 'fail',
      not: 'udp443-drop',
      words: ['Silence alone does not prove a block'],
    },
    {
      title: 'refused by ICMP everywhere',
      world: { troubles: REJECTED },
      fault: 'udp443-reject',
      status: 'fail',
      severity: 'critical',
      words: [LON1, FRA, 'UDP 443', 'connection_refused', '203.0.113.220:443'],
    },
    {
      title: 'prohibited by ICMP everywhere',
      world: { troubles: [dtls('prohibited'), quic(failed('host_unreachable'))] },
      fault: 'udp443-reject',
      status: 'fail',
    },
    {
      title: 'ICMP is rate-limited: one refusal, the rest silent, QUIC refused',
      world: { troubles: [dtls('port-unreachable', [LON1]), dtls('no-answer'), quic(failed('connection_refused'))] },
      fault: 'udp443-reject',
      status: 'fail',
    },
    {
      title: 'refused by the stitchers, while UDP 443 elsewhere answers',
      world: { troubles: [dtls('port-unreachable')] },
      fault: null,
      status: 'fail',
      not: 'udp443-reject',
    },
    {
      title: 'one stitcher with one address refuses, QUIC silent: a closed port',
      world: {
        settings: { targets: [stitcherTarget(FRANKFURT)] },
        troubles: [dtls('port-unreachable'), quic()],
      },
      fault: null,
      status: 'fail',
      not: 'udp443-reject',
    },
    {
      title: 'one of three addresses silent',
      world: { troubles: [dtls('no-answer', [FRA])] },
      fault: 'dtls-stitcher-silent',
      status: 'warn',
      severity: 'medium',
      words: [FRA, FRANKFURT, LONDON, '443/UDP'],
    },
    {
      title: 'one of three addresses refuses',
      world: { troubles: [dtls('port-unreachable', [FRA])] },
      fault: 'dtls-stitcher-silent',
      status: 'warn',
      not: 'udp443-reject',
    },
    {
      title: 'one silent where all are wanted',
      world: {
        settings: {
          targets: [
            stitcherTarget(LONDON, { addressPolicy: 'all' }),
            stitcherTarget(FRANKFURT, { addressPolicy: 'all' }),
          ],
        },
        troubles: [dtls('no-answer', [FRA])],
      },
      fault: 'dtls-stitcher-silent',
      status: 'fail',
      severity: 'critical',
    },
    {
      title: 'one silent of three where most are wanted',
      world: {
        settings: {
          targets: [
            stitcherTarget(LONDON, { addressPolicy: 'quorum' }),
            stitcherTarget(FRANKFURT, { addressPolicy: 'quorum' }),
          ],
        },
        troubles: [dtls('no-answer', [FRA])],
      },
      fault: 'dtls-stitcher-silent',
      status: 'warn',
    },
    {
      title: 'two silent of three where most are wanted',
      world: {
        settings: {
          targets: [
            stitcherTarget(LONDON, { addressPolicy: 'quorum' }),
            stitcherTarget(FRANKFURT, { addressPolicy: 'quorum' }),
          ],
        },
        troubles: [dtls('no-answer', [LON1, FRA])],
      },
      fault: 'dtls-stitcher-silent',
      status: 'fail',
    },
    {
      title: 'cookie, then silence; only the first hello of a socket is answered',
      world: { troubles: [dtls('hello-verify-then-silence'), sameTuple(true, false, false), smallAlert(null)] },
      fault: 'udp-first-packet-only',
      status: 'fail',
      severity: 'critical',
      words: [LON1, 'UDP 443', 'answered yes, no, no'],
    },
    {
      title: 'cookie, then silence; all hellos of a socket answered, a small alert comes back',
      world: {
        troubles: [dtls('hello-verify-then-silence'), sameTuple(true, true, true), smallAlert('handshake_failure')],
      },
      fault: 'dtls-server-flight-dropped',
      status: 'fail',
      severity: 'critical',
      not: 'udp-first-packet-only',
      words: [LON1, '60 bytes', 'handshake_failure', 'port 443'],
    },
    {
      title: 'cookie, then silence; the flow lives, the alert is lost',
      world: { troubles: [dtls('hello-verify-then-silence'), sameTuple(true, true, false), smallAlert(null)] },
      fault: 'dtls-server-flight-dropped',
      status: 'fail',
    },
    {
      title: 'half of the certificate came',
      world: {
        troubles: [
          dtls('flight-incomplete', undefined, { missing: ['certificate 0-1275 of 1562'] }),
          sameTuple(false, false, false),
        ],
      },
      fault: 'dtls-server-flight-dropped',
      status: 'fail',
      words: ['certificate 0-1275 of 1562'],
    },
    {
      title: 'cookie, then silence, and the controls on the same socket silent: not known',
      world: { troubles: [dtls('hello-verify-then-silence'), sameTuple(false, false, false), smallAlert(null)] },
      fault: null,
      status: 'fail',
      not: 'udp-first-packet-only',
    },
    {
      title: 'one stitcher only loses its flight',
      world: { troubles: [dtls('hello-verify-then-silence', [FRA])] },
      fault: 'dtls-server-flight-dropped',
      status: 'warn',
      severity: 'medium',
    },
    {
      title: 'the flight came in small pieces after seven seconds',
      world: { troubles: [dtls('late')] },
      fault: 'dtls-server-flight-dropped',
      status: 'warn',
      severity: 'high',
      words: [LON1, '7.4 s'],
    },
    {
      title: 'a local packet filter',
      world: { troubles: [dtls('local-denied'), quic(failed('operation_not_permitted', 'send'))] },
      fault: null,
      status: 'fail',
      words: ['UDP 443', 'operation not permitted'],
    },
    {
      title: 'something that is not DTLS',
      world: { troubles: [dtls('not-dtls')] },
      fault: null,
      status: 'fail',
      words: ['not dtls'],
    },
    {
      title: 'an unknown issuer is normal where no CA was given',
      world: { troubles: [dtls('certificate-untrusted')] },
      fault: null,
      status: 'pass',
    },
    {
      title: 'an unknown issuer where a CA was given',
      world: { settings: { expectCa: ['PEM'] }, troubles: [dtls('certificate-untrusted')] },
      fault: null,
      status: 'warn',
      severity: 'high',
    },
    { title: 'all is well', world: {}, fault: null, status: 'pass' },
  ]);

  it('silence is left to the earlier cause where TCP to the same addresses is silent too', () => {
    const { rootCauses, findings } = judged({
      troubles: [...UDP443_DROPPED, stun(), tcpFails('generic_timeout_error')],
    });
    expect(rootCauses.map((one) => one.fault)).toEqual(['tcp-egress-drop']);
    expect(findings.find((one) => one.check === 'dtls' && one.status === 'fail')?.causedBy).toBe('tcp-egress-drop');
  });

  it('two rules are two root causes: TCP 443 dropped, UDP 443 dropped, STUN open', () => {
    const { rootCauses } = judged({ troubles: [...UDP443_DROPPED, tcpFails('generic_timeout_error')] });
    expect(rootCauses.map((one) => one.fault)).toEqual(['tcp-egress-drop', 'udp443-drop']);
  });

  it('a sender that cannot be told from a shared rule does not excuse a silent stitcher', () => {
    const [fail] = diagnose('dtls', { troubles: UDP443_DROPPED }).filter((one) => one.status === 'fail');
    expect(fail?.needs).not.toContain('egress');
  });
});
