// Do the catalogue's healthy oddities stay healthy? Each is first shown to be there, then checked.

import { expect, it } from 'vitest';
import { recordEvent } from './results.ts';
import { labSuite, named } from './suite.ts';
import { traps } from './traps.ts';

labSuite('healthy oddities', (lab) => {
  for (const trap of traps) {
    for (const variant of trap.variants) {
      it(`${trap.number} ${trap.what} (${variant})`, async () => {
        await lab().trap(trap.number, variant);
        try {
          // The program goes first: a proof uses up what is counted, such as the first packets.
          const result = await lab().run(['check']);
          const proof = await lab().exec(trap.proof.host, 'sh', ['-c', trap.proof.shell]);
          expect(proof.stdout + proof.stderr).toMatch(trap.proof.prints);
          expect(result.report, result.stderr).not.toBeNull();
          const verdict = result.report?.verdict ?? 'none';
          const passed = result.exitCode === 0 && /^Ready/.test(verdict);
          recordEvent({ kind: 'trap', number: trap.number, variant, verdict, ms: result.ms, passed });
          expect(verdict, JSON.stringify(named(result))).toMatch(/^(Ready|ReadyWithWarnings)$/);
          expect(result.exitCode).toBe(0);
        } finally {
          await lab().heal();
        }
      });
    }
  }
});
