// The table of verdicts and exit codes, row by row: it is the API of a gate.

import { describe, expect, it } from 'vitest';
import { explainAll } from '../../src/engine/explain.ts';
import { summarize } from '../../src/engine/summarize.ts';
import { waive } from '../../src/engine/waive.ts';
import type { Conclusion } from '../../src/model/check.ts';
import type { Settings, Waiver } from '../../src/model/settings.ts';
import { aboutDtls, concluded } from '../support/conclusions.ts';
import { LONDON, settingsWith, stitcherTarget, TENANT, tcpTarget, tenantTarget } from '../support/view.ts';

const good = [concluded('pass'), aboutDtls('pass')];

function sum(conclusions: readonly Conclusion[], over: Partial<Settings> = {}) {
  return summarize(conclusions, settingsWith(over));
}

describe('verdict and exit code', () => {
  const optional = { check: 'egress', layer: 'egress' as const, target: null };
  const rows: readonly {
    situation: string;
    findings: readonly Conclusion[];
    settings?: Partial<Settings>;
    verdict: string;
    exit: number;
  }[] = [
    { situation: 'everything required passes', findings: good, verdict: 'Ready', exit: 0 },
    {
      situation: 'something not required could not be evaluated',
      findings: [...good, concluded('error', { ...optional, required: false })],
      verdict: 'Ready',
      exit: 0,
    },
    {
      situation: 'something warns',
      findings: [...good, concluded('warn', optional)],
      verdict: 'ReadyWithWarnings',
      exit: 0,
    },
    {
      situation: 'something warns, and warnings count',
      findings: [...good, concluded('warn', optional)],
      settings: { failOn: 'warn' },
      verdict: 'ReadyWithWarnings',
      exit: 4,
    },
    {
      situation: 'nothing warns, and warnings count',
      findings: good,
      settings: { failOn: 'warn' },
      verdict: 'Ready',
      exit: 0,
    },
    {
      situation: 'a required target fails',
      findings: [concluded('fail'), aboutDtls('pass')],
      verdict: 'NotReady',
      exit: 3,
    },
    {
      situation: 'a required target fails, and inconclusive is allowed',
      findings: [concluded('fail'), aboutDtls('pass')],
      settings: { onInconclusive: 'allow' },
      verdict: 'NotReady',
      exit: 3,
    },
    {
      situation: 'one fails, another could not be evaluated',
      findings: [concluded('fail'), aboutDtls('error', { required: true })],
      verdict: 'NotReady',
      exit: 3,
    },
    {
      situation: 'something required could not be evaluated',
      findings: [concluded('pass'), aboutDtls('error', { required: true })],
      verdict: 'Inconclusive',
      exit: 5,
    },
    {
      situation: 'something required could not be evaluated, and something warns',
      findings: [concluded('pass'), aboutDtls('error', { required: true }), concluded('warn', optional)],
      settings: { failOn: 'warn' },
      verdict: 'Inconclusive',
      exit: 5,
    },
    {
      situation: 'something required could not be evaluated, and that is allowed',
      findings: [concluded('pass'), aboutDtls('error', { required: true })],
      settings: { onInconclusive: 'allow' },
      verdict: 'Inconclusive',
      exit: 0,
    },
    {
      situation: 'nothing was said about the stitchers',
      findings: [concluded('pass')],
      verdict: 'Inconclusive',
      exit: 5,
    },
    { situation: 'nothing was said at all', findings: [], verdict: 'Inconclusive', exit: 5 },
    {
      situation: 'a required target was skipped, and nobody says why',
      findings: [concluded('skip'), aboutDtls('pass')],
      verdict: 'Inconclusive',
      exit: 5,
    },
    {
      situation: 'TCP opens and TLS holds, but nobody answered',
      findings: [
        concluded('pass', { check: 'tcp', layer: 'tcp' }),
        concluded('pass', { check: 'tls', layer: 'tls' }),
        concluded('pass', { check: 'proxy', layer: 'proxy' }),
        concluded('skip'),
        aboutDtls('pass'),
      ],
      verdict: 'Inconclusive',
      exit: 5,
    },
    {
      situation: 'a second required host of the same role was never evaluated',
      findings: good,
      settings: { targets: [tenantTarget(), tenantTarget({ host: 'other.goskope.com' }), stitcherTarget(LONDON)] },
      verdict: 'Inconclusive',
      exit: 5,
    },
    {
      situation: 'a required target that no check looks at yet',
      findings: good,
      settings: {
        targets: [
          tenantTarget(),
          stitcherTarget(LONDON),
          { ...tcpTarget('10.0.0.9'), protocol: 'udp', requirement: 'required' },
        ],
      },
      verdict: 'Inconclusive',
      exit: 5,
    },
    { situation: 'nothing is asked for', findings: [], settings: { targets: [] }, verdict: 'Ready', exit: 0 },
    {
      situation: 'only information is asked for, and nothing was said',
      findings: [],
      settings: { targets: [tcpTarget(LONDON)] },
      verdict: 'Ready',
      exit: 0,
    },
  ];
  it.each(rows)('$situation → $verdict, $exit', ({ findings, settings, verdict, exit }) => {
    const summary = sum(findings, settings);
    expect([summary.verdict, summary.exitCode]).toEqual([verdict, exit]);
    expect(summary.headline.length).toBeGreaterThan(0);
  });

  it('tells what was not evaluated', () => {
    const { findings, headline } = sum([concluded('pass')]);
    expect(findings.at(-1)).toMatchObject({ check: 'dtls', status: 'error', target: { host: LONDON, port: 443 } });
    expect(headline).toBe(`${LONDON} was not evaluated`);
  });

  it('keeps the inner words of the judges out of the report', () => {
    const { findings } = sum([
      concluded('pass', { needs: ['a'], breaksWhat: ['b'], required: true }),
      aboutDtls('pass'),
    ]);
    for (const one of findings) expect(Object.keys(one)).not.toEqual(expect.arrayContaining(['needs']));
    expect(JSON.stringify(findings)).not.toMatch(/needs|breaksWhat|"required"/);
  });
});

