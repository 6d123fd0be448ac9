// How a test file uses the lab: one world per file, or a loud skip that says what is missing.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { named, type RunResult } from './cli.ts';
import type { LabFault } from './faults/fault.ts';
import { missingForLab } from './requirements.ts';
import { recordEvent } from './results.ts';
import { type Lab, up } from './world.ts';

export { named };

/** Runs `body` with a world that is up. What is missing fails in CI, unless this machine cannot have it at all. */
export function labSuite(name: string, body: (lab: () => Lab) => void): void {
  describe(name, () => {
    const missing = missingForLab();
    if (missing.length > 0) {
      const reason = missing.map((one) => `${one.what} (${one.why})`).join('; ');
      const unobtainable = missing.some((one) => one.unobtainable);
      recordEvent({ kind: 'skip', what: `lab: ${name}`, why: reason, unobtainable });
      if (process.env.CI === 'true' && !unobtainable) {
        it('has what it needs', () => expect.fail(`missing: ${reason}`));
      } else {
        it.skip(`needs ${reason}`, () => {});
      }
      return;
    }
    let lab: Lab | null = null;
    beforeAll(async () => {
      lab = await up();
    });
    afterAll(async () => {
      await lab?.down();
    });
    body(() => {
      if (lab === null) throw new Error('the world is not up');
      return lab;
    });
  });
}

export function expectReady(result: RunResult): void {
  expect(result.report, result.stderr).not.toBeNull();
  expect({ verdict: result.report?.verdict, exitCode: result.exitCode, rootCauses: named(result) }).toEqual({
    verdict: 'Ready',
    exitCode: 0,
    rootCauses: [],
  });
}

function isDiagnosed(fault: LabFault, result: RunResult): boolean {
  const ids = named(result);
  return result.exitCode === fault.exitCode && ids.length === 1 && ids[0] === fault.id;
}

/** Injects, checks, heals. A misjudged fault is run once more; both outcomes are recorded and printed. */
export async function diagnose(lab: Lab, fault: LabFault, later: boolean): Promise<RunResult> {
  for (let attempt = 1; ; attempt += 1) {
    await lab.inject(fault.id);
    const result = await lab.run(['check']).finally(() => lab.heal());
    const diagnosed = isDiagnosed(fault, result);
    const verdict = result.report?.verdict ?? `none, exit ${result.exitCode}`;
    recordEvent({
      kind: 'fault',
      id: fault.id,
      attempt,
      diagnosed,
      verdict,
      named: named(result),
      ms: result.ms,
      later,
    });
    if (diagnosed || attempt === 2 || later) return result;
    process.stderr.write(`lab: ${fault.id} was misjudged: ${verdict}, ${JSON.stringify(named(result))}; once more\n`);
  }
}

/** One test per fault: named as the only root cause, with a remedy and evidence to re-run; and Ready once healed. */
export function faultTests(lab: () => Lab, faults: readonly LabFault[]): void {
  for (const fault of faults) {
    it(`${fault.id}: ${fault.how}`, async () => {
      const result = await diagnose(lab(), fault, false);
      expect(result.report, result.stderr).not.toBeNull();
      expect({ exitCode: result.exitCode, rootCauses: named(result) }).toEqual({
        exitCode: fault.exitCode,
        rootCauses: [fault.id],
      });
      expect(result.report?.verdict).toBe(fault.exitCode === 3 ? 'NotReady' : 'ReadyWithWarnings');
      expect(result.report?.exitCode).toBe(fault.exitCode);
      const [cause] = result.report?.rootCauses ?? [];
      expectHelp(cause, fault.mentions);
      expectReady(await lab().run(['check']));
    });
  }
}

function expectHelp(cause: Finding | undefined, mentions: RegExp): void {
  expect(cause?.status).toMatch(/^(fail|warn)$/);
  expect(cause?.remedy?.summary ?? '').not.toBe('');
  const commands = [...(cause?.remedy?.commands ?? []), ...(cause?.evidence ?? []).flatMap((one) => one.command ?? [])];
  expect(commands, 'nothing to re-run').not.toEqual([]);
  expect(JSON.stringify(cause), 'the real names and addresses').toMatch(mentions);
}