describe('root causes', () => {
  it('failures before warnings, grave before slight, waived last', () => {
    const waived = { reason: 'known', until: '2027-01-01' };
    const { rootCauses } = sum([
      concluded('warn', { summary: 'waived', severity: 'critical', waived }),
      concluded('warn', { summary: 'warns', severity: 'high' }),
      concluded('fail', { summary: 'fails slightly', severity: 'medium' }),
      aboutDtls('fail', { summary: 'fails' }),
      concluded('fail', { summary: 'explained', causedBy: 'udp443-drop' }),
    ]);
    expect(rootCauses.map((one) => one.summary)).toEqual(['fails', 'fails slightly', 'warns', 'waived']);
  });

  it('the first of them is the headline; when inconclusive, what is unknown', () => {
    expect(sum([concluded('fail', { summary: 'it broke' }), aboutDtls('pass')]).headline).toBe('it broke');
    const unknown = sum([
      concluded('warn', { summary: 'odd' }),
      aboutDtls('error', { required: true, summary: 'dark' }),
    ]);
    expect(unknown.headline).toBe('dark');
  });
});

describe('waivers', () => {
  const today = new Date('2026-11-21T12:00:00Z');
  const waiver: Waiver = { fault: 'udp443-drop', reason: 'change 4711', until: '2026-12-01' };
  const dropped = aboutDtls('fail', { fault: 'udp443-drop' });
  const judged = (waivers: readonly Waiver[], conclusions: readonly Conclusion[], on = today) => {
    const settings = settingsWith({ waivers });
    return summarize(explainAll(waive(conclusions, settings, on)), settings);
  };

  it('count a fault as a warning until their day', () => {
    const before = judged([waiver], [concluded('pass'), dropped]);
    expect([before.verdict, before.exitCode]).toEqual(['ReadyWithWarnings', 0]);
    expect(before.rootCauses[0]).toMatchObject({
      status: 'warn',
      waived: { reason: 'change 4711', until: '2026-12-01' },
    });
    const eve = judged([waiver], [concluded('pass'), dropped], new Date('2026-11-30T23:59:59Z'));
    expect(eve.verdict).toBe('ReadyWithWarnings');
    const after = judged([waiver], [concluded('pass'), dropped], new Date('2026-12-01T00:00:00Z'));
    expect([after.verdict, after.exitCode]).toEqual(['NotReady', 3]);
    expect(after.rootCauses[0]?.waived).toBeUndefined();
  });

  it('still count where warnings count', () => {
    const settings = settingsWith({ waivers: [waiver], failOn: 'warn' });
    expect(summarize(waive([concluded('pass'), dropped], settings, today), settings).exitCode).toBe(4);
  });

  it('are for one fault, and for one host when they name one', () => {
    const verdict = (over: Partial<Waiver>) => judged([{ ...waiver, ...over }], [concluded('pass'), dropped]).verdict;
    expect(verdict({ fault: 'udp443-reject' })).toBe('NotReady');
    expect(verdict({ target: LONDON })).toBe('ReadyWithWarnings');
    expect(verdict({ target: TENANT })).toBe('NotReady');
  });

  it('a nonsense day waives nothing', () => {
    expect(judged([{ ...waiver, until: 'soon' }], [concluded('pass'), dropped]).verdict).toBe('NotReady');
  });

  it('take along what the check itself puts down to the fault', () => {
    const each = aboutDtls('fail', { causedBy: 'udp443-drop', summary: 'no answer' });
    expect(judged([waiver], [concluded('pass'), dropped, each]).verdict).toBe('ReadyWithWarnings');
  });

  it('do not hide another failure behind the waived one', () => {
    const tcp: Waiver = { ...waiver, fault: 'tcp-egress-drop' };
    const cause = concluded('fail', { check: 'tcp', layer: 'tcp', fault: 'tcp-egress-drop', breaksWhat: ['egress'] });
    const silent = aboutDtls('fail', { needs: ['egress'], summary: 'silent' });
    const { verdict, rootCauses } = judged([tcp], [cause, silent]);
    expect(verdict).toBe('NotReady');
    expect(rootCauses.map((one) => one.summary)).toContain('silent');
  });
});
